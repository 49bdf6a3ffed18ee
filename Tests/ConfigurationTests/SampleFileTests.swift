// SampleFileTests.swift - the samples of `opsfabric init` show exactly the keys that the loader reads.

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
