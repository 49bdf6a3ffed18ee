// PriceTests.swift - what messages cost: asked of Twilio after their end, again later, given up at last.

import LocalTime
import SQLite
import StandIn
import TestSupport
import Testing

@testable import Books

struct PriceTests {
  /// One SMS, delivered and reported.
  private func delivered(_ count: Int = 1) throws -> TestWorld {
    let world = try TestWorld()
    for index in 0..<count { world.miss(from: caller(index)) }
    try world.run(after: 31)
    try world.deliverReports()
    return world
  }

  private func caller(_ index: Int) -> String { "+4179123" + String(4567 + index) }

  private func cell(_ world: TestWorld, _ sql: String) throws -> String {
    let database = try Database(path: world.home.database, access: .readOnly)
    return try database.first(sql) { $0.text(0) } ?? "no row"
  }

  @Test func `a delivered message has its price, absolute and in capital letters`() throws {
    let world = try delivered()
    try world.standIn.set("price_unit", to: "usd")
    try world.standIn.pricesReady()
    try world.run()
    let message = try #require(try world.list(.messages).first)
    let segments = try #require(Int(message["segments"] ?? ""))
    #expect(message["price"] == String(0.0769 * Double(segments)))
    #expect(message["price_unit"] == "USD")
    #expect(try cell(world, "SELECT price_unit || segments FROM message_attempts") == "USD\(segments)")
  }

  @Test func `a price that is not there yet is asked for again, after growing pauses`() throws {
    let world = try delivered()
    for _ in 0..<60 { try world.run(after: 60) }
    let looks = try world.standIn.requests("messages.fetch").count
    #expect(5...12 ~= looks)
    #expect(try world.list(.messages).first?["price"] == "")
    try world.standIn.pricesReady()
    for _ in 0..<60 { try world.run(after: 120) }
    #expect(try world.list(.messages).first?["price"] != "")
    let known = try world.standIn.requests("messages.fetch").count
    for _ in 0..<10 { try world.run(after: 3600) }
    #expect(try world.standIn.requests("messages.fetch").count == known)
  }

  @Test func `a price that never comes is given up after a week`() throws {
    let world = try delivered()
    for _ in 0..<(24 * 9) { try world.run(after: 3600) }
    let looks = try world.standIn.requests("messages.fetch").count
    #expect(looks < 50)
    for _ in 0..<48 { try world.run(after: 3600) }
    #expect(try world.standIn.requests("messages.fetch").count == looks)
    #expect(try cell(world, "SELECT count(*) FROM message_attempts WHERE price_look_at IS NULL") == "1")
  }

  @Test func `every try that Twilio took is paid for, and the message shows the sum`() throws {
    let world = try TestWorld()
    try world.standIn.planDelivery(to: TestWorld.caller, DeliveryPlan(.undelivered(30017)))
    world.miss()
    try world.run(after: 31)
    try world.deliverReports()
    try world.standIn.planDelivery(to: TestWorld.caller, DeliveryPlan(.delivered))
    try world.run(after: 121)
    try world.deliverReports()
    try world.standIn.pricesReady()
    for _ in 0..<5 { try world.run(after: 300) }
    let message = try #require(try world.list(.messages).first)
    #expect(message["state"] == "delivered")
    #expect(try cell(world, "SELECT count(*) FROM message_attempts WHERE price IS NOT NULL") == "2")
    let sum = try cell(world, "SELECT round(sum(price), 6) FROM message_attempts")
    #expect(message["price"] == sum)
  }

  @Test func `segments are those that Twilio counted`() throws {
    let world = try delivered()
    let sid = try #require(try world.standIn.messages(direction: "outbound-api").first?.sid)
    try world.standIn.recount(sid, segments: 3)
    try world.standIn.pricesReady()
    try world.run()
    #expect(try world.list(.messages).first?["segments"] == "3")
    #expect(try cell(world, "SELECT segments FROM message_attempts") == "3")
  }

  @Test func `a message that came in has a price and its segments too`() throws {
    let world = try TestWorld()
    try world.text("Hallo, das Rohr ist undicht")
    try world.standIn.pricesReady()
    try world.run()
    #expect(try cell(world, "SELECT price || price_unit || segments FROM inbound_messages") == "0.0075USD1")
  }

