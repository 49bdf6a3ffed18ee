// VacationTests.swift - a business on vacation: what callers are told, and from when promises count.

import Business
import LocalTime
import StandIn
import TestSupport
import Testing

struct VacationTests {
  /// From Monday, 9 to Sunday, 22 February; the first working day is Monday, 23 February.
  private func world(at start: String = "2026-02-10T09:00:00Z", _ change: (inout Tenant) -> Void = { _ in })
    throws
    -> TestWorld
  {
    try TestWorld(at: try #require(Timestamp(iso8601: start))) {
      $0.vacationFrom = CivilDate(year: 2026, month: 2, day: 9)
      $0.vacationTo = CivilDate(year: 2026, month: 2, day: 22)
      change(&$0)
    }
  }

  @Test(arguments: [
    (Language.de, "Wir haben Ferien und sind ab Montag, 23. Feb. wieder da."),
    (.fr, "Nous sommes en vacances et de retour dès lundi 23 février."),
    (.it, "Siamo in ferie e torniamo lunedì 23 febbraio."),
    (.en, "We are on holiday and back on Monday 23 Feb."),
  ])
  func `the text names the day of return instead of saying that people are at work`(
    language: Language, sentence: String
  ) throws {
    let world = try world { $0.language = language }
    world.miss()
    try world.run(after: 30)
    let text = try #require(try world.texts().first)
    #expect(text.split(separator: "\n")[1] == sentence)
    #expect(text.hasSuffix(TestWorld.number))
    #expect(try world.list(.messages).first?["segments"] == "2")
  }

  @Test func `the tenant's own sentence is taken, in its own text too`() throws {
    let world = try world {
      $0.vacationText = "{Betrieb} macht Pause bis {date}."
      $0.templates.missedCall = "Guten Tag.\nWir bauen gerade.\n1 dringend 2 Rückruf"
    }
    world.miss()
    try world.run(after: 30)
    #expect(
      try world.texts().first
        == "Guten Tag.\nDörfler AG macht Pause bis Montag, 23. Feb..\nWir bauen gerade.\n1 dringend 2 Rückruf"
    )
  }

  @Test func `a callback is promised from the first working day on`() throws {
    let world = try world { $0.holidays = [.day(year: 2026, month: 2, day: 23)] }
    world.miss()
    try world.run(after: 30)
    try world.text("2")
    // 240 minutes of Tuesday, from 08:00.
    #expect(try world.list(.tickets).first?["sla_due_at"] == "2026-02-24T11:00:00Z")
    try world.run(after: 1)
    #expect(try world.texts().last == "Rückruf notiert. Dörfler AG ruft bis Di 24. Feb. 12:00 zurück.")
  }

  @Test func `days off count where the tenant says so, but a vacation never does`() throws {
    let world = try world(at: "2026-02-21T09:00:00Z") { $0.weekendPolicy = .same }
    world.miss()
    try world.run(after: 30)
    try world.text("2")
    #expect(try world.list(.tickets).first?["sla_due_at"] == "2026-02-23T11:00:00Z")
  }

  @Test func `urgent stays urgent`() throws {
    let world = try world()
    world.miss()
    try world.run(after: 30)
    try world.text("1")
    #expect(try world.list(.tickets).first?["sla_due_at"] == "2026-02-10T09:30:30Z")
  }

  @Test(arguments: ["2026-02-08T09:00:00Z", "2026-02-22T23:00:00Z"])
  func `before and after it nothing is said of it`(start: String) throws {
    let world = try world(at: start) { $0.quietHours = QuietHours(from: 0, to: 0, policy: .deferToEnd) }
    world.miss()
    try world.run(after: 30)
    #expect(try world.texts().first?.contains("Wir sind gerade im Einsatz.") == true)
  }
}
