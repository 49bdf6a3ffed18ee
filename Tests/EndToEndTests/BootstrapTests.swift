// BootstrapTests.swift - the shipped `bootstrap` against a stand-in for AWS Lambda's runtime API: good, bad and
// malformed events, a service that is slow, breaks off or refuses, and a process that serves thousands of events.

import LocalTime
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: ShippedPrograms.bootstrap != "", "BOOTSTRAP names no program: run `make test`"))
  struct BootstrapTests {
    private func environment(
      _ handler: String, _ runtime: RuntimeStandIn, home: String, more: [String: String] = [:]
    ) -> [String: String] {
      [
        "AWS_LAMBDA_RUNTIME_API": runtime.address, "_HANDLER": handler, "OPSFABRIC_HOME": home,
        "PATH": "/usr/bin:/bin",
        // A proxy is for the outside; nobody listens here.
        "http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9",
      ].merging(more) { $1 }
    }

    /// Serves the events one after another, then the service goes away.
    private func serve(
      _ shipped: ShippedInstallation, _ handler: String, _ steps: [RuntimeStandIn.Step],
      status: @escaping @Sendable (RuntimeStandIn.Posted) -> Int = { _ in 202 }
    ) throws -> (posted: [RuntimeStandIn.Posted], result: ProgramResult) {
      let runtime = try RuntimeStandIn(status: status) { $0 < steps.count ? steps[$0] : .end }
      defer { runtime.stop() }
      let result = try ProgramRunner.run(
        ShippedPrograms.bootstrap, environment: environment(handler, runtime, home: shipped.home.path),
        seconds: 120)
      return (runtime.posted, result)
    }

    private func webhook(
      _ shipped: ShippedInstallation, _ kind: String, _ fields: [(String, String)], query: String = ""
    ) -> [UInt8] {
      FunctionEventText(
        webhook: kind, fields, query: query, publicURL: shipped.publicURL, token: ShippedInstallation.token
      ).bytes
    }

    @Test func `good, bad and malformed events are each answered, and the next one is served`() throws {
      let shipped = try ShippedInstallation()
      let good = webhook(shipped, "voice", shipped.callFields("CA1"))
      var forged = FunctionEventText("POST", "/voice")
      forged.headers = [("content-type", "application/x-www-form-urlencoded"), ("x-twilio-signature", "x")]
      forged.body = Array("CallSid=CA2".utf8)
      let (posted, result) = try serve(
        shipped, "voice",
        [
          .event(good), .event(forged.bytes), .event(Array("{\"Records\":[]}".utf8)), .event([]),
          .event([0xff, 0xfe]), .late(milliseconds: 300, good),
          .event(webhook(shipped, "voice", shipped.callFields("CA3"))),
        ])
      #expect(
        posted.map(\.path)
          == [0, 1].map { "/invocation/event-\($0)/response" }
          + [2, 3, 4].map { "/invocation/event-\($0)/error" }
          + [5, 6].map { "/invocation/event-\($0)/response" })
      #expect(ShippedInstallation.dialled(posted[0].answer?.text ?? "") == ShippedInstallation.business)
      #expect(posted[1].answer?.status == 403)
      for error in posted[2...4] {
        #expect(error.headers["lambda-runtime-function-error-type"] == "Runtime.MalformedEvent")
        #expect(error.body.contains("\"errorMessage\":\"the event "))
        #expect(error.body.contains("\"errorType\":\"Runtime.MalformedEvent\""))
      }
      #expect(posted[5].answer?.status == 200)
      #expect(posted[6].answer?.status == 200)
      #expect(Set(try shipped.list("calls").compactMap { $0["call_sid"] }) == ["CA1", "CA3"])
      // The service is gone: nothing to go on for.
      #expect(result.exitCode == 1)
      #expect(result.errors.contains("runtime-api"))
    }

    @Test func `every handler serves through the runtime`() throws {
      let shipped = try ShippedInstallation()
      for kind in ShippedPrograms.webhooks {
        let (fields, query) = shipped.goodWebhook(kind)
        let (posted, _) = try serve(shipped, kind, [.event(webhook(shipped, kind, fields, query: query))])
        #expect((200...204).contains(posted.first?.answer?.status ?? 0), "\(kind): \(posted)")
      }
      for name in ["anfrage", "inbox", "operator", "health"] {
        var event = FunctionEventText("GET", "/\(name)")
        event.headers = [("host", "www.doerfler.example")]
        let (posted, _) = try serve(shipped, name, [.event(event.bytes)])
        #expect(posted.first?.answer != nil, "\(name): \(posted)")
      }
    }

    @Test func `what cannot start says why, at the service's init address`() throws {
      let shipped = try ShippedInstallation()
      let empty = "\(shipped.folder)/empty"
      try Files.makeFolder(empty)
      for (handler, home, type) in [
        ("nobody", shipped.home.path, "Runtime.NoSuchHandler"),
        ("", shipped.home.path, "Runtime.NoSuchHandler"),
        ("voice", "", "Runtime.NoHome"), ("voice", empty, "Runtime.NoSettings"),
      ] {
        let runtime = try RuntimeStandIn { _ in .end }
        defer { runtime.stop() }
        let result = try ProgramRunner.run(
          ShippedPrograms.bootstrap, environment: environment(handler, runtime, home: home))
        #expect(result.exitCode == 1)
        let posted = try #require(runtime.posted.first, "\(result.errors)")
        #expect(runtime.posted.count == 1)
        #expect(posted.path == "/init/error")
        #expect(posted.headers["lambda-runtime-function-error-type"] == type)
        #expect(posted.body.contains("\"errorType\":\"\(type)\""))
      }
      let alone = try ProgramRunner.run(ShippedPrograms.bootstrap, environment: ["_HANDLER": "voice"])
      #expect(alone.exitCode == 2)
      #expect(alone.errors.contains("AWS_LAMBDA_RUNTIME_API"))
    }

    @Test func `a service that breaks off, refuses or is not there ends the program at once`() throws {
      let shipped = try ShippedInstallation()
      let good = webhook(shipped, "voice", shipped.callFields("CA1"))
      for step in [
        RuntimeStandIn.Step.cutOff(good), .status(500), .status(403), .nameless(good), .end,
      ] {
        let (posted, result) = try serve(shipped, "voice", [step])
        #expect(result.exitCode == 1, "\(step)")
        #expect(posted.isEmpty)
        #expect(result.milliseconds < 20_000)
      }
      let gone = try ProgramRunner.run(
        ShippedPrograms.bootstrap,
        environment: [
          "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9", "_HANDLER": "voice", "OPSFABRIC_HOME": shipped.home.path,
        ])
      #expect(gone.exitCode == 1)
      #expect(try shipped.list("calls").isEmpty)
    }

    @Test func `an answer the service refuses becomes an error, and the next event is served`() throws {
      let shipped = try ShippedInstallation()
      let events = ["CA1", "CA2"].map {
        RuntimeStandIn.Step.event(webhook(shipped, "voice", shipped.callFields($0)))
      }
      let (posted, _) = try serve(shipped, "voice", events) {
        $0.path.hasSuffix("event-0/response") ? 413 : 202
      }
      #expect(
        posted.map(\.path) == [
          "/invocation/event-0/response", "/invocation/event-0/error", "/invocation/event-1/response",
        ])
      #expect(posted[1].body.contains("Runtime.AnswerRefused"))
    }

    @Test func `close to its deadline an event waits less, and is answered all the same`() throws {
      let shipped = try ShippedInstallation()
      let held = try HeldDatabase(shipped.home.database)
      defer { held.release() }
      let queue = try #require(try FileLock.tryLock(shipped.home.writeLock))
      defer { queue.release() }
      let event = webhook(shipped, "voice", shipped.callFields("CA1"))
      func milliseconds(deadlineIn left: Int) throws -> Int64 {
        let runtime = try RuntimeStandIn { number in
          guard number == 0 else { return .end }
          let deadline = WallClock.system.now().adding(milliseconds: Int64(left)).milliseconds
          return .event(event, headers: ["Lambda-Runtime-Deadline-Ms": String(deadline)])
        }
        defer { runtime.stop() }
        let result = try ProgramRunner.run(
          ShippedPrograms.bootstrap, environment: environment("voice", runtime, home: shipped.home.path))
        #expect(runtime.posted.first?.answer?.status == 200)
        return result.milliseconds
      }
      // 0.8 s for each of two locks, against nothing at all.
      let patient = try milliseconds(deadlineIn: 60_000)
      #expect(try milliseconds(deadlineIn: 100) < patient - 300)
      #expect(try shipped.spooled().count == 2)
    }

    /// 10,000 in the long run.
    @Test func `one process serves many events, and nothing of one is left for the next`() throws {
      let shipped = try ShippedInstallation()
      let count = Int(Environment.process["INVOCATIONS"] ?? "") ?? 1000
      let call = webhook(shipped, "voice", shipped.callFields("CA1"))
      let refused = FunctionEventText("GET", "/voice").bytes
      let watch = ProcessWatch()
      let runtime = try RuntimeStandIn { number in
        if number == count / 5 || number == count { watch.look() }
        guard number < count else { return .end }
        let trace = number % 2 == 0 ? ["Lambda-Runtime-Trace-Id": "Root=1-\(number)"] : [:]
        // Mostly what is refused without the database: it is the process that is looked at.
        return .event(number % 20 == 0 ? call : number % 7 == 0 ? Array("{".utf8) : refused, headers: trace)
      }
      defer { runtime.stop() }
      let running = try ProgramRunner.start(
        ShippedPrograms.bootstrap, [], environment: environment("voice", runtime, home: shipped.home.path))
      watch.pid = running.pid
      let result = try #require(running.wait(seconds: 600))
      #expect(result.exitCode == 1)
      let posted = runtime.posted
      #expect(posted.count == count)
      for (number, one) in posted.enumerated() {
        let status = number % 20 == 0 ? 200 : number % 7 == 0 ? nil : 405
        #expect(one.answer?.status == status)
      }
      let looks = watch.looks
      try #require(looks.count == 2)
      if Environment.process["INVOCATIONS"] != nil {
        printToStandardOutput(
          "functions: \(count) events in \(result.milliseconds / 1000) s; descriptors \(looks.map(\.descriptors)), "
            + "kilobytes \(looks.map(\.kilobytes))")
      }
      #expect(looks[1].descriptors <= looks[0].descriptors)
      #expect(looks[1].kilobytes < looks[0].kilobytes + 3000, "memory grows: \(looks)")
    }
  }
}

/// Looks at a process of ours from a stand-in's thread.
private final class ProcessWatch: @unchecked Sendable {
  var pid: Int32 = 0
  private(set) var looks: [(descriptors: Int, kilobytes: Int)] = []

  func look() {
    let descriptors = (try? Files.list("/proc/\(pid)/fd").count) ?? -1
    let status = String(decoding: (try? Files.read("/proc/\(pid)/status")) ?? [], as: UTF8.self)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    looks.append((descriptors, Int(line.filter(\.isNumber)) ?? -1))
  }
}
