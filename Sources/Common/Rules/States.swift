// States.swift - the closed lists of words used in tables, in `list --json` and in reports.
//
// Every raw value is part of the outer contract (specification, sections 4, 7 and 9).

/// Where a message of the outbox is on its way.
public enum MessageState: String, CaseIterable, Sendable {
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
public enum MessageKind: String, CaseIterable, Sendable {
  case missedCall = "missed_call"
  case confirmation
  case wizardLink = "wizard_link"
  case notification
  case escalation
  case alert

  /// To a caller; the others go to the tenant's people and to the operator.
  public var goesToCaller: Bool {
    switch self {
    case .missedCall, .confirmation, .wizardLink: true
    case .notification, .escalation, .alert: false
    }
  }
}

/// How a message leaves.
public enum Channel: String, CaseIterable, Sendable { case sms, email }

/// How a call ended.
public enum CallOutcome: String, CaseIterable, Sendable {
  case answered
  case missed
  case inProgress = "in_progress"
}

/// What became of a call's SMS; `none` for calls that were not missed.
public enum CallDecision: String, CaseIterable, Sendable { case pending, deferred, sent, skipped, none }

public enum TicketStatus: String, CaseIterable, Sendable {
  case new = "NEW"
  case needsCallback = "NEEDS_CALLBACK"
  case inProgress = "IN_PROGRESS"
  case done = "DONE"

  /// An open ticket is updated by a further reply of the same day, not doubled.
  public var isOpen: Bool { self != .done }

  /// Nobody has begun: such a ticket is escalated when its SLA passes.
  public var awaitsWork: Bool { self == .new || self == .needsCallback }
}

/// Ordered: a ticket's urgency only rises.
public enum Urgency: String, CaseIterable, Sendable, Comparable {
  case high = "HIGH"
  case medium = "MED"

  public static func < (left: Self, right: Self) -> Bool { left == .medium && right == .high }
}

/// Where a ticket came from.
public enum TicketSource: String, CaseIterable, Sendable {
  /// A reply to our SMS, or the wizard with `ref=missed_call`.
  case missedCall = "missed_call"
  /// An SMS nobody asked for.
  case sms
  case voiceMenu = "voice_menu"
  case website
  /// A missed call found too late for its SMS.
  case sweep
}

/// Characters of a note that one of the tenant's people writes about a ticket, on the desk or by SMS.
public let ticketNoteLimit = 2000
