// CallbackTests.swift - do=call on the desk: who may call whom, what is rung and said, and every fault on the way.

import Business
import CGI
import Desk
import LocalTime
import Platform
import StandIn
import Store
import TestSupport
import Testing

@testable import Books

struct CallbackTests {
  static let boss = "+41796660001"
  static let helper = "+41796660002"
  static let mailer = "post@example.ch"
  static let guest = "Aushilfe"
  private static let caller = TestWorld.caller

  /// Boss, helper, one who has no telephone, and a guest are signed in.
  private struct Office {
    let world: TestWorld

    init(_ change: (inout Tenant) -> Void = { _ in }) throws {
      world = try TestWorld {
        $0.notify = [
          .init(channel: .sms, to: CallbackTests.boss, on: [.new], name: "Anna"),
          .init(channel: .email, to: CallbackTests.mailer, on: [.escalation], order: 2, name: "Carla"),
        ]
        $0.staffNumbers = [CallbackTests.helper]
        change(&$0)
      }
      let store = try world.store()
      for person in ["Anna", CallbackTests.helper, "Carla", CallbackTests.guest] {
        try store.write {
          try store.addInboxSession(
            hash: InboxKey.hash(person), person: InboxPerson(tenant: "doerfler", person: person),
            at: world.clock.now, expiresAt: world.clock.now.adding(days: 90))
        }
      }
    }

    func browse(_ query: String, as person: String = "Anna", form: String? = nil) -> (
      status: Int, text: String
    ) {
      let response = world.browse(
        "inbox", query, method: form == nil ? "GET" : "POST", body: Array((form ?? "").utf8),
        contentType: form == nil ? "" : "application/x-www-form-urlencoded",
        headers: ["COOKIE": "opsfabric_inbox=\(person)"])
      return (response.status, response.text)
    }

    func page(_ query: String, as person: String = "Anna") -> String { browse(query, as: person).text }

    /// Taps `call`, with the mark of the page it stands on.
    @discardableResult
    func tap(
      _ subject: String, as person: String = "Anna", once: String? = nil
    ) -> (status: Int, text: String) {
      let page = page("view=calls", as: person)
      let csrf = InboxKey.csrfToken(session: person)
      let mark = once ?? TestWorld.hidden("once", in: page) ?? newSid("x")
      return browse(
        "", as: person,
        form: "do=call&\(subject)&csrf=\(percentEncoded(csrf))&once=\(percentEncoded(mark))")
    }

    func rows() throws -> [[String: String]] {
      try world.list(.messages).filter { $0["kind"] == "callback" }
    }

    func state() throws -> String? { try rows().last?["state"] }
    func ticket(_ id: Int = 1) throws -> [String: String] {
      try #require(try world.list(.tickets).first { $0["id"] == String(id) })
    }
    func events(_ type: String) throws -> [[String: String]] {
      try world.list(.events).filter { $0["type"] == type }
    }
    func placed(_ number: String = CallbackTests.boss) throws -> Int {
      try world.standIn.calls().count { $0.to == number && $0.direction == "outbound-api" }
    }

    /// A webhook of the one callback there is.
    @discardableResult
    func webhook(_ call: PlacedCall, _ step: String, _ fields: [(String, String)], message: String? = nil)
      throws -> String
    {
      let id = try message ?? #require(try rows().last?["id"])
      return world.post(
        "ring",
        TwilioWebhook.callParameters(call.leg, status: "in-progress").filter { $0.0 != "CallStatus" }
          + fields,
        query: "tenant=doerfler&m=\(id)&step=\(step)&kind=callback"
      ).text
    }
  }

  private static let number = "number=%2B\(caller.dropFirst())"

  /// A caller who wants to be called, and one second of the runner after the tap.
  private func asked(_ change: (inout Tenant) -> Void = { _ in }) throws -> Office {
    let office = try Office(change)
    try office.world.text("2")
    try office.world.run(after: 1)
    #expect(office.tap("id=1").status == 303)
    try office.world.run(after: 1)
    return office
  }

  private func missed() throws -> Office {
    let office = try Office()
    _ = office.world.miss()
    try office.world.run(after: 40)
    return office
  }

  // MARK: what it does

