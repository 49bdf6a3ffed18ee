// ConfigurationLoader.swift - reads and checks the whole configuration; every fault is found in one go.
//
// `opsfabric apply` prints the faults and, when none is an error, hands the result to SettingsSnapshot.

import Glibc
import Platform
import Settings

/// A configuration without errors.
public struct LoadedConfiguration: Sendable {
  public var installation: Installation
  /// Sorted by id, inactive ones too.
  public var tenants: [Tenant]
  public var warnings: [ConfigurationFault]
}

public struct ConfigurationLoader {
  /// What holds `opsfabric.json5` and `tenants/`.
  private let folder: String
  private let zoneExists: (String) -> Bool
  /// Called with every key that is asked for, of the installation's file (nil) or a tenant's.
  var onAsk: (_ tenant: String?, _ key: String) -> Void = { _, _ in }

  /// - Parameter zoneExists: whether a name is in the time zone database.
  public init(home: String, zoneExists: @escaping (String) -> Bool) {
    folder = Home(home).config
    self.zoneExists = zoneExists
  }

  /// A folder like `config/`, wherever it lies: settings to be tried, not taken over.
  public init(folder: String, zoneExists: @escaping (String) -> Bool) {
    self.folder = folder
    self.zoneExists = zoneExists
  }

  /// Asks this machine's time zone database.
  public init(home: String) {
    let zones = TimeZones()
    self.init(home: home) { zones.zone($0) != nil }
  }

  /// The configuration, or nil when there is an error; and all errors and warnings, in the order of the files.
  public func load() -> (LoadedConfiguration?, [ConfigurationFault]) {
    let faults = FaultList()
    let installation = loadInstallation(faults)
    let tenants = loadTenants(installation, faults)
    let all = faults.all
    guard let installation, !all.contains(where: { $0.severity == .error }) else { return (nil, all) }
    return (.init(installation: installation, tenants: tenants, warnings: all), all)
  }

  private func loadInstallation(_ faults: FaultList) -> Installation? {
    let file = ConfigurationFile(name: "config/opsfabric.json5", path: folder + "/opsfabric.json5")
    guard let members = file.members(faults) else { return nil }
    file.checkMode(faults)
    let reader = ObjectReader(file: file.name, members: members, faults: faults) { onAsk(nil, $0) }
    return InstallationCheck(reader: reader).installation()
  }

  private func loadTenants(_ installation: Installation?, _ faults: FaultList) -> [Tenant] {
    let ids = tenantIDs(faults)
    var tenants: [Tenant] = []
    for id in ids {
      let file = ConfigurationFile(
        name: Self.fileName(tenant: id), path: "\(folder)/tenants/\(id)\(Self.suffix)")
      guard let members = file.members(faults) else { continue }
      let reader = ObjectReader(file: file.name, members: members, faults: faults) { onAsk(id, $0) }
      var check = TenantCheck(id: id, reader: reader, zoneExists: zoneExists)
      if let rate = installation?.messagesPerSecond { check.smsLimits = .tenant(messagesPerSecond: rate) }
      let tenant = check.tenant()
      if reader.has("twilio") { file.checkMode(faults) }
      compare(tenant, with: tenants, installation, reader)
      tenants.append(tenant)
    }
    if ids.isEmpty {
      faults.add(
        .init(
          file: "config/tenants", key: "", reason: "holds no tenant",
          expected: "copy a sample to ID.json5, one file per business", severity: .warning))
    } else if !tenants.isEmpty, !tenants.contains(where: \.active) {
      faults.add(
        .init(
          file: "config/tenants", key: "", reason: "no tenant is active", expected: "set active: true in one",
          severity: .warning))
    }
    return tenants
  }

  // MARK: The folder

  private static let suffix = ".json5"

  private static func fileName(tenant id: String) -> String { "config/tenants/\(id)\(suffix)" }

