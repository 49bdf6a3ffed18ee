// CalendarFeed.swift - what one of the tenant's people finds in his calendar: open requests at their promised time, his
// own turns of duty, and the business's vacation.

import Business
import LocalTime

/// An open request, as far as a calendar may know it: whoever hosts the calendar reads along.
package struct CalendarRequest: Hashable, Sendable {
  package var id: Int
  /// The caller's name, else the number; nil where it is withheld.
  package var caller: String?
  package var isUrgent: Bool
  package var promisedAt: Timestamp
  package var changedAt: Timestamp
  /// Of the request's page on the desk.
  package var url: String

  package init(
    id: Int, caller: String?, isUrgent: Bool, promisedAt: Timestamp, changedAt: Timestamp, url: String
  ) {
    self.id = id
    self.caller = caller
    self.isUrgent = isUrgent
    self.promisedAt = promisedAt
    self.changedAt = changedAt
    self.url = url
  }
}

/// Who is on duty for another.
package struct CalendarStandIn: Hashable, Sendable {
  /// nil: whose calendar it is.
  package var name: String?
  package var since: Timestamp
  package var until: Timestamp

  package init(name: String?, since: Timestamp, until: Timestamp) {
    self.name = name
    self.since = since
    self.until = until
  }
}

/// - Parameters:
///   - host: of the product's address; makes the events' ids those of this installation.
///   - settledAt: when the settings were applied, which duty and vacation come from.
package func calendarFeed(
  business: String, host: String, requests: [CalendarRequest], duty: [ClosedRange<CivilDate>],
  standIn: CalendarStandIn? = nil, vacation: Vacation?,
  settledAt: Timestamp, language: Language
) -> String {
  let words = CalendarWords(language: language)
  let asked = requests.map { request in
    ICalendar.Event(
      uid: "ticket-\(request.id)@\(host)", changedAt: request.changedAt,
      span: .time(request.promisedAt, minutes: 15), summary: words.request(request), url: request.url)
  }
  let turns = duty.map { days in
    ICalendar.Event(
      uid: "duty-\(days.lowerBound.iso8601)@\(host)", changedAt: settledAt, span: .days(days),
      summary: InboxWords(language: language).onDuty(business))
  }
  let relief = standIn.map { relief in
    ICalendar.Event(
      uid: "stand-in-\(relief.since.seconds)@\(host)", changedAt: relief.since,
      span: .time(relief.since, minutes: Int(relief.until.milliseconds(since: relief.since) / 60_000)),
      summary: InboxWords(language: language).onDuty(relief.name ?? business))
  }
  let closed = vacation.map { vacation in
    ICalendar.Event(
      uid: "vacation-\(vacation.first.iso8601)@\(host)", changedAt: settledAt,
      span: .days(vacation.first...vacation.last), summary: words.vacation(business))
  }
  return ICalendar(
    name: words.name(business), refreshMinutes: 15,
    events: asked + turns + [relief, closed].compactMap { $0 }
  ).text
}

private struct CalendarWords {
  let language: Language

  func name(_ business: String) -> String {
    language.say(
      de: "Anfragen \(business)", fr: "Demandes \(business)", it: "Richieste \(business)",
      en: "Requests \(business)")
  }

  func request(_ request: CalendarRequest) -> String {
    let caller = request.caller ?? InboxWords(language: language).withheld
    return request.isUrgent
      ? language.say(
        de: "DRINGEND: \(caller)", fr: "URGENT : \(caller)", it: "URGENTE: \(caller)", en: "URGENT: \(caller)"
      )
      : language.say(
        de: "Rückruf bis jetzt: \(caller)", fr: "À rappeler d'ici là : \(caller)",
        it: "Da richiamare entro ora: \(caller)", en: "Call back by now: \(caller)")
  }

  func vacation(_ business: String) -> String {
    language.say(
      de: "Ferien: \(business)", fr: "Vacances : \(business)", it: "Ferie: \(business)",
      en: "Holidays: \(business)")
  }
}
