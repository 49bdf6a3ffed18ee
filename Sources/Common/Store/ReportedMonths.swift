// ReportedMonths.swift - the table `reported_months`: which months are closed, and what a month still waits for.
//
// A row says that the month's files were written for good, and when. The tenant with the empty name stands for
// the summary over all tenants.

import LocalTime
import SQLite

extension Store {
  /// When the month was closed; nil while it is open.
  package func closedAt(tenant: String, month: CivilMonth) throws -> Timestamp? {
    try database.first(
      "SELECT written_at FROM reported_months WHERE tenant = ? AND month = ?", .text(tenant),
      .text(month.iso8601)
    ) { $0.timestamp(0) }
  }

  /// open -> closed, once. Returns whether this call closed it.
  package func closeMonth(tenant: String, month: CivilMonth, at now: Timestamp) throws -> Bool {
    try database.execute(
      "INSERT INTO reported_months (tenant, month, written_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      .text(tenant), .text(month.iso8601), .time(now)) > 0
  }

  /// The last month of the tenant that was closed.
  package func lastClosedMonth(tenant: String) throws -> CivilMonth? {
    try database.first(
      "SELECT month FROM reported_months WHERE tenant = ? ORDER BY month DESC LIMIT 1", .text(tenant)
    ) { CivilMonth(iso8601: $0.text(0)) } ?? nil
  }

  /// When the tenant's first call or message was.
  package func firstActivity(tenant: String) throws -> Timestamp? {
    try database.first(
      """
      SELECT min(at) FROM (
        SELECT min(started_at) AS at FROM calls WHERE tenant = ?1
        UNION ALL SELECT min(created_at) FROM messages WHERE tenant = ?1
        UNION ALL SELECT min(received_at) FROM inbound_messages WHERE tenant = ?1)
      """, .text(tenant)
    ) { $0.optionalTimestamp(0) } ?? nil
  }

  /// Whether the tenant had a call or a message in the period.
  package func hadActivity(_ period: ReportPeriod) throws -> Bool {
    try database.first(
      """
      SELECT EXISTS (SELECT 1 FROM calls WHERE tenant = ?1 AND started_at >= ?2 AND started_at < ?3)
        OR EXISTS (SELECT 1 FROM messages
          WHERE tenant = ?1 AND created_at >= ?2 AND created_at < ?3 AND channel = 'sms')
        OR EXISTS (SELECT 1 FROM inbound_messages WHERE tenant = ?1 AND received_at >= ?2 AND received_at < ?3)
      """, values: Array(period.values.prefix(3))
    ) { $0.boolean(0) } ?? false
  }

  /// Every tenant that ever had a call or an SMS, also one that is no longer configured. Jumps from name to name
  /// in the index instead of reading all rows.
  package func tenantsWithData() throws -> [String] {
    try database.rows(
      """
      WITH RECURSIVE
        callers (tenant) AS (
          SELECT min(tenant) FROM calls
          UNION ALL SELECT (SELECT min(tenant) FROM calls WHERE tenant > callers.tenant)
          FROM callers WHERE callers.tenant IS NOT NULL),
        texters (tenant) AS (
          SELECT min(tenant) FROM inbound_messages
          UNION ALL SELECT (SELECT min(tenant) FROM inbound_messages WHERE tenant > texters.tenant)
          FROM texters WHERE texters.tenant IS NOT NULL)
      SELECT tenant FROM callers WHERE tenant <> '' UNION SELECT tenant FROM texters WHERE tenant <> ''
      ORDER BY tenant
      """
    ) { $0.text(0) }
  }

  /// What of the month is not final yet: a call not over or not decided, an SMS under way (also one for a call of
  /// the last night), a price that is being asked for. nil when nothing is.
  package func unsettled(_ period: ReportPeriod) throws -> String? {
    try database.first(
      """
      SELECT CASE
        WHEN EXISTS (SELECT 1 FROM calls WHERE tenant = ?1 AND started_at >= ?2 AND started_at < ?3
          AND (outcome = 'in_progress' OR decision IN ('pending', 'deferred'))) THEN 'calls'
        WHEN EXISTS (SELECT 1 FROM messages AS m
          WHERE m.tenant = ?1 AND m.created_at >= ?2 - 259200000 AND m.created_at < ?3 + 172800000
            AND m.channel = 'sms' AND m.state IN ('queued', 'sending', 'failed')
            AND (m.created_at < ?3 OR (SELECT started_at FROM calls WHERE id = m.call_id) < ?3)) THEN 'messages'
        WHEN EXISTS (SELECT 1 FROM \(Store.tries) AND a.price IS NULL AND a.price_look_at IS NOT NULL)
          OR EXISTS (SELECT 1 FROM inbound_messages WHERE tenant = ?1 AND received_at >= ?2 AND received_at < ?3
            AND price IS NULL AND price_look_at IS NOT NULL) THEN 'prices'
        END
      """, values: Array(period.values.prefix(3))
    ) { $0.optionalText(0) } ?? nil
  }
}
