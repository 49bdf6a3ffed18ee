// InboxAccess.swift - the tables `inbox_links` and `inbox_sessions`. Only hashes of secrets come here.

import LocalTime
import SQLite

/// Somebody of the tenant's people, or somebody who sees all tenants.
package struct InboxPerson: Hashable, Sendable {
  /// Whose link opens the operator's page: no tenant has an empty ID.
  package static let operatorsTenant = ""

  package var tenant: String
  /// The address the link was sent to.
  package var person: String

  package init(tenant: String, person: String) {
    self.tenant = tenant
    self.person = person
  }
}

extension Store {
  /// - Parameter ticket: which it opens; nil: the list.
  package func addInboxLink(
    hash: String, person: InboxPerson, ticket: Int? = nil, at now: Timestamp, expiresAt: Timestamp
  ) throws {
    try database.execute(
      """
      INSERT INTO inbox_links (hash, tenant, person, created_at, expires_at, ticket_id) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (hash) DO NOTHING
      """, .text(hash), .text(person.tenant), .text(person.person), .time(now), .time(expiresAt),
      .integer(ticket))
  }

  /// Whose link this is, and which request it opens; nil when it is unknown, expired or revoked.
  package func inboxLink(hash: String, at now: Timestamp) throws -> (person: InboxPerson, ticket: Int?)? {
    try database.first(
      """
      SELECT tenant, person, ticket_id FROM inbox_links
      WHERE hash = ? AND revoked_at IS NULL AND expires_at > ? AND kind = 'desk'
      """, .text(hash), .time(now)
    ) { (InboxPerson(tenant: $0.text(0), person: $0.text(1)), $0.optionalInteger(2)) }
  }

  /// A key that shows a person's calendar, and signs nobody in.
  package func addCalendarKey(hash: String, person: InboxPerson, at now: Timestamp, expiresAt: Timestamp)
    throws
  {
    try database.execute(
      """
      INSERT INTO inbox_links (hash, tenant, person, created_at, expires_at, kind) VALUES (?, ?, ?, ?, ?, 'calendar')
      ON CONFLICT (hash) DO NOTHING
      """, .text(hash), .text(person.tenant), .text(person.person), .time(now), .time(expiresAt))
  }

  /// Whose calendar this key shows, and until when; nil when it is unknown, expired or revoked.
  package func calendarKey(hash: String, at now: Timestamp) throws -> (
    person: InboxPerson, expiresAt: Timestamp
  )? {
    try database.first(
      """
      SELECT tenant, person, expires_at FROM inbox_links
      WHERE hash = ? AND revoked_at IS NULL AND expires_at > ? AND kind = 'calendar'
      """, .text(hash), .time(now)
    ) { (InboxPerson(tenant: $0.text(0), person: $0.text(1)), $0.timestamp(2)) }
  }

  /// A calendar that is asked for lives on.
  package func prolongCalendar(hash: String, until end: Timestamp) throws {
    try database.execute(
      "UPDATE inbox_links SET expires_at = ?2 WHERE hash = ?1 AND revoked_at IS NULL AND expires_at < ?2",
      .text(hash), .time(end))
  }

  package func addInboxSession(hash: String, person: InboxPerson, at now: Timestamp, expiresAt: Timestamp)
    throws
  {
    try database.execute(
      "INSERT INTO inbox_sessions (hash, tenant, person, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
      .text(hash), .text(person.tenant), .text(person.person), .time(now), .time(expiresAt))
  }

  /// Whose session this is; nil when it is unknown, expired or revoked.
  package func inboxSession(hash: String, at now: Timestamp) throws -> InboxPerson? {
    try database.first(
      "SELECT tenant, person FROM inbox_sessions WHERE hash = ? AND revoked_at IS NULL AND expires_at > ?",
      .text(hash), .time(now)
    ) { InboxPerson(tenant: $0.text(0), person: $0.text(1)) }
  }

  package func endInboxSession(hash: String, at now: Timestamp) throws {
    try database.execute(
      "UPDATE inbox_sessions SET revoked_at = ?2 WHERE hash = ?1 AND revoked_at IS NULL", .text(hash),
      .time(now))
  }

  /// Takes away links, sessions and calendars of a tenant, or of one of its people. Returns how many links and sessions
  /// were still good: of calendars each session had its own.
  package func revokeInbox(tenant: String, person: String?, at now: Timestamp) throws -> Int {
    try write {
      var count = 0
      try database.execute(
        """
        UPDATE inbox_links SET revoked_at = ?3
        WHERE tenant = ?1 AND (?2 IS NULL OR person = ?2) AND revoked_at IS NULL AND kind = 'calendar'
        """, .text(tenant), .text(person), .time(now))
      for table in ["inbox_links", "inbox_sessions"] {
        count += try database.execute(
          """
          UPDATE \(table) SET revoked_at = ?3
          WHERE tenant = ?1 AND (?2 IS NULL OR person = ?2) AND revoked_at IS NULL AND expires_at > ?3
          """, .text(tenant), .text(person), .time(now))
      }
      return count
    }
  }

  /// People with links or sessions that are still good, and until when.
  package func inboxPeople(
    tenant: String, at now: Timestamp
  ) throws -> [(person: String, links: Int, sessions: Int, until: Timestamp)] {
    try database.rows(
      """
      SELECT person, sum(is_link), sum(1 - is_link), max(expires_at) FROM (
        SELECT person, 1 AS is_link, expires_at FROM inbox_links
          WHERE tenant = ?1 AND revoked_at IS NULL AND expires_at > ?2 AND kind = 'desk'
        UNION ALL SELECT person, 0, expires_at FROM inbox_sessions
          WHERE tenant = ?1 AND revoked_at IS NULL AND expires_at > ?2)
      GROUP BY person ORDER BY person
      """, .text(tenant), .time(now)
    ) { ($0.text(0), $0.integer(1), $0.integer(2), $0.timestamp(3)) }
  }

  /// Forgets what has expired, a month after.
  package func purgeInboxAccess(at now: Timestamp) throws {
    for table in ["inbox_links", "inbox_sessions"] {
      try database.execute("DELETE FROM \(table) WHERE expires_at < ?", .time(now.adding(days: -30)))
    }
  }
}
