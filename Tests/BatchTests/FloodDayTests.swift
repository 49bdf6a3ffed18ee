// FloodDayTests.swift - a day's flood beside thirty real callers: all of them are told of, and it costs what SECURITY.md
// says at most.
//
// FLOOD_FIGURES=1 in the environment prints what the day was like.

import Business
import LocalTime
import Platform
import SQLite
import TestSupport
import Testing

struct FloodDayTests {
  @Test func `on a day of floods every real caller's request is told in time, and the day costs so much`()
    throws
  {
    let day = try FloodDay(seed: 20_260_210)
    try day.play()
    if Environment.process["FLOOD_FIGURES"] != nil { try printFigures(day) }
    try checkPeople(day)
    try checkCosts(day)
    try checkStrangers(day)
  }

  /// Everybody could say what he wanted, it is a request of its own, and somebody was told of that very request.
  private func checkPeople(_ day: FloodDay) throws {
    #expect(day.unheard.isEmpty, "\(day.unheard)")
    #expect(day.requests.count == 30)
    let tickets = try day.world.list(.tickets)
    let sms = try day.sms(toStaff: true)
    for request in day.requests {
      let own = tickets.filter {
        $0["phone"] == request.phone && $0["summary"]?.contains(FloodDay.mark) != true
      }
      #expect(
        own.contains { $0["urgency"] == (request.isUrgent ? "HIGH" : "MED") }, "\(request.phone): \(own)")
      // The night's SMS of what is not urgent come in the morning.
      let due = request.isUrgent ? request.madeAt : max(request.madeAt, FloodDay.midnight.adding(hours: 7))
      let after = day.toldAfter(request, sms)
      #expect(
        after.map { $0 <= due.milliseconds(since: request.madeAt) + 60_000 } == true,
        "\(request) \(after ?? -1)")
      #expect(day.toldAfter(request, day.mails).map { $0 <= 60_000 } == true, "\(request)")
    }
  }

  /// What the table of SECURITY.md says, out of the same constants.
  private func checkCosts(_ day: FloodDay) throws {
    func check(_ what: String, _ times: [Timestamp], _ ceiling: Ceiling) {
      #expect(FloodDay.mostInAnHour(times) <= ceiling.perHour, "\(what), the worst hour")
      #expect(times.count <= ceiling.perDay, "\(what), the day")
    }
    check("SMS to callers", try day.sms(toStaff: false).map(\.at), .tenant)
    for person in FloodDay.staff {
      check("SMS to \(person)", try day.sms(toStaff: true).filter { $0.to == person }.map(\.at), .person)
    }
    check("mails to the office", day.mails.map(\.at), .person)
    check("mails", day.mails.map(\.at), Ceiling.mails.ofOneTenant)
    check("Lookups", try day.lookups(), Ceiling.lookups.ofOneTenant)
  }

  /// What strangers typed is told too, but stands apart, and nothing was written for numbers that were never texted.
  private func checkStrangers(_ day: FloodDay) throws {
    let typed = try day.world.list(.tickets).filter { $0["summary"]?.contains(FloodDay.mark) == true }
    #expect(
      typed.count > 100 && typed.allSatisfy { $0["source"] == "website" || $0["source"] == "missed_call" })
    for words in ["Boiler", "Leitung"] {
      #expect(!typed.contains { $0["summary"]?.contains(words) == true }, "joined")
    }
    let database = try Database(path: day.world.home.database, access: .readOnly)
    #expect(
      try database.integer(
        "SELECT count(*) FROM tickets WHERE id NOT IN (SELECT ticket_id FROM ticket_notices)") == 0)
    #expect(
      try database.integer("SELECT coalesce(sum(folded), 0) FROM messages")
        == database.integer("SELECT count(*) FROM ticket_events WHERE type = 'notice_folded'"))
    #expect(try day.world.eventTypes().count { $0 == "wizard_link_opened" } <= day.mobiles.count)
    let causes = Set(try day.world.alerts(since: FloodDay.midnight).map(\.cause))
    #expect(causes.isSuperset(of: ["form_limit", "withheld_limit", "lookup_limit"]), "\(causes)")
  }

  private func printFigures(_ day: FloodDay) throws {
    let toStaff = try day.sms(toStaff: true)
    let notices = toStaff + day.mails
    let toCallers = try day.sms(toStaff: false)
    func figures(_ name: String, _ times: [Timestamp]) {
      print("\(name): \(times.count) in the day, \(FloodDay.mostInAnHour(times)) in the worst hour")
    }
    figures("SMS to staff", toStaff.map(\.at))
    figures("SMS to callers", toCallers.map(\.at))
    figures("mails", day.mails.map(\.at))
    figures("Lookups", try day.lookups())
    let after = day.requests.map { day.toldAfter($0, notices) }
    let late = zip(day.requests, after).filter { request, after in
      request.isUrgent && after.map { $0 > 60_000 } ?? true
    }
    print("requests \(day.requests.count), never told \(after.count { $0 == nil })")
    print("urgent \(day.requests.count { $0.isUrgent }), not told within a minute \(late.count)")
    print("unheard \(day.unheard)")
    print("forms answered \(day.formAnswers)")
    print("tickets \(try day.world.list(.tickets).count), events \(try day.world.list(.events).count)")
    let opened = try day.world.eventTypes().count { $0 == "wizard_link_opened" }
    print("links opened \(opened)")
    print("alerts:")
    for alert in try day.world.alerts(since: FloodDay.midnight) {
      print(alert.at.iso8601, alert.cause, alert.detail)
    }
  }
}

extension Ceiling {
  /// All that one person can be sent by one channel: his notices out of each budget, the digests of what is above, and
  /// what he is answered himself.
  fileprivate static let person = Ceiling(
    perHour: Budget.allCases.map { Ceiling.notices.perHour + 60 / $0.digestMinutes }.reduce(0, +),
    perDay: Budget.allCases.map { Ceiling.notices.perDay + 1440 / $0.digestMinutes }.reduce(0, +))
}
