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
  ///
  /// Read from the index `calls_missed` alone and grouped here: SQLite takes ten times as long to group 3,000 calls, and
  /// every page says how many callers there are.
  package func missedCallers(tenant: String, since: Timestamp, at now: Timestamp, page: Int) throws
    -> MissedCallerList
  {
    try snapshot {
      let quiet = try quietNumbers(tenant: tenant, at: now)
      var callers: [ListedCaller] = []
      var places: [UInt64: Int] = [:]
      try database.forEach(
        """
        SELECT id, started_at, caller, handled_at FROM calls
        WHERE tenant = ? AND outcome = 'missed' AND started_at >= ? ORDER BY started_at DESC
        """, values: [.text(tenant), .time(since)]
      ) { row in
        guard let miss = Miss(row) else { return }
        if miss.number > 0 {
          if let place = places[miss.number] { return callers[place].add(miss) }
          places[miss.number] = callers.count
        }
        callers.append(ListedCaller(miss, isQuiet: miss.number > 0 && quiet.contains(miss.number)))
      }
      let waiting = callers.filter { !$0.isHandled }.sorted { Miss.isLater($0.last, $1.last) }
      let all = waiting + callers.filter(\.isHandled).sorted { Miss.isLater($0.last, $1.last) }
      let list = try listPage(page, of: all.count) { size, offset in
        try all[offset..<min(offset + size, all.count)].compactMap {
          try missedCaller($0, tenant: tenant, at: now)
        }
      }
      return MissedCallerList(page: list, unhandled: waiting.count)
    }
  }

  /// Numbers whose calls ask for nobody: blocked, or private.
  private func quietNumbers(tenant: String, at now: Timestamp) throws -> Set<UInt64> {
    var quiet: Set<UInt64> = []
    try database.forEach(
      "SELECT phone FROM blocklist WHERE tenant = ? AND (until IS NULL OR until > ?)",
      values: [.text(tenant), .time(now)]
    ) { quiet.insert($0.withText(0, Miss.digits)) }
    try database.forEach(
      "SELECT phone FROM contacts WHERE tenant = ? AND kind = 'private'", values: [.text(tenant)]
    ) { quiet.insert($0.withText(0, Miss.digits)) }
    return quiet
  }

  /// nil where the call was erased meanwhile.
  private func missedCaller(_ caller: ListedCaller, tenant: String, at now: Timestamp) throws -> MissedCaller?
  {
    try database.first(
      """
      SELECT c.caller, c.decision, c.reason,
        EXISTS (SELECT 1 FROM inbound_messages AS i WHERE i.tenant = ?1 AND i.sender = c.caller
          AND i.received_at >= c.started_at)
          OR EXISTS (SELECT 1 FROM tickets AS t WHERE t.phone = c.caller AND t.tenant = ?1
            AND t.created_at >= c.started_at AND t.source IN ('missed_call', 'sms', 'website')),
        (SELECT max(t.id) FROM tickets AS t WHERE t.phone = c.caller AND t.tenant = ?1 AND t.status <> 'DONE'),
        k.name, coalesce(k.kind = 'private', 0),
        EXISTS (SELECT 1 FROM blocklist AS b WHERE b.tenant = ?1 AND b.phone = c.caller
          AND (b.until IS NULL OR b.until > ?3))
      FROM calls AS c LEFT JOIN contacts AS k ON k.tenant = ?1 AND k.phone = c.caller
      WHERE c.id = ?2
      """, .text(tenant), .integer(caller.last.id), .time(now)
    ) { row throws(SQLiteError) in
      let number = row.text(0)
      let hasNumber = !PhoneNumber.isWithheld(number)
      return MissedCaller(
        phone: hasNumber ? number : nil, count: caller.count, lastAt: caller.last.at, callID: caller.last.id,
        decision: try row.choice(1), reason: row.optionalText(2), isHandled: caller.isHandled,
        hasReplied: hasNumber && row.integer(3) != 0,
        ticketID: hasNumber && !row.isNull(4) ? row.integer(4) : nil,
        name: hasNumber ? row.optionalText(5).flatMap { $0.isEmpty ? nil : $0 } : nil,
        isPrivate: hasNumber && row.integer(6) != 0, isBlocked: hasNumber && row.integer(7) != 0)
    }
  }

  /// The call of this tenant; nil of another's.
  package func call(id: Int, tenant: String) throws -> CallRow? {
    try call(id: id).flatMap { $0.tenant == tenant ? $0 : nil }
  }

  /// Somebody has seen to a caller: to all his misses so far. A later one asks anew.
  package func handle(caller: String, tenant: String, at now: Timestamp) throws {
    let calls = try database.rows(
      """
      UPDATE calls SET handled_at = ?3
      WHERE tenant = ?1 AND caller = ?2 AND started_at <= ?3 AND outcome = 'missed' AND handled_at IS NULL
      RETURNING id
      """, .text(tenant), .text(caller), .time(now)
    ) { $0.integer(0) }
    for call in calls { tell(.callHandled, .call(call), tenant: tenant, at: now) }
  }

  /// The same of a call without a number.
  package func handle(call id: Int, at now: Timestamp) throws {
    let tenant = try database.first(
      """
      UPDATE calls SET handled_at = ?2 WHERE id = ?1 AND outcome = 'missed' AND handled_at IS NULL
      RETURNING tenant
      """, .integer(id), .time(now)
    ) { $0.text(0) }
    if let tenant { tell(.callHandled, .call(id), tenant: tenant, at: now) }
  }
}

/// A missed call as its index has it. Thousands are looked at for one page, so a number is one of 64 bits.
private struct Miss {
  let id: Int
  let at: Timestamp
  let isHandled: Bool
  /// The digits of the caller's; 0 where he has none.
  let number: UInt64

  /// nil of a forgotten caller, who asks for nobody.
  init?(_ row: Row) {
    id = row.integer(0)
    at = row.timestamp(1)
    isHandled = !row.isNull(3)
    let digits = row.withText(2) { Miss.isForgotten($0) ? nil : Miss.digits($0) }
    guard let digits else { return nil }
    number = Miss.keypadSpellings.contains(digits) ? 0 : digits
  }

  /// Of an E.164 number; 0 of anything else.
  static func digits(_ caller: UnsafeBufferPointer<UInt8>) -> UInt64 {
    guard caller.first == UInt8(ascii: "+"), caller.count <= 16 else { return 0 }
    var number: UInt64 = 0
    for byte in caller.dropFirst() {
      guard 48...57 ~= byte else { return 0 }
      number = number * 10 + UInt64(byte - 48)
    }
    return number
  }

  private static func isForgotten(_ caller: UnsafeBufferPointer<UInt8>) -> Bool {
    caller.count == Forgotten.number.utf8.count && caller.elementsEqual(Forgotten.number.utf8)
  }

  private static let keypadSpellings = PhoneNumber.keypadSpellings.compactMap { UInt64($0.dropFirst()) }

  /// By hand: tuples are compared at ten times the price.
  static func isLater(_ one: Miss, _ other: Miss) -> Bool {
    one.at == other.at ? one.id > other.id : one.at > other.at
  }
}

/// A caller and his misses, as far as they have been read.
private struct ListedCaller {
  private(set) var last: Miss
  private(set) var count = 1
  private let isQuiet: Bool
  var isHandled: Bool { isQuiet || last.isHandled }

  init(_ last: Miss, isQuiet: Bool) {
    self.last = last
    self.isQuiet = isQuiet
  }

  mutating func add(_ miss: Miss) {
    count += 1
    // Two at the same moment.
    if Miss.isLater(miss, last) { last = miss }
  }
}
