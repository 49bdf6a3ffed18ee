// SampleFileTests.swift - the samples of `opsfabric init` show exactly the keys that the loader reads.
//
// After a change that is meant: UPDATE_GOLDEN=1 swift test --filter SampleFileTests writes docs/settings.md anew.

import Business
import Platform
import Settings
import Testing

@testable import Configuration

@Suite struct SampleFileTests {
  /// Switches every setting on: `//` without a space behind it goes away.
  private static func switchedOn(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let indent = line.prefix { $0 == " " }
      let rest = line.dropFirst(indent.count)
      guard rest.hasPrefix("//"), let next = rest.dropFirst(2).first, next != " " else { return String(line) }
      return String(indent + rest.dropFirst(2))
    }.joined(separator: "\n")
  }

  private static func filledIn(_ text: String) -> String {
    text.replacing("public_url: \"\"", with: "public_url: \"https://example.ch/cgi-bin\"")
      .replacing("account_sid: \"\"", with: "account_sid: \"AC\(String(repeating: "0", count: 32))\"")
      .replacing("auth_token: \"\"", with: "auth_token: \"secret\"")
  }

  private func home(_ change: (String) -> String) throws -> ConfigurationHome {
    let home = try ConfigurationHome()
    for (path, text) in SampleFiles.all { try home.write(change(text), to: path) }
    return home
  }

  @Test func `a fresh sample asks for exactly the values that must be filled in`() throws {
    let (loaded, faults) = try home { $0 }.load()
    #expect(loaded == nil)
    #expect(
      faults.filter { $0.severity == .error }.map(\.key) == [
        "public_url", "twilio.account_sid", "twilio.auth_token",
      ])
  }

  @Test func `a filled-in sample is right and its tenant at the defaults`() throws {
    let (loaded, faults) = try home(Self.filledIn).load()
    #expect(!faults.contains { $0.severity == .error }, "\(faults)")
    let tenant = try #require(loaded?.tenants.first)
    #expect(tenant.id == "example" && !tenant.active)
    let (plain, _) = try ConfigurationHome.load(tenant: [
      "name: '\(tenant.name)'", "voice_numbers: ['\(tenant.voiceNumbers[0])']",
      "forward_to: '\(tenant.forwardTo ?? "")'", "website_domain: '\(tenant.websiteDomain)'",
    ])
    // What the sample shows as a value is the default, but for its examples.
    var expected = try #require(plain?.tenants.first)
    expected.id = tenant.id
    expected.active = false
    expected.holidays = tenant.holidays
    expected.notify = tenant.notify
    expected.ownCurrency = "CHF"
    #expect(expected.currency == plain?.tenants.first?.currency)
    #expect(tenant == expected)
    let installation = try #require(loaded?.installation)
    var bare = try #require(plain?.installation)
    bare.publicURL = installation.publicURL
    bare.account = installation.account
    bare.alertNumbers = []
    #expect(installation == bare)
  }

  @Test func `the samples know every key, and the loader every key of the samples`() throws {
    let full = try home { Self.filledIn(Self.switchedOn($0)) }
    var asked: [String: Set<String>] = [:]
    var loader = ConfigurationLoader(home: full.path) { _ in true }
    let box = KeyBox()
    loader.onAsk = { tenant, key in box.add(tenant ?? "", key) }
    let (loaded, faults) = loader.load()
    #expect(!faults.contains { $0.severity == .error }, "\(faults)")
    #expect(loaded?.installation.smtp != nil && loaded?.tenants.first?.accounts != nil)
    asked = box.keys
    for (file, id) in zip(SampleFiles.all, ["", "example"]) {
      let value = try #require(JSONValue(json5: Array(Self.switchedOn(file.text).utf8)))
      let shown = Self.keys(of: value, "")
      #expect(asked[id, default: []].subtracting(shown) == [], "read, but not in \(file.path)")
      #expect(shown.subtracting(asked[id, default: []]) == [], "in \(file.path), but not read")
    }
  }

  @Test func `every setting stands in sample, document and loader by construction`() throws {
    let home = try home { Self.filledIn(Self.switchedOn($0)) }
    let document = String(decoding: try Files.read(Self.document), as: UTF8.self)
    func check<Owner: SettingsOwner>(_ owner: Owner.Type, _ file: (path: String, text: String), _ id: String?)
      throws
    {
      var loader = ConfigurationLoader(home: home.path) { _ in true }
      let asked = KeyBox()
      loader.onAsk = { tenant, key in if tenant == id { asked.add("", key) } }
      _ = loader.load()
      let shown = Self.keys(of: try #require(JSONValue(json5: Array(Self.switchedOn(file.text).utf8))), "")
      #expect(Owner.settings.count > 20)
      for setting in Owner.settings {
        #expect(shown.contains(setting.key), "\(setting.key) in \(file.path)")
        #expect(asked.keys[""]?.contains(setting.key) == true, "\(setting.key) in the loader")
        let limits = setting.kind.limits
        #expect(setting.comment.isEmpty || limits.isEmpty || file.text.contains(limits), "\(setting.key)")
      }
      #expect(!file.text.contains("{limits}"))
      #expect(
        document.contains(file.text), "\(file.path) in docs/settings.md: see above how to write it anew")
    }
    try check(Installation.self, SampleFiles.all[0], nil)
    try check(Tenant.self, SampleFiles.all[1], "example")
  }

  @Test func `docs settings md shows the samples`() throws {
    let text = Self.documentText
    if Environment.process["UPDATE_GOLDEN"] != nil {
      try Files.writeAtomically(Array(text.utf8), to: Self.document, mode: 0o644)
    }
    let kept = String(decoding: try Files.read(Self.document), as: UTF8.self)
    #expect(kept == text, "see above how to write it anew")
  }

  private static let document = String(
    #filePath.dropLast("Tests/ConfigurationTests/SampleFileTests.swift".utf8.count) + "docs/settings.md")

  private static var documentText: String {
    var text = """
      # Settings

      The samples that `opsfabric init` writes: every key with its default, its limits and what it means. They are made
      from the table of settings ([TenantSettings.swift](../Sources/Common/Settings/TenantSettings.swift) and
      [InstallationSettings.swift](../Sources/Common/Settings/InstallationSettings.swift)), and so is this page.

      """
    for file in SampleFiles.all { text += "\n## \(file.path)\n\n```json5\n\(file.text)```\n" }
    return text
  }

  private final class KeyBox {
    var keys: [String: Set<String>] = [:]
    func add(_ tenant: String, _ key: String) { keys[tenant, default: []].insert(key) }
  }

  private static func keys(of value: JSONValue, _ path: String) -> Set<String> {
    switch value {
    case .object(let members):
      members.reduce(into: []) { all, member in
        let dotted = path.isEmpty ? member.key : "\(path).\(member.key)"
        all.insert(dotted)
        all.formUnion(keys(of: member.value, dotted))
      }
    case .array(let elements):
      elements.enumerated().reduce(into: []) { $0.formUnion(keys(of: $1.element, "\(path)[\($1.offset)]")) }
    default: []
    }
  }
}
