// QueueTests.swift - the shipped `bootstrap`, an Amazon SQS (moto) and the shipped runner, together: nothing lost, nothing
// twice, whoever is killed.

import Glibc
import LocalTime
import Platform
import StandIn
import Synchronization
import TestSupport
import Testing

extension EndToEnd {
  @Suite(
    .enabled(if: ShippedPrograms.bootstrap != "", "BOOTSTRAP names no program: run `make test`"),
    .enabled(if: QueueServer.isInstalled, "moto is not installed: run `make test`"))
  struct QueueTests {
    private func use(_ queue: String, _ shipped: ShippedInstallation) throws {
      try shipped.writeConfiguration(
        """
        intake: {sqs: {
          queue_url: "\(queue)", region: "eu-central-2", access_key_id: "key", secret_access_key: "secret",
        }},
        """)
      let applied = try shipped.opsfabric("apply")
      try #require(applied.exitCode == 0, "\(applied.errors)")
    }

    /// What `make lambda` packs: the settings, and no database.
    private func packedHome(_ shipped: ShippedInstallation, _ name: String = "package") throws -> String {
      let home = Home("\(shipped.folder)/\(name)")
      try Files.makeFolder(home.data)
      try Files.writeAtomically(try Files.read(shipped.home.settings), to: home.settings)
      return home.path
    }

    private func event(
      _ shipped: ShippedInstallation, _ kind: String, _ sid: String, from: String = "anonymous"
    ) -> [UInt8] {
      let result = kind == "dial-result" ? [("DialCallStatus", "no-answer")] : []
      return FunctionEventText(
        webhook: kind, shipped.callFields(sid, from: from) + result, publicURL: shipped.publicURL,
        token: ShippedInstallation.token
      ).bytes
    }

    private func start(
      _ handler: String, _ runtime: RuntimeStandIn, home: String, more: [String: String] = [:]
    ) throws -> RunningProgram {
      try ProgramRunner.start(
        ShippedPrograms.bootstrap, [],
        environment: [
          "AWS_LAMBDA_RUNTIME_API": runtime.address, "_HANDLER": handler, "OPSFABRIC_HOME": home,
        ].merging(more) { $1 })
    }

    /// Serves events one after another.
    private func serve(
      _ handler: String, _ events: [[UInt8]], home: String, more: [String: String] = [:]
    ) throws -> (answers: [FunctionAnswerText?], result: ProgramResult) {
      let runtime = try RuntimeStandIn { $0 < events.count ? .event(events[$0]) : .end }
      defer { runtime.stop() }
      let result = try #require(try start(handler, runtime, home: home, more: more).wait(seconds: 60))
      return (runtime.posted.map(\.answer), result)
    }

    /// Events that a webhook of this test makes, each once.
    private func recordings(_ shipped: ShippedInstallation) throws -> Int {
      try shipped.list("events").count { ["call_started", "call_missed"].contains($0["type"]) }
    }

