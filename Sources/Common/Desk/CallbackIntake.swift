// CallbackIntake.swift - calling back under the business number: one of the tenant's people is rung, and connected with
// the caller when he presses the key. Both legs are the tenant's cost, so only who waits for a call is called.

import Business
import LocalTime
import Store

/// What became of the wish to be connected with a caller.
package enum CallbackOutcome: Hashable, Sendable {
  /// The person is about to be rung.
  case placed
  /// The same form came before.
  case already
  case obstacle(CallbackObstacle)
}

extension Intake {
  /// Whoever wants to talk wants it now.
  private static let callbackMinutes = 5
  /// Longer than a callback can wait to be placed, or to be found out about.
  private static let oldestCallbackMinutes = 15
  /// A missed call waits so long for somebody, on the desk too.
  package static let missedDays = 30

  /// What is called back: the number's open request, else its last missed call.
  private enum Waiting {
    case ticket(TicketRow)
    case call(CallRow)
  }

  private func waiting(_ phone: String, tenant: Tenant) throws -> Waiting? {
    if let ticket = try store.newestOpenTicket(tenant: tenant.id, phone: phone) { return .ticket(ticket) }
    let call = try store.lastMissedCall(tenant: tenant.id, caller: phone)
    return call.flatMap { $0.startedAt >= recordedAt.adding(days: -Intake.missedDays) ? .call($0) : nil }
  }

  /// Why a person cannot be connected with the number; nil when he can.
  package func callbackObstacle(to phone: String, by person: Person?, tenant: Tenant) throws
    -> CallbackObstacle?
  {
    if let obstacle = Intake.callbackObstacle(
      to: phone, by: person, tenant: tenant,
      isBlocked: try store.isBlocked(tenant: tenant.id, phone: phone, at: recordedAt))
    {
      return obstacle
    }
    if try isOurs(phone) { return .unreachable }
    return try waiting(phone, tenant: tenant) == nil ? .notWaiting : nil
  }

  /// The same as far as it can be told without the database, of a number that waits.
  package static func callbackObstacle(
    to phone: String, by person: Person?, tenant: Tenant, isBlocked: Bool
  ) -> CallbackObstacle? {
    if let obstacle = obstacleToRing(person) { return obstacle }
    if PhoneNumber.isWithheld(phone) { return .withheld }
    if isBlocked { return .blocked }
    return phone == person?.phone || numberToConnect(phone, tenant: tenant) == nil ? .unreachable : nil
  }

  /// Why somebody can be rung for nobody at all.
  /// - Parameter person: nil for a guest.
  package static func obstacleToRing(_ person: Person?) -> CallbackObstacle? {
    guard let person else { return .guest }
    return person.phone == nil ? .noPhone : nil
  }

  /// Rings the person, who is connected with the caller when he presses the key.
  /// - Parameters:
  ///   - who: as he is signed in.
  ///   - once: of the page, so that a second tap rings nobody.
  package func callBack(_ phone: String, by who: String, once: String, tenant: Tenant) throws
    -> CallbackOutcome
  {
    try store.write {
      let key = "callback:\(tenant.id):\(once)"
      if try store.knowsEvent(key) { return .already }
      let person = tenant.person(who)
      if let obstacle = try callbackObstacle(to: phone, by: person, tenant: tenant) {
        return .obstacle(obstacle)
      }
      guard let person, let own = person.phone, let sender = tenant.voiceNumbers.first,
        let waiting = try waiting(phone, tenant: tenant)
      else { return .obstacle(.unreachable) }
      let isRinging = try store.isCallingBack(
        tenant: tenant.id, recipient: own,
        askedSince: recordedAt.adding(minutes: -Intake.oldestCallbackMinutes),
        placedSince: recordedAt.adding(seconds: -Intake.ringingSeconds))
      if isRinging { return .obstacle(.ringing) }
      var message = NewMessage(
        tenant: tenant.id, recipient: own, sender: sender, kind: .callback, text: SMSText(""),
        dueAt: recordedAt, expiresAt: recordedAt.adding(minutes: Intake.callbackMinutes))
      switch waiting {
      case .ticket(let ticket):
        message.ticketID = ticket.id
        message.budget = Budget(ticket.origin, ticket.urgency)
      case .call(let call): message.callID = call.id
      }
      message.author = person.name
      message.makeCall(
        from: sender,
        saying: SpokenText(business: tenant.name, language: tenant.language).callback(
          to: try spokenCaller(phone, tenant: tenant)))
      // He is being rung about this request already.
      guard let id = try store.enqueue(message, at: recordedAt) else { return .obstacle(.ringing) }
      try store.logEvent(
        .callbackAsked, tenant: tenant.id, ticket: message.ticketID, call: message.callID, message: id,
        phone: phone, detail: person.name, at: recordedAt, onceKey: key)
      return .placed
    }
  }

