// SendingTests.swift - what the runner does with each answer of Twilio: accepted, turned away, lost.

import LocalTime
import Platform
import SQLite
import StandIn
import Store
import TestSupport
import Testing

struct SendingTests {
  private func due(_ change: (TestWorld) throws -> Void = { _ in }) throws -> TestWorld {
    let world = try TestWorld()
    try change(world)
    world.miss()
    world.clock.advance(seconds: 31)
    return world
  }

  private func message(_ world: TestWorld) throws -> [String: String] {
    try #require(try world.list(.messages).first)
  }

  private func creates(_ world: TestWorld) throws -> Int {
    try world.standIn.requests("messages.create").count
  }

  @Test func `the request carries sender, text, validity and an address with the outbox id`() throws {
    let world = try due()
    try world.run()
    let form = try #require(try world.standIn.requests("messages.create").first).form
    let fields = Dictionary(form) { first, _ in first }
    #expect(fields["To"] == TestWorld.caller)
    #expect(fields["From"] == TestWorld.number)
    #expect(fields["StatusCallback"] == "https://hooks.example.ch/cgi-bin/sms-status?m=1#rc=3&rp=ct,rt,5xx")
    #expect(Int(fields["ValidityPeriod"] ?? "").map { 3500...3600 ~= $0 } == true)
    #expect(try message(world)["state"] == "accepted")
  }

  @Test func `a messaging service is named as such`() throws {
    let service = "MG" + String(repeating: "3", count: 32)
    let world = try due { try $0.changeTenant { $0.smsSender = service } }
    try world.run()
    let form = try #require(try world.standIn.requests("messages.create").first).form
    #expect(form.contains { $0 == ("MessagingServiceSid", service) })
    #expect(!form.contains { $0.0 == "From" })
  }

  @Test func `a tenant's own subaccount is used`() throws {
    let sub = "AC" + String(repeating: "2", count: 32)
    let world = try due { world in
      try world.standIn.addAccount(sid: sub, token: "sub-token")
      try world.standIn.addNumber("+41795550300", account: sub)
      try world.changeTenant {
        $0.twilio = .init(accountSid: sub, authToken: .init("sub-token"))
        $0.smsSender = "+41795550300"
      }
    }
    try world.run()
    #expect(try world.standIn.messages(to: TestWorld.caller).first?.accountSid == sub)
  }

