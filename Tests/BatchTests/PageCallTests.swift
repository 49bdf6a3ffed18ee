// PageCallTests.swift - the tenant's people are rung for urgent requests: the chain, the keys, and every fault on the way.

import Business
import LocalTime
import StandIn
import TestSupport
import Testing

struct PageCallTests {
  static let anna = "+41796660001"
  static let ben = "+41796660002"
  static let office = "+41796660003"

  private func called(
    _ to: String, order: Int = 1, name: String? = nil, on: [Tenant.Notify.Event] = [.urgent, .escalation]
  ) -> Tenant.Notify {
    Tenant.Notify(channel: .call, to: to, on: on, order: order, name: name)
  }

  /// Anna is rung first, Ben after her; the office is written to with Anna.
  private func world(_ people: [Tenant.Notify]? = nil) throws -> TestWorld {
    try TestWorld {
      $0.notify =
        people ?? [called(Self.anna, name: "Anna"), called(Self.ben, order: 2, name: "Ben")]
    }
  }

  /// An urgent request, and the run that places the call.
  private func urgent(_ world: TestWorld, from caller: String = TestWorld.caller) throws {
    try world.text("1", from: caller)
    try world.run(after: 1)
  }

  private func waiting(_ world: TestWorld, _ number: String) throws -> Int {
    try world.standIn.placedCalls(to: number).count
  }

  /// All calls that were ever placed to a number.
  private func placed(_ world: TestWorld, _ number: String) throws -> Int {
    try world.standIn.calls().count { $0.to == number && $0.direction == "outbound-api" }
  }

  private func ticket(_ world: TestWorld) throws -> [String: String] {
    try #require(try world.list(.tickets).first)
  }

  private func pages(_ world: TestWorld) throws -> [[String: String]] {
    try world.list(.messages).filter { $0["channel"] == "call" }
  }

  // MARK: keys

