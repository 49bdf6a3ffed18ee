// InboxTicket.swift - the values of the inbox's pages, and the names of its forms and queries.

import Rules

/// What all pages of the inbox share.
public struct InboxFrame: Sendable {
  /// The business whose tickets these are.
  public var tenant: String
  /// Who is signed in, as the business calls them; may be empty.
  public var person: String
  public var language: Language
  /// ISO code: numbers are shown as somebody of this country writes them.
  public var country: String
  /// The handler's own path.
  public var action: String
  /// Goes into every form.
  public var csrfToken: String

  public init(
    tenant: String, person: String = "", language: Language, country: String = "CH", action: String,
    csrfToken: String
  ) {
    self.tenant = tenant
    self.person = person
    self.language = language
    self.country = country
    self.action = action
    self.csrfToken = csrfToken
  }
}

/// Names the inbox's pages and its handler share.
public enum InboxNames {
  /// Query and form: the ticket.
  public static let ticket = "id"
  /// Query: a photo.
  public static let photo = "photo"
  /// Query: which list.
  public static let view = "view"
  /// Query: which page of a list, or of a ticket's history, from 1 on.
  public static let page = "page"
  /// Query: what is looked for.
  public static let search = "q"
  public static let searchLimit = 100
  /// Query: the action that has just been done, an `InboxAction`.
  public static let did = "did"
  /// Query: `off` keeps the list from reloading.
  public static let refresh = "refresh"
  /// Form: what to do, an `InboxAction`.
  public static let action = "do"
  /// Form: the note; goes along with every action of the ticket's page, so that none is lost.
  public static let note = "note"
  /// Form: the state of the ticket the person saw.
  public static let version = "version"
  public static let csrf = "csrf"
  public static let noteLimit = ticketNoteLimit
}

/// The lists; raw values stand in the query.
public enum InboxView: String, CaseIterable, Sendable {
  case open, done, search
}

/// What a form asks for.
public enum InboxAction: String, CaseIterable, Sendable {
  case start, done, reopen, note
  case signOut = "sign-out"
}

/// One ticket as its pages show it.
public struct InboxTicket: Sendable {
  public var id: Int64
  /// nil where the caller's number was withheld.
  public var phone: PhoneNumber?
  /// Number, words and photos have been erased: nothing can be done any more.
  public var isForgotten: Bool
  public var urgency: Urgency
  public var status: TicketStatus
  public var source: TicketSource
  /// What the caller said.
  public var summary: String
  /// When it came, in words: `momentText`.
  public var createdAt: String
  /// When somebody promised to call, in words; nil where nothing was promised.
  public var promise: String?
  /// Negative when overdue; shown only while nobody has begun.
  public var minutesLeft: Int?
  public var photos: [InboxPhoto]
  /// Whatever changes with every change of the ticket.
  public var version: String
  /// A form's, for a number that nothing is known of.
  public var isUnverified: Bool

  public init(
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
public struct InboxPhoto: Sendable {
  public enum Kind: Sendable {
    /// Every browser shows it.
    case picture
    /// A file that only some browsers show, and what it is called there: `HEIC`.
    case file(String)
    /// It came by MMS and lies at Twilio, whose pictures no page of ours may load.
    case link
  }
  /// As the photo query takes it.
  public var id: String
  public var kind: Kind

  public init(id: String, kind: Kind) {
    self.id = id
    self.kind = kind
  }
}

/// What happened to a ticket: a page of it.
public struct InboxHistory: Sendable {
  /// Oldest first.
  public var lines: [InboxEvent]
  public var paging: InboxPaging

  public init(lines: [InboxEvent] = [], paging: InboxPaging = InboxPaging()) {
    self.lines = lines
    self.paging = paging
  }
}

/// One line of a ticket's history.
public struct InboxEvent: Sendable {
  /// When, in words: `momentText`.
  public var at: String
  public var what: Kind
  /// Who did it; empty for the caller and for the installation itself.
  public var by: String

  public init(at: String, what: Kind, by: String = "") {
    self.at = at
    self.what = what
    self.by = by
  }

  public enum Kind: Sendable {
    case created(TicketSource)
    /// A message of the caller.
    case message(String)
    /// What the caller wrote into the form.
    case form(String)
    case note(String)
    case madeUrgent
    case escalated
    case started
    case done
    case reopened
  }
}

/// What was looked for, and what came of it.
public struct InboxSearch: Sendable {
  public enum Outcome: Sendable {
    /// Nothing was looked for yet.
    case none
    /// Less was typed than can be looked for.
    case tooShort
    case found([InboxTicket], InboxPaging)
  }
  public var typed: String
  public var outcome: Outcome

  public init(typed: String, outcome: Outcome) {
    self.typed = typed
    self.outcome = outcome
  }
}

/// A line above a page: what came of the last action.
public enum InboxBanner: Hashable, Sendable {
  /// Done as asked.
  case saved(InboxAction)
  /// Somebody else was quicker; nothing was changed.
  case conflict
  case noteMissing
  case noteTooLong(limit: Int)
  /// The form's token was not valid; nothing was changed.
  case expiredForm

  var isGood: Bool {
    if case .saved = self { true } else { false }
  }
}

/// A page instead of a list or a ticket.
public enum InboxNotice: String, CaseIterable, Sendable {
  case signedOut, linkExpired, notSignedIn, notFound, tooManyGuesses, unavailable

  /// The status code the page goes out with.
  public var status: Int {
    switch self {
    case .signedOut: 200
    case .linkExpired, .notSignedIn: 403
    case .notFound: 404
    case .tooManyGuesses: 429
    case .unavailable: 503
    }
  }
}
