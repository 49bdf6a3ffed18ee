// AnnouncementTests.swift - what the caller hears after the miss: an SMS is promised only when one will come.

import LocalTime
import Platform
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

  @Test(arguments: [
    ("+41434445566", "Drücken Sie die 1"), ("+4930123456", "Drücken Sie die 1"),
    ("+14155550100", "Drücken Sie die 1"), ("anonymous", "tippen Sie bitte Ihre Telefonnummer"),
    ("+266696687", "tippen Sie bitte Ihre Telefonnummer"), ("", "tippen Sie bitte Ihre Telefonnummer"),
  ])
  func `a caller who cannot get an SMS is offered the menu, or asked for his number`(
    caller: String, words: String
  ) throws {
    let world = try TestWorld()
    let played = try world.call(from: caller)
    #expect(played.said.joined().contains(words))
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

  /// Words that promise somebody's call, or a time.
  private static let promises: [String: [String]] = [
    "de": ["sofort", "bis heute", "zurückrufen sollen", "ruft", "zurück."],
    "fr": ["immédiatement", "au plus tard", "vous rappelle", "être rappelé"],
    "it": ["subito", "al più tardi", "La richiama", "una richiamata"],
    "en": ["right away", "will call you back", "us to call you back", "by today"],
  ]

  /// Keypad spellings look like numbers; `client:` and `sip:` are none either.
  @Test(arguments: ["anonymous", "Restricted", "", "+266696687", "+17378742833", "client:joe"])
  func `who hides his number and types none leaves a message that is not urgent, and is promised nothing`(
    caller: String
  ) throws {
    for language in ["de", "fr", "it", "en"] {
      let world = try TestWorld {
        $0.language = .init(rawValue: language) ?? .de
        $0.notify = [.init(channel: .sms, to: "+41797777777", on: [.new, .urgent], when: .always, order: 1)]
      }
      let words = try world.call(from: caller) { $0.spoken = 7 }.said.joined(separator: " ")
      for promise in Self.promises[language] ?? [] { #expect(!words.contains(promise), "\(words)") }
      let tickets = try world.list(.tickets)
      #expect(tickets.map { $0["urgency"] } == ["MED"])
      #expect(tickets.map { $0["status"] } == ["NEEDS_CALLBACK"])
      #expect(tickets.map { $0["phone"] } == ["anonymous"])
      try world.run(after: 1)
      let notices = try world.texts(to: "+41797777777")
      #expect(notices.count == 1)
      let notice = notices.first ?? ""
      for word in ["DRINGEND", "URGENT", "URGENTE", "anonymous", "266"] {
        #expect(!notice.contains(word), "\(notice)")
      }
    }
  }

  @Test func `without the database, too, a hidden number is promised nothing`() throws {
    let world = try TestWorld()
    let fields = world.callFields(world.miss(from: "anonymous"), from: "anonymous", status: "in-progress")
    try Files.remove(world.home.database)
    let reply = world.post("menu", fields + [("Digits", "2")])
    #expect(reply.text.contains("erfährt von Ihrem Anruf"))
    #expect(!reply.text.contains("zurück."))
  }

  @Test func `a number that can be called is promised it as before`() throws {
    let world = try TestWorld()
    let words = try world.call(from: "+41434445566") { $0.pressed = ["2"] }.said.joined(separator: " ")
    #expect(words.contains("ruft bis"))
  }

  @Test func `two withheld callers make two tickets, whatever stands for the number`() throws {
    let world = try TestWorld()
    for caller in ["+266696687", "+266696687"] { try world.call(from: caller) { $0.spoken = 3 } }
    #expect(try world.list(.tickets).count == 2)
  }

  @Test func `two withheld callers make two tickets`() throws {
    let world = try TestWorld()
    for _ in 0..<2 { try world.call(from: "anonymous") { $0.spoken = 3 } }
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
