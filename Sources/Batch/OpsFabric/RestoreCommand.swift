// RestoreCommand.swift - `opsfabric restore`: a copy in the database's place, or a rehearsal of it.

import Business
import Configuration
import Copies
import Curl
import LocalTime
import Operations
import Platform
import Settings
import Store

struct RestoreCommand: Command {
  static let name = "restore"
  static let usage =
    "opsfabric restore FILE|latest|NAME [--check] [--from PLACE] [--force] | --list [--from PLACE]"
  static let summary = "puts a copy in the database's place; the next run asks Twilio what was sent since"
  static let details = """
    FILE          what `opsfabric backup` has made
    latest        the newest copy of backup.to that is well; photos and voice messages that are missing come with it
    NAME          another one of them
    --list        which there are
    --check       changes nothing: puts it beside, lets the doctor look at it, and says what the next run would do
    --from PLACE  another place than backup.to: s3://…, https://… or file:/…. Without settings the environment has the
                  keys: OPSFABRIC_BACKUP_ENDPOINT, _REGION, _KEY_ID, _SECRET, _USERNAME, _PASSWORD
    --force       the copy of another installation too; and in the place of a database that cannot be opened
    Waits until the runner has ended, or says that it must. The old database stays beside the new one, as
    data/opsfabric.sqlite3.before-TIME. Broken off anywhere, one of the two is in place, whole: begin again.
    What people have done since the copy is not in it: docs/operator.md, "Restoring".
    """

  private let source: RestoreSource?
  private let place: CopyPlace?
  private let isCheck: Bool
  private let isForced: Bool

  init(_ arguments: inout Arguments) throws {
    isCheck = arguments.flag("--check")
    isForced = arguments.flag("--force")
    let isList = arguments.flag("--list")
    if let text = try arguments.option("--from") {
      do throws(CopyPlace.Fault) { place = try CopyPlace(text) } catch {
        throw UsageError("--from \(text) \(error): \(CopyPlace.expected)")
      }
    } else {
      place = nil
    }
    if isList {
      source = nil
      return
    }
    let word = try arguments.next("the copy: a file, latest, or a name of `opsfabric restore --list`")
    source = word == "latest" ? .latest : CopyName(word).map { .named($0) } ?? .file(word)
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let home = try world.home()
    let installation = RestoreCommand.installation(home)
    StopSignal.listen()
    do {
      guard let source else { return try list(home, installation, world) }
      return try restore(source, home, installation, world)
    } catch let error as RestoreError {
      throw CommandError("\(error)", exitCode: error.isMatterOfForce ? .usage : .failed)
    } catch let error as CopyError {
      throw CommandError("\(error)")
    }
  }

  // MARK: the place

  /// As it was taken over, or as the files in config/ say: a new machine has no other settings.
  private static func installation(_ home: Home) -> Installation? {
    if let applied = try? SettingsReader(path: home.settings).installation() { return applied }
    return ConfigurationLoader(home: home.path).load().0?.installation
  }

  private func reader(_ home: Home, _ installation: Installation?, _ environment: Environment) throws
    -> CopyReader?
  {
    var backup = installation?.backup ?? Installation.Backup()
    if let place { backup.to = place.text }
    guard backup.to != nil else { return nil }
    func given(_ name: String) -> String? {
      environment["OPSFABRIC_BACKUP_\(name)"].flatMap { $0.isEmpty ? nil : $0 }
    }
    backup.endpoint = given("ENDPOINT") ?? backup.endpoint
    backup.region = given("REGION") ?? backup.region
    backup.keyID = given("KEY_ID") ?? backup.keyID
    backup.secret = given("SECRET").map(Secret.init) ?? backup.secret
    backup.username = given("USERNAME") ?? backup.username
    backup.password = given("PASSWORD").map(Secret.init) ?? backup.password
    backup.bandwidth = 0
    // Whoever types an address means it.
    let isNamed = place != nil
    var access = CopyAccess(backup) { isNamed || installation?.trusts($0) ?? false }
    access.isAbandoned = { StopSignal.isRequested }
    return CopyReader(place: try access.store(of: home), isAbandoned: access.isAbandoned)
  }

