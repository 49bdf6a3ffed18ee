// Alerts.swift - the table `alerts`: what the operator must know, since when it holds, and when it was over.
//
// A row is one telling: a condition that lasts is told once an hour. Which causes are conditions: AlertCause.

import LocalTime
import SQLite

/// An alert as it is shown.
package struct Alert: Hashable, Sendable {
  package var id: Int
  package var cause: String
  package var tenant: String?
  package var detail: String
  /// When it was raised.
  package var at: Timestamp
  /// nil while it is open. Of an event: the same as `at`.
  package var solvedAt: Timestamp?

  static let columns = "id, cause, tenant, detail, at, solved_at"

  init(_ row: Row) {
    id = row.integer(0)
    cause = row.text(1)
    tenant = row.optionalText(2)
    detail = row.text(3)
    at = row.timestamp(4)
    solvedAt = row.optionalTimestamp(5)
  }
}

/// A condition that has not been seen to be over.
package struct OpenCondition: Hashable, Sendable {
  package var cause: String
  package var tenant: String?
  package var since: Timestamp
  /// When it was last met.
  package var lastAt: Timestamp
}

extension Store {
  /// Tells the operator; at most one alert per cause, tenant and hour. A condition that is met again within the hour
  /// is open again, without a word.
  @discardableResult
  package func raiseAlert(cause: String, tenant: String?, detail: String, at now: Timestamp) throws -> Bool {
    try write {
      let nature = AlertCause.nature(of: cause)
      let hour: [Value] = [.text(cause), .text(tenant), .time(now)]
      let last = try database.first(
        "SELECT id FROM alerts WHERE cause = ?1 AND tenant IS ?2 AND at > ?3 - 3600000 ORDER BY at DESC LIMIT 1",
        values: hour
      ) { $0.integer(0) }
      if let last {
        guard nature == .condition else { return false }
        try database.execute(
          "UPDATE alerts SET last_at = ?2, solved_at = NULL, solved_told_at = NULL WHERE id = ?1",
          .integer(last),
          .time(now))
        return false
      }
      try database.execute(
        """
        INSERT INTO alerts (cause, tenant, detail, at, last_at, solved_at, solved_told_at)
        VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?5)
        """, .text(cause), .text(tenant), .text(detail), .time(now), .time(nature == .condition ? nil : now))
      tell(.alertRaised, .alert(database.lastInsertedRow), tenant: tenant ?? "", at: now)
      try logEvent(.alert, tenant: tenant ?? "", detail: "\(cause): \(detail)", at: now)
      return true
    }
  }

  /// Whether an alert of this cause was raised within the last hour, for this tenant or for all.
  package func hasRecentAlert(cause: String, tenant: String, at now: Timestamp) throws -> Bool {
    try database.integer(
      "SELECT 1 FROM alerts WHERE cause = ?1 AND at > ?2 AND (tenant IS NULL OR tenant = ?3) LIMIT 1",
      .text(cause), .time(now.adding(hours: -1)), .text(tenant)) != nil
  }

  // MARK: the end of a condition

  /// Whether the condition holds, as far as is known.
  package func isOpen(_ cause: String, tenant: String?) throws -> Bool {
    try database.integer(
      "SELECT 1 FROM alerts WHERE cause = ?1 AND tenant IS ?2 AND solved_at IS NULL LIMIT 1", .text(cause),
      .text(tenant)) != nil
  }

  package func openConditions() throws -> [OpenCondition] {
    try database.rows(
      "SELECT cause, tenant, min(at), max(last_at) FROM alerts WHERE solved_at IS NULL GROUP BY cause, tenant"
    ) {
      OpenCondition(
        cause: $0.text(0), tenant: $0.optionalText(1), since: $0.timestamp(2), lastAt: $0.timestamp(3))
    }
  }

  /// open -> solved, all rows of the condition. Only the last of them tells the operator.
  package func solve(_ condition: OpenCondition, at now: Timestamp) throws {
    try write {
      let solved = try database.rows(
        """
        UPDATE alerts SET solved_at = ?3, solved_told_at = ?3
        WHERE cause = ?1 AND tenant IS ?2 AND solved_at IS NULL RETURNING id
        """, .text(condition.cause), .text(condition.tenant), .time(now)
      ) { $0.integer(0) }
      guard let last = solved.max() else { return }
      try database.execute("UPDATE alerts SET solved_told_at = NULL WHERE id = ?", .integer(last))
      tell(.alertSolved, .alert(last), tenant: condition.tenant ?? "", at: now)
      try logEvent(
        .alertSolved, tenant: condition.tenant ?? "",
        detail: "\(condition.cause), since \(condition.since.iso8601)", at: now)
    }
  }

  /// An SMS or a mail of the tenant was taken after `time`.
  package func hasAccepted(_ channel: String, tenant: String, after time: Timestamp) throws -> Bool {
    try hasMessage("sent_at > ?3", channel, tenant, after: time)
  }

  /// An SMS of the tenant was delivered after `time`.
  package func hasDelivered(tenant: String, after time: Timestamp) throws -> Bool {
    try hasMessage("state = 'delivered' AND finished_at > ?3", "sms", tenant, after: time)
  }

  /// Nothing is wanted for longer than two days: an older message cannot have left only now.
  private func hasMessage(_ proof: String, _ channel: String, _ tenant: String, after time: Timestamp) throws
    -> Bool
  {
    try database.integer(
      """
      SELECT 1 FROM messages WHERE tenant = ?1 AND created_at > ?2 AND channel = ?4 AND \(proof)
      ORDER BY created_at DESC LIMIT 1
      """, .text(tenant), .time(time.adding(days: -2)), .time(time), .text(channel)) != nil
  }

  /// A month of the tenant was closed after `time`.
  package func hasClosedMonth(tenant: String, after time: Timestamp) throws -> Bool {
    try database.integer(
      "SELECT 1 FROM reported_months WHERE tenant = ? AND written_at > ? LIMIT 1", .text(tenant), .time(time))
      != nil
  }

  // MARK: telling

  /// Alerts the operator has not been told of.
  package func alertsToTell(limit: Int) throws -> [Alert] {
    try database.rows(
      "SELECT \(Alert.columns) FROM alerts WHERE notified_at IS NULL ORDER BY at LIMIT ?", .integer(limit),
      as: Alert.init)
  }

  package func noteAlertTold(_ id: Int, at now: Timestamp) throws {
    try database.execute("UPDATE alerts SET notified_at = ?2 WHERE id = ?1", .integer(id), .time(now))
  }

  /// Alerts the operator was told of, and whose end he was not.
  package func solvedAlertsToTell(limit: Int) throws -> [Alert] {
    try database.rows(
      """
      SELECT \(Alert.columns) FROM alerts
      WHERE solved_at IS NOT NULL AND solved_told_at IS NULL AND notified_at IS NOT NULL ORDER BY solved_at LIMIT ?
      """, .integer(limit), as: Alert.init)
  }

  package func noteSolvedTold(_ id: Int, at now: Timestamp) throws {
    try database.execute("UPDATE alerts SET solved_told_at = ?2 WHERE id = ?1", .integer(id), .time(now))
  }
}
