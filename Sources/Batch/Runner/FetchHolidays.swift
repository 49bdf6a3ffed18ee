// FetchHolidays.swift - reads the calendars that tenants name among their holidays, each once a day.
//
// The addresses are a tenant's: they go the way of strangers, and a redirect is no way on. One at a time, and never while
// an SMS waits. What a calendar said last holds until it says something else; one that fails is asked again after an
// hour, and the doctor says how old its copy is.

import Business
import Curl
import LocalTime
import Store

package final class FetchHolidays: Job {
  package static let name = "holidays"
  package static let yieldsToSending = true

  /// How far ahead and back days are read.
  private static let daysAhead = 3 * 366
  private static let daysBack = 31
  /// So long a calendar that says "unchanged" is believed; then the whole of it is read again, and further ahead.
  private static let wholeMinutes: Int64 = 30 * 24 * 60
  private static let connectMilliseconds = 5000
  private static let wholeMilliseconds: Int64 = 20_000
  /// With less time left in a run nothing is begun.
  private static let leastMilliseconds: Int64 = 5000
  /// Longer words of a server than this are not kept.
  private static let longestMark = 256

  private let context: BatchContext
  private var pace = Pace(seconds: 20)
  private var isUnderWay = false

  package init(context: BatchContext) { self.context = context }

  package var isFinished: Bool { !isUnderWay }
  /// A run that ends does not wait for a slow calendar.
  package var idleRequests: Int { isUnderWay ? 1 : 0 }
  package func forgetTimes() { pace.open() }

  package func step(at now: Timestamp) throws {
    guard !isUnderWay, context.millisecondsLeft >= FetchHolidays.leastMilliseconds, pace.isDue(at: now) else {
      return
    }
    let known = try context.store.holidayCalendars()
    for row in known where !stands(row) { try context.store.removeCalendar(row.url, tenant: row.tenant) }
    for tenant in context.activeTenants {
      for url in tenant.holidayCalendars {
        let row = known.first { $0.tenant == tenant.id && $0.url == url }
        if row?.isDue(at: now) ?? true { return try fetch(url, of: tenant, row, at: now) }
      }
    }
  }

  /// It is in the settings still, of a tenant that may be switched off.
  private func stands(_ row: HolidayCalendarRow) -> Bool {
    context.tenant(row.tenant)?.holidayCalendars.contains(row.url) ?? false
  }

  /// The attempt is noted before it is made, so that a crash only delays.
  private func fetch(_ url: String, of tenant: Tenant, _ row: HolidayCalendarRow?, at now: Timestamp) throws {
    try context.store.noteCalendarAsked(url, tenant: tenant.id, at: now)
    // By another zone the same calendar may name other days.
    let isFresh =
      row?.zone == tenant.timezone && (row?.etag ?? row?.lastModified) != nil
      && row?.copiedAt.map { !$0.isPast(minutes: FetchHolidays.wholeMinutes, at: now) } ?? false
    isUnderWay = true
    context.transport.submit(request(url, unless: isFresh ? row : nil)) { [self] result in
      isUnderWay = false
      // The next one need not wait.
      pace.open()
      guard !context.isEnding else { return }
      let now = context.clock.now()
      context.attempt(FetchHolidays.name) {
        switch result.map({ $0.status }) {
        case .success(304) where isFresh:
          try context.store.noteCalendarUnchanged(url, tenant: tenant.id, at: now)
        case .success(200):
          guard case .success(let reply) = result else { return }
          try read(reply, from: url, of: tenant, row, at: now)
        case .success(let status) where [301, 302, 303, 307, 308].contains(status):
          try fail(url, tenant, row, "HTTP \(status), a redirect: write the address that it leads to")
        case .success(let status): try fail(url, tenant, row, "HTTP \(status)")
        case .failure(let failure): try fail(url, tenant, row, failure.reason)
        }
      }
    }
  }

  /// - Parameter copy: what is here already.
  private func request(_ url: String, unless copy: HolidayCalendarRow?) -> HTTPRequest {
    var headers = [(name: "Accept", value: "text/calendar, text/plain;q=0.5")]
    if let etag = copy?.etag { headers.append(("If-None-Match", etag)) }
    if let time = copy?.lastModified { headers.append(("If-Modified-Since", time)) }
    var request = HTTPRequest(
      url: url, headers: headers, connectTimeoutMilliseconds: FetchHolidays.connectMilliseconds,
      timeoutMilliseconds: Int(min(FetchHolidays.wholeMilliseconds, context.millisecondsLeft)))
    // What is longer is cut off, and then found to be no whole calendar.
    request.maxReplyBytes = ICalendarReader.longest
    request.destination = context.installation.trusts(url) ? .trusted : .stranger
    return request
  }

  private func read(
    _ reply: HTTPReply, from url: String, of tenant: Tenant, _ row: HolidayCalendarRow?, at now: Timestamp
  ) throws {
    let zone = context.zones.zone(tenant.timezone) ?? .utc
    let today = zone.day(of: now)
    let answer: ICalendarReader.Answer
    do throws(ICalendarFault) {
      answer = try ICalendarReader.read(
        reply.body,
        days: today.adding(days: -FetchHolidays.daysBack)...today.adding(days: FetchHolidays.daysAhead),
        zone: zone, zones: { [zones = context.zones] in zones.zone($0) })
    } catch {
      return try fail(url, tenant, row, "the answer \(error.reason)")
    }
    try context.store.keepCalendar(
      url, tenant: tenant.id,
      HolidayCalendarCopy(
        days: answer.days, leftOut: answer.leftOut, zone: tenant.timezone, etag: mark(reply, "etag"),
        lastModified: mark(reply, "last-modified")),
      at: now)
  }

  /// What a server wants to hear again; only words that a header may hold.
  private func mark(_ reply: HTTPReply, _ name: String) -> String? {
    reply.headers[name].flatMap {
      $0.utf8.count <= FetchHolidays.longestMark && !$0.isEmpty && $0.utf8.allSatisfy { 32...126 ~= $0 }
        ? $0 : nil
    }
  }

  /// Said once: cron mails what is logged.
  private func fail(_ url: String, _ tenant: Tenant, _ row: HolidayCalendarRow?, _ reason: String) throws {
    try context.store.noteCalendarFailure(url, tenant: tenant.id, reason)
    guard row?.error != reason else { return }
    context.log(
      .warning, FetchHolidays.name, ["tenant": tenant.id, "calendar": shownAddress(url), "reason": reason])
  }
}

extension HolidayCalendarRow {
  /// After a good answer once a day, else once an hour.
  fileprivate func isDue(at now: Timestamp) -> Bool {
    askedAt.isPast(minutes: 60, at: now) && (readAt?.isPast(minutes: 24 * 60, at: now) ?? true)
  }
}

extension Timestamp {
  /// Whether so many minutes have passed since; a time in the future is of a clock that was set back.
  package func isPast(minutes: Int64, at now: Timestamp) -> Bool {
    !(0..<minutes * 60_000 ~= now.milliseconds(since: self))
  }
}
