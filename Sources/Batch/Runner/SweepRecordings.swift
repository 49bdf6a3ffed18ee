// SweepRecordings.swift - the sweep's third list: voice messages that callers left while our host was down.
//
// The static fallback lets them speak, and no webhook tells of it. One request an account reads what was recorded since
// the last complete look. A recording of a call that we know is taken as if its webhook had come when it ended; one of a
// call that is not known yet waits until the list of calls has been read past it, and is somebody else's after that.

import Business
import CGI
import LocalTime
import Store
import TwilioAPI
import Webhooks

extension SweepLostWebhooks {
  private static let list = "recordings"
  /// One that is still being made after this long never will be.
  private static let longestHours = 24

  /// Only accounts with somebody whose callers may leave a message are asked.
  func lookAtRecordings(at now: Timestamp) throws {
    var seen: Set<String> = []
    for tenant in context.activeTenants where tenant.takesVoiceMessages {
      let account = context.account(tenant)
      guard seen.insert(account).inserted else { continue }
      // Without its call nobody could say whose a recording is.
      guard context.mayAsk(tenant, at: now), !areCallsAwaited(account) else {
        leaveUnread(Self.list, of: account, account: account)
        continue
      }
      try lookAtRecordings(account, tenant, at: now)
    }
  }

  private func numbers(of account: String) -> [String] {
    context.activeTenants.filter { context.account($0) == account }.flatMap(\.voiceNumbers)
  }

  private func areCallsAwaited(_ account: String) -> Bool {
    numbers(of: account).contains { number in
      underWay.contains("calls" + number) || (gap?.reading.isWanted("calls" + number, of: account) ?? false)
    }
  }

  private func lookAtRecordings(_ account: String, _ tenant: Tenant, at now: Timestamp) throws {
    guard let since = try start(account, Self.list, of: tenant, at: now) else { return }
    underWay.insert(Self.list + account)
    context.ask(tenant, at: now) {
      $0.listRecordings(createdOnOrAfter: utcDay(since), as: $1, completion: $2)
    } then: { [self] result, now in
      underWay.remove(Self.list + account)
      finish(account, Self.list, of: tenant, since: since, result, at: now) { recordings in
        let settled = settled(at: now)
        var completeUntil = settled
        // Of several in one call the first counts.
        let made = recordings.map { (recording: $0, start: $0.startTime ?? now) }
          .filter { $0.recording.source == "RecordVerb" && $0.start >= since }.sorted { $0.start < $1.start }
        for (recording, start) in made
        where try !isTaken(recording, startedAt: start, account, settled: settled, at: now) {
          completeUntil = min(completeUntil, start)
        }
        return completeUntil
      }
    }
  }

  /// - Returns: false when it is to be looked at again.
  private func isTaken(
    _ recording: RecordingResource, startedAt start: Timestamp, _ account: String, settled: Timestamp,
    at now: Timestamp
  ) throws -> Bool {
    let end = start.adding(seconds: max(0, recording.seconds))
    switch recording.status {
    case "completed": break
    // Nothing was said, or nothing is left of it.
    case "absent", "failed", "deleted": return true
    default: return start < now.adding(hours: -Self.longestHours)
    }
    guard end <= settled else { return false }
    guard let call = try context.store.call(sid: recording.callSid) else {
      return try numbers(of: account).allSatisfy { number in
        guard let sweep = try context.store.sweep(number: number, list: "calls") else { return false }
        return start <= sweep.completeUntil
      }
    }
    try take(recording, of: call, account, endedAt: end, at: now)
    return true
  }

  private func take(
    _ recording: RecordingResource, of call: CallRow, _ account: String, endedAt end: Timestamp,
    at now: Timestamp
  ) throws {
    guard let tenant = context.tenant(call.tenant), tenant.active, context.account(tenant) == account,
      try context.store.recording(ofCall: call.id) == nil
    else { return }
    guard call.caller != Forgotten.number else {
      // Forgotten before anybody here knew that he had left a message.
      return try context.store.write {
        try context.store.queueErasure(.recording, tenant: tenant.id, target: recording.sid, at: now)
      }
    }
    _ = try recording.webhook(of: call, receivedAt: end).record(for: [tenant], by: context.intake(at: now))
    context.summary.recovered += 1
  }
}

extension RecordingResource {
  /// The callback that should have come for this recording.
  fileprivate func webhook(of call: CallRow, receivedAt: Timestamp) -> Recording {
    Recording(
      Webhook(
        fields: FormFields([
          .init(name: "CallSid", value: callSid), .init(name: "From", value: call.caller),
          .init(name: "To", value: call.called), .init(name: "RecordingSid", value: sid),
          .init(name: "RecordingStatus", value: status),
          .init(name: "RecordingDuration", value: String(seconds)),
        ]), receivedAt: receivedAt))
  }
}
