// InboxTicket.swift - the values of the inbox's pages, and the names of its forms and queries.

import Business

/// What all pages of the inbox share.
package struct InboxFrame: Sendable {
  /// The business whose tickets these are.
  package var tenant: String
  /// Who is signed in, as the business calls them; may be empty.
  package var person: String
  package var language: Language
  /// ISO code: numbers are shown as somebody of this country writes them.
  package var country: String
  /// The handler's own path.
  package var action: String
  /// Goes into every form.
  package var csrfToken: String
  /// Sums are in it: `CHF`.
  package var currency: String
  /// Why who is signed in can be rung for no callback at all; nil where he can.
  package var callObstacle: CallbackObstacle?
  /// Of the page as it was made: the same callback asked for twice is one.
  package var callOnce: String

  package init(
    tenant: String, person: String = "", language: Language, country: String = "CH", action: String,
    csrfToken: String, currency: String = "CHF", callObstacle: CallbackObstacle? = nil, callOnce: String = ""
  ) {
    self.callObstacle = callObstacle
    self.callOnce = callOnce
    self.currency = currency
    self.tenant = tenant
    self.person = person
    self.language = language
    self.country = country
    self.action = action
    self.csrfToken = csrfToken
  }
}

/// Names the inbox's pages and its handler share.
package enum InboxNames {
  /// Query and form: the ticket.
  package static let ticket = "id"
  /// Query: a voice message.
  package static let recording = "recording"
  /// Query: a photo.
  package static let photo = "photo"
  /// Query: which list.
  package static let view = "view"
  /// Query: which page of a list, or of a ticket's history, from 1 on.
  package static let page = "page"
  /// Query: what is looked for.
  package static let search = "q"
  package static let searchLimit = 100
  /// Query: the action that has just been done, an `InboxAction`.
  package static let did = "did"
  /// Query: `off` keeps the list from reloading.
  package static let refresh = "refresh"
  /// Form: what to do, an `InboxAction`.
  package static let action = "do"
  /// Form: the note; goes along with every action of the ticket's page, so that none is lost.
  package static let note = "note"
  /// Query and form: a number, E.164.
  package static let number = "number"
  /// Form: a call without a number.
  package static let call = "call"
  /// Form: what is written to the caller.
  package static let text = "text"
  /// Query: which canned answer stands in the field, from 1 on.
  package static let answer = "answer"
  /// Form: of one page as it was made; the same answer sent twice goes once, the same callback rings once.
  package static let once = "once"
  /// Form: what came of a request, a `TicketOutcome`, and the sum.
  package static let outcome = "outcome"
  package static let amount = "amount"
  /// Form: to whom a request is given.
  package static let person = "person"
  package static let contactName = "contact_name"
  package static let contactKind = "contact_kind"
  package static let contactNote = "contact_note"
  /// Characters of a contact's name and note.
  package static let nameLimit = ContactLimits.name
  package static let contactNoteLimit = ContactLimits.note
  /// Form: an address book. Of a part with any other name it is the file all the same.
  package static let contactFile = "contacts"
  package static let contactFileMebibytes = 4
  /// A person of an address book is six lines of a vCard, and a photo one line of 75 characters after the other.
  package static let contactFileLines = 60_000
  /// Query: a file of the desk itself, a `InboxFile`.
  package static let file = "file"
  /// Form: the state of the ticket the person saw.
  package static let version = "version"
  /// Query: the page about duty. Form: until when somebody takes over, `2026-02-10T18:00` on the tenant's clock.
  package static let duty = "duty"
  package static let until = "until"
  package static let csrf = "csrf"
  package static let noteLimit = ticketNoteLimit
}

/// The lists; raw values stand in the query.
package enum InboxView: String, CaseIterable, Sendable {
  case open, calls, done, search, contacts, figures
}

/// What a form asks for.
package enum InboxAction: String, CaseIterable, Sendable {
  case start, done, reopen, note, reply, handled, spam, unspam, `private`, unprivate, name, assign, call,
    `import`
  case makeTicket = "make-ticket"
  case signOut = "sign-out"
  case takeDuty = "take-duty"
  case giveDuty = "give-duty"
}

