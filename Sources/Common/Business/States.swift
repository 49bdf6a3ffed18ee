// States.swift - the closed lists of words used in tables, in `list --json` and in reports.
//
// Every raw value is part of the outer contract (specification, sections 4, 7 and 9).

/// Where a message of the outbox is on its way.
package enum MessageState: String, CaseIterable, Sendable {
  case queued
  /// Committed before the request leaves; after a crash it is unknown whether it was sent.
  case sending
  /// Taken by Twilio or the mail server.
  case accepted
  case delivered
  /// This attempt failed; another follows.
  case failed
  /// Given up.
  case dead
}

/// What a message of the outbox is for.
package enum MessageKind: String, CaseIterable, Sendable {
  case missedCall = "missed_call"
  case confirmation
  case wizardLink = "wizard_link"
  /// Written by one of the tenant's people.
  case staffReply = "staff_reply"
  case notification
  case escalation
  case alert
  /// A call to one of the tenant's people about a request.
  case page
  /// A call to one of the tenant's people, who wants to be connected with a caller.
  case callback
  /// To another program: something has happened.
  case event

  /// To a caller; the others go to the tenant's people and to the operator.
  package var goesToCaller: Bool {
    switch self {
    case .missedCall, .confirmation, .wizardLink, .staffReply: true
    case .notification, .escalation, .alert, .page, .callback, .event: false
    }
  }
}

/// How a call ended.
package enum CallOutcome: String, CaseIterable, Sendable {
  case answered
  case missed
  case inProgress = "in_progress"
}

/// What became of a call's SMS; `none` for calls that were not missed.
package enum CallDecision: String, CaseIterable, Sendable { case pending, deferred, sent, skipped, none }

package enum TicketStatus: String, CaseIterable, Sendable {
  case new = "NEW"
  case needsCallback = "NEEDS_CALLBACK"
  case inProgress = "IN_PROGRESS"
  case done = "DONE"

  /// An open ticket is updated by a further reply of the same day, not doubled.
  package var isOpen: Bool { self != .done }

  /// Nobody has begun: such a ticket is escalated when its SLA passes.
  package var awaitsWork: Bool { self == .new || self == .needsCallback }
}

/// Ordered: a ticket's urgency only rises.
package enum Urgency: String, CaseIterable, Sendable, Comparable {
  case high = "HIGH"
  case medium = "MED"

  package static func < (left: Self, right: Self) -> Bool { left == .medium && right == .high }
}

/// Where a ticket came from.
package enum TicketSource: String, CaseIterable, Sendable {
  /// A reply to our SMS, or the wizard with `ref=missed_call`.
  case missedCall = "missed_call"
  /// An SMS nobody asked for.
  case sms
  case voiceMenu = "voice_menu"
  case website
  /// A missed call found too late for its SMS.
  case sweep
  /// Made on the desk, of a missed call or to write to a number.
  case staff
}

/// What came of a request, as the person says who closes it.
package enum TicketOutcome: String, CaseIterable, Sendable { case won, lost, spam, other }

/// What a number is to the business.
package enum ContactKind: String, CaseIterable, Sendable {
  case customer, supplier
  /// Never texted by the machine, and nothing is asked of anybody because of it.
  case `private`
}

/// Where a name came from.
package enum ContactSource: String, CaseIterable, Sendable { case desk, form, `import` }

/// What became of a voice message's audio; `lost` also when nothing was said, and when it was forgotten.
package enum RecordingState: String, CaseIterable, Sendable { case waiting, stored, lost }

/// Why one of the tenant's people cannot write to a number.
package enum ReplyObstacle: Hashable, Sendable {
  case withheld, blocked, optedOut, landline
  /// Known only as what a caller who hides his own number has typed: it may be anybody's.
  case keyed
  /// One of our own numbers, or one that nobody reads SMS at (premium, service, pager, foreign to the settings).
  case unreachable
}

/// Why one of the tenant's people cannot be connected with a caller from the desk.
package enum CallbackObstacle: Hashable, Sendable, CaseIterable {
  /// He is none of the tenant's people.
  case guest
  /// None of his addresses is a telephone's.
  case noPhone
  case withheld, blocked
  /// One of our own numbers, his own, or one that would cost what nobody asked for (premium, foreign to the settings).
  case unreachable
  /// It has no open request, and has not been missed lately.
  case notWaiting
  /// His telephone rings for another callback already.
  case ringing

  /// Of who is signed in, whatever the number.
  package var isOfPerson: Bool { self == .guest || self == .noPhone }
}

/// How a call to one of the tenant's people ended without what it was for; raw values stand in `messages.error`.
package enum RingEnd: String, CaseIterable, Sendable {
  case noAnswer = "no answer"
  case busy
  case noKey = "no key was pressed"
  case canceled
  case failed = "could not be connected"
  /// Of a callback: he pressed the key, and the caller did not take the call.
  case callerNotReached = "the caller was not reached"
  case callerBusy = "the caller was busy"

  /// - Parameter status: Twilio's `CallStatus`; nil for a call that is not over.
  package init?(status: String) {
    switch status {
    case "completed": self = .noKey
    case "busy": self = .busy
    case "no-answer": self = .noAnswer
    case "canceled": self = .canceled
    case "failed": self = .failed
    default: return nil
    }
  }
}

/// Characters of a note that one of the tenant's people writes about a ticket, on the desk or by SMS.
package let ticketNoteLimit = 2000