  @Test(arguments: [21211, 21217, 21612, 21618])
  func `a permanent refusal is dead at once and alerts`(code: Int) throws {
    let world = try due {
      try $0.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: code))
    }
    try world.run()
    for _ in 0..<5 { try world.run(after: 130) }
    #expect(try message(world)["state"] == "dead")
    #expect(try message(world)["error_code"] == String(code))
    #expect(try creates(world) == 1)
    #expect(try world.list(.calls).first?["reason"] == "dead")
    #expect(try world.eventTypes().contains("alert"))
  }

  @Test(arguments: [21614, 21635])
  func `a landline refusal teaches the cache`(code: Int) throws {
    let world = try due {
      try $0.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: code))
    }
    try world.run()
    world.clock.advance(seconds: 7200)
    world.miss()
    try world.run(after: 31)
    #expect(try world.list(.calls).last?["reason"] == "landline")
  }

  @Test func `21610 stores the opt-out`() throws {
    let world = try due {
      try $0.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: 21610))
    }
    try world.run()
    #expect(try world.list(.optouts).count == 1)
    #expect(try message(world)["state"] == "dead")
  }

  @Test func `429 backs off, by Retry-After or doubling, and uses up no retry`() throws {
    let world = try due {
      try $0.standIn.plan("messages.create", fault: .rate429(retryAfter: 7))
      try $0.standIn.plan("messages.create", fault: .rate429(retryAfter: nil), times: 4)
    }
    try world.run()
    #expect(try message(world)["state"] == "queued")
    #expect(try message(world)["attempts"] == "0")
    try world.run(after: 6)
    #expect(try creates(world) == 1)
    for _ in 0..<40 { try world.run(after: 1) }
    #expect(try message(world)["state"] == "accepted")
    #expect(try message(world)["attempts"] == "1")
    #expect(try creates(world) == 6)
  }

  @Test func `wrong credentials hold the queue, use up no retry, alert once, and recover by themselves`()
    throws
  {
    let world = try due { try $0.standIn.plan("messages.create", fault: .unauthorized401, times: 3) }
    world.miss(from: "+41781112233")
    world.miss(from: "+41763334455")
    world.clock.advance(seconds: 31)
    for _ in 0..<3 { try world.run(after: 31) }
    #expect(try world.list(.messages).allSatisfy { $0["attempts"] == "0" || $0["state"] == "accepted" })
    for _ in 0..<4 { try world.run(after: 31) }
    #expect(try world.list(.messages).allSatisfy { $0["state"] == "accepted" })
    let alerts = try world.store().recentAlerts(since: world.clock.now.adding(days: -1), limit: 9)
    #expect(alerts.map(\.cause) == ["credentials"])
  }

  @Test(arguments: [21408, 21606, 21212])
  func `what is ours to mend holds the message, alerts and burns no retry`(code: Int) throws {
    let world = try due {
      try $0.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: code), times: 2)
    }
    try world.run()
    #expect(try message(world)["state"] == "queued")
    #expect(try message(world)["attempts"] == "0")
    for _ in 0..<5 { try world.run(after: 130) }
    #expect(try message(world)["state"] == "accepted")
    #expect(try world.eventTypes().filter { $0 == "alert" }.count == 1)
  }

  @Test func `a message nobody wants any more is dead, not sent late`() throws {
    let world = try due { $0.transport.isUnreachable = true }
    try world.run()
    for _ in 0..<60 { try world.run(after: 61) }
    world.transport.isUnreachable = false
    try world.run(after: 61)
    #expect(try message(world)["state"] == "dead")
    #expect(try creates(world) == 0)
  }

  @Test func `what never left is tried again at once and uses up no retry`() throws {
    let world = try due { $0.transport.isUnreachable = true }
    try world.run()
    #expect(try message(world)["state"] == "queued")
    world.transport.isUnreachable = false
    try world.run(after: 2)
    #expect(try message(world)["state"] == "accepted")
    #expect(try message(world)["attempts"] == "1")
  }

  // MARK: the answer that never came

  @Test(arguments: [
    Fault.lostAnswer, .acceptThenHang(seconds: 20), .acceptThen500, .garbage(httpStatus: 201),
  ])
  func `accepted with the answer lost is found at Twilio and never sent twice`(fault: Fault) throws {
    let world = try due { try $0.standIn.plan("messages.create", fault: fault) }
    try world.run()
    #expect(try message(world)["state"] == "sending")
    for _ in 0..<30 { try world.run(after: 11) }
    #expect(try message(world)["state"] == "accepted")
    #expect(try creates(world) == 1)
    #expect(try message(world)["sid"] == (try world.standIn.messages(to: TestWorld.caller).first?.sid))
  }

  @Test(arguments: [Fault.http500, .http503html, .hang(seconds: 20)])
  func `lost before it was accepted is sent once more after two minutes, and only once`(fault: Fault) throws {
    let world = try due { try $0.standIn.plan("messages.create", fault: fault) }
    try world.run()
    for _ in 0..<9 { try world.run(after: 11) }
    #expect(try creates(world) == 1)
    for _ in 0..<9 { try world.run(after: 11) }
    #expect(try creates(world) == 2)
    #expect(try world.texts().count == 1)
    #expect(try message(world)["state"] == "accepted")
    #expect(try message(world)["attempts"] == "2")
  }

  @Test func `a delivery report proves a message whose answer was lost`() throws {
    let world = try due { try $0.standIn.plan("messages.create", fault: .lostAnswer) }
    try world.run()
    try world.deliverReports()
    #expect(try message(world)["state"] == "delivered")
    for _ in 0..<30 { try world.run(after: 11) }
    #expect(try creates(world) == 1)
  }

  @Test func `while Twilio cannot be asked nothing is sent again`() throws {
    let world = try due {
      try $0.standIn.plan("messages.create", fault: .lostAnswer)
      try $0.standIn.plan("messages.list", fault: .http500, times: 20)
    }
    for _ in 0..<30 { try world.run(after: 30) }
    #expect(try creates(world) == 1)
  }

  @Test func `two lost answers with the same text are matched one to one`() throws {
    let world = try TestWorld()
    try world.standIn.plan("messages.create", fault: .lostAnswer, times: 2)
    // Not the same words, which would be answered once.
    try world.text("2")
    try world.text("2.")
    try world.run()
    for _ in 0..<30 { try world.run(after: 11) }
    let sids = Set(try world.list(.messages).compactMap { $0["sid"] })
    #expect(sids.count == 2)
    #expect(try creates(world) == 2)
  }

  @Test func `a message of a runner that died in mid-send is reconciled by the next`() throws {
    let world = try due()
    try world.run()
    let store = try world.store()
    // As a killed runner leaves it: claimed and committed, the request perhaps gone.
    world.miss(from: "+41781112233")
    try world.run()
    world.clock.advance(seconds: 31)
    _ = try store.enqueue(
      NewMessage(
        tenant: "doerfler", recipient: "+41763334455", sender: TestWorld.number, kind: .confirmation,
        text: .init("Hallo"),
        dueAt: world.clock.now, expiresAt: world.clock.now.adding(hours: 1)), at: world.clock.now)
    let id = try #require(try store.dueMessages(at: world.clock.now, limit: 9).last?.id)
    _ = try store.claim(ifWaiting: id, at: world.clock.now, lookAt: world.clock.now.adding(seconds: 30))
    for _ in 0..<15 { try world.run(after: 11) }
    #expect(try world.texts(to: "+41763334455") == ["Hallo"])
  }

  // MARK: rate, concurrency, reports

  @Test func `a sender keeps to its messages per second and requests run side by side`() throws {
    let world = try DueCalls(20, messagesPerSecond: 5, concurrency: 3).world
    try world.run()
    let times = try world.standIn.requests("messages.create").map(\.at)
    #expect(times.count == 20)
    for start in times {
      #expect(times.filter { $0 >= start && $0.milliseconds(since: start) < 1000 }.count <= 10)
    }
    let first = try #require(times.first)
    let last = try #require(times.last)
    #expect(last.milliseconds(since: first) >= 2800)
    // Beside them the sweep's two lists were under way.
    #expect(world.transport.mostInFlight <= 3 + 2)
  }

  @Test func `half as many more are claimed in one commit as may leave at once`() throws {
    let world = try DueCalls(9, messagesPerSecond: 100, concurrency: 4).world
    try world.run()
    let claims = try Database(path: world.home.database, access: .readOnly).rows(
      "SELECT count(*) FROM messages GROUP BY claimed_at ORDER BY claimed_at"
    ) { $0.integer(0) }
    #expect(claims == [6, 3])
    #expect(world.transport.mostInFlight <= 4 + 2)
    #expect(try world.standIn.requests("messages.create").count == 9)
  }

  @Test func `what waits for a place when its account is refused does not leave, and no try is counted`()
    throws
  {
    let world = try DueCalls(9, messagesPerSecond: 100, concurrency: 4).world
    try world.standIn.plan("messages.create", fault: .rate429(retryAfter: 60), times: 4)
    try world.run()
    #expect(try world.standIn.requests("messages.create").count == 4)
    let waiting = try world.list(.messages).filter { $0["state"] == "queued" }
    #expect(waiting.count == 9)
    #expect(waiting.allSatisfy { $0["attempts"] == "0" })
    for _ in 0..<3 { try world.run(after: 61) }
    for index in 0..<9 { #expect(try world.texts(to: "+4179000\(1000 + index)").count == 1) }
  }

  @Test func `a report that never came is fetched`() throws {
    let world = try due()
    try world.run()
    try world.standIn.deliverMessages()
    try world.run(after: 660)
    #expect(try message(world)["state"] == "delivered")
  }

  @Test func `an opt-out between decision and retry stops the SMS`() throws {
    let world = try due {
      try $0.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: 21611))
    }
    try world.run()
    try world.text("STOP")
    for _ in 0..<20 { try world.run(after: 120) }
    #expect(try world.texts().isEmpty)
    #expect(try message(world)["state"] == "dead")
  }
}