  /// Sorted; files with other names are faults.
  private func tenantIDs(_ faults: FaultList) -> [String] {
    var names: [String] = []
    do throws(SystemError) {
      names = try Files.list(folder + "/tenants")
    } catch {
      // A folder that is not there holds no tenant, which is warned of.
      if error.code != ENOENT {
        faults.add(
          .init(
            file: "config/tenants", key: "",
            reason: "cannot be read (\(String(cString: strerror(error.code))))",
            expected: "run as its owner"))
      }
    }
    return names.filter { isTenantFile($0, faults) }.map { String($0.dropLast(Self.suffix.count)) }.sorted()
  }

  private func isTenantFile(_ name: String, _ faults: FaultList) -> Bool {
    // Hidden files, and what editors leave behind.
    if name.hasPrefix(".") || name.hasSuffix("~") || name.hasPrefix("#") && name.hasSuffix("#") {
      return false
    }
    let stem = String(name.prefix { $0 != "." })
    let isID = !stem.isEmpty && stem.utf8.allSatisfy { 97...122 ~= $0 || 48...57 ~= $0 || $0 == 45 }
    if isID, name == stem + Self.suffix, stem.utf8.count <= 64 { return true }
    let tidy = stem.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 }.filter { $0.isASCII }
    let proposal = tidy.isEmpty ? "ID.json5" : String(tidy) + Self.suffix
    let expected =
      name == stem + ".json" || !isID && name.hasSuffix(Self.suffix)
      ? "rename it to \(proposal)"
      : "name tenants' files ID.json5 with a-z, 0-9 and - (at most 64), and keep other files elsewhere"
    faults.add(
      .init(
        file: "config/tenants/\(name)", key: "", reason: "is no name of a tenant's file", expected: expected))
    return false
  }

  // MARK: One tenant against the others

  private func compare(
    _ tenant: Tenant, with others: [Tenant], _ installation: Installation?, _ reader: ObjectReader
  ) {
    for number in tenant.voiceNumbers {
      guard let other = others.first(where: { $0.voiceNumbers.contains(number) }) else { continue }
      reader.fault(
        "voice_numbers", "\(number) belongs to \(Self.fileName(tenant: other.id)) already",
        "a number can be one tenant's only")
    }
    let domain = tenant.websiteDomain.lowercased()
    if let other = others.first(where: { $0.websiteDomain.lowercased() == domain }) {
      reader.fault(
        "website_domain", "\(tenant.websiteDomain) is the website of \(Self.fileName(tenant: other.id)) too",
        "give each tenant a website of its own: requests by the form go to the first by ID", .warning)
    }
    if let target = tenant.forwardTo, let other = others.first(where: { $0.voiceNumbers.contains(target) }) {
      reader.fault(
        "forward_to", "\(target) is a voice number of \(Self.fileName(tenant: other.id))",
        "write the number of the business's own telephone", .warning)
    }
    for person in tenant.notify where person.channel == .sms {
      let owner = ([tenant] + others).first {
        $0.voiceNumbers.contains(person.to) || $0.smsSender == person.to
      }
      guard let owner else { continue }
      reader.fault(
        "notify", "\(person.to) is a number of \(Self.fileName(tenant: owner.id)) at Twilio",
        "write a person's number: nobody reads what is sent to this one, and nothing is sent", .warning)
    }
    if let own = tenant.twilio {
      let accounts = [installation?.account].compactMap { $0 } + others.compactMap(\.twilio)
      if accounts.contains(where: { $0.accountSid == own.accountSid && $0.authToken != own.authToken }) {
        reader.fault(
          "twilio.auth_token", "differs from the token given for the same account elsewhere",
          "write the same token in both places, or leave twilio out here")
      }
    }
    let usesMail = !tenant.reportEmail.isEmpty || tenant.notify.contains { $0.channel == .email }
    if usesMail, let installation, installation.smtp == nil {
      reader.fault(
        tenant.reportEmail.isEmpty ? "notify" : "report_email",
        "names a mail address, but no mail can be sent",
        "set smtp in config/opsfabric.json5", .warning)
    }
  }
}