  @Test func `many of one number and day are asked for by one list`() throws {
    let world = try delivered(25)
    let before = try world.standIn.requests("messages.list").count
    try world.standIn.pricesReady()
    try world.run()
    #expect(try cell(world, "SELECT count(*) FROM message_attempts WHERE price IS NULL") == "0")
    #expect(try world.standIn.requests("messages.fetch").isEmpty)
    #expect(try world.standIn.requests("messages.list").count == before + 1)
  }

  @Test func `what a list does not hold is asked for one by one`() throws {
    let world = try TestWorld()
    // Twilio refuses them at once: they are never sent, and have no day.
    for index in 0..<15 {
      try world.standIn.planDelivery(to: caller(index), DeliveryPlan(.failed(30005)))
      world.miss(from: caller(index))
    }
    try world.run(after: 31)
    try world.deliverReports()
    try world.standIn.pricesReady()
    try world.run()
    #expect(try cell(world, "SELECT count(*) FROM message_attempts WHERE price IS NULL") == "0")
    #expect(try world.standIn.requests("messages.fetch").count == 15)
  }

  @Test(arguments: [
    Fault.http500, .http503html, .rate429(retryAfter: 30), .lostAnswer, .hang(seconds: 30), .unauthorized401,
    .garbage(httpStatus: 200), .refuse(httpStatus: 400, code: 20001),
  ]) func `a fault only delays a price`(_ fault: Fault) throws {
    let world = try delivered()
    try world.standIn.pricesReady()
    try world.standIn.plan("messages.fetch", fault: fault, times: 2)
    for _ in 0..<30 { try world.run(after: 60) }
    #expect(try world.list(.messages).first?["price"] != "")
    #expect(try world.standIn.faultsLeft() == 0)
  }

  @Test func `a message that Twilio no longer has is not asked for again`() throws {
    let world = try delivered()
    try world.standIn.plan("messages.fetch", fault: .refuse(httpStatus: 404, code: 20404))
    for _ in 0..<20 { try world.run(after: 600) }
    #expect(try world.standIn.requests("messages.fetch").count == 1)
  }

  @Test func `a failed message for which Twilio names no price costs nothing in the end`() throws {
    let world = try TestWorld()
    try world.standIn.planDelivery(to: TestWorld.caller, DeliveryPlan(.failed(30005)))
    world.miss()
    try world.run(after: 31)
    try world.deliverReports()
    for _ in 0..<24 { try world.run(after: 3600) }
    #expect(try cell(world, "SELECT price IS NULL FROM message_attempts") == "1")
    for _ in 0..<48 { try world.run(after: 3600) }
    #expect(try cell(world, "SELECT price FROM message_attempts") == "0.0")
  }

  @Test func `an SMS that is due goes before all questions about prices`() throws {
    let world = try delivered(60)
    try world.standIn.plan("messages.list", fault: .slow(seconds: 9), times: 99)
    world.miss(from: "+41781112233")
    world.clock.advance(seconds: 31)
    try world.run()
    let sent = try #require(try world.standIn.requests("messages.create", to: "+41781112233").first)
    let asked = try world.standIn.requests("messages.list").filter { $0.query.contains("From") }
    #expect(asked.allSatisfy { $0.id > sent.id })
    #expect(try world.texts(to: "+41781112233").count == 1)
  }

  @Test func `a Lookup is recorded with its list price`() throws {
    let world = try TestWorld()
    try world.standIn.setLine("+4915112345678", type: "mobile")
    world.miss(from: "+4915112345678")
    try world.run(after: 31)
    #expect(try world.standIn.requests("lookup").count == 1)
    #expect(
      try cell(world, "SELECT tenant || ' ' || price || ' ' || price_unit FROM lookups")
        == "doerfler 0.008 USD")
  }

  @Test(arguments: [("-0.07690", 0.0769), ("0.0075", 0.0075), ("0", 0.0), ("-.5", 0.5)])
  func `an amount is read without its sign`(_ text: String, _ amount: Double) {
    #expect(FetchPrices.amount(text) == amount)
  }

  @Test(arguments: ["", "null", "nan", "-inf", "1,5"]) func `what is no number is no price`(_ text: String) {
    #expect(FetchPrices.amount(text) == nil)
  }
}