    /// 5,000 in the long run.
    @Test
    func
      `webhooks through parallel functions, the queue and a runner killed several times are recorded once`()
      async throws
    {
      let webhooks = Int(Environment.process["QUEUED_WEBHOOKS"] ?? "") ?? 300
      let shipped = try ShippedInstallation()
      let server = try QueueServer()
      let queue = try server.makeQueue("calls")
      try use(queue, shipped)
      let home = try packedHome(shipped)

      let sids = (0..<(webhooks / 2)).map { "CA\($0)" }
      let work = ["voice", "dial-result"].map { kind in
        Work(sids.map { event(shipped, kind, $0) })
      }
      // Two instances of each function, as the service starts them when much comes at once.
      var functions: [(runtime: RuntimeStandIn, program: RunningProgram)] = []
      for (handler, work) in zip(["voice", "dial-result"], work) {
        for _ in 0..<2 {
          let runtime = try RuntimeStandIn { _ in work.next().map { .event($0) } ?? .end }
          functions.append((runtime, try start(handler, runtime, home: home)))
        }
      }
      let began = monotonicMilliseconds()
      var kills = 0
      while kills < 4 || functions.contains(where: { $0.program.poll() == nil }) {
        // Not long: a killed runner's request for messages goes on at moto for as long as it was to wait, and takes
        // messages that nobody gets.
        // With many messages moto is slow, and a runner that is killed in each second would leave it more requests than
        // it can answer: later ones live longer.
        let life = 300 + 350 * (kills % 4) + 250 * max(0, kills - 8)
        let runner = try shipped.startRunner(linger: life / 1000 + 3)
        usleep(UInt32(min(life, 20_000)) * 1000)
        runner.signal(SIGKILL)
        _ = runner.wait(seconds: 10)
        kills += 1
        try #require(kills < 3000, "the functions never end")
      }
      let taken = monotonicMilliseconds()
      for function in functions {
        function.runtime.stop()
        for posted in function.runtime.posted { #expect(posted.answer?.status == 200, "\(posted)") }
      }
      let answered = functions.flatMap(\.runtime.posted).count { $0.answer?.status == 200 }
      #expect(functions.reduce(0) { $0 + $1.runtime.posted.count } == webhooks)

      // What a killed runner had taken comes back after the queue's visibility time-out.
      let before = try recordings(shipped)
      var delivered = 0
      let isDrained = try eventually(within: 300) {
        let run = try shipped.opsfabric("run")
        let words = run.output.split { $0 == " " || $0 == "," || $0 == "\n" }
        if let place = words.firstIndex(of: "queue"), place + 1 < words.count {
          delivered += Int(words[place + 1]) ?? 0
        }
        return try server.count(queue) == 0
      }
      #expect(isDrained)
      let recorded = try recordings(shipped)
      if Environment.process["QUEUED_WEBHOOKS"] != nil {
        // Of what killed runners took, nobody counts how much was recorded before the kill: only what came again
        // afterwards is known.
        printToStandardOutput(
          "queue: \(webhooks) webhooks sent, \(answered) answered 200 in \((taken - began) / 1000) s, \(kills) runners killed, "
            + "\(before) recorded by then; \(delivered) delivered afterwards, \(recorded - before) of them new; "
            + "\((monotonicMilliseconds() - began) / 1000) s in all")
      }
      let calls = try shipped.list("calls")
      #expect(calls.count == sids.count)
      #expect(Set(calls.compactMap { $0["call_sid"] }) == Set(sids))
      #expect(calls.allSatisfy { $0["outcome"] == "missed" })
      let events = try shipped.list("events")
      for type in ["call_started", "call_missed"] {
        #expect(events.filter { $0["type"] == type }.count == sids.count, "\(type)")
      }
    }

    @Test func `two homes, each with its own queue, share nothing`() throws {
      let server = try QueueServer()
      let homes = try [ShippedInstallation(), ShippedInstallation()]
      for (number, shipped) in homes.enumerated() {
        try use(try server.makeQueue("calls-\(number).fifo"), shipped)
        let home = try packedHome(shipped)
        let served = try serve("voice", [event(shipped, "voice", "CA\(number)")], home: home)
        #expect(served.answers.first??.status == 200, "\(served.result.errors)")
      }
      for (number, shipped) in homes.enumerated() {
        let run = try shipped.opsfabric("run")
        #expect(run.output.contains("from the queue 1"), "\(run.output)\(run.errors)")
        #expect(try shipped.only("calls")["call_sid"] == "CA\(number)")
      }
    }

    @Test func `while it waits for messages the runner sends as fast as ever, and ends when asked`()
      throws
    {
      let shipped = try ShippedInstallation()
      let server = try QueueServer()
      try use(try server.makeQueue("calls"), shipped)
      let runner = try shipped.startRunner(linger: 50)
      let isAtWork = try eventually(within: 15) {
        try shipped.opsfabric("status").output.contains("at work")
      }
      try #require(isAtWork)
      usleep(1_500_000)  // by now it waits at the queue, for up to 20 s
      #expect(shipped.post("sms", shipped.smsFields("SM1", "1")).status == 200)
      let began = monotonicMilliseconds()
      let isSent = try eventually(within: 15) {
        try shipped.standIn.messages(to: ShippedInstallation.caller).count == 1
      }
      #expect(isSent)
      #expect(monotonicMilliseconds() - began < 8000)
      let home = try packedHome(shipped)
      _ = try serve("voice", [event(shipped, "voice", "CA1")], home: home)
      let isRecorded = try eventually(within: 15) { try shipped.list("calls").count == 1 }
      #expect(isRecorded)
      let asked = monotonicMilliseconds()
      runner.signal(SIGTERM)
      #expect(runner.wait(seconds: 15)?.exitCode == 0)
      #expect(monotonicMilliseconds() - asked < 8000, "it does not wait for the queue's 20 s")
    }

    @Test func `while the queue is down a webhook is kept, and goes to the queue when that is back`() throws {
      let shipped = try ShippedInstallation()
      let first = try QueueServer()
      let queue = try first.makeQueue("calls")
      try use(queue, shipped)
      let home = try packedHome(shipped)
      // A package cannot be written to; a link that leads nowhere has the same effect on root.
      symlink("/nowhere/at/all", "\(home)/spool")
      let temporary = ["TMPDIR": "\(shipped.folder)/tmp"]
      try Files.makeFolder("\(shipped.folder)/tmp")
      first.stop()
      let down = try serve("voice", [event(shipped, "voice", "CA1")], home: home, more: temporary)
      #expect(ShippedInstallation.dialled(down.answers.first??.text ?? "") == ShippedInstallation.business)
      #expect(down.result.errors.contains("spooled"))
      let kept = { try Files.list("\(shipped.folder)/tmp/opsfabric-spool-\(geteuid())") }
      #expect(try kept().count == 1)

      let second = try QueueServer(port: first.port)
      #expect(try second.makeQueue("calls") == queue)
      let up = try serve("voice", [event(shipped, "voice", "CA2")], home: home, more: temporary)
      #expect(up.answers.first??.status == 200)
      #expect(up.result.errors.contains("forwarded"), "\(up.result.errors)")
      #expect(try kept().isEmpty)
      #expect(try shipped.opsfabric("run").output.contains("from the queue 2"))
      #expect(try shipped.list("calls").count == 2)
    }

    @Test func `credentials may come from the environment, as a function service sets them`() throws {
      let shipped = try ShippedInstallation()
      let server = try QueueServer()
      let queue = try server.makeQueue("calls")
      try shipped.writeConfiguration(
        "intake: {sqs: {queue_url: \"\(queue)\", region: \"eu-central-2\"}},")
      try #require(try shipped.opsfabric("apply").exitCode == 0)
      let home = try packedHome(shipped)
      let keys = ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "T"]
      _ = try serve("voice", [event(shipped, "voice", "CA1")], home: home, more: keys)
      #expect(try server.count(queue) == 1)
      let without = try serve("voice", [event(shipped, "voice", "CA2")], home: home)
      #expect(without.answers.first??.status == 200)
      #expect(without.result.errors.contains("no credentials"))
      #expect(try Files.list("\(home)/spool").count == 1)
    }
  }
}

/// Events that several functions share.
private final class Work: Sendable {
  private let events: [[UInt8]]
  private let given = Mutex(0)

  init(_ events: [[UInt8]]) { self.events = events }

  func next() -> [UInt8]? {
    let number = given.withLock { given in
      given += 1
      return given - 1
    }
    return number < events.count ? events[number] : nil
  }
}
