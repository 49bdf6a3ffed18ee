// InboxVisit.swift - one request of somebody who is signed in: lists, a ticket, a photo, a change.

import CGI
import Intake
import LocalTime
import Pages
import Platform
import Rules
import Settings
import Store

/// One request of somebody who is signed in.
struct InboxVisit {
  let request: CGIRequest
  let query: FormFields
  let tenant: Tenant
  let person: String
  let secret: String
  let store: Store
  let settings: SettingsReader
  let context: EndpointContext
  let now: Timestamp

  private var language: Language { tenant.language }
  private var zone: TimeZoneRules { context.zones.zone(tenant.timezone) ?? .utc }
  private var frame: InboxFrame {
    InboxFrame(
      tenant: tenant.name, person: person, language: language, action: request.ownPath,
      csrfToken: InboxKey.csrfToken(session: secret))
  }

  private func notice(_ notice: InboxNotice) -> CGIResponse {
    PageResponse.html(
      inboxNoticePage(notice, language: language, tenant: tenant.name, listLink: request.ownPath),
      status: notice.status)
  }

  // MARK: pages

  func show() throws -> CGIResponse {
    if let photo = query[InboxNames.photo] { return try self.photo(photo) }
    if let id = query[InboxNames.ticket] {
      guard let id = Int(id), let ticket = try store.ticket(id: id, tenant: tenant.id) else {
        return notice(.notFound)
      }
      return try page(ticket)
    }
    switch query[InboxNames.view].flatMap({ InboxView(rawValue: $0) }) ?? .open {
    case .open:
      let tickets = try store.openTickets(tenant: tenant.id).map { try value($0, withHistory: false) }
      return PageResponse.html(
        inboxOpenPage(tickets, frame: frame, refreshes: query[InboxNames.refresh] != "off"))
    case .doneToday:
      let today = zone.startOfDay(zone.day(of: now))
      let tickets = try store.doneTickets(tenant: tenant.id, since: today).map {
        try value($0, withHistory: false)
      }
      return PageResponse.html(inboxDonePage(tickets, frame: frame))
    case .search:
      let number = String((query[InboxNames.number] ?? "").prefix(30))
      guard !number.isEmpty else {
        return PageResponse.html(inboxSearchPage(number: "", found: nil, frame: frame))
      }
      let found = try store.findTickets(tenant: tenant.id, digits: InboxVisit.significantDigits(number))
      return PageResponse.html(
        inboxSearchPage(
          number: number, found: try found.map { try value($0, withHistory: false) }, frame: frame))
    }
  }

  /// `079 123` is stored as `+4179123…`: the zero in front is not.
  private static func significantDigits(_ number: String) -> String {
    if let whole = PhoneNumber(userTyped: number) { return String(whole.e164.dropFirst()) }
    let digits = number.unicodeScalars.filter { 48...57 ~= $0.value }.map(Character.init)
    return String(digits.drop { $0 == "0" })
  }

  private func page(
    _ ticket: TicketRow, banner: InboxBanner? = nil, draft: String = "", status: Int = 200
  ) throws -> CGIResponse {
    PageResponse.html(
      inboxTicketPage(try value(ticket, withHistory: true), frame: frame, banner: banner, draft: draft),
      status: status)
  }

