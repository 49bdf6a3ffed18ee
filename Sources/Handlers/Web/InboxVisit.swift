// InboxVisit.swift - one request of somebody who is signed in: lists, a request, a number. Its changes:
// InboxChange.swift; what a page shows of a row: InboxValues.swift.

import Business
import CGI
import Desk
import LocalTime
import Pages
import Platform
import Settings
import Store
import Uploads

/// One request of somebody who is signed in.
struct InboxVisit {
  /// How far back missed calls are listed.
  static let callDays = Intake.missedDays

  let request: CGIRequest
  let query: FormFields
  let tenant: Tenant
  /// As the tenant names him; a guest as he was called when he was invited.
  let person: String
  let secret: String
  let signIn: SignIn
  let store: Store
  let settings: SettingsReader
  let context: EndpointContext
  let now: Timestamp
  /// The tenant's; read once, since a list shows a hundred times.
  let zone: TimeZoneRules
  /// Reads a body of that length.
  let source: (Int?) -> ByteSource

  var language: Language { tenant.language }
  var intake: Intake { Intake(store: store, settings: settings, zones: context.zones, recordedAt: now) }
  /// Who is signed in, as one of the tenant's people; nil for a guest.
  var caller: Person? { tenant.person(person) }
  var frame: InboxFrame {
    InboxFrame(
      tenant: tenant.name, person: shown(person), language: language, country: tenant.country,
      action: request.ownName, csrfToken: InboxKey.csrfToken(session: secret), currency: tenant.currency,
      callObstacle: Intake.obstacleToRing(caller), callOnce: InboxKey.text(context.random.bytes(9)))
  }

  func notice(_ notice: InboxNotice) -> CGIResponse {
    PageResponse.html(
      inboxNoticePage(notice, language: language, tenant: tenant.name, listLink: request.ownName),
      status: notice.status)
  }

  /// The page that is asked for: one state of the database, so that list and count agree.
  func show() throws -> CGIResponse {
    if let photo = query[InboxNames.photo] { return try self.photo(photo) }
    if let recording = query[InboxNames.recording] { return try self.recording(recording) }
    return try store.snapshot {
      if let id = query[InboxNames.ticket] {
        guard let id = Int(id), let ticket = try store.ticket(id: id, tenant: tenant.id) else {
          return notice(.notFound)
        }
        return try page(ticket, banner: banner(for: ticket))
      }
      if query[InboxNames.duty] != nil { return try dutyPage(banner: did.map { .saved($0) }) }
      if let typed = query[InboxNames.number] {
        guard let phone = number(typed) else { return notice(.notFound) }
        return try page(phone, banner: did.map { .saved($0) })
      }
      switch query[InboxNames.view].flatMap({ InboxView(rawValue: $0) }) ?? .open {
      case .open: return try openList()
      case .calls: return try calls(banner: did.map { .saved($0) })
      case .done:
        let list = try store.doneTickets(tenant: tenant.id, page: pageNumber)
        return PageResponse.html(
          inboxDonePage(try values(list.rows), paging: InboxVisit.paging(list), frame: frame))
      case .search: return PageResponse.html(inboxSearchPage(try search(), frame: frame))
      case .contacts: return try contacts()
      case .figures: return try figures()
      }
    }
  }

  private func openList() throws -> CGIResponse {
    let list = try store.openTickets(tenant: tenant.id, page: pageNumber)
    let underWay = try store.begunTicketCount(tenant: tenant.id)
    return PageResponse.html(
      inboxOpenPage(
        try values(list.rows), paging: InboxVisit.paging(list), waiting: list.total - underWay,
        underWay: underWay, duty: try duty(), calendar: try calendarAddress(), frame: frame,
        refreshes: query[InboxNames.refresh] != "off"))
  }

  /// Of the person's own feed; nil for a guest, and for a session from before there were calendars.
  private func calendarAddress() throws -> String? {
    let key = InboxKey.calendarKey(session: secret)
    guard tenant.person(person) != nil, try store.calendarKey(hash: InboxKey.hash(key), at: now) != nil else {
      return nil
    }
    return try "\(settings.installation().publicURL)/calendar?k=\(key)"
  }

  /// Missed callers of the last 30 days.
  func calls(banner: InboxBanner? = nil, status: Int = 200) throws -> CGIResponse {
    let list = try store.missedCallers(
      tenant: tenant.id, since: now.adding(days: -InboxVisit.callDays), at: now, page: pageNumber)
    return PageResponse.html(
      inboxCallsPage(
        list.page.rows.map(value), paging: InboxVisit.paging(list.page), waiting: list.unhandled,
        frame: frame,
        banner: banner, refreshes: query[InboxNames.refresh] != "off"), status: status)
  }

