// HolidayCalendars.swift - the tables `holiday_calendars` and `calendar_days`: which days off the calendars on the web
// named last, and when they were asked.

import Business
import LocalTime
import SQLite

/// A row of `holiday_calendars`.
package struct HolidayCalendarRow: Hashable, Sendable {
  package var tenant: String
  package var url: String
  package var askedAt: Timestamp
  /// The last good answer; nil where none ever came.
  package var readAt: Timestamp?
  /// When the days were read from a whole copy.
  package var copiedAt: Timestamp?
  /// By which zone.
  package var zone: String?
  package var etag: String?
  package var lastModified: String?
  /// Events that are not understood; empty where all are.
  package var leftOut: String
  /// Why the last answer was no good.
  package var error: String?

  static let columns =
    "tenant, url, asked_at, read_at, copied_at, zone, etag, last_modified, left_out, error"

  init(_ row: Row) {
    tenant = row.text(0)
    url = row.text(1)
    askedAt = row.timestamp(2)
    readAt = row.optionalTimestamp(3)
    copiedAt = row.optionalTimestamp(4)
    zone = row.optionalText(5)
    etag = row.optionalText(6)
    lastModified = row.optionalText(7)
    leftOut = row.text(8)
    error = row.optionalText(9)
  }
}

/// What a calendar said, whole.
package struct HolidayCalendarCopy: Sendable {
  package var days: [CivilDate]
  package var leftOut: String
  /// By which the days were read.
  package var zone: String
  package var etag: String?
  package var lastModified: String?

  package init(days: [CivilDate], leftOut: String, zone: String, etag: String?, lastModified: String?) {
    self.days = days
    self.leftOut = leftOut
    self.zone = zone
    self.etag = etag
    self.lastModified = lastModified
  }
}

extension Store {
  /// How far promises look ahead: after so many days off in a row they count plain time.
  private static let daysAhead = 400

  /// Those of all tenants.
  package func holidayCalendars() throws -> [HolidayCalendarRow] {
    try database.rows(
      "SELECT \(HolidayCalendarRow.columns) FROM holiday_calendars ORDER BY tenant, url",
      as: HolidayCalendarRow.init)
  }

  package func noteCalendarAsked(_ url: String, tenant: String, at now: Timestamp) throws {
    try write {
      try database.execute(
        """
        INSERT INTO holiday_calendars (tenant, url, asked_at) VALUES (?1, ?2, ?3)
        ON CONFLICT (tenant, url) DO UPDATE SET asked_at = ?3
        """, .text(tenant), .text(url), .time(now))
    }
  }

  /// The copy here is the newest.
  package func noteCalendarUnchanged(_ url: String, tenant: String, at now: Timestamp) throws {
    try write {
      try database.execute(
        "UPDATE holiday_calendars SET read_at = ?3, error = NULL WHERE tenant = ?1 AND url = ?2",
        .text(tenant), .text(url), .time(now))
    }
  }

  /// Whatever was read before stays.
  package func noteCalendarFailure(_ url: String, tenant: String, _ error: String) throws {
    try write {
      try database.execute(
        "UPDATE holiday_calendars SET error = ?3 WHERE tenant = ?1 AND url = ?2", .text(tenant), .text(url),
        .text(error))
    }
  }

  /// Takes the place of what the calendar said before. A calendar that was removed meanwhile stays removed.
  package func keepCalendar(_ url: String, tenant: String, _ copy: HolidayCalendarCopy, at now: Timestamp)
    throws
  {
    try write {
      let isKnown = try database.execute(
        """
        UPDATE holiday_calendars SET read_at = ?3, copied_at = ?3, zone = ?4, etag = ?5, last_modified = ?6,
          left_out = ?7, error = NULL
        WHERE tenant = ?1 AND url = ?2
        """, .text(tenant), .text(url), .time(now), .text(copy.zone), .text(copy.etag),
        .text(copy.lastModified), .text(copy.leftOut))
      guard isKnown > 0 else { return }
      try database.execute(
        "DELETE FROM calendar_days WHERE tenant = ? AND url = ?", .text(tenant), .text(url))
      for day in copy.days {
        try database.execute(
          "INSERT INTO calendar_days (tenant, url, day) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
          .text(tenant), .text(url), .text(day.iso8601))
      }
    }
  }

  /// It stands in the settings no more.
  package func removeCalendar(_ url: String, tenant: String) throws {
    try write {
      for table in ["calendar_days", "holiday_calendars"] {
        try database.execute(
          "DELETE FROM \(table) WHERE tenant = ? AND url = ?", .text(tenant), .text(url))
      }
    }
  }

  /// What the calendars say of the time around a day: from the day before it as far as promises look ahead.
  package func daysOff(tenant: String, calendars: [String], from day: CivilDate) throws -> [Holiday] {
    try calendars.flatMap { url in
      try database.rows(
        "SELECT day FROM calendar_days WHERE tenant = ? AND url = ? AND day BETWEEN ? AND ?", .text(tenant),
        .text(url), .text(day.adding(days: -1).iso8601), .text(day.adding(days: Store.daysAhead).iso8601)
      ) { CivilDate(iso8601: $0.text(0)) }
    }.compactMap { day in day.map { .day(year: $0.year, month: $0.month, day: $0.day) } }
  }
}
