// CallIntake.swift - the call webhooks: a call begins, is judged, ends.

import CGI
import LocalTime
import Rules
import Settings
import Spool
import Store

extension Webhook {
  /// What a dial result says of the leg to the business: completed or answered, and not denied to be bridged.
  public var isDialConnected: Bool {
    ["completed", "answered"].contains(field("DialCallStatus"))
      && fields["DialBridged"]?.lowercased() != "false"
  }
}

extension Intake {
  /// `voice`: a call begins. With carrier forwarding every call that arrives was missed already.
  public func recordCall(_ webhook: Webhook, tenant: Tenant) throws {
    let sid = webhook.field("CallSid")
    try store.write {
      guard try ensureCall(webhook, sid: sid, tenant: tenant) else { return }
      if tenant.mode == .carrierForwarding {
        try markMissed(sid, tenant: tenant, at: webhook.receivedAt, judgedBy: .voice)
      } else if recordedAt == webhook.receivedAt, try shouldReject(webhook, tenant: tenant) {
        // From the spool it was put through: without the database nobody is rejected.
        if try markMissed(sid, tenant: tenant, at: webhook.receivedAt, judgedBy: .voice) {
          try store.logEvent(
            .callBlocked, tenant: tenant.id, call: try store.call(sid: sid)?.id, at: webhook.receivedAt)
        }
      }
    }
  }

  /// The caller is on the block list of a tenant that rejects such calls.
  public func shouldReject(_ webhook: Webhook, tenant: Tenant) throws -> Bool {
    guard tenant.rejectBlocked else { return false }
    return try store.isBlocked(tenant: tenant.id, phone: webhook.field("From"), at: webhook.receivedAt)
  }

  /// `dial-result`: connected means completed or answered, bridged not denied, and the key pressed where
  /// screening is on. Every other end is a miss.
  public func recordDialResult(_ webhook: Webhook, tenant: Tenant) throws {
    let sid = webhook.field("CallSid")
    let now = webhook.receivedAt
    let isConnected = webhook.isDialConnected
    let duration = webhook.fields["DialCallDuration"].flatMap { Int($0) } ?? 0
    try store.write {
      let startedAt = now.adding(seconds: -max(0, min(duration, 14_400)))
      guard try ensureCall(webhook, sid: sid, tenant: tenant, startedAt: startedAt) else { return }
      let hasKey = try store.call(sid: sid)?.screenKeyAt != nil
      if isConnected && (hasKey || !tenant.screening) {
        if try store.markAnswered(sid: sid, endedAt: now, judgedBy: .dialResult) {
          try store.logEvent(.callAnswered, tenant: tenant.id, call: try store.call(sid: sid)?.id, at: now)
        }
      } else {
        try markMissed(sid, tenant: tenant, at: now, judgedBy: .dialResult, dialConnected: isConnected)
      }
    }
  }

  /// `screen`: whoever picked up pressed a key.
  public func recordScreenKey(_ webhook: Webhook, tenant: Tenant) throws {
    guard webhook.fields.nonEmpty("Digits") != nil,
      let sid = webhook.query.nonEmpty("call") ?? webhook.fields.nonEmpty("ParentCallSid")
    else { return }
    try store.write {
      // Should the `voice` webhook still lie in the spool, the key finds a row all the same.
      try store.recordCall(
        sid: sid, tenant: tenant.id, caller: webhook.field("From"), called: tenant.voiceNumbers.first ?? "",
        startedAt: webhook.receivedAt)
      guard try store.call(sid: sid)?.tenant == tenant.id else { return }
      try store.recordScreenKey(sid: sid, at: webhook.receivedAt)
      try store.logEvent(
        .screenKey, tenant: tenant.id, call: try store.call(sid: sid)?.id, at: webhook.receivedAt,
        onceKey: "screen:\(sid)")
    }
  }

  /// `call-status`: the second source.
  public func recordCallStatus(
    _ webhook: Webhook, tenant: Tenant, source: CallSource = .webhook, startedAt: Timestamp? = nil
  ) throws {
    // Events of the leg to the business say nothing that the dial result does not say better.
    guard webhook.fields.nonEmpty("ParentCallSid") == nil else { return }
    let status = webhook.field("CallStatus")
    let isMiss = ["no-answer", "busy", "failed", "canceled"].contains(status)
    guard isMiss || status == "completed" else { return }
    let sid = webhook.field("CallSid")
    let now = webhook.receivedAt
    let duration = webhook.fields["CallDuration"].flatMap { Int($0) } ?? 0
    try store.write {
      let isOurs = try ensureCall(
        webhook, sid: sid, tenant: tenant,
        startedAt: startedAt ?? now.adding(seconds: -max(0, min(duration, 86_400))),
        source: source)
      guard isOurs else { return }
      if isMiss || tenant.mode == .carrierForwarding {
        try markMissed(sid, tenant: tenant, at: now, judgedBy: .callStatus)
      }
      _ = try store.closeCall(sid: sid, at: now, delaySeconds: tenant.smsDelaySeconds)
    }
  }

  /// Records the call when it is new. False when it is another tenant's: a subaccount may speak of its own only.
  func ensureCall(
    _ webhook: Webhook, sid: String, tenant: Tenant, startedAt: Timestamp? = nil,
    source: CallSource = .webhook
  ) throws -> Bool {
    let isNew = try store.recordCall(
      sid: sid, tenant: tenant.id, caller: String(webhook.field("From").prefix(64)),
      called: webhook.field("To"),
      startedAt: startedAt ?? webhook.receivedAt, source: source)
    if isNew {
      try store.logEvent(
        .callStarted, tenant: tenant.id, call: try store.call(sid: sid)?.id,
        detail: source == .sweep ? "found by the sweep" : "", at: webhook.receivedAt)
    }
    return try isNew || store.call(sid: sid)?.tenant == tenant.id
  }

  @discardableResult
  public func markMissed(
    _ sid: String, tenant: Tenant, at now: Timestamp, judgedBy: CallJudge, dialConnected: Bool? = nil
  ) throws -> Bool {
    let isNew = try store.markMissed(
      ifInProgress: sid, endedAt: now, dueAt: now.adding(seconds: tenant.smsDelaySeconds), judgedBy: judgedBy,
      dialConnected: dialConnected)
    if isNew {
      try store.logEvent(
        .callMissed, tenant: tenant.id, call: try store.call(sid: sid)?.id, detail: judgedBy.rawValue, at: now
      )
    }
    return isNew
  }
}
