// RepetitionTests.swift - the same words again, and reactions: kept with the conversation, answered to nobody.

import Business
import LocalTime
import SQLite
import TestSupport
import Testing

struct RepetitionTests {
  private static let boss = "+41796660001"

  private func world() throws -> TestWorld {
    let world = try TestWorld { $0.notify = [.init(channel: .sms, to: Self.boss, on: [.new, .urgent])] }
    world.miss()
    try world.run(after: 31)
    return world
  }

  private func cell(_ world: TestWorld, _ sql: String) throws -> String? {
    try Database(path: world.home.database, access: .readOnly).first(sql) { $0.text(0) }
  }

  @Test(arguments: ["Bitte nicht antworten.", "1", "2", "3", ""])
  func `the same words again within ten minutes get no second confirmation`(body: String) throws {
    let world = try world()
    for _ in 0..<3 {
      try world.text(body)
      try world.run(after: 200)
    }
    #expect(try world.texts().count == 1 + 1)
    #expect(try world.texts(to: Self.boss).count == (body == "3" ? 0 : 1))
    #expect(try world.eventTypes().filter { $0 == "reply" }.count == 3)
    #expect(try world.list(.tickets).first?["summary"] ?? "" == (body.count > 1 ? body : ""))
    if body != "3" {
      #expect(try cell(world, "SELECT count(*) FROM inbound_messages WHERE ticket_id = 1") == "3")
    }
    try world.run(after: 601)
    try world.text(body)
    try world.run()
    #expect(try world.texts().count == 1 + 2)
  }

  @Test func `other words in between change nothing, nor does the spelling`() throws {
    let world = try world()
    for body in ["Bin abwesend", "Wer ist da?", " bin  ABWESEND\u{200B}".replacing("  ", with: " ")] {
      try world.text(body)
      try world.run()
    }
    #expect(try world.texts().count == 1 + 2)
  }

  @Test func `whichever of two comes first, one is answered`() throws {
    let world = try world()
    let now = world.clock.now
    for seconds in [300, 0] {
      world.clock.now = now.adding(seconds: seconds)
      try world.text("Hallo")
    }
    world.clock.now = now.adding(seconds: 301)
    try world.run()
    #expect(try world.texts().count == 1 + 1)
  }

  @Test func `the same words are a request again once the first is done`() throws {
    let world = try world()
    try world.text("1")
    #expect(
      try world.store().finishTicket(ifOpen: 1, outcome: .other, amount: nil, by: "anna", at: world.clock.now)
    )
    try world.text("2")
    try world.text("1")
    try world.run()
    let tickets = try world.list(.tickets)
    #expect(tickets.count == 2 && tickets[1]["urgency"] == "HIGH")
    // Told of the first, of the second, and that the second has become urgent.
    #expect(try world.texts(to: Self.boss).count == 3)
    // The second 1 is not confirmed.
    #expect(try world.texts().count == 1 + 2)
  }

  @Test func `pictures without words are never the same`() throws {
    let world = try world()
    for index in 0..<2 { try world.text("", media: [("https://api.example/M\(index)", "image/jpeg")]) }
    try world.run()
    #expect(try world.texts().count == 1 + 2)
  }

  @Test func `another number that says the same is answered`() throws {
    let world = try world()
    try world.text("Hallo")
    try world.text("Hallo", from: "+41791110000")
    try world.run()
    #expect(try world.texts(to: "+41791110000").count == 1)
  }

  // MARK: reactions

  @Test func `a reaction is kept with the open request and tells nobody`() throws {
    let world = try world()
    try world.text("Heizung kalt")
    try world.run()
    let before = try world.list(.tickets)
    world.clock.advance(seconds: 60)
    for body in ["Liked “Danke, Ihre Nachricht ist eingegangen.”", "Gefällt: „Danke“", "👍 to “Danke”"] {
      try world.text(body)
    }
    try world.run()
    #expect(try world.list(.tickets) == before)
    #expect(try world.texts().count == 1 + 1)
    #expect(try world.texts(to: Self.boss).count == 1)
    #expect(try cell(world, "SELECT count(*) FROM inbound_messages WHERE ticket_id = 1") == "4")
    #expect(try world.eventTypes().filter { $0 == "message_kept" }.count == 3)
  }

  @Test func `a reaction alone makes no request and is no reply`() throws {
    let world = try world()
    try world.text("A aimé « Danke für Ihren Anruf »")
    try world.run()
    #expect(try world.list(.tickets).isEmpty)
    #expect(try world.texts().count == 1)
    #expect(try cell(world, "SELECT count(*) FROM inbound_messages WHERE answers_message IS NOT NULL") == "0")
  }

  @Test func `a request that begins like a reaction is a request`() throws {
    let world = try world()
    try world.text("Gefällt mir nicht, wie das tropft: „platsch“")
    #expect(try world.list(.tickets).count == 1)
  }
}
