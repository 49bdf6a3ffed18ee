// BackupEndToEndTests.swift - `opsfabric backup` while everything runs, on a full disk, and put back.

import Glibc
import Platform
import SQLite
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct BackupEndToEndTests {
    @Test func `backups made while handlers and runner work are whole, and nobody is held up`() throws {
      let shipped = try ShippedInstallation()
      let runner = try shipped.startRunner(linger: 60)
      let path = "\(shipped.folder)/copy.sqlite3"
      var calls = 0
      for round in 0..<6 {
        let backup = try ProgramRunner.start(
          ShippedPrograms.opsfabric, ["backup", path], environment: shipped.environment)
        var requests: [WebRequest] = []
        for caller in 0..<8 {
          let sid = "CA\(round)\(caller)"
          requests.append(shipped.request("voice", shipped.callFields(sid, from: "+4179123450\(caller)")))
        }
        #expect(WebClient.sendAll(requests).allSatisfy { $0.status == 200 })
        calls += 8
        let result = try #require(backup.wait(seconds: 30))
        #expect(result.exitCode == 0 && result.output.contains("checked"), "\(result.errors)")
        let copy = try Database(path: path, access: .readOnly)
        let copied = try copy.integer("SELECT count(*) FROM calls") ?? -1
        #expect((calls - 8...calls).contains(copied))
        #expect(try copy.first("PRAGMA integrity_check") { $0.text(0) } == "ok")
      }
      #expect(Files.mode(path) == 0o600)
      #expect(try shipped.spooled().isEmpty)
      runner.signal(SIGTERM)
      #expect(runner.wait(seconds: 20)?.exitCode == 0)
    }

    @Test func `what docs say of restoring brings everything back`() throws {
      let shipped = try ShippedInstallation()
      #expect(shipped.post("sms", shipped.smsFields("SM1", "1")).status == 200)
      #expect(try shipped.opsfabric("run").exitCode == 0)
      let path = "\(shipped.folder)/copy.sqlite3"
      #expect(try shipped.opsfabric("backup", path).exitCode == 0)
      let lists = ["tickets", "messages", "events"]
      let before = try lists.map { try shipped.opsfabric("list", $0, "--json").output }

      // The disk is lost: only the backup and config/ are left.
      let data = shipped.home.data
      for name in try Files.list(data) { try Files.remove("\(data)/\(name)") }
      try Files.writeAtomically(try Files.read(path), to: shipped.home.database)
      #expect(try shipped.opsfabric("apply").exitCode == 0)
      #expect(try lists.map { try shipped.opsfabric("list", $0, "--json").output } == before)
      #expect(shipped.post("sms", shipped.smsFields("SM2", "2")).status == 200)
      #expect(try shipped.opsfabric("run").exitCode == 0)
      #expect(try shipped.list("tickets").count == 1)
      let doctor = try shipped.opsfabric("doctor", "--offline", "--handlers", shipped.cgiBin)
      #expect(
        doctor.output.contains("database") && !doctor.output.contains("FAULT    database"), "\(doctor.output)"
      )
    }

    @Test func `a full disk and a wrong place are told in one line, and nothing is left behind`() throws {
      let shipped = try ShippedInstallation()
      let path = "\(shipped.folder)/copy.sqlite3"
      let full = try ProgramRunner.run(
        "/bin/sh",
        ["-c", "trap '' XFSZ; ulimit -f 60; exec \"$0\" backup \"$1\"", ShippedPrograms.opsfabric, path],
        environment: shipped.environment)
      #expect(full.exitCode == 1 && full.errors.contains("no backup was made"), "\(full.errors)")
      #expect(full.errors.split(separator: "\n").count == 1)
      #expect(!Files.exists(path) && !Files.exists(path + ".part"))

      for (wrong, words) in [
        ("\(shipped.folder)/none/copy", "there is no folder"), (shipped.folder, "is a folder"),
        (shipped.home.database, "holds the database itself"),
        ("\(shipped.home.config)/opsfabric.json5", "is no backup made by this command"),
      ] {
        let result = try shipped.opsfabric("backup", wrong)
        #expect(result.exitCode == 2 && result.errors.contains(words), "\(wrong): \(result.errors)")
      }
    }
  }
}
