// TestCall+Following.swift - what became of the played call: recorded, decided, sent, delivered.

import Business
import Desk
import LocalTime
import Platform
import Store
import Twilio
import TwilioAPI

extension TestCall {
  // MARK: the row

  func recorded() throws -> CallRow? {
    var isSaid = false
    let found = try poll("the row", seconds: TestCall.recordSeconds) { () -> CallRow? in
      if let call = try store.call(sid: sid), call.outcome != .inProgress { return call }
      if !isSaid {
        isSaid = true
        note(true, "row", "not there yet: the spool has it, or another home")
      }
      return nil
    }
    guard let call = found else {
      _ = fail(
        "row", "the call is not in this home's database",
        cure: "\(Home.pointerName) beside the handlers must name this home; opsfabric doctor checks both")
      return nil
    }
    guard call.outcome == .missed, let due = call.dueAt else {
      _ = fail(
        "row", "recorded as \(call.outcome.rawValue), not as missed", cure: "opsfabric list events shows why")
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
    case .skip(let reason): note(false, "forecast", "rule \(reason.code): \(reason.meaning(tenant))")
    }
  }

  // MARK: the decision

  func decision(_ call: CallRow) throws -> CallRow? {
    let due = call.dueAt ?? clock.now()
    let seconds = Int(max(0, due.milliseconds(since: clock.now()) / 1000)) + TestCall.decideSeconds
    let decided = try poll("the decision", seconds: seconds) { () -> CallRow? in
      guard let row = try store.call(id: call.id) else { return nil }
      return row.decision == .pending ? nil : row
    }
    if decided == nil {
      _ = fail(
        "decision", "no runner decided it within \(TestCall.decideSeconds) s; a later run still will",
        cure: TestCall.startRunner)
    }
    return decided
  }

  // MARK: the message

  func accepted(_ call: CallRow) throws -> MessageProgress? {
    let found = try poll("Twilio's acceptance", seconds: TestCall.sendSeconds) { () -> MessageProgress? in
      guard let message = try store.missedCallMessage(call: call.id) else { return nil }
      return message.state.isAnswered || waitsForOperator(message) ? message : nil
    }
    guard let message = try found ?? store.missedCallMessage(call: call.id) else {
      _ = fail(
        "message", "the outbox has no message for the call", cure: "opsfabric list events shows why")
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
      _ = fail("message", "\(message.state.rawValue)\(failure(message))", cure: cure(of: message))
      return nil
    }
  }

  /// Twilio refuses it until something is set right: it waits, but not for a minute.
  private func waitsForOperator(_ message: MessageProgress) -> Bool {
    guard message.state == .queued, let code = message.errorCode else { return false }
    return [.configuration, .credentials].contains(TwilioErrorCode.onCreate(httpStatus: 400, code: code))
  }

  func delivered(_ message: MessageProgress, of call: CallRow) throws -> Bool {
    let last = try poll("the delivery report", seconds: deliverySeconds) { () -> MessageProgress? in
      guard let row = try store.missedCallMessage(call: call.id) else { return nil }
      return row.state == .accepted ? nil : row
    }
    if let last {
      guard last.state == .delivered else {
        return fail("delivery", "\(last.state.rawValue)\(failure(last))", cure: cure(of: last))
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
    let credentials = installation.credentials(account)
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
      return fail(
        "delivery", "not confirmed within \(deliverySeconds) s; Twilio says \(resource.status)\(code)",
        cure: "look at the telephone: it may have come all the same; if not, opsfabric list messages, later")
    case .failure(let failure):
      return fail(
        "delivery", "no report, and Twilio cannot be asked: \(failure.reason)",
        cure: "look at the telephone; check this machine's way to Twilio (opsfabric doctor)")
    case nil:
      return fail(
        "delivery", "no report, and Twilio cannot be asked",
        cure: "look at the telephone; check this machine's way to Twilio (opsfabric doctor)")
    }
  }
}

extension MessageState {
  /// Twilio has had its say.
  fileprivate var isAnswered: Bool { [.accepted, .delivered, .failed, .dead].contains(self) }
}