  private func list(_ home: Home, _ installation: Installation?, _ world: CommandWorld) throws -> ExitCode {
    guard let reader = try reader(home, installation, world.environment) else { throw noPlace }
    var table = TextTable(header: ["copy", "made", "KiB", "schema", "calls", "tickets", "files"])
    for name in try reader.names() {
      do throws(CopyError) {
        let manifest = try reader.manifest(name)
        table.add([
          name.text, manifest.madeAt.iso8601, String((manifest.bytes + 1023) >> 10), String(manifest.schema),
          String(manifest.rows["calls"] ?? 0), String(manifest.rows["tickets"] ?? 0),
          String(manifest.files.count),
        ])
      } catch {
        guard case .damaged = error else { throw error }
        table.add([name.text, name.madeAt.iso8601, "damaged"])
      }
    }
    printToStandardOutput(table.text)
    return .done
  }

  private var noPlace: CommandError {
    CommandError(
      "no place for copies is set: write backup.to in config/opsfabric.json5, or --from PLACE",
      exitCode: .usage)
  }

  // MARK: the copy

  private func restore(
    _ source: RestoreSource, _ home: Home, _ installation: Installation?, _ world: CommandWorld
  ) throws -> ExitCode {
    var reader: CopyReader?
    if case .file = source {
      // A file needs no place.
    } else {
      guard let found = try self.reader(home, installation, world.environment) else { throw noPlace }
      reader = found
    }
    let line = ProgressLine()
    reader?.progress = { done, total in line.show("restore: \(done * 100 / max(1, total)) % fetched") }
    defer { line.clear() }
    var restore = Restore(home: home, source: source, reader: reader, clock: world.clock)
    restore.isForced = isForced
    restore.say = { text in
      line.clear()
      printToStandardError("opsfabric restore: \(text)")
    }
    if isCheck {
      try restore.rehearse { report, beside in
        line.clear()
        say(report, home)
        printToStandardOutput("\nthe doctor on the copy:")
        printToStandardOutput(
          DoctorCommand.screen(
            Doctor.examineCopy(beside, of: home, clock: world.clock, zones: world.zones),
            Palette(world.environment)))
      }
      return .done
    }
    let report = try restore.run()
    line.clear()
    say(report, home)
    printToStandardOutput("")
    let findings = DoctorCommand.doctor(world, isOffline: false, handlers: nil).examine()
    printToStandardOutput(DoctorCommand.screen(findings, Palette(world.environment)))
    return .done
  }

  private func say(_ report: RestoreReport, _ home: Home) {
    var lines: [String] = []
    let rows = report.contents.rows
    func count(_ table: String, _ rows: [String: Int]) -> Int { rows[table] ?? 0 }
    let here = report.replaced?.rows
    let figures = [("calls", "calls"), ("tickets", "tickets"), ("messages", "messages")].map { table, word in
      "\(count(table, rows)) \(word)"
        + (here.map { " (\(count(table, $0)) in the database that is replaced)" } ?? "")
    }
    lines.append(
      "\(isCheck ? "would put in place" : "in place"): \(report.copy), \(figures.joined(separator: ", "))")
    if !report.isOwnerKnown {
      lines.append("whose copy it is cannot be told: see that it is this installation's")
    }
    let tenants = ((try? SettingsReader(path: home.settings).tenants()) ?? []).filter(\.active)
    let numbers = Set(tenants.flatMap(\.voiceNumbers)).count
    lines.append(
      "the next run \(isCheck ? "would ask" : "asks") Twilio for all calls and messages since \(report.since.iso8601) before it sends anything: "
        + "\(tenants.count) tenant\(tenants.count == 1 ? "" : "s"), \(numbers) number\(numbers == 1 ? "" : "s"); "
        + "\(report.contents.waiting) decisions and messages of the copy wait for that")
    lines.append("what people have done on the desk since then is not in it")
    if report.filesFetched > 0 {
      lines.append(
        "\(report.filesFetched) photos and voice messages \(isCheck ? "would come" : "came") with it")
    }
    if !report.filesMissing.isEmpty {
      lines.append(
        "\(report.filesMissing.count) photos and voice messages are not at that place: \(report.filesMissing.prefix(5).joined(separator: ", "))"
      )
    }
    if let kept = report.keptAt { lines.append("the old database: \(kept)") }
    if tenants.isEmpty {
      lines.append("there are no settings here yet: fill in config/, then: opsfabric apply")
    }
    printToStandardOutput(lines.joined(separator: "\n"))
  }
}
