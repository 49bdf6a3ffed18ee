// InboxValues.swift - what the inbox's pages show of rows, and the files behind photos.

import Business
import CGI
import LocalTime
import Pages
import Platform
import Store
import Uploads

extension InboxVisit {
  /// Whatever changes with every change of the ticket.
  static func version(_ ticket: TicketRow) -> String { String(ticket.updatedAt.milliseconds) }

  /// A person as others call him: a number as people write it.
  func name(of person: String) -> String { PhoneNumber(e164: person)?.written(in: tenant.country) ?? person }

  func value(_ ticket: TicketRow) throws -> InboxTicket {
    InboxTicket(
      id: Int64(ticket.id), phone: PhoneNumber(e164: ticket.phone), urgency: ticket.urgency,
      status: ticket.status, source: ticket.source, summary: ticket.summary,
      createdAt: moment(ticket.createdAt), promise: moment(ticket.slaDueAt),
      minutesLeft: ticket.status.awaitsWork ? minutesLeft(until: ticket.slaDueAt, now: now) : nil,
      photos: try store.photos(ticket: ticket.id).map { InboxPhoto(id: String($0.id), kind: $0.kind) },
      version: InboxVisit.version(ticket), isForgotten: ticket.phone == Forgotten.number,
      isUnverified: ticket.origin == .stranger)
  }

  private func moment(_ time: Timestamp) -> String {
    momentText(time, now: now, zone: zone, language: language)
  }

  func history(_ ticket: TicketRow) throws -> InboxHistory {
    let page = try store.history(ticket: ticket.id, page: pageNumber)
    let lines: [InboxEvent] = page.rows.compactMap { line in
      let what: InboxEvent.Kind
      var by = ""
      switch line.type {
      case .ticketCreated: what = .created(ticket.source)
      case .reply: what = .message(line.words)
      case .wizardSubmitted: what = .form(line.words)
      case .ticketUrgent: what = .madeUrgent
      case .ticketEscalated: what = .escalated
      case .ticketNote: (what, by) = (.note(line.words), line.detail)
      case .ticketStarted: (what, by) = (.started, line.detail)
      case .ticketDone: (what, by) = (.done, line.detail)
      case .ticketReopened: (what, by) = (.reopened, line.detail)
      default: return nil
      }
      return InboxEvent(at: moment(line.at), what: what, by: name(of: by))
    }
    return InboxHistory(lines: lines, paging: InboxVisit.paging(page))
  }

  // MARK: photos

  /// The file behind a photo of this tenant; a link leads to where it is kept.
  func photo(_ text: String) throws -> CGIResponse {
    guard let id = Int(text), let found = try store.photo(id: id, tenant: tenant.id) else {
      return notice(.notFound)
    }
    guard let file = found.photo.file else { return PageResponse.seeOther(found.photo.url) }
    guard let bytes = try? Files.read("\(context.home.uploads)/\(file)", limit: 16 << 20) else {
      return notice(.notFound)
    }
    let kind = PhotoKind(contentType: found.photo.contentType)
    let name = photoFileName(
      ticket: found.ticket, place: found.place, fileExtension: kind?.fileExtension, language: language)
    return CGIResponse(
      status: 200, contentType: found.photo.contentType, body: bytes,
      headers: [
        .init(name: "X-Content-Type-Options", value: "nosniff"),
        // A browser shows a picture on a page of its own, which it styles inline.
        .init(
          name: "Content-Security-Policy", value: "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
        // Shown where it can be, and called by a name of its own where it is saved.
        .init(name: "Content-Disposition", value: "inline; filename=\"\(name)\""),
      ])
  }
}

extension TicketPhoto {
  fileprivate var kind: InboxPhoto.Kind {
    guard file != nil else { return .link }
    return contentType == PhotoKind.heic.contentType ? .file("HEIC") : .picture
  }
}

extension PhotoKind {
  /// nil for a type that is not stored here.
  fileprivate init?(contentType: String) {
    guard let kind = PhotoKind.allCases.first(where: { $0.contentType == contentType }) else { return nil }
    self = kind
  }
}
