// MissedCallers.swift - missed calls as the desk lists them: grouped by caller, those nobody has seen to first.

import Business
import LocalTime
import SQLite

/// A caller who was missed, with his last miss.
package struct MissedCaller: Hashable, Sendable {
  /// E.164; nil of a call without a number, which stands alone.
  package var phone: String?
  /// Misses in the time listed.
  package var count: Int
  package var lastAt: Timestamp
  /// The last miss.
  package var callID: Int
  package var decision: CallDecision
  /// Reason code of the decision; nil while it waits.
  package var reason: String?
  /// Somebody saw to it, he was reached since, or nothing is asked because of this number.
  package var isHandled: Bool
  /// He wrote since his last miss, or filled in a form.
  package var hasReplied: Bool
  /// The newest request since his last miss that is still open.
  package var ticketID: Int?
  package var name: String?
  package var isPrivate: Bool
  package var isBlocked: Bool
}

/// A page of missed callers, and how many of all wait for somebody.
package struct MissedCallerList: Sendable {
  package var page: ListPage<MissedCaller>
  package var unhandled: Int
}

extension Store {
  /// SQL: the call's caller has a number.
  static let isNumber =
    "caller LIKE '+%' AND caller NOT IN (\(PhoneNumber.keypadSpellings.sorted().map { "'\($0)'" }.joined(separator: ", ")))"

  /// Callers who were missed since then: those who wait first, each group with the last miss first.
  package func missedCallers(tenant: String, since: Timestamp, at now: Timestamp, page: Int) throws
    -> MissedCallerList
  {
    try snapshot {
      // max() takes the other columns from the row with the last miss. Forgotten callers ask for nobody.
      let callers = """
        WITH missed AS (
          SELECT iif(\(Store.isNumber), caller, 'call:' || id) AS who, caller, id, max(started_at) AS last_at,
            handled_at, count(*) AS misses
          FROM calls WHERE tenant = ?1 AND outcome = 'missed' AND started_at >= ?2 AND caller <> 'forgotten'
          GROUP BY who),
        callers AS (
          SELECT *, handled_at IS NOT NULL
            OR EXISTS (SELECT 1 FROM blocklist AS b WHERE b.tenant = ?1 AND b.phone = who
              AND (b.until IS NULL OR b.until > ?3))
            OR EXISTS (SELECT 1 FROM contacts AS k WHERE k.tenant = ?1 AND k.phone = who AND k.kind = 'private')
              AS is_handled
          FROM missed)
        """
      let values: [Value] = [.text(tenant), .time(since), .time(now)]
      // The callers are made once: the counts of all come with the rows. Only behind the last page there are no rows.
      var counts = (all: 0, unhandled: 0)
      func rows(_ number: Int) throws -> [MissedCaller] {
        try database.rows(
          """
          \(callers), shown AS (SELECT *, count(*) OVER () AS all_callers, sum(NOT is_handled) OVER () AS unhandled
            FROM callers ORDER BY is_handled, last_at DESC, id DESC LIMIT ?4 OFFSET ?5)
          SELECT s.caller, s.misses, s.last_at, s.id, c.decision, c.reason, s.is_handled,
            EXISTS (SELECT 1 FROM inbound_messages AS i WHERE i.tenant = ?1 AND i.sender = s.who
              AND i.received_at >= s.last_at)
              OR EXISTS (SELECT 1 FROM tickets AS t WHERE t.phone = s.who AND t.tenant = ?1
                AND t.created_at >= s.last_at AND t.source IN ('missed_call', 'sms', 'website')),
            (SELECT max(t.id) FROM tickets AS t WHERE t.phone = s.who AND t.tenant = ?1 AND t.status <> 'DONE'),
            k.name, coalesce(k.kind = 'private', 0),
            EXISTS (SELECT 1 FROM blocklist AS b WHERE b.tenant = ?1 AND b.phone = s.who
              AND (b.until IS NULL OR b.until > ?3)), s.all_callers, s.unhandled
          FROM shown AS s JOIN calls AS c ON c.id = s.id
          LEFT JOIN contacts AS k ON k.tenant = ?1 AND k.phone = s.who
          ORDER BY s.is_handled, s.last_at DESC, s.id DESC
          """, values: values + [.integer(listPageSize), .integer((number - 1) * listPageSize)]
        ) { row throws(SQLiteError) in
          counts = (row.integer(12), row.integer(13))
          let caller = row.text(0)
          return MissedCaller(
            phone: PhoneNumber.isWithheld(caller) ? nil : caller, count: row.integer(1),
            lastAt: row.timestamp(2),
            callID: row.integer(3), decision: try row.choice(4), reason: row.optionalText(5),
            isHandled: row.integer(6) != 0, hasReplied: row.integer(7) != 0,
            ticketID: row.isNull(8) ? nil : row.integer(8),
            name: row.optionalText(9).flatMap { $0.isEmpty ? nil : $0 }, isPrivate: row.integer(10) != 0,
            isBlocked: row.integer(11) != 0)
        }
      }
      // No list is that long, and the product must not overflow.
      var number = min(max(1, page), 1_000_000)
      var shown = try rows(number)
      if shown.isEmpty && number > 1 {
        number = 1
        shown = try rows(1)
        if counts.all > listPageSize {
          number = (counts.all - 1) / listPageSize + 1
          shown = try rows(number)
        }
      }
      return MissedCallerList(
        page: ListPage(rows: shown, number: number, total: counts.all), unhandled: counts.unhandled)
    }
  }

  /// The call of this tenant; nil of another's.
  package func call(id: Int, tenant: String) throws -> CallRow? {
    try call(id: id).flatMap { $0.tenant == tenant ? $0 : nil }
  }

  /// Somebody has seen to a caller: to all his misses so far. A later one asks anew.
  package func handle(caller: String, tenant: String, at now: Timestamp) throws {
    try database.execute(
      """
      UPDATE calls SET handled_at = ?3
      WHERE tenant = ?1 AND caller = ?2 AND started_at <= ?3 AND outcome = 'missed' AND handled_at IS NULL
      """, .text(tenant), .text(caller), .time(now))
  }

  /// The same of a call without a number.
  package func handle(call id: Int, at now: Timestamp) throws {
    try database.execute(
      "UPDATE calls SET handled_at = ?2 WHERE id = ?1 AND outcome = 'missed' AND handled_at IS NULL",
      .integer(id),
      .time(now))
  }
}
