// FloodTests.swift - floods of calls: Lookups have a ceiling, callers who hide their number fold.

import Business
import LocalTime
import TestSupport
import Testing

struct FloodTests {
  private static let boss = "+41796660001"

  private func told(_ world: TestWorld) throws -> [RaisedAlert] {
    try world.alerts(since: Timestamp(milliseconds: 0))
  }

  @Test func `three hundred foreign callers cost no more Lookups than the ceiling, and are texted`() throws {
    let world = try TestWorld()
    world.installation.lookupLimits = Ceiling(perHour: 40, perDay: 100)
    try world.apply()
    for index in 0..<300 { world.miss(from: "+4366412\(10_000 + index)") }
    for _ in 0..<40 { try world.run(after: 2) }
    #expect(try world.standIn.requests("lookup").count == 20, "half of it is one tenant's")
    let alert = try #require(try told(world).first { $0.cause == "lookup_limit" })
    #expect(alert.detail.contains("opsfabric list calls --tenant doerfler --since 1h"))
    let sent = try world.list(.messages).filter { $0["kind"] == "missed_call" }
    #expect(sent.count > 250)
  }

  @Test func `all tenants together have a ceiling of Lookups`() throws {
    let world = try TestWorld()
    world.installation.lookupLimits = Ceiling(perHour: 4, perDay: 100)
    for (id, number) in [("b", "+41435550201"), ("c", "+41435550202"), ("d", "+41435550203")] {
      try world.addTenant(id, number: number)
      for index in 0..<3 { world.miss(from: "+43664\(number.suffix(3))\(1000 + index)", to: number) }
    }
    for _ in 0..<40 { try world.run(after: 1) }
    #expect(try world.standIn.requests("lookup").count == 4)
  }

  @Test func `the next hour asks again`() throws {
    let world = try TestWorld()
    world.installation.lookupLimits = Ceiling(perHour: 2, perDay: 100)
    try world.apply()
    for caller in ["+436641230001", "+436641230002"] { world.miss(from: caller) }
    for _ in 0..<4 { try world.run(after: 15) }
    world.clock.advance(seconds: 3600)
    world.miss(from: "+436641230003")
    for _ in 0..<4 { try world.run(after: 15) }
    #expect(try world.standIn.requests("lookup").count == 2)
  }

  private func press(_ world: TestWorld, _ index: Int, key: String = "1", from: String = "anonymous") {
    let call = world.callFields(
      "CA\(String(repeating: "0", count: 24))\(10_000_000 + index)", from: from, status: "in-progress")
    _ = world.post("voice", call)
    _ = world.post("menu", call + [("Digits", key)])
  }

  @Test(arguments: ["anonymous", "+266696687", "Anonymous", "", "+7378742833"])
  func `a withheld caller who presses a key each minute makes three requests an hour`(from: String) throws {
    let world = try TestWorld { $0.notify = [.init(channel: .sms, to: Self.boss, on: [.new, .urgent])] }
    for index in 0..<60 {
      press(world, index, key: index % 2 == 0 ? "1" : "2", from: from)
      try world.run(after: 59)
    }
    let tickets = try world.list(.tickets)
    #expect(tickets.count == 3)
    #expect(try world.texts(to: Self.boss).count == 3)
    #expect(tickets.filter { $0["summary"] == "57 weitere Anrufe mit unterdrückter Nummer" }.count == 1)
    let alert = try #require(try told(world).first { $0.cause == "withheld_limit" })
    #expect(alert.detail.contains("opsfabric list calls --tenant doerfler --since 1h"))
  }

  @Test func `a webhook that comes twice folds one call, and further keys of a call stay with its ticket`()
    throws
  {
    let world = try TestWorld()
    for index in 0..<3 { press(world, index) }
    for key in ["1", "1", "2"] { press(world, 0, key: key) }
    for _ in 0..<3 { press(world, 9) }
    #expect(
      try world.list(.tickets).compactMap { $0["summary"] }.sorted() == [
        "", "", "1 weiterer Anruf mit unterdrückter Nummer",
      ])
  }

  @Test func `when all of them are done the next withheld caller has a request again`() throws {
    let world = try TestWorld()
    for index in 0..<3 { press(world, index) }
    let store = try world.store()
    for ticket in try store.openTickets(tenant: "doerfler", page: 1).rows {
      _ = try store.write {
        try store.finishTicket(
          ifOpen: ticket.id, outcome: .other, amount: nil, by: "anna", at: world.clock.now)
      }
    }
    press(world, 4)
    #expect(try world.list(.tickets).count == 4)
  }

  @Test func `callers with a number are not counted with those without`() throws {
    let world = try TestWorld()
    for index in 0..<3 { press(world, index) }
    press(world, 4, from: "+41443334455")
    #expect(try world.list(.tickets).count == 4)
  }
}
