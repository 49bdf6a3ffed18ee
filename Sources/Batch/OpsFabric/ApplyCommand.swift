// ApplyCommand.swift - `opsfabric apply`: the configuration is taken over as a whole or not at all.
//
// The settings file is replaced last, in one rename: until then handlers and runner see the old settings.

import Business
import Configuration
import Glibc
import JSON
import LocalTime
import Operations
import Platform
import Settings
import Store

struct ApplyCommand: Command {
  static let name = "apply"
  static let usage = "opsfabric apply [--check] [--json]"
  static let summary = "checks all configuration and takes it over as a whole or not at all"
  static let details = """
    Prints every error with file, key, reason and what would be right, and encoding and segments of every text of
    every tenant. With an error the old settings stay in force and the exit code is 2. Also writes
    fallback/TENANT.xml: static TwiML for Twilio's fallback URL, best kept on another host, and beside it
    TENANT.end.xml, which ends the call of whoever has left a message.
    --check  only checks; nothing is changed
    --json   one object: applied, faults, tenants with their texts
    """
  private let isCheck: Bool
  private let isJSON: Bool

  init(_ arguments: inout Arguments) {
    isCheck = arguments.flag("--check")
    isJSON = arguments.flag("--json")
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let home = try world.home()
    guard Files.exists(home.config) else {
      throw CommandError("there is no \(home.config); `opsfabric init` makes one", exitCode: .usage)
    }
    let (loaded, faults) = ConfigurationLoader(home: home.path) { world.zones.zone($0) != nil }.load()
    if !isJSON { for fault in faults { printToStandardError("\(fault.severity.rawValue): \(fault)") } }
    if let place = WebRoot.around(home, handlers: Doctor.installedHandlers(home)) {
      printToStandardError("warning: the home lies in \(place): move it out, then install again")
    }
    guard let loaded else {
      if isJSON { report(nil, faults) }
      let errors = faults.filter { $0.severity == .error }.count
      printToStandardError(
        "opsfabric apply: \(errors) \(errors == 1 ? "error" : "errors"); nothing was changed, the old settings stay in force"
      )
      return .usage
    }
    if isCheck {
      report(loaded, faults)
      if !isJSON { printToStandardOutput("checked: nothing was changed") }
      return .done
    }
    for folder in home.folders { try Files.makeFolder(folder) }
    let mode: Store.JournalMode = loaded.installation.journalMode == .wal ? .wal : .delete
    _ = try Store.openMigrating(home, journalMode: mode)
    try writeFallbacks(loaded.tenants, home: home)
    try SettingsSnapshot.write(
      loaded.installation, loaded.tenants, appliedAt: world.clock.now(), to: home.settings)
    report(loaded, faults)
    if isJSON { return .done }
    let count = loaded.tenants.filter(\.active).count
    printToStandardOutput("applied: \(count) active \(count == 1 ? "tenant" : "tenants")")
    return .done
  }

  /// Static TwiML for the time when our host is down; files of tenants, and of offers, that are no more are taken away.
  private func writeFallbacks(_ tenants: [Tenant], home: Home) throws {
    let files = tenants.flatMap { FallbackFile.files(of: $0) }
    for file in files {
      // Readable for a web server: it holds nothing that a caller does not learn.
      try Files.writeAtomically(
        Array(file.document.utf8), to: "\(home.fallback)/\(file.name)", mode: 0o644)
    }
    let names = Set(files.map(\.name))
    for name in try Files.list(home.fallback) where name.hasSuffix(".xml") && !names.contains(name) {
      try Files.remove("\(home.fallback)/\(name)")
    }
  }

  private func report(_ loaded: LoadedConfiguration?, _ faults: [ConfigurationFault]) {
    if isJSON {
      printJSON(
        .object([
          "applied": .bool(loaded != nil && !isCheck), "faults": .array(faults.map(json)),
          "tenants": .array((loaded?.tenants ?? []).map(json)),
        ]))
      return
    }
    for tenant in loaded?.tenants ?? [] {
      printToStandardOutput("\(tenant.id): \(tenant.name)\(tenant.active ? "" : " (not active)")")
      for line in textReport(tenant) {
        let segments = "\(line.segments) \(line.segments == 1 ? "segment" : "segments")"
        let culprits =
          line.offendingCharacters.isEmpty
          ? "" : ", because of " + line.offendingCharacters.map { String($0) }.joined(separator: " ")
        let isMissedCall = line.name == MessageTemplate.missedCall.rawValue
        let short = line.isShort ? isMissedCall ? ", the built-in short text" : ", with the name cut" : ""
        printToStandardOutput("  \(line.name): \(line.encoding.rawValue), \(segments)\(culprits)\(short)")
      }
    }
  }

  private func json(_ fault: ConfigurationFault) -> JSONDocument {
    .object([
      "severity": .string(fault.severity.rawValue), "file": .string(fault.file), "key": .string(fault.key),
      "reason": .string(fault.reason), "expected": .string(fault.expected),
    ])
  }

  private func json(_ tenant: Tenant) -> JSONDocument {
    let texts = textReport(tenant).map { line in
      JSONDocument.object([
        "name": .string(line.name), "encoding": .string(line.encoding.rawValue),
        "segments": .whole(line.segments),
      ])
    }
    return .object([
      "id": .string(tenant.id), "name": .string(tenant.name), "active": .bool(tenant.active),
      "texts": .array(texts),
    ])
  }
}