/// One ticket as its pages show it.
package struct InboxTicket: Sendable {
  package var id: Int64
  /// nil where the caller's number was withheld.
  package var phone: PhoneNumber?
  /// Number, words and photos have been erased: nothing can be done any more.
  package var isForgotten: Bool
  package var urgency: Urgency
  package var status: TicketStatus
  package var source: TicketSource
  /// What the caller said.
  package var summary: String
  /// When it came, in words: `momentText`.
  package var createdAt: String
  /// When somebody promised to call, in words; nil where nothing was promised.
  package var promise: String?
  /// Negative when overdue; shown only while nobody has begun.
  package var minutesLeft: Int?
  package var photos: [InboxPhoto]
  /// Whatever changes with every change of the ticket.
  package var version: String
  /// A form's, for a number that nothing is known of.
  package var isUnverified: Bool
  /// What the number is called.
  package var name: String?
  /// Who has it.
  package var person: String?
  /// Of one that is done; the sum with its currency.
  package var outcome: TicketOutcome?
  package var amount: String?
  /// Why the caller cannot be called back from here; nil where he can.
  package var callObstacle: CallbackObstacle?

  package init(
    id: Int64, phone: PhoneNumber?, urgency: Urgency, status: TicketStatus, source: TicketSource,
    summary: String, createdAt: String, promise: String? = nil, minutesLeft: Int? = nil,
    photos: [InboxPhoto] = [], version: String = "", isForgotten: Bool = false,
    isUnverified: Bool = false
  ) {
    self.id = id
    self.phone = phone
    self.urgency = urgency
    self.status = status
    self.source = source
    self.summary = summary
    self.createdAt = createdAt
    self.promise = promise
    self.minutesLeft = minutesLeft
    self.photos = photos
    self.version = version
    self.isForgotten = isForgotten
    self.isUnverified = isUnverified
  }
}

/// A photo of a ticket.
package struct InboxPhoto: Sendable {
  package enum Kind: Sendable {
    /// Every browser shows it.
    case picture
    /// A file that only some browsers show, and what it is called there: `HEIC`.
    case file(String)
    /// It came by MMS and lies at Twilio, whose pictures no page of ours may load.
    case link
  }
  /// As the photo query takes it.
  package var id: String
  package var kind: Kind

  package init(id: String, kind: Kind) {
    self.id = id
    self.kind = kind
  }
}

/// What was looked for, and what came of it.
package struct InboxSearch: Sendable {
  package enum Outcome: Sendable {
    /// Nothing was looked for yet.
    case none
    /// Less was typed than can be looked for.
    case tooShort
    /// Requests, a page of them, and numbers without regard to requests.
    case found(
      [InboxTicket], InboxPaging, numbers: [InboxListedContact] = [],
      numbersPaging: InboxPaging = InboxPaging())
  }
  package var typed: String
  package var outcome: Outcome

  package init(typed: String, outcome: Outcome) {
    self.typed = typed
    self.outcome = outcome
  }
}

/// A line above a page: what came of the last action.
package enum InboxBanner: Hashable, Sendable {
  /// Done as asked.
  case saved(InboxAction)
  /// Somebody else was quicker; nothing was changed.
  case conflict
  case noteMissing
  case noteTooLong(limit: Int)
  case textMissing
  /// More than two SMS: how many it would be.
  case textTooLong(segments: Int)
  case cannotReply(ReplyObstacle)
  case cannotCall(CallbackObstacle)
  /// What was typed is no sum of money.
  case amountWrong
  case nameTooLong(limit: Int)
  case nobodyChosen
  /// Until when is in the past, too far away, or no time.
  case untilWrong(days: Int)
  /// Of a missed caller: there is a call the page did not show.
  case calledAgain
  /// The form's token was not valid; nothing was changed.
  case expiredForm
  /// Nothing of the address book was taken.
  case notImported(ContactFileFault)

  var isGood: Bool {
    if case .saved = self { true } else { false }
  }
}

/// Why a file is no address book.
package enum ContactFileFault: Hashable, Sendable {
  /// No file was chosen.
  case missing
  /// There is nobody in it.
  case empty
  /// It is no vCard, and no heading of a table names a column of numbers.
  case unreadable
  case tooLarge(mebibytes: Int)
  case tooManyLines(limit: Int)
  /// It did not arrive whole.
  case cutOff
}

/// A page instead of a list or a ticket.
package enum InboxNotice: String, CaseIterable, Sendable {
  case signedOut, linkExpired, notSignedIn, notFound, tooManyGuesses, unavailable

  /// The status code the page goes out with.
  package var status: Int {
    switch self {
    case .signedOut: 200
    case .linkExpired, .notSignedIn: 403
    case .notFound: 404
    case .tooManyGuesses: 429
    case .unavailable: 503
    }
  }
}
