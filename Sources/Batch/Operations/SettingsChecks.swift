// SettingsChecks.swift - the configuration as written, the settings as applied, and whether they are the same.

import Business
import Configuration
import LocalTime
import Platform
import Settings

extension Doctor {
  func checkConfiguration(_ home: Home) -> [Finding] {
    let (loaded, faults) = ConfigurationLoader(home: home.path) { [scene] in scene.zones.zone($0) != nil }
      .load()
    configuration = loaded
    installation = loaded?.installation
    tenants = loaded?.tenants ?? []
    let findings = faults.filter { $0.severity != .note && !isCheckedElsewhere($0) }.map { fault in
      let place = fault.key.isEmpty ? fault.file : "\(fault.file): \(fault.key)"
      return Finding(
        check: "configuration", status: fault.severity == .error ? .fault : .warning,
        detail: "\(place): \(fault.reason)",
        cure: fault.expected.isEmpty ? "correct it, then: opsfabric apply" : fault.expected)
    }
    guard findings.isEmpty else { return findings }
    return [.ok("configuration", "no errors, " + counted(tenants.count, "tenant"))]
  }

  /// Modes are with the secrets; a home without tenants is more than a warning here.
  private func isCheckedElsewhere(_ fault: ConfigurationFault) -> Bool {
    fault.severity == .warning && fault.key.isEmpty
      && (fault.file == "config/tenants" || fault.reason.hasPrefix("holds secrets"))
  }

  func checkSettings(_ home: Home) -> [Finding] {
    do {
      let reader = try SettingsReader(path: home.settings)
      let applied = try (reader.installation(), reader.tenants())
      settings = reader
      (installation, tenants) = applied
    } catch {
      let isFirst = if case SettingsError.notApplied = error { true } else { false }
      let detail = isFirst ? "nothing was applied yet" : "\(error)"
      return [.fault("settings", detail, cure: "opsfabric apply")]
    }
    let applied = "applied at \(settings?.appliedAt.iso8601 ?? "")"
    if settings?.isCopy == true {
      return [
        .fault(
          "settings", "the settings file is lost or damaged, and its copy serves", cure: "opsfabric apply")
      ]
    }
    if settings?.isCurrent == false {
      let detail = "written by another version, whose settings serve; what it did not know is at its default"
      return [Finding(check: "settings", status: .warning, detail: detail, cure: "opsfabric apply")]
    }
    let changed = changedFiles()
    guard changed.isEmpty else {
      return [
        .fault(
          "settings", "\(changed.joined(separator: ", ")) changed since: \(applied)", cure: "opsfabric apply")
      ]
    }
    // Found while the file itself is whole: later it is too late.
    guard let copy = try? SettingsReader(copyOf: home.settings), copy.appliedAt == settings?.appliedAt else {
      return [
        .warning(
          "settings", "\(applied), but their copy is lost or damaged, and none would serve",
          cure: "opsfabric apply")
      ]
    }
    return [.ok("settings", applied)]
  }

  /// The files that say something else than what was applied. A file with errors is a finding of its own.
  private func changedFiles() -> [String] {
    guard let configuration else { return [] }
    var changed: [String] = []
    if configuration.installation != installation { changed.append("config/opsfabric.json5") }
    let written = Dictionary(configuration.tenants.map { ($0.id, $0) }) { first, _ in first }
    let applied = Dictionary(tenants.map { ($0.id, $0) }) { first, _ in first }
    for id in Set(written.keys).union(applied.keys).sorted() where written[id] != applied[id] {
      changed.append("config/tenants/\(id).json5")
    }
    return changed
  }

  func checkTenants() -> [Finding] {
    guard configuration != nil || settings != nil else { return [] }
    if tenants.isEmpty {
      return [
        .fault(
          "tenants", "there is no business yet",
          cure:
            "copy config/tenants/example.json5 to config/tenants/ID.json5, fill it in, then: opsfabric apply")
      ]
    }
    guard !activeTenants.isEmpty else {
      return [
        .fault("tenants", "no tenant is active", cure: "set active: true in its file, then: opsfabric apply")
      ]
    }
    return [.ok("tenants", activeTenants.map(\.id).joined(separator: " "))]
  }

  func checkTimeZones() -> [Finding] {
    let names = Set(tenants.map(\.timezone)).sorted()
    guard !names.isEmpty else { return [] }
    let missing = names.filter { scene.zones.zone($0) == nil }
    guard missing.isEmpty else {
      return missing.map { name in
        let whose = tenants.filter { $0.timezone == name }.map(\.id).joined(separator: ", ")
        return .fault(
          "time-zones", "\(name) (\(whose)) is not in this machine's time zone database",
          cure: "install the package tzdata, or set TZDIR to a folder that has it")
      }
    }
    return [.ok("time-zones", names.joined(separator: ", "))]
  }
}
