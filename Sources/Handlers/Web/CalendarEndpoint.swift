// CalendarEndpoint.swift - `calendar?k=KEY`: one person's feed for a calendar program, which asks by itself.
//
// The key comes from the desk, is of one person, and ends with `inbox revoke`; a calendar that is asked for lives on.
// Nothing can be changed by it, and it signs nobody in.

import Business
import CGI
import Crypto
import Desk
import LocalTime
import Pages
import Platform
import Settings
import Store

package struct CalendarEndpoint {
  /// How long a calendar may be forgotten before its key ends.
  static let keyDays = 400
  /// Of a person's own next turns of duty.
  private static let turns = 8
  private static let requestsAtMost = 500

  let context: EndpointContext

  package init(context: EndpointContext) { self.context = context }

  package func respond(to request: CGIRequest) -> CGIResponse {
    do {
      guard request.method == "GET" || request.method == "HEAD" else {
        return .methodNotAllowed("GET", "HEAD")
      }
      let query = (try? FormFields(encoded: request.query.utf8)) ?? FormFields()
      let settings = try SettingsReader(path: context.home.settings)
      let store = try Store.open(context.home, patience: context.patience)
      let now = context.clock.now()
      let guesses = GuessLimit(
        of: "calendar", address: request.variable("REMOTE_ADDR") ?? "", store: store, at: now)
      if try guesses.isUsedUp() {
        return .plain(429, "too many wrong keys from this address; try again in an hour")
      }
      let hash = InboxKey.hash(query["k"] ?? "")
      guard let key = try store.calendarKey(hash: hash, at: now),
        let tenant = try settings.tenant(id: key.person.tenant), let person = tenant.person(key.person.person)
      else {
        try? guesses.noteWrong()
        return .plain(404, "no calendar has this key; the desk shows yours")
      }
      if key.expiresAt < now.adding(days: CalendarEndpoint.keyDays - 30) {
        try? store.prolongCalendar(hash: hash, until: now.adding(days: CalendarEndpoint.keyDays))
      }
      let text = try feed(of: person, tenant: tenant, settings: settings, store: store, at: now)
      return answer(text, to: request)
    } catch {
      context.log(.error, "unavailable", ["reason": String(describing: error)])
      return .plain(503, "the calendar cannot be read; the web server's error log says why")
    }
  }

  private func feed(
    of person: Person, tenant: Tenant, settings: SettingsReader, store: Store, at now: Timestamp
  ) throws -> String {
    let address = try settings.installation().publicURL
    let rows = try store.openTickets(
      tenant: tenant.id, notOfOthersThan: person.name, limit: CalendarEndpoint.requestsAtMost)
    let names = try store.contactNames(tenant: tenant.id, phones: rows.map(\.phone))
    let requests = rows.map { row in
      let number = PhoneNumber(e164: row.phone)?.written(in: tenant.country)
      return CalendarRequest(
        id: row.id, caller: names[row.phone] ?? number, isUrgent: row.urgency == .high,
        promisedAt: row.slaDueAt, changedAt: row.updatedAt, url: "\(address)/inbox?id=\(row.id)")
    }
    let today = (context.zones.zone(tenant.timezone) ?? .utc).day(of: now)
    let isTheirs = { (who: String) in who == person.name || person.has(who) }
    let standIn = try Intake(store: store, settings: settings, zones: context.zones, recordedAt: now)
      .dutyStandIn(tenant)
    return calendarFeed(
      business: tenant.name, host: String(address.split(separator: "/").dropFirst().first ?? ""),
      requests: requests,
      duty: tenant.rotation?.turns(of: isTheirs, from: today, count: CalendarEndpoint.turns) ?? [],
      standIn: standIn.map {
        CalendarStandIn(
          name: isTheirs($0.person) ? nil : tenant.personName($0.person), since: $0.since, until: $0.until)
      },
      vacation: tenant.vacation.flatMap { $0.last < today ? nil : $0 }, settledAt: settings.appliedAt,
      language: tenant.language)
  }

  /// 304 where the calendar has this already.
  private func answer(_ text: String, to request: CGIRequest) -> CGIResponse {
    let tag = "\"\(hexadecimal(sha256(Array(text.utf8))).prefix(32))\""
    let headers: [CGIResponse.Header] = [
      .init(name: "Cache-Control", value: "private, max-age=0"), .init(name: "ETag", value: tag),
      .init(name: "X-Content-Type-Options", value: "nosniff"),
    ]
    let known = request.header("If-None-Match")?.split(separator: ",").map {
      let tag = $0.drop { $0 == " " }
      return tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
    }
    if known?.contains(where: { $0 == tag || $0 == "*" }) == true {
      return CGIResponse(status: 304, headers: headers)
    }
    return CGIResponse(
      status: 200, contentType: "text/calendar; charset=utf-8",
      body: request.method == "HEAD" ? [] : Array(text.utf8), headers: headers)
  }
}
