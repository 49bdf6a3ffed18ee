// HeardCalls.swift - the row of the call that a webhook tells of, whichever of its webhooks comes first.

import Business
import Desk
import LocalTime
import Store

extension Intake {
  /// The call's row, recorded when it is new. nil when it is another tenant's, since a subaccount may speak of its own only,
  /// and for a check call of ours that has come back.
  func ensureCall(
    _ webhook: Webhook, tenant: Tenant, startedAt: Timestamp? = nil, source: CallSource = .webhook
  ) throws -> CallRow? {
    let startedAt = startedAt ?? webhook.receivedAt
    if try takeCheckCall(from: webhook.field("From"), tenant: tenant, at: startedAt) { return nil }
    let sid = webhook.field("CallSid")
    var known = try store.call(sid: sid)
    if known.map({ $0.startedAt > startedAt }) ?? true {
      let new = try store.recordCall(
        sid: sid, tenant: tenant.id, caller: String(webhook.field("From").prefix(64)),
        called: webhook.field("To"), startedAt: startedAt, source: source)
      if let new {
        try store.logEvent(
          .callStarted, tenant: tenant.id, call: new.id,
          detail: source == .sweep ? "found by the sweep" : "", at: webhook.receivedAt)
        return new
      }
      known?.startedAt = startedAt
    }
    return known?.tenant == tenant.id ? known : nil
  }
}