  /// The number that is to be connected, as long as it waits for a call; nil when it does not any more.
  package func numberToCall(_ row: OutboxRow, tenant: Tenant) throws -> PhoneNumber? {
    guard !row.isForgotten, let phone = try store.numberToCall(row),
      try !store.isBlocked(tenant: tenant.id, phone: phone, at: recordedAt)
    else { return nil }
    if let id = row.ticketID, try store.ticket(id: id)?.status.isOpen != true { return nil }
    return Intake.numberToConnect(phone, tenant: tenant)
  }

  /// Whether a callback that has not been placed is still to be.
  package func isWanted(_ row: OutboxRow, tenant: Tenant) throws -> Bool {
    try tenant.people.contains { $0.has(row.recipient) } && numberToCall(row, tenant: tenant) != nil
  }

  // MARK: what a callback came to

  /// He has pressed the key, and the caller is rung.
  package func noteCallbackKey(_ row: OutboxRow, sid: String, at now: Timestamp) throws {
    try store.markCallbackKey(ifUnanswered: row, sid: sid)
    try store.logEvent(
      .callbackKey, tenant: row.tenant, ticket: row.ticketID, call: row.callID, message: row.id,
      detail: try personRung(row), at: now, onceKey: keyOfCallback(sid))
  }

  /// The person's call is over. Once he has pressed the key only the caller's leg tells what came of it: of that we hear, or
  /// ask.
  /// - Parameter isAsked: Twilio was asked, and there was no such leg.
  func settleCallback(_ row: OutboxRow, sid: String, _ end: RingEnd, isAsked: Bool = false, at now: Timestamp)
    throws
  {
    let isPressed = try store.knowsEvent(keyOfCallback(sid))
    if isPressed && !isAsked { return try store.hastenCheck(ifAccepted: row, at: now) }
    try endCallback(row, sid: sid, isPressed ? .callerNotReached : end, at: now)
  }

  private func keyOfCallback(_ sid: String) -> String { "callback-key:\(sid)" }

  /// What came of the caller's leg: an answered one is a person's act on the request, and the caller has been seen to.
  func settleTalk(_ row: OutboxRow, sid: String, seconds: Int, isBusy: Bool, at now: Timestamp) throws {
    guard seconds > 0 else {
      try store.markCallbackKey(ifUnanswered: row, sid: sid)
      return try endCallback(row, sid: sid, isBusy ? .callerBusy : .callerNotReached, at: now)
    }
    guard try store.markCallAnswered(row, sid: sid, at: now) else { return }
    try logTalk(row, sid: sid, seconds: seconds, at: now)
    guard let phone = try store.numberToCall(row), PhoneNumber(e164: phone) != nil else { return }
    let ticket =
      try row.ticketID.flatMap { try store.ticket(id: $0) }
      ?? store.newestOpenTicket(tenant: row.tenant, phone: phone)
    if let ticket {
      _ = try store.move(ticket, .start, by: personRung(row), at: now)
      try store.noteTalk(ticket: ticket.id, began: now.adding(seconds: -seconds))
    }
    try store.handle(caller: phone, tenant: row.tenant, at: now)
  }

  private func endCallback(_ row: OutboxRow, sid: String, _ end: RingEnd, at now: Timestamp) throws {
    guard try store.markCallUnanswered(ifAccepted: row, sid: sid, end, at: now) else { return }
    try store.logEvent(
      .callbackFailed, tenant: row.tenant, ticket: row.ticketID, call: row.callID, message: row.id,
      detail: try "\(personRung(row)) > \(end.rawValue)", at: now)
  }
}
