// FallbackMessageTests.swift - callers who leave a message while our host is down: the static fallback lets them speak,
// and the sweep finds recording and call afterwards.

import Business
import Operations
import StandIn
import Store
import TestSupport
import Testing

struct FallbackMessageTests {
  private static let site = "https://static.example.org/"

  /// Twilio reaches no handler of ours, and plays the tenant's static documents.
  @discardableResult
  private func callWhileDown(
    _ world: TestWorld, from: String = TestWorld.caller, speaking seconds: Int? = 23,
    _ outcome: CallScript.Outcome = .noAnswer, tenant: Int = 0,
    _ change: (inout CallScript) -> Void = { _ in }
  ) throws -> PlayedCall {
    let tenant = world.tenants[tenant]
    let files = FallbackFile.files(of: tenant)
    return try world.call(from: from, to: tenant.voiceNumbers[0], outcome) {
      $0.lost = Set(CallScript.Stage.allCases)
      $0.spoken = seconds
      $0.fallback = .site(
        Self.site + files[0].name,
        documents: Dictionary(files.map { (Self.site + $0.name, $0.document) }) { first, _ in first })
      change(&$0)
    }
  }

  /// The runner is at work, and has read every list.
  private func settled(_ change: (inout Tenant) -> Void = { _ in }) throws -> TestWorld {
    let world = try TestWorld(change)
    try world.run()
    try world.run(after: 300)
    return world
  }

  private func minutes(_ count: Int, _ world: TestWorld) throws {
    for _ in 0..<count { try world.run(after: 60) }
  }

  private func asked(_ world: TestWorld) throws -> Int { try world.standIn.requests("recordings.list").count }

  @Test func `the fallback rings, announces the recording, records, thanks and ends`() throws {
    let world = try settled()
    let call = try callWhileDown(world)
    #expect(call.problems == ["11205 voice: no connection"])
    #expect(call.dialled == [TestWorld.business])
    #expect(call.said.count == 2)
    #expect(call.said.first?.contains("Ihre Nachricht wird aufgenommen") == true)
    #expect(call.said.last?.hasPrefix("Danke.") == true)
    #expect(call.status == "completed")
    #expect(try world.standIn.recordingCount() == 1)
  }

  @Test(arguments: [0, 40]) func `who left a message is a request with it once the host is back`(
    _ minutesDown: Int
  ) throws {
    let world = try settled()
    try callWhileDown(world)
    // With no runner either it is a gap.
    world.clock.advance(seconds: 60 * minutesDown)
    try minutes(12, world)
    let tickets = try world.list(.tickets)
    #expect(tickets.count == 1)
    #expect(tickets.first?["phone"] == TestWorld.caller)
    #expect(tickets.first?["source"] == "voice_menu")
    #expect(tickets.first?["urgency"] == "MED")
    #expect(tickets.first?["status"] == "NEEDS_CALLBACK")
    #expect(tickets.first?["summary"] == "Sprachnachricht, 0:23")
    #expect(tickets.first?["recordings"] == #"[{"seconds":23,"state":"stored"}]"#)
    #expect(try world.list(.calls).map { $0["outcome"] } == ["missed"])
    #expect(try world.eventTypes().filter { $0 == "voice_message" }.count == 1)
    #expect(try world.standIn.recordingCount() == 0)
  }

