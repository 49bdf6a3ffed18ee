// MissedCalls.swift - a call is missed: its row waits for a decision, due after the tenant's delay.

import Business
import LocalTime
import Store

extension Intake {
  /// - Returns: the row as it is now, where this made the miss.
  @discardableResult
  package func markMissed(
    _ call: CallRow, tenant: Tenant, at now: Timestamp, judgedBy: CallJudge, dialConnected: Bool? = nil
  ) throws -> CallRow? {
    let missed = try store.markMissed(
      ifInProgress: call.callSid, endedAt: now, dueAt: now.adding(seconds: tenant.smsDelaySeconds),
      judgedBy: judgedBy, dialConnected: dialConnected)
    if missed != nil {
      try store.logEvent(
        .callMissed, tenant: tenant.id, call: call.id, detail: judgedBy.rawValue, at: now)
    }
    return missed
  }
}
