// DatabaseChecks.swift - the operational database: opens, whole, of this version, on a file system that suits it.

import Business
import Platform
import Store

extension Doctor {
  func checkDatabase(_ home: Home) -> [Finding] {
    guard Files.exists(home.database) else {
      return [.fault("database", "\(home.database) is not there", cure: "opsfabric apply")]
    }
    let condition: DatabaseCondition
    do { condition = try Store.condition(of: home) } catch {
      return [
        error.isBusy ? lockedDatabase : .fault("database", "\(error)", cure: databaseCure)
      ]
    }
    guard condition.verdict == "ok" else {
      return [.fault("database", "damaged: \(condition.verdict)", cure: databaseCure)]
    }
    var findings: [Finding] = []
    let needed = Store.schemaVersion
    if condition.schemaVersion < needed {
      findings.append(
        .fault(
          "database", "schema \(condition.schemaVersion), the programs need \(needed)",
          cure: "opsfabric apply"))
    } else if condition.schemaVersion > needed {
      findings.append(
        .fault(
          "database", "schema \(condition.schemaVersion) is newer than these programs (\(needed))",
          cure: "install the newer programs again; a database is never taken back"))
    } else {
      findings.append(checkUse(home, needed))
    }
    return findings + checkJournal(home, mode: condition.journalMode) + checkWAL(home)
  }

  /// Its tables are there, and it can be written to. The later checks work with it where it can be read.
  private func checkUse(_ home: Home, _ needed: Int) -> Finding {
    do {
      let opened = try Store.open(home, patience: 2000)
      let missing = try opened.missingTables()
      guard missing.isEmpty else {
        let what = missing.count == 1 ? "the table \(missing[0]) is" : "tables are"
        let names = missing.count == 1 ? "" : ": \(missing.joined(separator: ", "))"
        return .fault("database", "\(what) missing\(names)", cure: databaseCure)
      }
      store = opened
      guard !opened.isReadOnly else {
        return .fault(
          "database", "\(home.database) cannot be written to: every webhook goes to spool/",
          cure: "chmod u+rw \(shellWord(home.database))*, as the owner of the home")
      }
      try opened.tryWriting()
      return .ok("database", "whole, schema \(needed), \((Files.size(home.database) ?? 0) >> 10) KiB")
    } catch {
      return (error as? DatabaseError)?.isBusy == true
        ? lockedDatabase : .fault("database", "\(error)", cure: databaseCure)
    }
  }

  private var lockedDatabase: Finding {
    .fault(
      "database", "another program holds it locked: every webhook goes to spool/",
      cure: "find the program that keeps data/opsfabric.sqlite3 open, and end it")
  }

  private func checkJournal(_ home: Home, mode: String) -> [Finding] {
    let wanted = installation?.journalMode.rawValue ?? mode
    if mode == "wal", let network = scene.networkFileSystem(home.data) {
      return [
        .fault(
          "journal", "a WAL does not work on \(network): data can be lost",
          cure: "set journal_mode: \"delete\" in config/opsfabric.json5, stop cron, then: opsfabric apply")
      ]
    }
    guard mode == wanted else {
      return [
        .fault("journal", "the database uses \(mode), journal_mode says \(wanted)", cure: "opsfabric apply")
      ]
    }
    return [.ok("journal", mode)]
  }

  private func checkWAL(_ home: Home) -> [Finding] {
    let size = Files.size(home.database + "-wal") ?? 0
    let detail = "\(size >> 20) MiB not yet in the database file"
    let cure = "see that the runner runs, and end whatever reads the database for hours"
    if size > 256 << 20 { return [.fault("wal", detail, cure: cure)] }
    return size > 32 << 20 ? [.warning("wal", detail, cure: cure)] : []
  }
}
