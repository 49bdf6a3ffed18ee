// InboxChange.swift - what a form of the inbox asks for: one transaction, guarded by the session's token and by the
// state the person saw.

import CGI
import Desk
import Pages
import Store

extension InboxVisit {
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
    return PageResponse.seeOther(
      "\(request.ownName)?\(InboxNames.ticket)=\(id)&\(InboxNames.did)=\(action.rawValue)")
  }

  /// One transaction: the note goes along with the action, and is not kept without it.
  private func carryOut(_ action: InboxAction, ticket: TicketRow, note: String) throws -> Bool {
    try store.write {
      switch action {
      case .start: guard try store.move(ticket, .start, by: person, at: now) else { return false }
      case .done: guard try store.move(ticket, .finish, by: person, at: now) else { return false }
      case .reopen: guard try store.move(ticket, .reopen, by: person, at: now) else { return false }
      case .note, .signOut: break
      }
      return try note.isEmpty || store.note(ticket: ticket.id, text: note, by: person, at: now)
    }
  }

  private func signOut() throws -> CGIResponse {
    try store.write { try store.endInboxSession(hash: InboxKey.hash(secret), at: now) }
    let gone = InboxEndpoint.cookie(
      "", path: try InboxEndpoint.cookiePath(request, settings), maxAge: 0,
      isSecure: try settings.installation().publicURL.hasPrefix("https:"))
    var response = PageResponse.html(inboxNoticePage(.signedOut, language: language))
    response.headers.append(gone)
    return response
  }
}
