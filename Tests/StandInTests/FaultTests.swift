// FaultTests.swift - planned faults hit the requests they are meant for, once each, in order.

import StandIn
import Testing

@Suite struct FaultTests {
  @Test(arguments: [
    (Fault.http500, 500, false, false), (.http503html, 503, false, false),
    (.rate429(retryAfter: 7), 429, false, false), (.lostAnswer, 201, true, true),
    (.hang(seconds: 20), 503, false, true), (.acceptThenHang(seconds: 20), 201, true, true),
    (.slow(seconds: 3), 201, true, false), (.acceptThen500, 500, true, false),
    (.unauthorized401, 401, false, false), (.refuse(httpStatus: 400, code: 21610), 400, false, false),
    (.garbage(httpStatus: 200), 200, false, false), (.garbage(httpStatus: 201), 201, true, false),
  ])
  func `each fault spoils one request`(fault: Fault, status: Int, isStored: Bool, isLost: Bool) throws {
    let fixture = try Fixture()
    try fixture.standIn.plan("messages.create", fault: fault)
    let reply = fixture.send()
    #expect(reply.status == status)
    #expect(reply.isLost == isLost)
    #expect(try fixture.standIn.messages().count == (isStored ? 1 : 0))
    #expect(fixture.send().status == 201)
    let logged = try fixture.standIn.requests("messages.create", to: Fixture.caller)
    #expect(logged.map(\.fault) == [fault.text, nil])
    #expect(Fault(text: fault.text) == fault)
  }

  @Test func `plans are consumed in order, by action, family and number`() throws {
    let fixture = try Fixture()
    try fixture.standIn.plan("messages.create", fault: .http500, times: 2, to: "+41791111111")
    try fixture.standIn.plan("calls.list", fault: .unauthorized401)
    try fixture.standIn.plan("messages.*", fault: .rate429(retryAfter: nil))
    try fixture.standIn.plan("*", fault: .http503html)
    #expect(fixture.send().status == 429)
    #expect(fixture.ask("GET", "/Messages.json").status == 503)
    #expect(fixture.send().status == 201)
    #expect(fixture.send(to: "+41791111111").status == 500)
    #expect(fixture.send(to: "+41791111111").status == 500)
    #expect(fixture.send(to: "+41791111111").status == 201)
    #expect(try fixture.standIn.faultsLeft() == 1)
    #expect(fixture.ask("GET", "/Calls.json").integer("code") == 20003)
    #expect(try fixture.standIn.faultsLeft() == 0)
  }

  @Test func `429 carries Retry-After, a page for people no JSON, garbage neither`() throws {
    let fixture = try Fixture()
    try fixture.standIn.plan("*", fault: .rate429(retryAfter: 7))
    try fixture.standIn.plan("*", fault: .http503html)
    try fixture.standIn.plan("*", fault: .garbage(httpStatus: 200))
    let limited = fixture.ask("GET", "/Messages.json")
    #expect(limited.headers.contains { $0 == ("Retry-After", "7") })
    #expect(limited.integer("code") == 20429)
    #expect(fixture.ask("GET", "/Messages.json").text.hasPrefix("<html>"))
    let garbage = fixture.ask("GET", "/Messages.json")
    #expect(garbage.status == 200)
    #expect(garbage.object.isEmpty)
  }

  @Test(arguments: [("wrong", 401), (Fixture.token, 200)])
  func `the password is checked`(password: String, status: Int) throws {
    let fixture = try Fixture()
    #expect(fixture.ask("GET", "/Messages.json", password: password).status == status)
  }

  @Test func `an account sees its subaccount, and no other account`() throws {
    let fixture = try Fixture()
    try fixture.standIn.addAccount(sid: "ACsub", token: "t", parent: Fixture.account)
    try fixture.standIn.addAccount(sid: "ACother", token: "t")
    #expect(
      fixture.ask("GET", "/2010-04-01/Accounts/ACsub.json").text("owner_account_sid") == Fixture.account)
    #expect(fixture.ask("GET", "/2010-04-01/Accounts/ACother.json").status == 401)
    #expect(fixture.ask("GET", "/Nothing.json").integer("code") == 20404)
  }

  @Test(arguments: ["", "http5", "rate429:x", "hang", "refuse:400", "garbage"])
  func `a misspelt fault is none`(text: String) { #expect(Fault(text: text) == nil) }
}