  @Test func `in a gap nobody is told anything before the messages that were left are known`() throws {
    let world = try settled()
    try callWhileDown(world)
    world.clock.advance(seconds: 1200)
    try minutes(5, world)
    let requests = try world.standIn.requests()
    let list = try #require(
      requests.firstIndex { $0.action == "recordings.list" && $0.at > requests[0].at.adding(minutes: 20) })
    let sent = try #require(requests.firstIndex { $0.action == "messages.create" })
    #expect(list < sent)
    #expect(try world.store().gap() == nil)
  }

  @Test func `who has talked and stays on is offered it too, and what he says is a request`() throws {
    let world = try settled()
    let call = try callWhileDown(world, .answered(seconds: 40))
    #expect(
      call.said.first?.hasPrefix("Haben Sie Dörfler AG nicht erreicht, oder möchten Sie noch etwas sagen?")
        == true)
    try minutes(12, world)
    #expect(try world.list(.calls).map { $0["outcome"] } == ["answered"])
    #expect(try world.list(.tickets).map { $0["summary"] } == ["Sprachnachricht, 0:23"])
    #expect(try world.texts().isEmpty)
  }

  @Test func `who says nothing, or talked and hung up, is a call like any other`() throws {
    let world = try settled()
    try callWhileDown(world, speaking: nil)
    try callWhileDown(world, from: "+41791110002", .answered(seconds: 40)) { $0.callerHangsUp = true }
    try minutes(12, world)
    #expect(try world.list(.calls).map { $0["outcome"] } == ["missed", "answered"])
    #expect(try world.list(.tickets).isEmpty)
    #expect(try world.texts().count == 1)
    #expect(try world.standIn.recordingCount() == 0)
  }

  @Test func `who hides his number is heard, and who hangs up while speaking too`() throws {
    let world = try settled()
    try callWhileDown(world, from: "anonymous") { $0.hangsUpSpeaking = true }
    try minutes(12, world)
    let ticket = try #require(try world.list(.tickets).first)
    #expect(ticket["phone"] == PhoneNumber.withheldWord && ticket["summary"] == "Sprachnachricht, 0:23")
    #expect(ticket["recordings"] == #"[{"seconds":23,"state":"stored"}]"#)
  }

  @Test func `behind a carrier's forwarding nobody is rung, and the message is found`() throws {
    let world = try settled {
      $0.mode = .carrierForwarding
      $0.language = .fr
    }
    let call = try callWhileDown(world)
    #expect(call.dialled.isEmpty)
    #expect(call.said.first?.contains("Votre message est enregistré") == true)
    try minutes(12, world)
    #expect(try world.list(.tickets).map { $0["summary"] } == ["Message vocal, 0:23"])
  }

  // MARK: exactly once

  @Test(arguments: [[], [CallScript.Stage.record], [.recordingStatus], [.record, .recordingStatus]])
  func `a message whose webhooks came, or were lost, is one request`(lost: [CallScript.Stage]) throws {
    let world = try settled()
    try world.call(from: "+41434445566") {
      $0.pressed = ["3"]
      $0.spoken = 23
      $0.lost = Set(lost)
    }
    // Twilio keeps the audio while it cannot be fetched: the list shows it again and again.
    try world.standIn.plan("recordings.fetch", fault: .refuse(httpStatus: 404, code: 20404), times: 1000)
    let before = try asked(world)
    try minutes(15, world)
    #expect(try asked(world) >= before + 2)
    #expect(try world.list(.tickets).map { $0["summary"] } == ["Sprachnachricht, 0:23"])
    #expect(try world.eventTypes().filter { $0 == "voice_message" }.count == 1)
    try world.standIn.forgetFaults()
    for _ in 0..<3 { try world.run(after: 3600) }
    #expect(try world.list(.tickets).map { $0["recordings"] } == [#"[{"seconds":23,"state":"stored"}]"#])
    #expect(try world.standIn.recordingCount() == 0)
  }

  @Test func `webhooks that turn up after the sweep change nothing`() throws {
    let world = try settled()
    let call = try world.call(from: "+41434445566") {
      $0.pressed = ["3"]
      $0.spoken = 23
      $0.lost = [.record, .recordingStatus, .callStatus]
    }
    try minutes(15, world)
    let before = try world.dump()
    for exchange in call.exchanges where exchange.answer == nil {
      #expect(200..<300 ~= world.deliver(exchange.webhook).status)
    }
    let after = try world.dump()
    // An audio that is kept already stays as it is.
    #expect(
      after.filter { $0.hasPrefix("recordings: ") || $0.hasPrefix("tickets: ") }
        == before.filter { $0.hasPrefix("recordings: ") || $0.hasPrefix("tickets: ") })
    #expect(try world.list(.tickets).count == 1)
  }

  @Test func `what was forgotten before its message was found makes no request, and is erased at Twilio`()
    throws
  {
    let world = try settled()
    try world.standIn.plan("recordings.list", fault: .http500, times: 2)
    try callWhileDown(world)
    try minutes(6, world)
    #expect(try world.list(.calls).count == 1 && world.list(.tickets).isEmpty)
    try world.forget(TestWorld.caller)
    try minutes(15, world)
    #expect(try world.list(.tickets).isEmpty)
    #expect(try world.standIn.recordingCount() == 0)
  }

  @Test func `what was forgotten with its message does not come back`() throws {
    let world = try settled()
    try world.standIn.plan("recordings.delete", fault: .http500, times: 3)
    try callWhileDown(world)
    try minutes(9, world)
    #expect(try world.list(.tickets).count == 1)
    try world.forget(TestWorld.caller)
    let rows = try world.list(.tickets)
    try minutes(15, world)
    #expect(try world.list(.tickets) == rows)
    #expect(try world.standIn.recordingCount() == 0)
  }

  // MARK: what is asked, and what is not taken

  @Test func `one request an account and look, and none where no caller may leave a message`() throws {
    let world = try settled()
    try world.addTenant("meier", number: "+41435550200")
    let before = try asked(world)
    try minutes(10, world)
    #expect(2...3 ~= (try asked(world) - before))
    for index in 0..<2 {
      world.tenants[index].voiceMenu = index == 0
      world.tenants[index].voiceMessage = index == 1
    }
    try world.apply()
    let then = try asked(world)
    try minutes(10, world)
    #expect(try asked(world) == then)
  }

  @Test func `a list that cannot be read is read later, and nothing of it is lost`() throws {
    let world = try settled()
    try world.standIn.plan("recordings.list", fault: .http500, times: 3)
    try callWhileDown(world)
    try minutes(10, world)
    #expect(try world.list(.tickets).isEmpty && world.texts().count == 1)
    try minutes(15, world)
    #expect(try world.list(.tickets).map { $0["summary"] } == ["Sprachnachricht, 0:23"])
  }

  @Test func `in a gap the account whose list cannot be read is named, and the message found later`() throws {
    let world = try settled()
    let start = world.clock.now
    try world.standIn.plan("recordings.list", fault: .http503html, times: 100_000)
    try callWhileDown(world)
    world.clock.advance(seconds: 600)
    for _ in 0..<5 { try world.run(linger: 55) }
    let alert = try #require(try world.alerts(since: start).first { $0.cause == AlertCause.gapUnread })
    #expect(alert.detail.contains("accounts \(TestWorld.account)"), "\(alert.detail)")
    #expect(try world.texts().count == 1)
    try world.standIn.forgetFaults()
    try minutes(8, world)
    #expect(try world.list(.tickets).map { $0["summary"] } == ["Sprachnachricht, 0:23"])
  }

  @Test func `a recording is not taken before its call, nor before it is whole`() throws {
    let world = try settled()
    try world.standIn.plan("calls.list", fault: .http500, times: 2)
    let sid = try callWhileDown(world).callSid
    var second = StoredRecording(
      accountSid: TestWorld.account,
      callSid: try callWhileDown(world, from: "+41791110002", speaking: nil).callSid,
      seconds: 9, startedAt: world.clock.now)
    second.status = "processing"
    try world.standIn.record(second)
    try minutes(8, world)
    #expect(try world.store().call(sid: sid) == nil && world.list(.tickets).isEmpty)
    try minutes(15, world)
    #expect(try world.list(.tickets).map { $0["phone"] } == [TestWorld.caller])
    second.status = "completed"
    try world.standIn.record(second)
    try minutes(8, world)
    #expect(
      try world.list(.tickets).map { $0["summary"] } == ["Sprachnachricht, 0:23", "Sprachnachricht, 0:09"])
  }

  @Test func `recordings of other programs on the account, and of a whole talk, are nobody's`() throws {
    let world = try settled()
    let known = try callWhileDown(world, speaking: nil).callSid
    var talk = StoredRecording(
      accountSid: TestWorld.account, callSid: known, seconds: 60, startedAt: world.clock.now)
    talk.source = "DialVerb"
    try world.standIn.record(talk)
    for status in ["completed", "absent", "failed"] {
      var other = StoredRecording(
        accountSid: TestWorld.account, callSid: status == "completed" ? newSid("CA") : known, seconds: 60,
        startedAt: world.clock.now)
      other.status = status
      try world.standIn.record(other)
    }
    try minutes(15, world)
    #expect(try world.list(.tickets).isEmpty)
    #expect(try world.list(.calls).count == 1)
    // What is not ours does not hold the list up.
    let sweep = try #require(try world.store().sweep(number: TestWorld.account, list: "recordings"))
    #expect(sweep.completeUntil > world.clock.now.adding(minutes: -8))
    #expect(try world.standIn.recordingCount() == 4)
  }

  @Test func `the message goes to the tenant whose number was called, in his language`() throws {
    let world = try settled()
    try world.addTenant("meier", number: "+41435550200") { $0.language = .it }
    try world.run(after: 300)
    try callWhileDown(world, tenant: 1)
    try minutes(12, world)
    let tickets = try world.list(.tickets)
    #expect(tickets.map { $0["tenant"] } == ["meier"])
    #expect(tickets.map { $0["summary"] } == ["Messaggio vocale, 0:23"])
  }
}
