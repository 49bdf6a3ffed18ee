// MonthlyCosts.swift - what Twilio charged for a tenant's month: the SMS one by one, and their sums.
//
// Everything here follows the message's own time: when Twilio accepted the try, when the reply came in, when
// Lookup was asked. Every try that Twilio took has a price of its own. Prices are read as whole millionths,
// rounded once per row, so that rows and sums agree to the last digit.
//
// A try is found through its message, which is made before it. A try that was learnt of very late (the runner
// was down) counts as made three days after the message at the latest: nothing of ours is sent later than that,
// and so no month has to search all the months before it.

import Business
import LocalTime
import SQLite

/// What has the same source and currency.
package struct CostFigures: Hashable, Sendable {
  package enum Source: String, Sendable, CaseIterable {
    case outbound, inbound, lookup
    /// A leg of a call of ours.
    case call
  }
  package var source: Source
  /// Upper case; nil where Twilio has not said.
  package var currency: String?
  /// false: these are those whose price is not known yet.
  package var isPriced: Bool
  package var count: Int
  package var segments: Int
  package var millionths: Int
}

/// An SMS as the books see it.
package struct BookedSMS: Hashable, Sendable {
  package var at: Timestamp
  package var sid: String
  package var isInbound: Bool
  /// What it was for; `reply`, `stop`, `start` or `help` of one that came in.
  package var kind: String
  package var recipient: String
  package var segments: Int
  /// `accepted`, `delivered`, `failed`, `dead`, or `received`.
  package var state: String
  package var millionths: Int?
  package var currency: String?
}

extension Store {
  /// Tries of SMS that Twilio took in the period: ?1 to ?3 of `ReportPeriod.values`.
  static let tries = tries(of: .sms)

  private static func tries(of channel: Channel) -> String {
    """
    messages AS m JOIN message_attempts AS a ON a.message_id = m.id
    WHERE m.tenant = ?1 AND m.created_at >= ?2 - 259200000 AND m.created_at < ?3 AND m.channel = '\(channel.rawValue)'
      AND min(a.at, m.created_at + 259200000) >= ?2 AND min(a.at, m.created_at + 259200000) < ?3
    """
  }

  /// Count, segments and cost of the month, by source and currency.
  package func monthlyCosts(_ period: ReportPeriod) throws -> [CostFigures] {
    try database.rows(
      """
      SELECT 'outbound', upper(a.price_unit) AS currency, a.price IS NOT NULL AS priced, count(*),
        total(coalesce(nullif(a.segments, 0), m.segments)),
        total(CAST(round(abs(a.price) * 1000000) AS INTEGER))
      FROM \(Store.tries) GROUP BY currency, priced
      UNION ALL
      SELECT 'call', upper(a.price_unit) AS currency, a.price IS NOT NULL AS priced, count(*), 0,
        total(CAST(round(abs(a.price) * 1000000) AS INTEGER))
      FROM \(Store.tries(of: .call)) GROUP BY currency, priced
      UNION ALL
      SELECT 'inbound', upper(price_unit) AS currency, price IS NOT NULL AS priced, count(*), total(segments),
        total(CAST(round(abs(price) * 1000000) AS INTEGER))
      FROM inbound_messages WHERE tenant = ?1 AND received_at >= ?2 AND received_at < ?3
      GROUP BY currency, priced
      UNION ALL
      SELECT 'lookup', upper(price_unit) AS currency, price IS NOT NULL AS priced, count(*), 0,
        total(CAST(round(abs(price) * 1000000) AS INTEGER))
      FROM lookups WHERE tenant = ?1 AND at >= ?2 AND at < ?3 GROUP BY currency, priced
      """, values: Array(period.values.prefix(3))
    ) { row throws(SQLiteError) in
      CostFigures(
        source: try row.choice(0), currency: row.optionalText(1),
        isPriced: row.boolean(2), count: row.integer(3), segments: row.integer(4), millionths: row.integer(5))
    }
  }

  /// The month's SMS, oldest first, handed over as they are read.
  package func monthlyMessages(_ period: ReportPeriod, _ body: (BookedSMS) -> Void) throws {
    try database.forEach(
      """
      SELECT min(a.at, m.created_at + 259200000) AS at, a.sid AS sid, 0, m.kind, m.recipient,
        coalesce(nullif(a.segments, 0), m.segments),
        CASE
          WHEN a.sid IS NOT m.sid THEN CASE WHEN a.attempt = 0 THEN 'accepted' ELSE 'failed' END
          WHEN m.state IN ('delivered', 'dead') AND m.finished_at > ?4 THEN 'accepted'
          WHEN m.state IN ('accepted', 'delivered', 'dead') THEN m.state
          ELSE 'failed'
        END, CAST(round(abs(a.price) * 1000000) AS INTEGER), upper(a.price_unit)
      FROM \(Store.tries)
      UNION ALL
      SELECT received_at, message_sid, 1, CASE WHEN answer IN ('stop', 'start', 'help') THEN answer ELSE 'reply' END,
        recipient, segments, 'received', CAST(round(abs(price) * 1000000) AS INTEGER), upper(price_unit)
      FROM inbound_messages WHERE tenant = ?1 AND received_at >= ?2 AND received_at < ?3
      ORDER BY at, sid
      """, values: period.values
    ) { row in
      body(
        BookedSMS(
          at: row.timestamp(0), sid: row.text(1), isInbound: row.boolean(2), kind: row.text(3),
          recipient: row.text(4), segments: row.integer(5), state: row.text(6),
          millionths: row.optionalInteger(7), currency: row.optionalText(8)))
    }
  }
}
