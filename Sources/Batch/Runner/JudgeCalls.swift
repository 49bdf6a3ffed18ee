// JudgeCalls.swift - finds out how a call ended that nobody judged: its dial result was lost.
//
// Twilio is asked for the leg to the business: completed and talked on means answered, anything else means
// missed. While Twilio cannot be asked the call waits, but not for ever: a rescue too many is better than
// a caller lost.

import Business
import CGI
import Desk
import LocalTime
import Platform
import Store
import TwilioAPI
import Webhooks

package final class JudgeCalls: Job {
  package static let name = "judge-calls"

  /// A dial result comes before the final status, or at the same moment.
  private static let graceSeconds = 8
  private static let silenceMinutes = 10
  private static let despairMinutes = 10
  /// Twilio's `timeLimit` of a `<Dial>`, and a little.
  private static let longestCallHours = 5

  private let context: BatchContext
  private var underWay: Set<String> = []
  private var pace = Pace(seconds: 2)

  package init(context: BatchContext) { self.context = context }

  package func step(at now: Timestamp) throws {
    guard pace.isDue(at: now) else { return }
    for call in try unjudged(at: now, limit: 50) where !underWay.contains(call.callSid) {
      guard underWay.count < 8 else { return }
      guard let tenant = context.tenant(call.tenant) else {
        try context.store.write {
          try context.store.postponeJudging(sid: call.callSid, until: now.adding(hours: 1))
        }
        continue
      }
      if TestCallSid.isTest(call.callSid) {
        try close(test: call, at: now)
        continue
      }
      underWay.insert(call.callSid)
      if call.endedAt == nil {
        askWhetherEnded(call, tenant: tenant, at: now)
      } else {
        askForLegs(call, tenant: tenant, at: now)
      }
    }
  }

  /// A test call that broke off: Twilio knows nothing of it, nobody called, nobody is to be rescued.
  private func close(test call: CallRow, at now: Timestamp) throws {
    try context.store.write {
      if try context.store.markAnswered(sid: call.callSid, endedAt: call.startedAt, judgedBy: .sweep) != nil {
        try context.store.logEvent(
          .callAnswered, tenant: call.tenant, call: call.id, detail: "test call", at: now)
      }
    }
  }

  /// No answer is awaited, and none is to be asked for now.
  package func isIdle(at now: Timestamp) throws -> Bool {
    try underWay.isEmpty && unjudged(at: now, limit: 1).isEmpty
  }

  private func unjudged(at now: Timestamp, limit: Int) throws -> [CallRow] {
    try context.store.unjudgedCalls(
      at: now, closedBefore: now.adding(seconds: -JudgeCalls.graceSeconds),
      startedBefore: now.adding(minutes: -JudgeCalls.silenceMinutes), limit: limit)
  }

  /// Nothing was heard since the call began: has it ended at all?
  private func askWhetherEnded(_ call: CallRow, tenant: Tenant, at now: Timestamp) {
    context.ask(tenant, at: now) {
      $0.fetchCall(call.callSid, as: $1, completion: $2)
    } then: { [self] result, now in
      underWay.remove(call.callSid)
      context.attempt("judge-calls") {
        guard case .success(let resource) = result, resource.isFinal else {
          if now > call.startedAt.adding(hours: JudgeCalls.longestCallHours) {
            // It cannot last longer; when it ended will not be learnt any more.
            _ = try context.store.write {
              try context.store.closeCall(
                sid: call.callSid, at: call.startedAt, delaySeconds: tenant.smsDelaySeconds)
            }
            return
          }
          try context.store.write {
            try context.store.postponeJudging(sid: call.callSid, until: now.adding(minutes: 5))
          }
          return
        }
        try resource.statusWebhook(receivedAt: resource.endTime ?? now).record(
          for: tenant, by: context.intake(at: now), source: .webhook)
        context.summary.recovered += 1
      }
    }
  }

  private func askForLegs(_ call: CallRow, tenant: Tenant, at now: Timestamp) {
    context.ask(tenant, at: now) {
      $0.listCalls(to: nil, parentCallSid: call.callSid, startedOnOrAfter: nil, as: $1, completion: $2)
    } then: { [self] result, now in
      underWay.remove(call.callSid)
      context.attempt("judge-calls") { try context.store.write { try judge(call, tenant, result, at: now) } }
    }
  }

  private func judge(
    _ call: CallRow, _ tenant: Tenant, _ result: Result<[CallResource], APIFailure>, at now: Timestamp
  ) throws {
    let endedAt = call.endedAt ?? now
    switch result {
    case .failure:
      if now > endedAt.adding(minutes: JudgeCalls.despairMinutes) {
        try markMissed(call, tenant, endedAt, at: now)
      } else {
        try context.store.postponeJudging(sid: call.callSid, until: now.adding(seconds: 60))
      }
    case .success(let legs):
      if legs.contains(where: { !$0.isFinal }) {
        try context.store.postponeJudging(sid: call.callSid, until: now.adding(seconds: 30))
        return
      }
      let wasTalkedOn = legs.contains { $0.status == "completed" && ($0.duration ?? 0) > 0 }
      if wasTalkedOn && (!tenant.screening || call.screenKeyAt != nil) {
        if try context.store.markAnswered(sid: call.callSid, endedAt: endedAt, judgedBy: .sweep) != nil {
          try context.store.logEvent(
            .callAnswered, tenant: tenant.id, call: call.id, detail: "sweep", at: now)
          context.summary.recovered += 1
        }
      } else {
        try markMissed(call, tenant, endedAt, at: now)
      }
    }
  }

  private func markMissed(_ call: CallRow, _ tenant: Tenant, _ endedAt: Timestamp, at now: Timestamp) throws {
    if try context.intake(at: now).markMissed(call, tenant: tenant, at: endedAt, judgedBy: .sweep) != nil {
      context.summary.recovered += 1
    }
  }
}

extension CallResource {
  package var isFinal: Bool { ["completed", "busy", "failed", "no-answer", "canceled"].contains(status) }

  /// The status callback that should have come for this call.
  func statusWebhook(receivedAt: Timestamp) -> CallStatus {
    CallStatus(
      Webhook(
        fields: FormFields([
          .init(name: "CallSid", value: sid), .init(name: "From", value: from), .init(name: "To", value: to),
          .init(name: "CallStatus", value: status),
          .init(name: "CallDuration", value: duration.map(String.init) ?? ""),
        ]), receivedAt: receivedAt))
  }
}
