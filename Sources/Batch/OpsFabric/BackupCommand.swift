// BackupCommand.swift - `opsfabric backup`: a consistent copy of the database while everything runs.

import Platform
import Store

struct BackupCommand: Command {
  static let name = "backup"
  static let usage = "opsfabric backup FILE [--force]"
  static let summary = "a consistent copy of the database while everything runs"
  static let details = """
    Handlers and runner go on working. The copy gets its name when it is whole: checked, on the disk, mode 0600.
    An earlier backup of that name is replaced; any other file is not.
    --force  replaces any other file too
    Keep config/ and uploads/ as well. data/inbox.key does not belong into a backup: a lost one is made anew.
    To put a backup back: docs/operator.md, "Restoring".
    """
  private let path: String
  private let isForced: Bool

  init(_ arguments: inout Arguments) throws {
    isForced = arguments.flag("--force")
    path = try arguments.next("the backup's file")
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let home = try world.home()
    StopSignal.listen()
    var backup = Backup(of: home, to: path, isForced: isForced)
    backup.shouldStop = { StopSignal.isRequested }
    let line = ProgressLine()
    backup.progress = { done, total in
      line.show(total > 0 ? "backup: \(done * 100 / total) %" : "backup: checking the copy")
    }
    defer { line.clear() }
    do {
      let summary = try backup.run()
      line.clear()
      printToStandardOutput("\(path): \((summary.bytes + 1023) >> 10) KiB, checked")
      return .done
    } catch BackupError.refused(let reason) {
      throw CommandError(reason, exitCode: .usage)
    }
  }
}
