// ConfigurationLoader.swift - reads and checks the whole configuration; every fault is found in one go.
//
// `opsfabric apply` prints the faults and, when none is an error, hands the result to SettingsSnapshot.

import Business
import Glibc
import Platform
import Settings

/// A configuration without errors.
package struct LoadedConfiguration: Sendable {
  package var installation: Installation
  /// Sorted by id, inactive ones too.
  package var tenants: [Tenant]
  package var warnings: [ConfigurationFault]
}

package struct ConfigurationLoader {
  /// What holds `opsfabric.json5` and `tenants/`.
  private let folder: String
  private let zoneExists: (String) -> Bool
  /// Called with every key that is asked for, of the installation's file (nil) or a tenant's.
  var onAsk: (_ tenant: String?, _ key: String) -> Void = { _, _ in }

  /// - Parameter zoneExists: whether a name is in the time zone database.
  package init(home: String, zoneExists: @escaping (String) -> Bool) {
    folder = Home(home).config
    self.zoneExists = zoneExists
  }

  /// A folder like `config/`, wherever it lies: settings to be tried, not taken over.
  package init(folder: String, zoneExists: @escaping (String) -> Bool) {
    self.folder = folder
    self.zoneExists = zoneExists
  }

  /// Asks this machine's time zone database.
  package init(home: String) {
    let zones = TimeZones()
    self.init(home: home) { zones.zone($0) != nil }
  }

  /// The configuration, or nil when there is an error; and all errors and warnings, in the order of the files.
  package func load() -> (LoadedConfiguration?, [ConfigurationFault]) {
    let operators = loadInstallation()
    let folderFaults = FaultList()
    let files = loadTenants(operators.installation, folderFaults)
    Comparison(tenants: files.compactMap(\.tenant), installation: operators.installation)
      .run(over: files, operators)
    let all = ([operators.faults] + files.map(\.faults) + [folderFaults]).flatMap(\.all)
    guard let installation = operators.installation, !all.contains(where: { $0.severity == .error }) else {
      return (nil, all)
    }
    return (.init(installation: installation, tenants: files.compactMap(\.tenant), warnings: all), all)
  }

  private func loadInstallation() -> ReadInstallation {
    let faults = FaultList()
    let file = ConfigurationFile(name: "config/opsfabric.json5", path: folder + "/opsfabric.json5")
    guard let members = file.members(faults) else { return .init(faults: faults) }
    file.checkMode(faults)
    let reader = ObjectReader(file: file.name, members: members, faults: faults) { onAsk(nil, $0) }
    return .init(
      installation: InstallationCheck(reader: reader).installation(), reader: reader, faults: faults)
  }

  /// - Parameter faults: takes what is wrong with the folder as a whole.
  private func loadTenants(_ installation: Installation?, _ faults: FaultList) -> [ReadTenant] {
    let files = tenantIDs(faults).map { loadTenant($0, installation) }
    let tenants = files.compactMap(\.tenant)
    if files.isEmpty {
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
    return files
  }

  private func loadTenant(_ id: String, _ installation: Installation?) -> ReadTenant {
    let faults = FaultList()
    let file = ConfigurationFile(
      name: Self.fileName(tenant: id), path: "\(folder)/tenants/\(id)\(Self.suffix)")
    guard let members = file.members(faults) else { return .init(faults: faults) }
    let reader = ObjectReader(file: file.name, members: members, faults: faults) { onAsk(id, $0) }
    var check = TenantCheck(id: id, reader: reader, zoneExists: zoneExists)
    if let rate = installation?.messagesPerSecond { check.smsLimits = .tenant(messagesPerSecond: rate) }
    let tenant = check.tenant()
    // A topic that no token guards is as good as one.
    let pushes = tenant.notify.contains { $0.channel == .ntfy }
    if reader.has("twilio") || reader.has("webhooks") || pushes { file.checkMode(faults) }
    return .init(tenant: tenant, reader: reader, faults: faults)
  }

  // MARK: The folder

  private static let suffix = ".json5"

  static func fileName(tenant id: String) -> String { "config/tenants/\(id)\(suffix)" }

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
}
