// CallIntake.swift - the call webhooks: a call begins, is judged, ends.

import Business
import CGI
import LocalTime
import Spool
import Store

extension Webhook {
  /// What a dial result says of the leg to the business: completed or answered, and not denied to be bridged.
  package var isDialConnected: Bool {
    ["completed", "answered"].contains(field("DialCallStatus"))
      && fields["DialBridged"]?.lowercased() != "false"
  }
}

extension Intake {
  /// `voice`: a call begins. With carrier forwarding every call that arrives was missed already.
  @discardableResult
  package func recordCall(_ webhook: Webhook, tenant: Tenant) throws -> Found {
    let now = webhook.receivedAt
    return try store.write {
      guard let call = try ensureCall(webhook, tenant: tenant) else { return Found() }
      if tenant.mode == .carrierForwarding {
        return Found(call: try markMissed(call, tenant: tenant, at: now, judgedBy: .voice) ?? call)
      }
      // From the spool it was put through: without the database nobody is rejected.
      guard recordedAt == now, tenant.rejectBlocked,
        try store.isBlocked(tenant: tenant.id, phone: webhook.field("From"), at: now)
      else { return Found(call: call) }
      let missed = try markMissed(call, tenant: tenant, at: now, judgedBy: .voice)
      if missed != nil { try store.logEvent(.callBlocked, tenant: tenant.id, call: call.id, at: now) }
      return Found(call: missed ?? call, isRejected: true)
    }
  }

  /// `dial-result`: connected means completed or answered, bridged not denied, and the key pressed where
  /// screening is on. Every other end is a miss.
  @discardableResult
  package func recordDialResult(_ webhook: Webhook, tenant: Tenant) throws -> Found {
    let now = webhook.receivedAt
    let isConnected = webhook.isDialConnected
    let duration = webhook.fields["DialCallDuration"].flatMap { Int($0) } ?? 0
    return try store.write {
      let startedAt = now.adding(seconds: -max(0, min(duration, 14_400)))
      guard let call = try ensureCall(webhook, tenant: tenant, startedAt: startedAt) else { return Found() }
      guard isConnected && (call.screenKeyAt != nil || !tenant.screening) else {
        let missed = try markMissed(
          call, tenant: tenant, at: now, judgedBy: .dialResult, dialConnected: isConnected)
        return Found(call: missed ?? call)
      }
      let answered = try store.markAnswered(sid: call.callSid, endedAt: now, judgedBy: .dialResult)
      if answered != nil { try store.logEvent(.callAnswered, tenant: tenant.id, call: call.id, at: now) }
      return Found(call: answered ?? call)
    }
  }

  /// `screen`: whoever picked up pressed a key.
  package func recordScreenKey(_ webhook: Webhook, tenant: Tenant) throws {
    guard webhook.fields.nonEmpty("Digits") != nil,
      let sid = webhook.query.nonEmpty("call") ?? webhook.fields.nonEmpty("ParentCallSid")
    else { return }
    try store.write {
      // Should the `voice` webhook still lie in the spool, the key finds a row all the same.
      try store.recordCall(
        sid: sid, tenant: tenant.id, caller: webhook.field("From"), called: tenant.voiceNumbers.first ?? "",
        startedAt: webhook.receivedAt)
      guard let call = try store.call(sid: sid), call.tenant == tenant.id else { return }
      try store.recordScreenKey(sid: sid, at: webhook.receivedAt)
      try store.logEvent(
        .screenKey, tenant: tenant.id, call: call.id, at: webhook.receivedAt, onceKey: "screen:\(sid)")
    }
  }

  /// `call-status`: the second source.
  package func recordCallStatus(
    _ webhook: Webhook, tenant: Tenant, source: CallSource = .webhook, startedAt: Timestamp? = nil
  ) throws {
    // Events of the leg to the business say nothing that the dial result does not say better.
    guard webhook.fields.nonEmpty("ParentCallSid") == nil else { return }
    let status = webhook.field("CallStatus")
    let isMiss = ["no-answer", "busy", "failed", "canceled"].contains(status)
    guard isMiss || status == "completed" else { return }
    let now = webhook.receivedAt
    let duration = webhook.fields["CallDuration"].flatMap { Int($0) } ?? 0
    try store.write {
      let call = try ensureCall(
        webhook, tenant: tenant,
        startedAt: startedAt ?? now.adding(seconds: -max(0, min(duration, 86_400))),
        source: source)
      guard let call else { return }
      if isMiss || tenant.mode == .carrierForwarding {
        try markMissed(call, tenant: tenant, at: now, judgedBy: .callStatus)
      }
      _ = try store.closeCall(sid: call.callSid, at: now, delaySeconds: tenant.smsDelaySeconds)
    }
  }

  /// The call's row, recorded when it is new. nil when it is another tenant's: a subaccount may speak of its own only.
  func ensureCall(
    _ webhook: Webhook, tenant: Tenant, startedAt: Timestamp? = nil, source: CallSource = .webhook
  ) throws -> CallRow? {
    let sid = webhook.field("CallSid")
    let startedAt = startedAt ?? webhook.receivedAt
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
