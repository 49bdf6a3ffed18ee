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
  /// Query: the number looked for.
  public static let number = "number"
  /// Query: `off` keeps the list from reloading.
  public static let refresh = "refresh"
  /// Form: what to do, an `InboxAction`.
  public static let action = "do"
  /// Form: the note; goes along with every action of the ticket's page, so that none is lost.
  public static let note = "note"
  /// Form: the state of the ticket the person saw.
  public static let version = "version"
  public static let csrf = "csrf"
  public static let noteLimit = 2000
}

/// The lists; raw values stand in the query.
public enum InboxView: String, CaseIterable, Sendable {
  case open
  case doneToday = "done"
  case search
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
  public var urgency: Urgency
  public var status: TicketStatus
  public var source: TicketSource
  public var name: String
  public var address: String
  public var summary: String
  /// When it came, in words: `momentText`.
  public var createdAt: String
  /// When somebody promised to call, in words; nil where nothing was promised.
  public var promise: String?
  /// Negative when overdue; shown only while nobody has begun.
  public var minutesLeft: Int?
  /// Ids, as the photo query takes them.
  public var photos: [String]
  /// Oldest first.
  public var history: [InboxEvent]
  /// Whatever changes with every change of the ticket.
  public var version: String

  public init(
    id: Int64, phone: PhoneNumber?, urgency: Urgency, status: TicketStatus, source: TicketSource,
    name: String = "", address: String = "", summary: String, createdAt: String, promise: String? = nil,
    minutesLeft: Int? = nil, photos: [String] = [], history: [InboxEvent] = [], version: String = ""
  ) {
    self.id = id
    self.phone = phone
    self.urgency = urgency
    self.status = status
    self.source = source
    self.name = name
    self.address = address
    self.summary = summary
    self.createdAt = createdAt
    self.promise = promise
    self.minutesLeft = minutesLeft
    self.photos = photos
    self.history = history
    self.version = version
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
    /// A further message of the caller.
    case message(String)
    case note(String)
    case photos(Int)
    case madeUrgent
    case notified
    case escalated
    case started
    case done
    case reopened
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
  case signedOut, linkExpired, notSignedIn, notFound, tooManyRequests, unavailable

  /// The status code the page goes out with.
  public var status: Int {
    switch self {
    case .signedOut: 200
    case .linkExpired, .notSignedIn: 403
    case .notFound: 404
    case .tooManyRequests: 429
    case .unavailable: 503
    }
  }
}
