// AnnouncementTests.swift - what the caller hears after the miss: an SMS is promised only when one will come.

import LocalTime
import StandIn
import TestSupport
import Testing

struct AnnouncementTests {
  private func said(_ world: TestWorld, from caller: String = TestWorld.caller) throws -> String {
    try world.call(from: caller).said.joined(separator: " ")
  }

  @Test func `a mobile caller in the daytime is promised an SMS`() throws {
    #expect(try said(TestWorld()).contains("Sie erhalten gleich eine SMS"))
  }

  @Test func `in quiet hours no SMS is promised`() throws {
    let night = try #require(Timestamp(iso8601: "2026-02-10T22:00:00Z"))
    #expect(try !said(TestWorld(at: night)).contains("erhalten gleich eine SMS"))
  }

  @Test func `a caller who got an SMS a moment ago is pointed to it`() throws {
    let world = try TestWorld()
    try world.call()
    try world.run(after: 31)
    world.clock.advance(seconds: 60)
    let words = try said(world)
    #expect(!words.contains("erhalten gleich eine SMS"))
    #expect(words.contains("antworten Sie auf die SMS"))
  }

  @Test(arguments: ["+41434445566", "anonymous", "+266696687", "", "+4930123456", "+14155550100"])
  func `a caller who cannot get an SMS is offered the menu`(caller: String) throws {
    let world = try TestWorld()
    let played = try world.call(from: caller)
    #expect(played.said.joined().contains("Drücken Sie die 1"))
    #expect(!played.said.joined().contains("erhalten gleich eine SMS"))
  }

  @Test func `without the menu such a caller hears the plain announcement`() throws {
    let world = try TestWorld { $0.voiceMenu = false }
    let words = try said(world, from: "+41434445566")
    #expect(!words.contains("Drücken"))
    #expect(!words.contains("erhalten gleich eine SMS"))
    #expect(words.contains("Dörfler AG"))
  }

  @Test func `a foreign number of unknown kind is promised an SMS once Lookup has told that it is mobile`()
    throws
  {
    let world = try TestWorld()
    #expect(try said(world, from: "+33912345678").contains("Drücken"))
    try world.run(after: 31)
    world.clock.advance(seconds: 3600)
    #expect(try said(world, from: "+33912345678").contains("erhalten gleich eine SMS"))
  }

  @Test func `a tenant's own words replace the announcement`() throws {
    let world = try TestWorld { $0.announcement = .text("Wir sind auf dem Dach.") }
    #expect(try said(world) == "Wir sind auf dem Dach.")
  }

  @Test(arguments: [("1", "HIGH", "NEW"), ("2", "MED", "NEEDS_CALLBACK")])
  func `a key in the menu makes the ticket of the same reply`(key: String, urgency: String, status: String)
    throws
  {
    let world = try TestWorld()
    try world.call(from: "+41434445566") { $0.pressed = [key] }
    let tickets = try world.list(.tickets)
    #expect(tickets.count == 1)
    #expect(tickets.first?["urgency"] == urgency)
    #expect(tickets.first?["status"] == status)
    #expect(tickets.first?["source"] == "voice_menu")
    #expect(tickets.first?["phone"] == "+41434445566")
  }

  @Test func `a wrong key repeats the menu and the same key twice is one ticket and one event`() throws {
    let world = try TestWorld()
    let played = try world.call(from: "+41434445566") {
      $0.pressed = ["7", "2"]
      $0.twice = true
    }
    #expect(played.said.filter { $0.contains("Drücken") }.count == 2)
    #expect(try world.list(.tickets).count == 1)
    #expect(try world.eventTypes().filter { $0 == "menu_key" }.count == 1)
  }

  @Test func `two withheld callers make two tickets`() throws {
    let world = try TestWorld()
    for _ in 0..<2 { try world.call(from: "anonymous") { $0.pressed = ["2"] } }
    #expect(try world.list(.tickets).count == 2)
  }

  @Test(arguments: [("fr", "fr-FR"), ("it", "it-IT"), ("en", "en-GB"), ("de", "de-DE")])
  func `every language is spoken in its own voice`(language: String, voice: String) throws {
    let world = try TestWorld { $0.language = .init(rawValue: language) ?? .de }
    let sid = world.miss()
    let reply = world.post(
      "dial-result", world.callFields(sid, status: "in-progress") + [("DialCallStatus", "no-answer")])
    #expect(reply.text.contains("<Say language=\"\(voice)\">"))
  }
}