  /// The file behind a photo of this tenant; a link leads to where it is kept.
  private func photo(_ text: String) throws -> CGIResponse {
    guard let id = Int(text), let photo = try store.photo(id: id, tenant: tenant.id) else {
      return notice(.notFound)
    }
    guard let file = photo.file else { return PageResponse.seeOther(photo.url) }
    guard let bytes = try? Files.read("\(context.home.uploads)/\(file)", limit: 16 << 20) else {
      return notice(.notFound)
    }
    return CGIResponse(
      status: 200, contentType: photo.contentType, body: bytes,
      headers: [
        .init(name: "X-Content-Type-Options", value: "nosniff"),
        // A browser shows a picture on a page of its own, which it styles inline.
        .init(
          name: "Content-Security-Policy", value: "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
        .init(name: "Content-Disposition", value: "inline"),
      ])
  }

  // MARK: changes

  func change() throws -> CGIResponse {
    guard request.mediaType == "application/x-www-form-urlencoded",
      let fields = try? FormFields(encoded: try request.body(limit: 64 << 10))
    else { return CGIResponse.plain(400, "the form cannot be read") }
    guard let action = fields[InboxNames.action].flatMap({ InboxAction(rawValue: $0) }) else {
      return notice(.notFound)
    }
    let isOurs = InboxKey.isCSRFToken(fields[InboxNames.csrf] ?? "", session: secret)
    if action == .signOut {
      guard isOurs else { return notice(.notFound) }
      return try signOut()
    }
    guard let id = fields[InboxNames.ticket].flatMap({ Int($0) }),
      let ticket = try store.ticket(id: id, tenant: tenant.id)
    else { return notice(.notFound) }
    let note = fields[InboxNames.note] ?? ""
    guard isOurs else { return try page(ticket, banner: .expiredForm, draft: note, status: 403) }
    if note.count > InboxNames.noteLimit {
      return try page(ticket, banner: .noteTooLong(limit: InboxNames.noteLimit), draft: note, status: 422)
    }
    let words = note.contains { !$0.isWhitespace } ? note : ""
    if action == .note && words.isEmpty { return try page(ticket, banner: .noteMissing, status: 422) }
    // Somebody else, or the caller, was quicker: first read what is new.
    if action != .note, let seen = fields[InboxNames.version], seen != InboxVisit.version(ticket) {
      return try page(ticket, banner: .conflict, draft: note, status: 409)
    }
    guard try carryOut(action, ticket: ticket, note: words) else {
      return try page(
        try store.ticket(id: id, tenant: tenant.id) ?? ticket, banner: .conflict, draft: note, status: 409)
    }
    return PageResponse.seeOther("\(request.ownPath)?\(InboxNames.ticket)=\(id)")
  }

  /// One transaction: the note goes along with the action, and is not kept without it.
  private func carryOut(_ action: InboxAction, ticket: TicketRow, note: String) throws -> Bool {
    try store.write {
      switch action {
      case .start:
        guard try store.startTicket(ifWaiting: ticket.id, at: now) else { return false }
        try store.logEvent(.ticketStarted, tenant: tenant.id, ticket: ticket.id, detail: person, at: now)
      case .done:
        guard try store.finishTicket(ifOpen: ticket.id, at: now) else { return false }
        try store.logEvent(.ticketDone, tenant: tenant.id, ticket: ticket.id, detail: person, at: now)
      case .reopen:
        guard try store.reopenTicket(ifDone: ticket.id, at: now) else { return false }
        try store.logEvent(.ticketReopened, tenant: tenant.id, ticket: ticket.id, detail: person, at: now)
      case .note, .signOut: break
      }
      return try note.isEmpty || store.note(ticket: ticket.id, text: note, by: person, at: now)
    }
  }

  private func signOut() throws -> CGIResponse {
    try store.write { try store.endInboxSession(hash: InboxKey.hash(secret), at: now) }
    let gone = InboxEndpoint.cookie(
      "", path: request.ownPath, maxAge: 0,
      isSecure: try settings.installation().publicURL.hasPrefix("https:"))
    var response = PageResponse.html(inboxNoticePage(.signedOut, language: language))
    response.headers.append(gone)
    return response
  }

  // MARK: values

  private static func version(_ ticket: TicketRow) -> String { String(ticket.updatedAt.milliseconds) }

  private func value(_ ticket: TicketRow, withHistory: Bool) throws -> InboxTicket {
    let isWaiting = ticket.status.awaitsWork
    let photos = try store.photos(ticket: ticket.id)
    // Pictures that came by MMS lie at Twilio: a page of ours may not load them, but it can say where they are.
    let links = photos.filter { $0.file == nil }.map(\.url)
    return InboxTicket(
      id: Int64(ticket.id), phone: PhoneNumber(e164: ticket.phone), urgency: ticket.urgency,
      status: ticket.status,
      source: ticket.source,
      summary: ([ticket.summary] + links).filter { !$0.isEmpty }.joined(separator: "\n"),
      createdAt: momentText(ticket.createdAt, now: now, zone: zone, language: language),
      promise: momentText(ticket.slaDueAt, now: now, zone: zone, language: language),
      minutesLeft: isWaiting ? minutesLeft(until: ticket.slaDueAt, now: now) : nil,
      photos: photos.filter { $0.file != nil }.map { String($0.id) },
      history: withHistory ? try history(ticket) : [], version: InboxVisit.version(ticket))
  }

  private func history(_ ticket: TicketRow) throws -> [InboxEvent] {
    try store.history(ticket: ticket.id).compactMap { line in
      guard let kind = EventType(rawValue: line.type) else { return nil }
      let what: InboxEvent.Kind
      var by = ""
      switch kind {
      case .ticketCreated: what = .created(ticket.source)
      case .ticketEscalated: what = .escalated
      case .ticketStarted: (what, by) = (.started, line.detail)
      case .ticketDone: (what, by) = (.done, line.detail)
      case .ticketReopened: (what, by) = (.reopened, line.detail)
      default: return nil
      }
      return InboxEvent(at: momentText(line.at, now: now, zone: zone, language: language), what: what, by: by)
    }
  }
}
