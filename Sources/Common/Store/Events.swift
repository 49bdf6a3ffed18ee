// Events.swift - the table `ticket_events` (the log of everything that happened).

import LocalTime
import SQLite

/// The types of `ticket_events`.
package enum EventType: String, CaseIterable, Sendable {
  case callStarted = "call_started"
  case callAnswered = "call_answered"
  case callMissed = "call_missed"
  case callBlocked = "call_blocked"
  case screenKey = "screen_key"
  case decisionSent = "decision_sent"
  case decisionDeferred = "decision_deferred"
  case decisionSkipped = "decision_skipped"
  case numberBlocked = "number_blocked"
  case numberUnblocked = "number_unblocked"
  case messageQueued = "message_queued"
  case messageAccepted = "message_accepted"
  case messageDelivered = "message_delivered"
  case messageRetry = "message_retry"
  case messageHeld = "message_held"
  case messageUnknown = "message_unknown"
  case messageFound = "message_found"
  case messageDead = "message_dead"
  case reply
  case wizardLinkOpened = "wizard_link_opened"
  case optOut = "opt_out"
  case optIn = "opt_in"
  case help
  /// An incoming message that Twilio stopped, since two machines were answering each other.
  case loopBroken = "loop_broken"
  /// A message that asks for nothing: a reaction, or one whose sender is no number.
  case messageKept = "message_kept"
  case confirmationWithheld = "confirmation_withheld"
  case menuKey = "menu_key"
  case voiceMessage = "voice_message"
  case ticketCreated = "ticket_created"
  case ticketUpdated = "ticket_updated"
  case ticketUrgent = "ticket_urgent"
  case ticketEscalated = "ticket_escalated"
  /// A notice above a ceiling: a digest stands for it.
  case noticeFolded = "notice_folded"
  case wizardSubmitted = "wizard_submitted"
  case inboxOpened = "inbox_opened"
  case ticketStarted = "ticket_started"
  case ticketDone = "ticket_done"
  /// One of the tenant's people was rung and pressed a key: who, and which.
  case pageAnswered = "page_answered"
  /// Who was rung in vain, and why.
  case pageUnanswered = "page_unanswered"
  /// Everybody was rung who can be, and nobody took it.
  case pagesOver = "pages_over"
  /// One of the tenant's people and the caller were connected, and for how many seconds; 0: the caller was not reached.
  case callConnected = "call_connected"
  /// One of the tenant's people wants to be connected with the number; what became of it stands with the message.
  case callbackAsked = "callback_asked"
  /// He has pressed the key.
  case callbackKey = "callback_key"
  /// Who was not connected, and why.
  case callbackFailed = "callback_failed"
  case ticketReopened = "ticket_reopened"
  case ticketNote = "ticket_note"
  /// Given to another of the tenant's people: `WHO > TO`.
  case ticketAssigned = "ticket_assigned"
  /// One of the tenant's people has written to the number.
  case ticketAnswered = "ticket_answered"
  /// Somebody has seen to a missed caller.
  case callHandled = "call_handled"
  case contactNamed = "contact_named"
  /// An address book was read in: who did it, and how many numbers stood in it.
  case contactsImported = "contacts_imported"
  /// Somebody is on duty for another: `WHO > UNTIL`.
  case dutyTaken = "duty_taken"
  case dutyGivenBack = "duty_given_back"
  case numberPrivate = "number_private"
  case numberPublic = "number_public"
  case numberForgotten = "number_forgotten"
  case alert
  case alertSolved = "alert_solved"
  case webhookReplayed = "webhook_replayed"
}

extension Store {
  /// Appends to the log. With a `onceKey` that is known already nothing happens and false is returned.
  /// - Parameters:
  ///   - phone: for what concerns a number alone, and stands in its conversation.
  ///   - detail: codes, and who did it; `list events` shows it.
  ///   - words: what a person said. Only the ticket's history shows it, and it is forgotten with the ticket.
  @discardableResult
  package func logEvent(
    _ type: EventType, tenant: String, ticket: Int? = nil, call: Int? = nil, message: Int? = nil,
    phone: String? = nil, detail: String = "", words: String? = nil, at: Timestamp, onceKey: String? = nil
  ) throws -> Bool {
    if !isInTransaction, !receivers.isEmpty {
      return try write {
        try logEvent(
          type, tenant: tenant, ticket: ticket, call: call, message: message, phone: phone, detail: detail,
          words: words, at: at, onceKey: onceKey)
      }
    }
    let isNew =
      try database.execute(
        """
        INSERT INTO ticket_events (tenant, type, ticket_id, call_id, message_id, phone, detail, words, at, once_key)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (once_key) DO NOTHING
        """, .text(tenant), .text(type.rawValue), .integer(ticket), .integer(call), .integer(message),
        .text(phone), .text(detail), .text(words), .time(at), .text(onceKey)) > 0
    if isNew { tell(type, tenant: tenant, ticket: ticket, call: call, message: message, at: at) }
    return isNew
  }

  /// An event with this key has been logged.
  package func knowsEvent(_ onceKey: String) throws -> Bool {
    try database.integer("SELECT 1 FROM ticket_events WHERE once_key = ?", .text(onceKey)) != nil
  }
}