  @Test func `rings the person's own phone, and on 1 connects the caller with the tenant's number`() throws {
    let office = try asked()
    #expect(try office.placed() == 1)
    let call = try #require(try office.world.ring(Self.boss, .picksUp(keys: ["1"])).first)
    #expect(call.problems.isEmpty)
    #expect(
      call.said.filter { $0 == "Dörfler AG. Rückruf an 0 7 9, 1 2 3, 4 5, 6 7." }.count == 2)
    #expect(call.said.last == "Sie werden verbunden.")
    #expect(call.dialled == [Self.caller])
    #expect(call.dial["callerId"] == TestWorld.number)
    #expect(try office.rows().map { $0["from"] } == [TestWorld.number])
    #expect(try office.state() == "delivered")
  }

  @Test func `a tap rings within a second while the runner lingers`() throws {
    let office = try Office()
    try office.world.text("2")
    try office.world.run(after: 1)
    let before = office.world.clock.now
    office.tap("id=1")
    try office.world.run(linger: 1)
    let at = try #require(try office.world.standIn.requests().last { $0.action == "calls.create" }?.at)
    #expect(at.milliseconds(since: before) <= 1000)
  }

  @Test func `a caller with a name is called by it`() throws {
    let office = try Office()
    try office.world.text("2")
    try office.world.store().saveContact(
      ContactRow(
        tenant: "doerfler", phone: Self.caller, name: "Frau Meier", source: .desk,
        updatedAt: office.world.clock.now))
    office.tap("id=1")
    try office.world.run(after: 1)
    let call = try #require(try office.world.ring(Self.boss, .picksUp(keys: ["1"])).first)
    #expect(call.said.contains("Dörfler AG. Rückruf an Frau Meier."))
  }

  @Test func `result and seconds go into the conversation, of the request and of the number`() throws {
    let office = try asked()
    #expect(office.page("id=1").contains("Rückruf: läuft"))
    try office.world.ring(Self.boss, .picksUp(keys: ["1"]))
    for query in ["id=1", Self.number] {
      let page = office.page(query)
      #expect(page.contains("Rückruf: verbunden"))
      #expect(page.contains("Mit dem Anrufer gesprochen, 1 min 0 s"))
      #expect(page.components(of: "Mit dem Anrufer gesprochen") == 1)
      #expect(page.contains("Anna"))
    }
  }

  @Test func `a connected callback takes the request, as an answer by SMS does`() throws {
    let office = try asked()
    #expect(try office.ticket()["status"] == "NEEDS_CALLBACK")
    try office.world.ring(Self.boss, .picksUp(keys: ["1"]))
    #expect(try office.ticket()["status"] == "IN_PROGRESS")
    #expect(try office.ticket()["person"] == "Anna")
  }

  @Test func `the median counts when the talk began, and neither the tap nor a ticket made by hand`() throws {
    let office = try missed()
    _ = office.browse(
      "", form: "do=make-ticket&\(Self.number)&csrf=\(percentEncoded(InboxKey.csrfToken(session: "Anna")))")
    office.world.clock.advance(seconds: 600)
    office.tap("id=1")
    try office.world.run(after: 1)
    #expect(try median(office) == "")
    try office.world.ring(Self.boss, .picksUp(keys: ["1"])) { $0.outcome = .answered(seconds: 1200) }
    let minutes = try #require(Double(try median(office)))
    #expect(10.0...12.0 ~= minutes)
  }

  private func median(_ office: Office) throws -> String {
    let tenant = BookTenant(office.world.tenants[0])
    let month = TimeZoneRules.utc.month(of: office.world.clock.now)
    let zones = TimeZones()
    let figures = try TenantMonth.read(
      tenant, month, try tenant.period(month, zones: zones), store: office.world.store())
    return try #require(Tables.report.columns.first { $0.name == "median_minutes_to_human" })
      .cell(figures).written
  }

  @Test func `a missed caller who was talked with has been seen to, without a request`() throws {
    let office = try missed()
    #expect(office.tap(Self.number).status == 303)
    try office.world.run(after: 1)
    #expect(office.page("view=calls").contains("Noch niemand hat sich gemeldet (1)"))
    let call = try #require(try office.world.ring(Self.boss, .picksUp(keys: ["1"])).first)
    #expect(call.dialled == [Self.caller])
    #expect(office.page("view=calls").contains("Erledigt (1)"))
    #expect(try office.world.list(.tickets).isEmpty)
    #expect(office.page(Self.number).contains("Mit dem Anrufer gesprochen, 1 min 0 s"))
  }

  @Test func `after a talk the machine confirms nothing to that caller for a day`() throws {
    let office = try asked()
    try office.world.run(after: 5)
    let before = try office.world.texts().count
    try office.world.ring(Self.boss, .picksUp(keys: ["1"]))
    try office.world.text("Danke, bis morgen")
    try office.world.run(after: 5)
    #expect(try office.world.texts().count == before)
    office.world.clock.advance(seconds: 25 * 3600)
    try office.world.text("2")
    try office.world.run(after: 5)
    #expect(try office.world.texts().count == before + 1)
  }

  @Test func `both legs cost, and stand with calls in the month's sum`() throws {
    let office = try asked()
    try office.world.ring(Self.boss, .picksUp(keys: ["1"]))
    try office.world.standIn.pricesReady()
    for _ in 0..<4 { try office.world.run(after: 30) }
    let row = try #require(try office.rows().first)
    #expect(row["price"] != nil && row["price"] != "")
    let now = office.world.clock.now
    let costs = try office.world.store().monthlyCosts(
      ReportPeriod(tenant: "doerfler", start: now.adding(days: -1), end: now.adding(days: 1)))
    #expect(costs.filter { $0.source == .call }.map(\.count).reduce(0, +) == 2)
  }

  // MARK: quiet ends, in words

  @Test(arguments: [
    (CalledPerson.noAnswer, "das eigene Telefon nahm niemand ab"),
    (.busy, "das eigene Telefon war besetzt"),
    (.failed, "das eigene Telefon war nicht erreichbar"),
    (.mailbox, "niemand drückte die 1"),
    (.picksUp(keys: []), "niemand drückte die 1"),
    (.picksUp(keys: ["2", "9"]), "niemand drückte die 1"),
  ])
  func `who was not connected reads why`(_ person: CalledPerson, _ words: String) throws {
    let office = try asked()
    let call = try #require(try office.world.ring(Self.boss, person).first)
    #expect(call.dialled.isEmpty)
    #expect(office.page("id=1").contains("Rückruf: \(words)"))
    #expect(try office.state() == "dead")
    #expect(try office.ticket()["status"] == "NEEDS_CALLBACK")
    #expect(try office.world.alerts(since: TestWorld.tuesdayMorning).isEmpty)
    // And it can be tried again at once.
    #expect(office.tap("id=1").status == 303)
  }

  @Test(arguments: [
    (CallScript.Outcome.noAnswer, "Anrufer nicht erreicht"), (.busy, "beim Anrufer war besetzt"),
  ])
  func `a caller who does not answer is said, and the request still waits`(
    _ outcome: CallScript.Outcome, _ words: String
  ) throws {
    let office = try asked()
    let call = try #require(
      try office.world.ring(Self.boss, .picksUp(keys: ["1"])) { $0.outcome = outcome }.first)
    #expect(call.said.last == "Der Anrufer ist nicht erreichbar.")
    #expect(office.page("id=1").contains("Rückruf: \(words)"))
    #expect(try office.ticket()["status"] == "NEEDS_CALLBACK")
    #expect(try office.events("call_connected").isEmpty)
    #expect(try office.events("callback_failed").count == 1)
  }

  @Test(arguments: [true, false])
  func `whoever hangs up before the caller answers finds that, told or asked for`(_ isTold: Bool) throws {
    let office = try asked()
    let call = try #require(
      try office.world.ring(Self.boss, .picksUp(keys: ["1"])) {
        $0.outcome = .canceled
        if !isTold { $0.lost = [.dialResult] }
      }.first)
    #expect(call.dialled == [Self.caller])
    if !isTold { #expect(office.page("id=1").contains("Rückruf: läuft")) }
    for _ in 0..<4 { try office.world.run(after: 30) }
    #expect(office.page("id=1").contains("Rückruf: Anrufer nicht erreicht"))
    #expect(try office.state() == "dead")
  }

  // MARK: who, and whom

  @Test func `the button stands beside the link, on request, number and in both lists`() throws {
    let office = try missed()
    try office.world.text("2")
    for query in ["", "view=calls", "id=1", Self.number] {
      let page = office.page(query)
      #expect(page.contains("href=\"tel:+41791234567\""))
      #expect(page.contains("value=\"call\""))
    }
  }

  @Test(arguments: [
    (CallbackTests.guest, "nur Personen, die der Betrieb eingetragen hat"),
    ("Carla", "Von Ihnen ist keine Telefonnummer eingetragen"),
  ])
  func `whoever cannot be rung reads why in the button's place, and a forged form rings nobody`(
    _ who: String, _ words: String
  ) throws {
    let office = try missed()
    try office.world.text("2")
    for query in ["", "view=calls", "id=1", Self.number] {
      let page = office.page(query, as: who)
      #expect(page.contains("href=\"tel:+41791234567\""))
      #expect(!page.contains("value=\"call\""))
      #expect(page.components(of: words) == 1)
    }
    let answer = office.tap("id=1", as: who)
    #expect(answer.status == 422 && answer.text.contains(words))
    #expect(try office.rows().isEmpty)
  }

  @Test func `one of staff_numbers is rung on that number`() throws {
    let office = try missed()
    office.tap(Self.number, as: Self.helper)
    try office.world.run(after: 1)
    #expect(try office.placed(Self.helper) == 1)
    #expect(try office.placed() == 0)
  }

  @Test func `a number nobody has asked for is not called, whoever types it`() throws {
    let office = try missed()
    for number in ["+41790000001", "+41441112233", TestWorld.number, Self.boss] {
      let answer = office.tap("number=%2B\(number.dropFirst())")
      #expect(answer.status == 422)
    }
    #expect(office.page("number=%2B41790000001").contains("nur an offene Anfragen und verpasste Anrufe"))
    #expect(try office.rows().isEmpty)
  }

  @Test func `expensive numbers, those foreign to the settings and a person's own are not connected`() throws
  {
    let office = try Office()
    for number in ["+17605550123", Self.helper] {
      _ = office.world.miss(from: number)
      let answer = office.tap("number=%2B\(number.dropFirst())", as: Self.helper)
      #expect(answer.status == 422 && answer.text.contains("Diese Nummer wird nicht verbunden"))
    }
    #expect(try office.rows().isEmpty)
  }

  @Test func `a withheld caller has no button but the reason`() throws {
    let office = try Office()
    _ = office.world.miss(from: "anonymous")
    let page = office.page("view=calls")
    #expect(!page.contains("value=\"call\"") && page.contains("Ein Rückruf ist nicht möglich"))
    #expect(office.tap("call=1").status == 422)
    #expect(try office.rows().isEmpty)
  }

  @Test func `a blocked number has no button but the reason`() throws {
    let office = try missed()
    try office.world.store().block(
      tenant: "doerfler", phone: Self.caller, reason: .staff, at: office.world.clock.now, until: nil)
    for query in ["view=calls", Self.number] {
      #expect(office.page(query).contains("Die Nummer ist gesperrt: kein Rückruf"))
      #expect(!office.page(query).contains("value=\"call\""))
    }
    #expect(office.tap(Self.number).status == 422)
    #expect(try office.rows().isEmpty)
  }

  @Test func `a closed request's number is called only where it was missed as well`() throws {
    let office = try Office()
    try office.world.text("2")
    let ticket = try #require(try office.world.store().ticket(id: 1))
    _ = try office.world.store().move(ticket, .finish(.other), by: "Anna", at: office.world.clock.now)
    #expect(office.tap("id=1").status == 422)
    _ = office.world.miss()
    #expect(office.tap("id=1").status == 303)
  }

  @Test func `a missed call older than the desk shows is none to call back`() throws {
    let office = try missed()
    office.world.clock.advance(seconds: 29 * 86400)
    #expect(office.page(Self.number).contains("value=\"call\""))
    office.world.clock.advance(seconds: 2 * 86400)
    let page = office.page(Self.number)
    #expect(!page.contains("value=\"call\"") && page.contains("nur an offene Anfragen und verpasste Anrufe"))
  }

  @Test func `another tenant's callers and requests are not there`() throws {
    let office = try Office()
    try office.world.addTenant("second", number: "+41435550200")
    _ = office.world.miss(to: "+41435550200")
    try office.world.text("2", to: "+41435550200")
    #expect(office.tap(Self.number).status == 422)
    #expect(office.tap("id=1").status == 404)
    #expect(try office.rows().isEmpty)
  }

  @Test func `without the page's token nobody is rung`() throws {
    let office = try missed()
    #expect(office.browse("", form: "do=call&\(Self.number)&csrf=x&once=1").status == 403)
    #expect(try office.rows().isEmpty)
  }

  // MARK: once

  @Test func `two taps, and the same form posted later, are one call`() throws {
    let office = try missed()
    #expect(office.tap(Self.number, once: "A").status == 303)
    #expect(office.tap(Self.number, once: "A").status == 303)
    try office.world.run(after: 1)
    try office.world.ring(Self.boss, .noAnswer)
    #expect(office.tap(Self.number, once: "A").status == 303)
    try office.world.run(after: 1)
    #expect(try office.placed() == 1)
    #expect(office.tap(Self.number, once: "B").status == 303)
    try office.world.run(after: 1)
    #expect(try office.placed() == 2)
  }

  @Test func `while his telephone rings for one caller another waits`() throws {
    let office = try asked()
    _ = office.world.miss(from: "+41791112233")
    let answer = office.tap("number=%2B41791112233")
    #expect(answer.status == 422 && answer.text.contains("klingelt schon"))
    // Somebody else's telephone is another.
    #expect(office.tap("number=%2B41791112233", as: Self.helper).status == 303)
  }

  @Test func `callbacks that come twice change nothing`() throws {
    let office = try asked()
    try office.world.ring(Self.boss, .picksUp(keys: ["1"])) { $0.twice = true }
    for type in ["call_connected", "callback_key", "ticket_started"] {
      #expect(try office.events(type).count == 1)
    }
    #expect(try office.state() == "delivered")
  }

  static let orders: [[Int]] = {
    func permutations(_ rest: [Int]) -> [[Int]] {
      rest.isEmpty
        ? [[]] : rest.flatMap { first in permutations(rest.filter { $0 != first }).map { [first] + $0 } }
    }
    return permutations([0, 1, 2, 3])
  }()

  @Test(arguments: orders, [60, 0])
  func `in every order the webhooks end the same`(_ order: [Int], _ seconds: Int) throws {
    let office = try asked()
    let call = try #require(try office.world.standIn.placedCalls(to: Self.boss).first)
    let webhooks: [(String, [(String, String)])] = [
      ("question", [("CallStatus", "in-progress")]),
      ("key", [("CallStatus", "in-progress"), ("Digits", "1")]),
      (
        "connected",
        [
          ("CallStatus", "in-progress"), ("DialCallStatus", seconds > 0 ? "completed" : "no-answer"),
          ("DialCallDuration", String(seconds)), ("DialCallSid", "CA00000000000000000000000000000077"),
        ]
      ),
      ("over", [("CallStatus", "completed"), ("CallDuration", "90")]),
    ]
    for index in order { try office.webhook(call, webhooks[index].0, webhooks[index].1) }
    #expect(try office.state() == (seconds > 0 ? "delivered" : "dead"))
    #expect(try office.events("call_connected").count == (seconds > 0 ? 1 : 0))
    #expect(try office.ticket()["status"] == (seconds > 0 ? "IN_PROGRESS" : "NEEDS_CALLBACK"))
    #expect(
      office.page("id=1").contains(seconds > 0 ? "Rückruf: verbunden" : "Rückruf: Anrufer nicht erreicht"))
  }

  // MARK: faults

  @Test func `a lost answer is looked up before anything is repeated, and rings nobody twice`() throws {
    let office = try Office()
    try office.world.text("2")
    try office.world.run(after: 1)
    try office.world.standIn.plan("calls.create", fault: .lostAnswer)
    office.tap("id=1")
    try office.world.run(after: 1)
    for _ in 0..<5 { try office.world.run(after: 30) }
    #expect(try office.placed() == 1)
    #expect(try office.rows().first?["attempts"] == "1")
    try office.world.ring(Self.boss, .picksUp(keys: ["1"]))
    #expect(try office.state() == "delivered")
  }

  @Test func `a runner that dies between claim and answer rings nobody twice`() throws {
    let office = try Office()
    try office.world.text("2")
    try office.world.run(after: 1)
    office.tap("id=1")
    let store = try office.world.store()
    let row = try #require(try store.dueMessages(.call, at: office.world.clock.now, limit: 1).first)
    _ = try store.write {
      try store.claim(
        ifWaiting: row.id, at: office.world.clock.now, lookAt: office.world.clock.now.adding(seconds: 30))
    }
    let form = "To=%2B41796660001&From=%2B41435550100&Url=https%3A%2F%2Fhooks.example.ch%2Fcgi-bin%2Fring"
    _ = office.world.standIn.handle(
      .init(
        method: "POST", path: "/2010-04-01/Accounts/\(TestWorld.account)/Calls.json",
        headers: ["authorization": TestWorld.authorization], body: Array(form.utf8)))
    for _ in 0..<3 { try office.world.run(after: 3) }
    #expect(try office.placed() == 1)
    #expect(try office.state() == "accepted")
  }

  @Test func `a call that provably never left is placed once Twilio is there, and not after five minutes`()
    throws
  {
    let office = try Office()
    try office.world.text("2")
    try office.world.run(after: 1)
    try office.world.standIn.plan("calls.create", fault: .refuse(httpStatus: 401, code: 20003), times: 1)
    office.tap("id=1")
    try office.world.run(after: 1)
    #expect(try office.state() == "queued")
    try office.world.run(after: 31)
    #expect(try office.placed() == 1)

    try office.world.ring(Self.boss, .noAnswer)
    try office.world.standIn.plan("calls.create", fault: .refuse(httpStatus: 401, code: 20003), times: 50)
    office.tap("id=1")
    for _ in 0..<12 { try office.world.run(after: 31) }
    #expect(try office.placed() == 1)
    #expect(try office.state() == "dead")
    #expect(office.page("id=1").contains("Rückruf: kam nicht zustande"))
  }

  @Test func `what is not wanted any more when it would leave is not placed`() throws {
    let office = try missed()
    office.tap(Self.number)
    try office.world.store().block(
      tenant: "doerfler", phone: Self.caller, reason: .staff, at: office.world.clock.now, until: nil)
    try office.world.run(after: 1)
    #expect(try office.placed() == 0)
    #expect(try office.state() == "dead")
    #expect(try office.world.alerts(since: TestWorld.tuesdayMorning).isEmpty)
  }

  @Test func `a person taken out of the settings meanwhile is not rung`() throws {
    let office = try missed()
    office.tap(Self.number, as: Self.helper)
    try office.world.changeTenant { $0.staffNumbers = [] }
    try office.world.run(after: 1)
    #expect(try office.placed(Self.helper) == 0)
  }

  @Test func `a caller blocked while the telephone rings is not connected`() throws {
    let office = try asked()
    try office.world.store().block(
      tenant: "doerfler", phone: Self.caller, reason: .staff, at: office.world.clock.now, until: nil)
    let call = try #require(try office.world.ring(Self.boss, .picksUp(keys: ["1"])).first)
    #expect(call.dialled.isEmpty)
    #expect(call.said == ["Dieser Rückruf geht jetzt nicht. Bitte sehen Sie in Ihrem Posteingang nach."])
  }

  @Test func `a lost end of the talk is asked for, with its seconds`() throws {
    let office = try asked()
    try office.world.ring(Self.boss, .picksUp(keys: ["1"])) { $0.lost = [.dialResult] }
    for _ in 0..<4 { try office.world.run(after: 30) }
    #expect(try office.state() == "delivered")
    #expect(try office.events("call_connected").map { $0["detail"] } == ["Anna > 60"])
  }

  @Test func `while the database is locked the key is kept, and nobody is connected by guess`() throws {
    let office = try asked()
    let call = try #require(try office.world.standIn.placedCalls(to: Self.boss).first)
    let id = try #require(try office.rows().last?["id"])
    let held = try HeldDatabase(office.world.home.database)
    #expect(
      try office.webhook(call, "question", [("CallStatus", "in-progress")], message: id).contains("<Gather"))
    let answer = try office.webhook(
      call, "key", [("CallStatus", "in-progress"), ("Digits", "1")], message: id)
    #expect(!answer.contains("<Dial") && answer.contains("geht jetzt nicht"))
    held.release()
    try office.world.run(after: 1)
    #expect(try office.events("callback_key").count == 1)
  }

  /// Where a process dies: before or after the commit of what it does.
  enum Kill: CaseIterable {
    case claimed, placed, keyLost, keyUnanswered, endOfTalkLost, endUnanswered
  }

  @Test(arguments: Kill.allCases)
  func `killed at each step, nobody is rung twice, and the row comes to its end`(_ kill: Kill) throws {
    let office = try Office()
    try office.world.text("2")
    try office.world.run(after: 1)
    office.tap("id=1")
    let store = try office.world.store()
    if kill == .claimed || kill == .placed {
      let row = try #require(try store.dueMessages(.call, at: office.world.clock.now, limit: 1).first)
      _ = try store.write {
        try store.claim(
          ifWaiting: row.id, at: office.world.clock.now, lookAt: office.world.clock.now.adding(seconds: 30))
      }
      if kill == .placed {
        let url = "https://hooks.example.ch/cgi-bin/ring?tenant=doerfler&m=\(row.id)&kind=callback&step="
        let form =
          "To=%2B41796660001&From=%2B41435550100&Url=\(percentEncoded(url + "question"))"
          + "&StatusCallback=\(percentEncoded(url + "over"))"
        _ = office.world.standIn.handle(
          .init(
            method: "POST", path: "/2010-04-01/Accounts/\(TestWorld.account)/Calls.json",
            headers: ["authorization": TestWorld.authorization], body: Array(form.utf8)))
      }
    }
    for _ in 0..<8 where try office.placed() == 0 || office.state() != "accepted" {
      try office.world.run(after: 20)
    }
    #expect(try office.placed() == 1)
    if kill == .keyUnanswered {
      let call = try #require(try office.world.standIn.placedCalls(to: Self.boss).first)
      try office.webhook(call, "key", [("CallStatus", "in-progress"), ("Digits", "1")])
    }
    try office.world.ring(Self.boss, .picksUp(keys: ["1"])) {
      switch kill {
      case .keyLost, .keyUnanswered: $0.lost = [.menu]
      case .endOfTalkLost: $0.lost = [.dialResult]
      case .endUnanswered: $0.lost = [.callStatus]
      case .claimed, .placed: break
      }
    }
    for _ in 0..<8 { try office.world.run(after: 100) }
    #expect(try office.placed() == 1)
    let row = try #require(try office.rows().first)
    switch kill {
    case .keyLost, .keyUnanswered:
      #expect(row["state"] == "dead")
      let end = try office.events("callback_failed").map { $0["detail"] ?? "" }
      // Of a key that was heard, only that the caller was not reached.
      #expect(end.count == 1)
      #expect((end == ["Anna > the caller was not reached"]) == (kill == .keyUnanswered))
    default:
      #expect(row["state"] == "delivered")
      #expect(try office.events("call_connected").map { $0["detail"] } == ["Anna > 60"])
    }
    #expect(try office.world.alerts(since: TestWorld.tuesdayMorning).isEmpty)
  }

  @Test
  func `above the ceiling a callback waits, is given up after five minutes, and the operator hears of it`()
    throws
  {
    let office = try asked { $0.smsLimits = Ceiling(perHour: 1, perDay: 9) }
    try office.world.ring(Self.boss, .noAnswer)
    office.tap("id=1")
    try office.world.run(after: 1)
    #expect(try office.placed() == 1)
    #expect(office.page("id=1").contains("Rückruf: läuft"))
    for _ in 0..<6 { try office.world.run(after: 61) }
    #expect(try office.placed() == 1)
    #expect(try office.state() == "dead")
    #expect(office.page("id=1").contains("Rückruf: kam nicht zustande"))
    #expect(try office.world.alerts(since: TestWorld.tuesdayMorning).contains { $0.cause == "notice_limit" })
  }

  @Test func `callbacks of one account are placed one a second`() throws {
    let office = try missed()
    office.tap(Self.number)
    _ = office.world.miss(from: "+41791112233")
    office.tap("number=%2B41791112233", as: Self.helper)
    try office.world.run(linger: 3)
    let times = try office.world.standIn.requests().filter { $0.action == "calls.create" }.map(\.at)
    #expect(times.count == 2)
    #expect(try #require(times.last).milliseconds(since: #require(times.first)) >= 900)
  }

  // MARK: the page meanwhile

  @Test(arguments: ["done", "reply"])
  func `the page from before the talk is still the person's own, but nobody else's`(_ action: String) throws {
    func act(
      _ office: Office, as person: String, before: () throws -> Void = {},
      meanwhile: () throws -> Void = {}
    ) throws -> Int {
      let page = office.page("id=1", as: person)
      let version = try #require(TestWorld.hidden("version", in: page))
      office.world.clock.advance(seconds: 1)
      try before()
      office.tap("id=1")
      try office.world.run(after: 1)
      try office.world.ring(Self.boss, .picksUp(keys: ["1"]))
      try meanwhile()
      let csrf = percentEncoded(InboxKey.csrfToken(session: person))
      return office.browse(
        "", as: person, form: "do=\(action)&id=1&text=Bis+morgen&version=\(version)&csrf=\(csrf)&once=x"
      ).status
    }
    func office() throws -> Office {
      let office = try Office()
      try office.world.text("2")
      try office.world.run(after: 1)
      return office
    }
    let own = try office()
    #expect(try act(own, as: "Anna") == 303)
    #expect(try act(office(), as: Self.helper) == 409)
    let noted = try office()
    let status = try act(noted, as: "Anna") {
      try noted.world.store().note(ticket: 1, text: "Kennt ihn", by: "Ben", at: noted.world.clock.now)
    }
    #expect(status == 409)
    let taken = try office()
    let late = try act(
      taken, as: "Anna",
      before: {
        _ = try taken.world.store().move(
          try #require(try taken.world.store().ticket(id: 1)), .start, by: "Ben", at: taken.world.clock.now)
      })
    #expect(late == 409)
  }

  @Test(arguments: [
    (Language.de, "Rückruf: niemand drückte die 1", "Drücken Sie die 1, um verbunden zu werden."),
    (.fr, "Rappel: personne n’a tapé 1", "Tapez 1 pour être mis en relation."),
    (.it, "Richiamata: nessuno ha premuto 1", "Prema 1 per essere messo in contatto."),
    (.en, "Callback: nobody pressed 1", "Press 1 to be connected."),
  ])
  func `what is said and shown is in the tenant's language`(
    _ language: Language, _ shown: String, _ said: String
  ) throws {
    let office = try asked { $0.language = language }
    let call = try #require(try office.world.ring(Self.boss, .mailbox).first)
    #expect(call.said.contains(said))
    #expect(office.page("id=1").contains(shown))
  }

  // MARK: forgetting

  @Test(arguments: [true, false])
  func `forgetting the caller forgets who was called back`(_ hasRequest: Bool) throws {
    let office = try missed()
    if hasRequest { try office.world.text("2") }
    try office.world.store().saveContact(
      ContactRow(
        tenant: "doerfler", phone: Self.caller, name: "Frau Meier", source: .desk,
        updatedAt: office.world.clock.now))
    office.tap(Self.number)
    try office.world.run(after: 1)
    try office.world.ring(Self.boss, .picksUp(keys: ["1"]))
    try office.world.forget()
    #expect(try office.rows().map { $0["body"] } == [""])
    #expect(try office.rows().map { $0["to"] } == [Self.boss])
    #expect(try office.world.remains(["Meier"]).isEmpty)
  }

  @Test func `a person is told who called back for him as staff, and how it ended`() throws {
    let office = try missed()
    office.tap(Self.number)
    try office.world.run(after: 1)
    try office.world.ring(Self.boss, .picksUp(keys: ["1"]))
    let number = try #require(PhoneNumber(e164: Self.caller))
    let store = try office.world.store()
    let held = try HeldTable.allCases.flatMap {
      try store.held($0, of: number, isOurs: false, rateKeys: [])
    }
    #expect(held.contains { $0.contains("\"kind\":\"callback\"") && $0.contains("Rückruf an") })
    #expect(held.contains { $0.contains("call_connected") && $0.contains("staff > 60") })
    #expect(!held.contains { $0.contains("Anna") || $0.contains(Self.boss) })
  }

  @Test func `a number forgotten while it waits to be called is not called`() throws {
    let office = try missed()
    office.tap(Self.number)
    try office.world.forget()
    try office.world.run(after: 1)
    #expect(try office.placed() == 0)
    #expect(try office.state() == "dead")
  }
}

extension String {
  fileprivate func components(of words: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: words) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
