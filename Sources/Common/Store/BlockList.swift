// BlockList.swift - the tables `blocklist` and `optouts`.

import LocalTime
import SQLite

package enum BlockReason: String, CaseIterable, Sendable {
  case spam, manual
  /// Marked as spam on the desk.
  case staff
}

extension Store {
  /// Puts a number on the list, or renews its entry. A block by a person is never weakened by the spam rule.
  package func block(tenant: String, phone: String, reason: BlockReason, at now: Timestamp, until: Timestamp?)
    throws
  {
    try database.execute(
      """
      INSERT INTO blocklist (tenant, phone, reason, since, until) VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (tenant, phone) DO UPDATE
        SET reason = excluded.reason, since = excluded.since, until = excluded.until
        WHERE reason = 'spam' OR excluded.reason <> 'spam' OR until <= excluded.since
      """, .text(tenant), .text(phone), .text(reason.rawValue), .time(now), .time(until))
    // By hand somebody may be blocked for any reason.
    if reason != .manual { try markTextedAsSpam(phone, tenant: tenant, at: now) }
  }

  /// What went to the number after missed calls went to spam.
  private func markTextedAsSpam(_ phone: String, tenant: String, at now: Timestamp) throws {
    try database.execute(
      """
      UPDATE messages SET spam_at = ?3, spam_until = NULL
      WHERE tenant = ?1 AND recipient = ?2 AND kind = 'missed_call' AND (spam_at IS NULL OR spam_until IS NOT NULL)
      """, .text(tenant), .text(phone), .time(now))
  }

  /// Returns whether the number was on the list.
  package func unblock(tenant: String, phone: String, at now: Timestamp) throws -> Bool {
    try database.execute(
      """
      UPDATE messages SET spam_until = ?3
      WHERE tenant = ?1 AND recipient = ?2 AND kind = 'missed_call' AND spam_at IS NOT NULL AND spam_until IS NULL
      """, .text(tenant), .text(phone), .time(now))
    return try database.execute(
      "DELETE FROM blocklist WHERE tenant = ? AND phone = ?", .text(tenant), .text(phone)) > 0
  }

  /// Takes entries off the list whose time is over; returns them.
  package func expireBlocks(at now: Timestamp) throws -> [(tenant: String, phone: String)] {
    try database.rows("DELETE FROM blocklist WHERE until <= ? RETURNING tenant, phone", .time(now)) {
      ($0.text(0), $0.text(1))
    }
  }

  package func optOut(tenant: String, phone: String, at now: Timestamp) throws {
    try database.execute(
      "INSERT INTO optouts (tenant, phone, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", .text(tenant),
      .text(phone), .time(now))
  }

  /// An opt-in that is older than the opt-out (it comes from the spool or the sweep) takes nothing back.
  package func optIn(tenant: String, phone: String, at: Timestamp) throws {
    try database.execute(
      "DELETE FROM optouts WHERE tenant = ? AND phone = ? AND since <= ?", .text(tenant), .text(phone),
      .time(at))
  }
}
