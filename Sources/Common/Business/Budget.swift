// Budget.swift - who is behind a request, and whose share of notices it draws from.
//
// What calls and replies cause has shares that forms cannot use, and what is urgent has one that nothing else can use
// (spec section 10): whoever floods one of them silences nobody else.

/// Who is behind a ticket.
package enum TicketOrigin: String, CaseIterable, Sendable {
  /// The number itself: a call, a key, a reply.
  case caller
  /// A number that a caller who hides his own has typed and confirmed. He has not proven that it is his: it is for
  /// calling back, and is never texted.
  case keyed
  /// A form for a number that was in touch lately. Whoever filled it in has not proven that it is his.
  case visitor
  /// Anybody's form, for a number that nothing is known of.
  case stranger
}

/// A share of the notices to a person, of the messages of a tenant.
package enum Budget: String, CaseIterable, Sendable {
  /// Urgent requests by call or reply.
  case urgent
  /// What else calls and replies cause.
  case caller
  /// Forms for numbers that were in touch.
  case visitor
  /// Anybody's forms.
  case stranger

  package init(_ origin: TicketOrigin, _ urgency: Urgency) {
    switch origin {
    case .caller, .keyed: self = urgency == .high ? .urgent : .caller
    case .visitor: self = .visitor
    case .stranger: self = .stranger
    }
  }

  package var isOfForms: Bool { self == .visitor || self == .stranger }

  /// What causes such messages, for the operator.
  package var cause: String {
    switch self {
    case .urgent: "urgent calls and replies"
    case .caller: "calls and replies"
    case .visitor: "forms of known numbers"
    case .stranger: "forms"
    }
  }

  /// For so long notices above a ceiling are gathered into one message.
  package var digestMinutes: Int {
    switch self {
    case .urgent: 5
    case .caller: 15
    case .visitor, .stranger: 60
    }
  }
}
