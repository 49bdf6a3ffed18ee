// TestCall+Following.swift - what became of the played call: recorded, decided, sent, delivered.

import Intake
import LocalTime
import Rules
import Settings
import Store
import TwilioAPI

extension TestCall {
  // MARK: the row

  func recorded() throws -> CallRow? {
    var isSaid = false
    let found = try poll(seconds: TestCall.recordSeconds) { () -> CallRow? in
      if let call = try store.call(sid: sid), call.outcome != .inProgress { return call }
      if !isSaid {
        isSaid = true
        note(true, "row", "not there yet: the spool has it, or another home")
      }
      return nil
    }
    guard let call = found else {
      note(
        false, "row",
        "the call is not in this home's database: which home does opsfabric.home beside the handlers name?")
      return nil
    }
    guard call.outcome == .missed, let due = call.dueAt else {
      note(false, "row", "recorded as \(call.outcome.rawValue), not as missed")
      return nil
    }
    let seconds = max(0, due.milliseconds(since: clock.now()) / 1000)
    note(true, "row", "missed call \(call.id), the SMS is due at \(local(due)), in \(seconds) s")
    return call
  }

  /// What the rules would say now of the moment it is due: no need to wait for the bad news.
  func forecast(_ call: CallRow) throws {
    let policy = LookupPolicy(isOn: installation.lookup)
    let expected = try intake.decision(
      for: call, tenant: tenant, lookup: policy, at: call.dueAt ?? clock.now())
    switch expected {
    case .send: note(true, "forecast", "no rule holds it back")
    case .deferUntil(let end):
      note(false, "forecast", "quiet hours until \(local(end)): it waits for their end")
    case .skip(let reason): note(false, "forecast", "rule \(reason.rawValue): \(meaning(reason.rawValue))")
    }
  }

  // MARK: the decision

  func decision(_ call: CallRow) throws -> CallRow? {
    let due = call.dueAt ?? clock.now()
    let seconds = Int(max(0, due.milliseconds(since: clock.now()) / 1000)) + TestCall.decideSeconds
    let decided = try poll(seconds: seconds) { () -> CallRow? in
      guard let row = try store.call(id: call.id) else { return nil }
      return row.decision == .pending ? nil : row
    }
    if decided == nil {
      note(
        false, "decision",
        "no runner decided it within \(TestCall.decideSeconds) s: check cron (opsfabric doctor). A later run still will"
      )
    }
    return decided
  }

  // MARK: the message

  func accepted(_ call: CallRow) throws -> MessageProgress? {
    let found = try poll(seconds: TestCall.sendSeconds) { () -> MessageProgress? in
      guard let message = try store.missedCallMessage(call: call.id) else { return nil }
      return [.accepted, .delivered, .failed, .dead].contains(message.state) ? message : nil
    }
    guard let message = try found ?? store.missedCallMessage(call: call.id) else {
      note(false, "message", "the outbox has no message for the call")
      return nil
    }
    switch message.state {
    case .accepted, .delivered:
      let late = message.sentAt.map { max(0, $0.milliseconds(since: message.firstDueAt)) } ?? 0
      note(
        true, "accepted",
        "by Twilio, \((late + 500) / 1000) s after it was due: \(message.sid ?? "") from \(message.sender)")
      return message
    case .failed, .dead, .queued, .sending:
      note(false, "message", "\(message.state.rawValue)\(failure(message))")
      return nil
    }
  }

  func delivered(_ message: MessageProgress, of call: CallRow) throws -> Bool {
    let last = try poll(seconds: deliverySeconds) { () -> MessageProgress? in
      guard let row = try store.missedCallMessage(call: call.id) else { return nil }
      return row.state == .accepted ? nil : row
    }
    if let last {
      guard last.state == .delivered else {
        note(false, "delivery", "\(last.state.rawValue)\(failure(last))")
        return false
      }
      note(true, "delivered", "Twilio reports delivery")
      return true
    }
    return askTwilio(message)
  }

  /// No report came: is it the carrier, or are reports lost on their way to us?
  func askTwilio(_ message: MessageProgress) -> Bool {
    let client = TwilioClient(
      transport: transport, apiBase: installation.apiBase, lookupsBase: installation.lookupsBase)
    let credentials = TwilioCredentials(accountSid: account.accountSid, authToken: account.authToken.value)
    let answer = transport.wait { client.fetchMessage(message.sid ?? "", as: credentials, completion: $0) }
    switch answer {
    case .success(let resource) where resource.status == "delivered":
      note(true, "delivered", "Twilio says so")
      note(
        false, "report",
        "Twilio's report did not reach \(installation.publicURL)/sms-status within \(deliverySeconds) s")
      return true
    case .success(let resource):
      let code = resource.errorCode.map { ", error \($0)" } ?? ""
      note(
        false, "delivery",
        "not confirmed within \(deliverySeconds) s; Twilio says \(resource.status)\(code). Look at the telephone"
      )
    case .failure(let failure):
      note(false, "delivery", "no report, and Twilio cannot be asked: \(failure.reason)")
    case nil: note(false, "delivery", "no report, and Twilio cannot be asked")
    }
    return false
  }
}
