// Prices.swift - what Twilio charges: for every try it took, every message that came in, every Lookup.
//
// `price_look_at` says when Twilio is asked for a final price. It is moved on before the request leaves, so that
// whatever becomes of the request, the next look has its time already. NULL without a price: given up.

import LocalTime
import SQLite

/// A message whose final price is not known yet.
package struct UnpricedMessage: Hashable, Sendable {
  package var sid: String
  package var isInbound: Bool
  /// A call of ours.
  package var isCall: Bool
  package var tenant: String
  /// Our own side: the sender of a message that went out, the recipient of one that came in.
  package var ourAddress: String
  /// When Twilio took it, or when it came.
  package var at: Timestamp

  package init(
    sid: String, isInbound: Bool, isCall: Bool = false, tenant: String, ourAddress: String, at: Timestamp
  ) {
    self.sid = sid
    self.isInbound = isInbound
    self.isCall = isCall
    self.tenant = tenant
    self.ourAddress = ourAddress
    self.at = at
  }
}

extension Store {
  /// Messages whose price is to be asked for, out and in, the longest waiting first.
  package func duePrices(at now: Timestamp, limit: Int) throws -> [UnpricedMessage] {
    let outbound = try database.rows(
      """
      SELECT a.sid, m.tenant, m.sender, a.at, m.channel = 'call' FROM message_attempts AS a JOIN messages AS m ON m.id = a.message_id
      WHERE a.price IS NULL AND a.price_look_at <= ? ORDER BY a.price_look_at LIMIT ?
      """, .time(now), .integer(limit)
    ) { row in
      UnpricedMessage(
        sid: row.text(0), isInbound: false, isCall: row.boolean(4), tenant: row.text(1),
        ourAddress: row.text(2), at: row.timestamp(3))
    }
    let inbound = try database.rows(
      """
      SELECT message_sid, tenant, recipient, received_at FROM inbound_messages
      WHERE price IS NULL AND price_look_at <= ? ORDER BY price_look_at LIMIT ?
      """, .time(now), .integer(limit)
    ) { row in
      UnpricedMessage(
        sid: row.text(0), isInbound: true, tenant: row.text(1), ourAddress: row.text(2), at: row.timestamp(3))
    }
    return outbound + inbound
  }

  /// - Parameter next: nil = never again.
  package func notePriceLook(_ message: UnpricedMessage, next: Timestamp?) throws {
    try database.execute(
      message.isInbound
        ? "UPDATE inbound_messages SET price_look_at = ?2 WHERE message_sid = ?1 AND price IS NULL"
        : "UPDATE message_attempts SET price_look_at = ?2 WHERE sid = ?1 AND price IS NULL",
      .text(message.sid), .time(next))
  }

  /// When the price of a try is asked for, should nobody report its end.
  static func firstPriceLook(ofTryAt at: Timestamp) -> Timestamp { at.adding(minutes: 10) }

  /// A try has ended: its price may be known by now. Only before the first look: a report that is sent again
  /// changes nothing.
  func hastenPrice(sid: String, at now: Timestamp) throws {
    let at = try database.first("SELECT at FROM message_attempts WHERE sid = ?", .text(sid)) {
      $0.timestamp(0)
    }
    guard let at else { return }
    try database.execute(
      """
      UPDATE message_attempts SET price_look_at = ?2
      WHERE sid = ?1 AND price IS NULL AND price_look_at = ?3 AND price_look_at > ?2
      """, .text(sid), .time(now), .time(Store.firstPriceLook(ofTryAt: at)))
  }

  /// The final price, once. A message that went out costs what all its tries cost together, and shows that when
  /// none of them is without a price.
  /// - Parameter segments: as Twilio counted them; nil or 0 where it did not say.
  @discardableResult
  package func recordPrice(
    of message: UnpricedMessage, price: Double, unit: String, segments: Int?
  ) throws -> Bool {
    try write {
      let table = message.isInbound ? "inbound_messages" : "message_attempts"
      let key = message.isInbound ? "message_sid" : "sid"
      let isNew =
        try database.execute(
          """
          UPDATE \(table) SET price = ?2, price_unit = ?3, price_look_at = NULL,
            segments = CASE WHEN ?4 > 0 THEN ?4 ELSE segments END
          WHERE \(key) = ?1 AND price IS NULL
          """, .text(message.sid), .real(price), .text(unit), .integer(segments ?? 0)) > 0
      guard isNew else { return false }
      try addCost(price, unit, tenant: message.tenant, at: message.at)
      guard !message.isInbound else { return true }
      try database.execute(
        """
        UPDATE messages SET segments = CASE WHEN sid = ?1 AND ?2 > 0 THEN ?2 ELSE segments END,
          (price, price_unit) = (
            SELECT iif(count(*) = count(price) AND count(DISTINCT price_unit) = 1, round(sum(price), 6), NULL),
              iif(count(*) = count(price) AND count(DISTINCT price_unit) = 1, max(price_unit), NULL)
            FROM message_attempts WHERE message_id = messages.id)
        WHERE id = (SELECT message_id FROM message_attempts WHERE sid = ?1)
        """, .text(message.sid), .integer(segments ?? 0))
      return true
    }
  }

  /// A Lookup was answered, which is charged.
  package func recordLookup(tenant: String, price: Double, unit: String, at now: Timestamp) throws {
    try write {
      try database.execute(
        "INSERT INTO lookups (tenant, at, price, price_unit) VALUES (?, ?, ?, ?)", .text(tenant), .time(now),
        .real(price), .text(unit))
      try addCost(price, unit, tenant: tenant, at: now)
    }
  }

  /// Lookups of all tenants, or of one, that were answered since `oldest`.
  package func lookupCount(tenant: String?, since oldest: Timestamp) throws -> Int {
    try database.integer(
      "SELECT count(*) FROM lookups WHERE at > ?1 AND (?2 IS NULL OR tenant = ?2)", .time(oldest),
      .text(tenant)) ?? 0
  }
}
