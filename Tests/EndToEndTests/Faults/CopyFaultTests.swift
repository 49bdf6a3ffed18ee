// CopyFaultTests.swift - the shipped program killed at any effect of a copy and of a restore: what lies at the place is
// whole or no copy, the database is the old one or the new one, and the next attempt finishes.

import Glibc
import Platform
import SQLite
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: FaultTracer.program != nil, "fault-tracer is not built"))
  struct CopyFaultTests {
    /// An installation with a folder for copies, and one missed call.
    private func world() throws -> (world: FaultInstallation, folder: String) {
      let folder = "\(FaultInstallation.memory)/opsfabric-copies-\(RandomSource.system.token(bytes: 8))"
      try Files.makeFolder(folder)
      let world = try FaultInstallation(installation: "backup: { to: \"file:\(folder)\", every_minutes: 5 },")
      try call(world, from: "+41791234567")
      try Files.makeFolder("\(world.home.uploads)/doerfler")
      try Files.writeAtomically(Array("photo".utf8), to: "\(world.home.uploads)/doerfler/a.jpg")
      return (world, folder)
    }

    private func call(_ world: FaultInstallation, from caller: String) throws {
      var leg = world.leg(caller)
      try world.standIn.record(leg)
      #expect(try world.deliver(.incomingCall(leg, url: world.url("voice"))).isGood)
      world.clock.advance(milliseconds: 20_000)
      try world.standIn.record(world.child(of: leg, dialStatus: "no-answer"))
      leg.status = "completed"
      leg.duration = 0
      leg.endedAt = world.clock.now
      try world.standIn.record(leg)
      #expect(try world.deliver(.callStatus(leg, url: world.url("call-status"), at: world.clock.now)).isGood)
    }

    private func remove(_ folder: String) { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }

    private func names(_ world: FaultInstallation) throws -> [String] {
      let list = try world.opsfabric("restore", "--list")
      #expect(list.exitCode == 0, "\(list.errors)")
      #expect(!list.output.contains("damaged"), "\(list.output)")
      return list.output.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != " " }) }
    }

    private func calls(_ path: String) throws -> Int {
      let database = try Database(path: path, access: .readWrite)
      try database.keepWriteAheadLog()
      #expect(try database.first("PRAGMA integrity_check") { $0.text(0) } == "ok")
      return try database.integer("SELECT count(*) FROM calls") ?? -1
    }

    /// - Returns: false when the program ended before it came so far.
    private func killCopy(at step: Int) throws -> Bool {
      let (world, folder) = try world()
      defer { remove(folder) }
      let killed = try world.opsfabric("run", plan: FaultPlan(killAt: step))
      for name in try names(world) {
        let check = try world.opsfabric("restore", name, "--check")
        #expect(check.exitCode == 0, "killed at step \(step): \(check.errors)")
      }
      #expect(try world.run(after: 400).exitCode == 0)
      #expect(try !names(world).isEmpty, "killed at step \(step)")
      let check = try world.opsfabric("restore", "latest", "--check")
      #expect(check.exitCode == 0, "killed at step \(step): \(check.errors)")
      #expect(try Files.list("\(folder)/photos").filter { !$0.contains(".tmp.") }.count == 1)
      return killed.exitCode == nil
    }

    /// - Returns: false when the program ended before it came so far.
    private func killRestore(at step: Int, _ file: Bool) throws -> Bool {
      let (world, folder) = try world()
      defer { remove(folder) }
      try world.run(after: 60)
      #expect(try !names(world).isEmpty)
      #expect(try world.opsfabric("backup", "\(folder)/file.sqlite3").exitCode == 0)
      try call(world, from: "+41791110002")
      try Files.remove("\(world.home.uploads)/doerfler/a.jpg")
      #expect(try calls(world.home.database) == 2)
      let source = file ? "\(folder)/file.sqlite3" : "latest"
      let killed = try world.opsfabric("restore", source, plan: FaultPlan(killAt: step))
      let there = try calls(world.home.database)
      #expect(there == 1 || there == 2, "killed at step \(step)")
      let open = try Database(path: world.home.database, access: .readOnly).integer(
        "SELECT count(*) FROM gaps WHERE reason = 'restore' AND closed_at IS NULL")
      #expect(open == (there == 1 ? 1 : 0), "killed at step \(step)")
      // Whatever stands there works: the restore, and then the run that asks Twilio.
      let again = try world.opsfabric("restore", source)
      #expect(again.exitCode == 0, "killed at step \(step): \(again.errors)")
      #expect(try calls(world.home.database) == 1)
      #expect(!Files.exists("\(world.home.data)/restore"))
      if !file { #expect(Files.exists("\(world.home.uploads)/doerfler/a.jpg")) }
      for _ in 0..<3 { #expect(try world.run(after: 30).exitCode == 0) }
      #expect(try world.list("calls").count == 2, "killed at step \(step)")
      return killed.exitCode == nil
    }

    @Test func `killed here and there while a copy is made`() throws {
      var random = SeededRandom(seed: SeededRandom.firstSeed)
      for from in [1, 40, 80, 120, 160] { _ = try killCopy(at: from + random.number(0...39)) }
    }

    @Test func `killed here and there while a copy is put in place`() throws {
      var random = SeededRandom(seed: SeededRandom.firstSeed)
      for from in [1, 25, 50, 75, 100] { _ = try killRestore(at: from + random.number(0...24), from == 50) }
    }

    @Test(.enabled(if: Soak.minutes > 0, "for `make soak`"))
    func `killed at every effect of a copy and of a restore`() throws {
      func killEverywhere(_ kill: (Int) throws -> Bool) throws -> String {
        let end = monotonicMilliseconds() + Soak.milliseconds(share: 5)
        var step = 1
        while try kill(step) {
          step += 1
          guard monotonicMilliseconds() < end else { return "the first \(step - 1)" }
        }
        return "all \(step - 1)"
      }
      let latest = try killEverywhere { try killRestore(at: $0, false) }
      let file = try killEverywhere { try killRestore(at: $0, true) }
      let copy = try killEverywhere { try killCopy(at: $0) }
      printToStandardOutput(
        "soak, killed at every step: restore latest (\(latest)), restore FILE (\(file)), a copy (\(copy))")
    }
  }

  struct RestoreCommandTests {
    @Test func `a copy, its list, a rehearsal and its restore into an empty home`() throws {
      let folder = "/tmp/opsfabric-copies-\(RandomSource.system.token(bytes: 8))"
      try Files.makeFolder(folder)
      defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }
      let shipped = try ShippedInstallation()
      try shipped.writeConfiguration("backup: { to: \"file:\(folder)\" },")
      #expect(try shipped.opsfabric("apply").exitCode == 0)
      #expect(shipped.post("sms", shipped.smsFields("SM1", "1")).status == 200)
      #expect(try shipped.opsfabric("run").exitCode == 0)
      let list = try shipped.opsfabric("restore", "--list")
      #expect(
        list.exitCode == 0 && list.output.split(separator: "\n").count == 2, "\(list.output)\(list.errors)")
      #expect(try shipped.opsfabric("status").output.contains("copies     the newest good one"))
      #expect(try shipped.opsfabric("status", "--json").output.contains("\"too_old\":false"))
      let doctor = try shipped.opsfabric("doctor", "--offline", "--handlers", shipped.cgiBin)
      #expect(doctor.output.contains("ok       copies         1 copy at file:\(folder)"), "\(doctor.output)")

      let check = try shipped.opsfabric("restore", "latest", "--check")
      #expect(check.exitCode == 0, "\(check.errors)")
      for words in [
        "would put in place: ", "would ask Twilio for all calls and messages since ", "1 tenant", "database",
      ] {
        #expect(check.output.contains(words), "\(check.output)")
      }
      // Another machine: only config/, and the place.
      for name in try Files.list(shipped.home.data) {
        let path = "\(shipped.home.data)/\(name)"
        if !Files.isFolder(path) { try Files.remove(path) }
      }
      let restored = try shipped.opsfabric("restore", "latest")
      #expect(restored.exitCode == 0, "\(restored.errors)")
      for words in ["in place: ", "whose copy it is cannot be told", "opsfabric apply", "database"] {
        #expect(restored.output.contains(words), "\(restored.output)")
      }
      #expect(try shipped.opsfabric("apply").exitCode == 0)
      #expect(try shipped.list("tickets").count == 1)
      #expect(try shipped.opsfabric("run").exitCode == 0)

      let wrong = try shipped.opsfabric("restore", "\(folder)/none")
      #expect(wrong.exitCode == 1 && wrong.errors.contains("there is no file"), "\(wrong.errors)")
      #expect(try shipped.opsfabric("restore", "latest", "--from", "ftp://x").exitCode == 2)
      #expect(try shipped.opsfabric("restore").exitCode == 2)
      let nowhere = try shipped.opsfabric("restore", "latest", "--from", "file:\(folder)/nowhere")
      #expect(nowhere.exitCode == 1 && nowhere.errors.contains("there is no folder"), "\(nowhere.errors)")
    }
  }
}