  @Test func `1 takes the request in the name of the person who is rung`() throws {
    let world = try world()
    try world.text("Rohrbruch im Keller, dringend")
    try world.text("1")
    try world.run(after: 1)
    let call = try #require(try world.ring(Self.anna, .picksUp(keys: ["1"])).first)
    #expect(call.problems.isEmpty)
    #expect(
      call.said.filter { $0.hasPrefix("Dörfler AG. Dringende Anfrage von 0 7 9, 1 2 3, 4 5, 6 7.") }.count
        == 2)
    #expect(call.said.contains { $0.contains("Rohrbruch im Keller") })
    #expect(call.said.last == "Danke. Die Anfrage ist jetzt bei Ihnen.")
    #expect(try ticket(world)["status"] == "IN_PROGRESS")
    #expect(try ticket(world)["person"] == "Anna")
    let page = try #require(try pages(world).first)
    #expect(page["kind"] == "page")
    #expect(page["state"] == "delivered")
    try world.run(after: 600)
    #expect(try placed(world, Self.ben) == 0)
    #expect(try placed(world, Self.anna) == 1)
  }

  @Test func `2 takes it and connects with the caller under the tenant's number`() throws {
    let world = try world()
    try urgent(world)
    let call = try #require(try world.ring(Self.anna, .picksUp(keys: ["2"])).first)
    #expect(call.dialled == [TestWorld.caller])
    #expect(call.dial["callerId"] == TestWorld.number)
    #expect(try ticket(world)["person"] == "Anna")
    let talk = try #require(try world.list(.events).first { $0["type"] == "call_connected" })
    #expect(talk["detail"] == "Anna > 60")
  }

  @Test func `a caller who is not reached stays the person's`() throws {
    let world = try world()
    try urgent(world)
    let call = try #require(try world.ring(Self.anna, .picksUp(keys: ["2"])) { $0.outcome = .noAnswer }.first)
    #expect(call.said.last == "Der Anrufer ist nicht erreichbar. Die Anfrage bleibt bei Ihnen.")
    #expect(try world.list(.events).first { $0["type"] == "call_connected" }?["detail"] == "Anna > 0")
    #expect(try ticket(world)["status"] == "IN_PROGRESS")
  }

  @Test func `who hangs up before the caller is connected keeps the request`() throws {
    let world = try world()
    try urgent(world)
    let call = try #require(try world.ring(Self.anna, .picksUp(keys: ["2"])) { $0.outcome = .canceled }.first)
    #expect(call.dialled == [TestWorld.caller] && call.problems.isEmpty)
    #expect(try world.list(.events).first { $0["type"] == "call_connected" }?["detail"] == "Anna > 0")
    #expect(try ticket(world)["person"] == "Anna")
    #expect(try pages(world).map { $0["state"] } == ["delivered"])
    try world.run(after: 600)
    #expect(try placed(world, Self.ben) == 0)
  }

  @Test(arguments: ["0017605550123", "0053712345678"])
  func `a foreign number that a hidden caller has typed is told to people, and nobody is connected with it`(
    keys: String
  ) throws {
    let world = try world()
    try world.call(from: "anonymous") { $0.pressed = [keys, "1", "1"] }
    try world.run(after: 1)
    let call = try #require(try world.ring(Self.anna, .picksUp(keys: ["2"])).first)
    #expect(call.dialled.isEmpty)
    #expect(try ticket(world)["phone"] == "+" + keys.dropFirst(2))
    #expect(try world.texts(to: "+" + keys.dropFirst(2)).isEmpty)
  }

  @Test func `nobody can be connected with a caller whose number is expensive or foreign to the settings`()
    throws
  {
    let world = try world()
    try world.text("1", from: "+17605550123")
    try world.run(after: 1)
    let call = try #require(try world.ring(Self.anna, .picksUp(keys: ["2"])).first)
    #expect(call.dialled.isEmpty)
    #expect(call.said.last == "Mit dem Anrufer kann aber niemand verbunden werden.")
    #expect(try ticket(world)["person"] == "Anna")
  }

  @Test func `a key after somebody else has it changes nothing and says who`() throws {
    let world = try world([called(Self.anna, name: "Anna"), called(Self.ben, name: "Ben")])
    try urgent(world)
    // Both telephones ring; Ben hears the question before Anna presses her key.
    let ben = try #require(try world.standIn.placedCalls(to: Self.ben).first)
    try world.ring(Self.anna, .picksUp(keys: ["1"]))
    let answer = try key("1", of: ben, world)
    #expect(answer.text.contains("Diese Anfrage hat schon Anna."))
    #expect(try ticket(world)["person"] == "Anna")
    #expect(try world.eventTypes().filter { $0 == "ticket_started" }.count == 1)
  }

  @Test func `whoever picks up late hears at once who has it`() throws {
    let world = try world([called(Self.anna, name: "Anna"), called(Self.ben, name: "Ben")])
    try urgent(world)
    try world.ring(Self.anna, .picksUp(keys: ["1"]))
    let call = try #require(try world.ring(Self.ben, .picksUp(keys: ["1"])).first)
    #expect(call.said == ["Diese Anfrage hat schon Anna."])
    #expect(try ticket(world)["person"] == "Anna")
  }

  @Test func `another key is asked for once more`() throws {
    let world = try world()
    try urgent(world)
    try world.ring(Self.anna, .picksUp(keys: ["7", "1"]))
    #expect(try ticket(world)["person"] == "Anna")
  }

  // MARK: the chain

  @Test(arguments: [CalledPerson.noAnswer, .busy, .mailbox, .failed, .picksUp(keys: [])])
  func `without a key the next is rung two minutes after the call was placed`(_ person: CalledPerson) throws {
    let world = try world()
    try urgent(world)
    let placedAt = world.clock.now
    try world.ring(Self.anna, person)
    #expect(try pages(world).map { $0["state"] } == ["dead"])
    world.clock.advance(seconds: 118 - Int(world.clock.now.milliseconds(since: placedAt) / 1000))
    try world.run()
    #expect(try waiting(world, Self.ben) == 0)
    try world.run(after: 5)
    #expect(try waiting(world, Self.ben) == 1)
  }

  @Test func `twice around, then nobody is rung any more`() throws {
    let world = try world()
    try urgent(world)
    for _ in 0..<8 {
      try world.ring(Self.anna, .noAnswer)
      try world.ring(Self.ben, .noAnswer)
      try world.run(after: 125)
    }
    #expect(try placed(world, Self.anna) == 2)
    #expect(try placed(world, Self.ben) == 2)
    #expect(try world.eventTypes().filter { $0 == "pages_over" }.count == 1)
    #expect(try ticket(world)["status"] == "NEW")
  }

  @Test func `entries of one order are told together, whatever their channel`() throws {
    let world = try world([
      called(Self.anna, name: "Anna"), called(Self.ben, name: "Ben"),
      Tenant.Notify(channel: .sms, to: Self.office, on: [.urgent]),
      Tenant.Notify(channel: .sms, to: Self.anna, on: [.urgent], name: "Anna"),
    ])
    try urgent(world)
    try world.run(after: 1)
    #expect(try waiting(world, Self.anna) == 1)
    #expect(try waiting(world, Self.ben) == 1)
    #expect(try world.texts(to: Self.office).count == 1)
    #expect(try world.texts(to: Self.anna).count == 1)
  }

  @Test func `the second time around nobody is written to again`() throws {
    let world = try world([
      called(Self.anna), Tenant.Notify(channel: .sms, to: Self.office, on: [.urgent], order: 2),
    ])
    try urgent(world)
    for _ in 0..<5 {
      try world.ring(Self.anna, .noAnswer)
      try world.run(after: 125)
    }
    #expect(try world.texts(to: Self.office).count == 1)
    #expect(try placed(world, Self.anna) == 2)
  }

  @Test func `a request that is not urgent rings nobody`() throws {
    let world = try world()
    try world.text("2")
    try world.run(after: 1)
    #expect(try pages(world).isEmpty)
  }

  @Test func `an urgent request rings in the quiet hours`() throws {
    let world = try world()
    world.clock.advance(seconds: 14 * 3600)
    try urgent(world)
    #expect(try waiting(world, Self.anna) == 1)
  }

  @Test func `somebody who took it on the desk while a call waited is not rung for it`() throws {
    let world = try world()
    try world.text("1")
    let id = try #require(try ticket(world)["id"].flatMap { Int($0) })
    _ = try world.store().startTicket(ifWaiting: id, by: "Chef", at: world.clock.now)
    try world.run(after: 1)
    #expect(try placed(world, Self.anna) == 0)
    #expect(try world.alerts(since: TestWorld.tuesdayMorning).isEmpty)
  }

  // MARK: faults

  @Test func `a lost answer rings nobody twice`() throws {
    let world = try world()
    try world.standIn.plan("calls.create", fault: .lostAnswer)
    try urgent(world)
    try world.run(after: 5)
    #expect(try placed(world, Self.anna) == 1)
    #expect(try pages(world).first?["state"] == "accepted")
    #expect(try pages(world).first?["attempts"] == "1")
    try world.run(after: 30)
    #expect(try placed(world, Self.anna) == 1)
  }

  @Test(arguments: [
    Fault.lostAnswer, .acceptThenHang(seconds: 2), .acceptThen500, .garbage(httpStatus: 201), .http500,
    .http503html, .hang(seconds: 2), .garbage(httpStatus: 200), .rate429(retryAfter: 2), .unauthorized401,
    .refuse(httpStatus: 404, code: 20404),
  ])
  func `whatever becomes of the answer, each is rung once, and somebody has the request`(_ fault: Fault)
    throws
  {
    let world = try world()
    try world.standIn.plan("calls.create", fault: fault)
    try urgent(world)
    for _ in 0..<40 where try waiting(world, Self.anna) + waiting(world, Self.ben) == 0 {
      try world.run(after: 10)
    }
    try world.ring(Self.anna, .picksUp(keys: ["1"]))
    try world.ring(Self.ben, .picksUp(keys: ["1"]))
    for _ in 0..<10 { try world.run(after: 60) }
    #expect(try placed(world, Self.anna) + placed(world, Self.ben) == 1)
    #expect(try ticket(world)["status"] == "IN_PROGRESS")
    let open = try pages(world).filter { !["delivered", "dead"].contains($0["state"]) }
    #expect(open.isEmpty, "\(open)")
  }

  @Test func `a call that is in doubt is not taken for another to the same person`() throws {
    let world = try world([called(Self.anna)])
    // The first never comes to Twilio, of the second only the answer is lost.
    try world.standIn.plan("calls.create", fault: .hang(seconds: 20))
    try world.standIn.plan("calls.create", fault: .lostAnswer)
    try world.text("1", from: TestWorld.caller)
    try world.text("1", from: "+41791112233")
    for _ in 0..<60 { try world.run(after: 5) }
    let calls = try world.standIn.placedCalls(madeToo: true)
    let times = Dictionary(calls.map { ($0.url, 1) }, uniquingKeysWith: +)
    #expect(times.values.allSatisfy { $0 == 1 }, "\(times)")
    for page in try pages(world).prefix(2) {
      #expect(calls.count { $0.url.contains("&m=\(page["id"] ?? "")&") } == 1)
    }
  }

  @Test func `the person's own key proves a call whose answer was lost`() throws {
    let world = try world()
    try world.standIn.plan("calls.create", fault: .lostAnswer)
    try world.standIn.plan("calls.list", fault: .http500, times: 50)
    try urgent(world)
    try world.ring(Self.anna, .picksUp(keys: ["1"]))
    #expect(try ticket(world)["person"] == "Anna")
    try world.run(after: 300)
    #expect(try placed(world, Self.anna) == 1)
    #expect(try pages(world).map { $0["state"] } == ["delivered"])
  }

  @Test func `a runner that dies between claim and answer rings nobody twice`() throws {
    let world = try world()
    try world.text("1")
    let row = try #require(try world.store().dueMessages(.call, at: world.clock.now, limit: 1).first)
    let store = try world.store()
    _ = try store.write {
      try store.claim(ifWaiting: row.id, at: world.clock.now, lookAt: world.clock.now.adding(seconds: 30))
    }
    // Twilio took it; the runner is gone.
    let form = "To=%2B41796660001&From=%2B41435550100&Url=https%3A%2F%2Fhooks.example.ch%2Fcgi-bin%2Fring"
    _ = world.standIn.handle(
      .init(
        method: "POST", path: "/2010-04-01/Accounts/\(TestWorld.account)/Calls.json",
        headers: ["authorization": TestWorld.authorization], body: Array(form.utf8)))
    try world.run(after: 3)
    try world.run(after: 3)
    #expect(try placed(world, Self.anna) == 1)
    #expect(try pages(world).first?["state"] == "accepted")
  }

  @Test func `a call that never reached Twilio is made after two minutes`() throws {
    let world = try world()
    try world.standIn.plan("calls.create", fault: .hang(seconds: 20))
    try urgent(world)
    #expect(try placed(world, Self.anna) == 0)
    for _ in 0..<8 { try world.run(after: 20) }
    #expect(try placed(world, Self.anna) == 1)
    #expect(try placed(world, Self.ben) == 0)
  }

  @Test func `a refused number goes on to the next at once and tells the operator`() throws {
    let world = try world()
    try world.standIn.plan("calls.create", fault: .refuse(httpStatus: 400, code: 21217), to: Self.anna)
    try urgent(world)
    try world.run(after: 1)
    try world.run(after: 1)
    #expect(try waiting(world, Self.ben) == 1)
    #expect(
      try world.alerts(since: TestWorld.tuesdayMorning).contains {
        $0.cause == "notice_refused" && $0.detail.contains("the next of notify is told")
      })
  }

  @Test func `a country that is not enabled holds the call and does not blame the person`() throws {
    let world = try world()
    try world.standIn.plan("calls.create", fault: .refuse(httpStatus: 400, code: 21215))
    try urgent(world)
    #expect(try pages(world).first?["state"] == "queued")
    try world.run(after: 120)
    #expect(try waiting(world, Self.anna) == 1)
  }

  @Test func `while the database is locked the question is asked all the same, and the key is kept`() throws {
    let world = try world()
    try urgent(world)
    let call = try #require(try world.standIn.placedCalls(to: Self.anna).first)
    let held = try HeldDatabase(world.home.database)
    let question = try post(call, step: "question", [("CallStatus", "in-progress")], world)
    #expect(question.text.contains("<Gather"))
    #expect(try key("1", of: call, world).text.contains("Danke, das ist notiert."))
    held.release()
    try world.run(after: 1)
    #expect(try ticket(world)["person"] == "Anna")
  }

  @Test func `only Twilio is answered, and only about a tenant's own calls`() throws {
    let world = try world()
    try urgent(world)
    let fields = [("CallSid", newSid("CA")), ("CallStatus", "in-progress"), ("Digits", "1")]
    let id = try #require(try pages(world).first?["id"])
    #expect(
      world.post("ring", fields, query: "tenant=doerfler&m=\(id)&step=key", signature: "x").status == 403)
    try world.addTenant("second", number: "+41435550200")
    _ = world.post("ring", fields, query: "tenant=second&m=\(id)&step=key")
    _ = world.post("ring", fields, query: "tenant=doerfler&m=999&step=key")
    #expect(try ticket(world)["status"] == "NEW")
  }

  @Test func `callbacks that come twice change nothing`() throws {
    let world = try world()
    try urgent(world)
    try world.ring(Self.anna, .picksUp(keys: ["2"])) { $0.twice = true }
    #expect(try world.eventTypes().filter { $0 == "ticket_started" }.count == 1)
    #expect(try world.eventTypes().filter { $0 == "page_answered" }.count == 1)
    #expect(try world.eventTypes().filter { $0 == "call_connected" }.count == 1)
  }

  @Test func `the end that comes before the key takes nothing back`() throws {
    let world = try world()
    try urgent(world)
    let call = try #require(try world.standIn.placedCalls(to: Self.anna).first)
    _ = try post(call, step: "over", [("CallStatus", "completed"), ("CallDuration", "12")], world)
    #expect(try pages(world).first?["state"] == "dead")
    _ = try key("1", of: call, world)
    #expect(try pages(world).first?["state"] == "delivered")
    _ = try post(call, step: "over", [("CallStatus", "completed"), ("CallDuration", "12")], world)
    #expect(try pages(world).first?["state"] == "delivered")
    #expect(try ticket(world)["person"] == "Anna")
  }

  @Test func `a call whose end was never told ends when Twilio is asked`() throws {
    let world = try world([called(Self.anna)])
    try urgent(world)
    try world.ring(Self.anna, .noAnswer) { $0.lost = [.callStatus] }
    #expect(try pages(world).first?["state"] == "accepted")
    for _ in 0..<6 { try world.run(after: 125) }
    #expect(try pages(world).first?["state"] == "dead")
  }

  @Test func `calls of one account are placed one a second`() throws {
    let world = try world([called(Self.anna)])
    try world.addTenant("second", number: "+41435550200") { $0.notify = [called(Self.ben)] }
    try world.text("1")
    try world.text("1", to: "+41435550200")
    try world.run(linger: 5)
    let times = try world.standIn.requests().filter { $0.action == "calls.create" }.map(\.at)
    #expect(times.count == 2)
    #expect(try #require(times.last).milliseconds(since: #require(times.first)) >= 900)
  }

  // MARK: money, forgetting

  @Test func `a call's price is fetched and stands apart from the messages'`() throws {
    let world = try world()
    try urgent(world)
    try world.ring(Self.anna, .picksUp(keys: ["2"]))
    try world.standIn.pricesReady()
    for _ in 0..<4 { try world.run(after: 30) }
    let page = try #require(try pages(world).first)
    #expect(page["price"] != nil && page["price"] != "")
  }

  @Test func `forgetting the caller forgets what was said of him, and ends the round`() throws {
    let world = try world()
    try world.text("Rohrbruch bei Meier")
    try world.text("1")
    try world.run(after: 1)
    try world.ring(Self.anna, .noAnswer)
    try world.forget(TestWorld.caller)
    #expect(try pages(world).map { $0["body"] } == [""])
    try world.run(after: 300)
    #expect(try placed(world, Self.ben) == 0)
  }

  // MARK: helpers

  private func post(
    _ call: PlacedCall, step: String, _ fields: [(String, String)], _ world: TestWorld
  ) throws -> CGIAnswer {
    let id = try #require(try pages(world).first { $0["to"] == call.leg.to }?["id"])
    let response = world.post(
      "ring",
      TwilioWebhook.callParameters(call.leg, status: "in-progress").filter { $0.0 != "CallStatus" } + fields,
      query: "tenant=doerfler&m=\(id)&step=\(step)")
    return CGIAnswer(status: response.status, text: response.text)
  }

  private func key(_ digit: String, of call: PlacedCall, _ world: TestWorld) throws -> CGIAnswer {
    try post(call, step: "key", [("CallStatus", "in-progress"), ("Digits", digit)], world)
  }

  private struct CGIAnswer {
    var status: Int
    var text: String
  }
}
