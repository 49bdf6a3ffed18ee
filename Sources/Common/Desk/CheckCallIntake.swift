// CheckCallIntake.swift - a call to the number that a carrier forwards to ours proves that it does: it comes back.
//
// What comes back is known by its caller, a voice number of the tenant; it is rejected, so that nobody pays for a talk, and
// is no call of anybody's.

import Business
import LocalTime
import Store

extension Intake {
  /// Longer than carriers let it ring before they forward, and the way back.
  package static let checkRingSeconds = 50
  /// It is of use only now.
  private static let checkMinutes = 10
  /// It comes back within that time of its making.
  private static let returnMinutes = 30
  /// A call that came so lately proves the same.
  private static let proofHours = 1

  /// Puts a check call into the outbox; nothing where the number cannot be called.
  package func placeCheckCall(_ tenant: Tenant) throws {
    guard let number = tenant.forwardedNumber, let sender = tenant.voiceNumbers.first,
      Intake.numberToConnect(number, tenant: tenant) != nil
    else { return }
    var message = NewMessage(
      tenant: tenant.id, recipient: number, sender: sender, kind: .alert, text: SMSText(""),
      dueAt: recordedAt,
      expiresAt: recordedAt.adding(minutes: Intake.checkMinutes),
      onceKey: "check:\(tenant.id):\(zone(tenant).day(of: recordedAt).iso8601)")
    message.makeCall(
      from: sender, saying: SpokenText(business: tenant.name, language: tenant.language).checkCall)
    try store.enqueue(message, at: recordedAt)
  }

  /// - Parameter at: when the call began: found late, it proves nothing of a newer check.
  /// - Returns: whether a call is our check that has come back, and nobody's.
  package func takeCheckCall(from caller: String, tenant: Tenant, at start: Timestamp) throws -> Bool {
    guard tenant.isCheckCall(from: caller), let number = tenant.forwardedNumber else { return false }
    _ = try store.noteCheckCallBack(
      tenant: tenant.id, to: number, since: start.adding(minutes: -Intake.returnMinutes), at: start)
    return true
  }

  /// The check call is over. Where it has come back, it is `delivered` by now; where somebody took it, it proves nothing.
  func settleCheckCall(_ row: OutboxRow, sid: String, _ end: RingEnd, at now: Timestamp) throws {
    guard try store.markCallUnanswered(ifAccepted: row, sid: sid, end, at: now), end != .noKey,
      let tenant = try settings.tenant(id: row.tenant),
      try store.lastCalls(tenant: tenant.id, limit: 1).allSatisfy({
        $0.at < now.adding(hours: -Intake.proofHours)
      })
    else { return }
    _ = try alertOfLine(
      AlertCause.lineSilent,
      .notForwarded(number: PhoneNumber(e164: row.recipient)?.written(in: tenant.country) ?? row.recipient),
      detail:
        "the check call to \(PhoneNumber.masked(row.recipient)) ended \(end.rawValue) and was not forwarded to \(row.sender): the carrier's forwarding is off, or rings for longer than \(Intake.checkRingSeconds) s; switch it on again and dial the number",
      tenant: tenant)
  }
}