  /// - Parameter imported: what came of an address book that was just read in.
  func contacts(banner: InboxBanner? = nil, imported: ContactImport? = nil, status: Int = 200) throws
    -> CGIResponse
  {
    let list = try store.contacts(tenant: tenant.id, page: pageNumber)
    let shown = list.rows.compactMap { row in
      PhoneNumber(e164: row.phone).map {
        InboxListedContact(
          phone: $0, contact: InboxContact(name: row.name, kind: row.kind, note: row.note))
      }
    }
    return PageResponse.html(
      inboxContactsPage(
        shown, paging: InboxVisit.paging(list), frame: frame, banner: banner, imported: imported),
      status: status)
  }

  private func search() throws -> InboxSearch {
    let typed = String((query[InboxNames.search] ?? "").prefix(InboxNames.searchLimit))
    guard typed.contains(where: { !$0.isWhitespace }) else { return InboxSearch(typed: "", outcome: .none) }
    guard let search = Search(typed: typed) else { return InboxSearch(typed: typed, outcome: .tooShort) }
    let found = try store.findTickets(tenant: tenant.id, search, page: pageNumber)
    let numbers = try store.findNumbers(
      tenant: tenant.id, search, missedSince: now.adding(days: -InboxVisit.callDays), page: pageNumber)
    // Two lists side by side; the shorter has nothing on the later pages of the longer.
    let here = max(found.number, numbers.number)
    return InboxSearch(
      typed: typed,
      outcome: .found(
        found.number == here ? try values(found.rows) : [], InboxVisit.paging(found),
        numbers: numbers.number < here
          ? []
          : numbers.rows.compactMap { number in
            PhoneNumber(e164: number.phone).map {
              InboxListedContact(phone: $0, contact: InboxContact(name: number.name))
            }
          }, numbersPaging: InboxVisit.paging(numbers)))
  }

  /// Which page of a list is asked for; nonsense is the first.
  var pageNumber: Int { query[InboxNames.page].flatMap { Int($0) } ?? 1 }

  static func paging<Element>(_ list: ListPage<Element>) -> InboxPaging {
    InboxPaging(number: list.number, size: listPageSize, total: list.total)
  }

  /// A request's page.
  func page(
    _ ticket: TicketRow, banner: InboxBanner? = nil, draft: InboxDraft = InboxDraft(), text: String? = nil,
    status: Int = 200
  ) throws -> CGIResponse {
    let hasNumber = !PhoneNumber.isWithheld(ticket.phone)
    var shown = try value(ticket)
    shown.callObstacle = try intake.callbackObstacle(to: ticket.phone, by: caller, tenant: tenant)
    return PageResponse.html(
      inboxTicketPage(
        shown, conversation: try conversation(of: ticket),
        reply: try reply(to: ticket.phone, promised: ticket.slaDueAt, draft: text),
        contact: hasNumber ? try contact(ticket.phone, proposal: ticket.callerName) : nil,
        people: tenant.people.map(\.name), frame: frame, banner: banner, draft: draft), status: status)
  }

  /// A number's page.
  func page(
    _ phone: PhoneNumber, banner: InboxBanner? = nil, text: String? = nil, typed: InboxContact? = nil,
    status: Int = 200
  ) throws -> CGIResponse {
    let conversation = try store.conversation(
      .number(phone.e164, since: nil, until: nil), tenant: tenant.id, page: pageNumber)
    let marks = try store.marks(tenant: tenant.id, phone: phone.e164, at: now)
    let number = InboxNumber(
      phone: phone, contact: try typed ?? contact(phone.e164),
      isBlocked: marks.isBlocked, isOptedOut: marks.isOptedOut,
      tickets: try values(store.openTickets(tenant: tenant.id, phone: phone.e164)),
      callObstacle: try intake.callbackObstacle(to: phone.e164, by: caller, tenant: tenant))
    return PageResponse.html(
      inboxNumberPage(
        number, conversation: value(conversation),
        reply: try reply(to: phone.e164, promised: nil, draft: text),
        frame: frame, banner: banner), status: status)
  }

  /// A number as it stands in a link or in a form of ours.
  func number(_ typed: String) -> PhoneNumber? {
    // The plus of a link that was typed by hand is read as a blank.
    PhoneNumber(e164: typed.hasPrefix(" ") ? "+" + typed.dropFirst() : typed)
  }

  /// What has just been done.
  private var did: InboxAction? { query[InboxNames.did].flatMap { InboxAction(rawValue: $0) } }

  /// What has just been done, as long as it is still so.
  private func banner(for ticket: TicketRow) -> InboxBanner? {
    guard let action = did else { return nil }
    switch (action, ticket.status) {
    case (.start, .inProgress), (.done, .done), (.reopen, .new), (.reply, .inProgress),
      (.assign, .inProgress):
      return .saved(action)
    case (.note, _), (.makeTicket, _), (.name, _), (.call, _): return .saved(action)
    default: return nil
    }
  }
}
