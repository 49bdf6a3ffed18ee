// InboxChange.swift - what a form of the desk asks for: one transaction, guarded by the session's token and by the
// state the person saw. Of a request, of a number, of a missed call.

import Business
import CGI
import Desk
import Pages
import Store

extension InboxVisit {
  func change() throws -> CGIResponse {
    if request.mediaType == "multipart/form-data" { return try importContacts() }
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
    if action == .import { return try importContacts(ContactFile(), isOurs: isOurs) }
    if action == .takeDuty || action == .giveDuty { return try changeDuty(action, fields, isOurs: isOurs) }
    if let id = fields[InboxNames.ticket] {
      guard let id = Int(id), let ticket = try store.ticket(id: id, tenant: tenant.id) else {
        return notice(.notFound)
      }
      return try TicketForm(visit: self, ticket: ticket, fields: fields).carryOut(action, isOurs: isOurs)
    }
    if let typed = fields[InboxNames.number] {
      guard let phone = number(typed) else { return notice(.notFound) }
      return try NumberForm(visit: self, phone: phone, fields: fields).carryOut(action, isOurs: isOurs)
    }
    guard let id = fields[InboxNames.call].flatMap({ Int($0) }),
      let call = try store.call(id: id, tenant: tenant.id), PhoneNumber.isWithheld(call.caller)
    else { return notice(.notFound) }
    guard isOurs else { return try calls(banner: .expiredForm, status: 403) }
    return try change(action, ofCall: call.id)
  }

  private func change(_ action: InboxAction, ofCall id: Int) throws -> CGIResponse {
    switch action {
    case .handled:
      try intake.handle(.call(id), by: person, tenant: tenant)
      return seen(.handled)
    case .makeTicket:
      let ticket = try intake.makeTicket(.call(id), by: person, tenant: tenant)
      return done(.makeTicket, ticket: ticket.id)
    case .call: return try calls(banner: .cannotCall(.withheld), status: 422)
    default: return notice(.notFound)
    }
  }

  /// To the page of a request, which says what was done.
  func done(_ action: InboxAction, ticket: Int) -> CGIResponse {
    back(to: "\(InboxNames.ticket)=\(ticket)", after: action)
  }

  /// To the page of a number.
  func done(_ action: InboxAction, number: PhoneNumber) -> CGIResponse {
    back(to: "\(InboxNames.number)=%2B\(number.e164.dropFirst())", after: action)
  }

  /// To the missed calls.
  func seen(_ action: InboxAction) -> CGIResponse {
    back(to: "\(InboxNames.view)=\(InboxView.calls.rawValue)", after: action)
  }

  func back(to query: String, after action: InboxAction) -> CGIResponse {
    PageResponse.seeOther("\(request.ownName)?\(query)&\(InboxNames.did)=\(action.rawValue)")
  }

  private func signOut() throws -> CGIResponse {
    PageResponse.html(
      inboxNoticePage(.signedOut, language: language), headers: [try signIn.end(secret)])
  }
}

/// A form of a request's page.
private struct TicketForm {
  let visit: InboxVisit
  let ticket: TicketRow
  let fields: FormFields

  private var draft: InboxDraft {
    InboxDraft(
      note: fields[InboxNames.note] ?? "", amount: fields[InboxNames.amount] ?? "",
      outcome: fields[InboxNames.outcome].flatMap { TicketOutcome(rawValue: $0) })
  }

  /// The page again, as the request is now, with what was typed.
  private func again(_ banner: InboxBanner, _ status: Int) throws -> CGIResponse {
    try visit.page(
      try visit.store.ticket(id: ticket.id, tenant: visit.tenant.id) ?? ticket, banner: banner, draft: draft,
      text: fields[InboxNames.text], status: status)
  }

  func carryOut(_ action: InboxAction, isOurs: Bool) throws -> CGIResponse {
    let draft = draft
    guard isOurs else { return try again(.expiredForm, 403) }
    if draft.note.count > InboxNames.noteLimit {
      return try again(.noteTooLong(limit: InboxNames.noteLimit), 422)
    }
    let seen = fields[InboxNames.version]
    switch action {
    case .reply:
      // What the caller wrote meanwhile overtakes no answer; another person's act does.
      if let seen, InboxVisit.isOvertaken(seen, ticket), try !isSent(),
        try !visit.hasOnlyTalked(since: seen, ticket)
      {
        return try again(.conflict, 409)
      }
      return try reply()
    case .note:
      let note = words(draft.note)
      guard !note.isEmpty else { return try again(.noteMissing, 422) }
      guard try visit.store.note(ticket: ticket.id, text: note, by: visit.person, at: visit.now) else {
        return try again(.conflict, 409)
      }
      return visit.done(.note, ticket: ticket.id)
    case .start, .done, .reopen, .assign:
      // Somebody else, or the caller, was quicker: first read what is new.
      if let seen, !InboxVisit.isNewest(seen, ticket), try !visit.hasOnlyTalked(since: seen, ticket) {
        return try again(.conflict, 409)
      }
      if let banner = try fault(of: action) { return try again(banner, 422) }
      guard try moved(action) else { return try again(.conflict, 409) }
      return visit.done(action, ticket: ticket.id)
    case .handled, .makeTicket, .spam, .unspam, .private, .unprivate, .name:
      guard !PhoneNumber.isWithheld(ticket.phone), let phone = PhoneNumber(e164: ticket.phone) else {
        return visit.notice(.notFound)
      }
      return try NumberForm(visit: visit, phone: phone, fields: fields).carryOut(action, isOurs: isOurs)
    case .call:
      return try visit.callBack(
        ticket.phone, fields, placed: { visit.done(.call, ticket: ticket.id) }, again: { try again($0, $1) })
    case .signOut, .import, .takeDuty, .giveDuty: return visit.notice(.notFound)
    }
  }

  private func words(_ text: String) -> String { text.contains { !$0.isWhitespace } ? text : "" }

  private var hasAmount: Bool { !words(draft.amount).isEmpty }
  /// nil where what was typed is no sum, or nothing was.
  private var amount: Int? { Money.hundredths(typed: draft.amount) }

  /// A sum says by itself that the job was won.
  private var outcome: TicketOutcome { draft.outcome ?? (hasAmount ? .won : .other) }

  /// Another of the people, as the form names him.
  private var other: Person? {
    fields[InboxNames.person].flatMap { name in
      visit.tenant.people.first { $0.name == name || visit.shown($0.name) == name }
    }
  }

  private func fault(of action: InboxAction) throws -> InboxBanner? {
    switch action {
    case .done where hasAmount && amount == nil: .amountWrong
    case .assign where other == nil: .nobodyChosen
    default: nil
    }
  }

  /// One transaction: the note goes along with the action, and is not kept without it.
  private func moved(_ action: InboxAction) throws -> Bool {
    let (store, person, now) = (visit.store, visit.person, visit.now)
    let draft = draft
    return try store.write {
      switch action {
      case .done:
        // Only what was won is worth something.
        let sum = outcome == .won ? amount : nil
        guard try store.move(ticket, .finish(outcome, amount: sum), by: person, at: now) else { return false }
      case .reopen: guard try store.move(ticket, .reopen, by: person, at: now) else { return false }
      case .assign:
        guard let other, try visit.intake.assign(ticket, to: other, by: person, tenant: visit.tenant) else {
          return false
        }
      default: guard try store.move(ticket, .start, by: person, at: now) else { return false }
      }
      let note = words(draft.note)
      return try note.isEmpty || store.note(ticket: ticket.id, text: note, by: person, at: now)
    }
  }

  /// The same form came before: nothing of it is lost, and nothing goes twice.
  private func isSent() throws -> Bool {
    try fields.nonEmpty(InboxNames.once).map { try visit.intake.knowsReply(once: $0, tenant: visit.tenant) }
      ?? false
  }

  private func reply() throws -> CGIResponse {
    try visit.send(
      fields, to: ticket.phone, about: ticket, note: words(draft.note), again: { try again($0, $1) })
  }
}

/// A form of a number's page, or of a missed caller.
private struct NumberForm {
  let visit: InboxVisit
  let phone: PhoneNumber
  let fields: FormFields

  private func again(_ banner: InboxBanner, _ status: Int) throws -> CGIResponse {
    try visit.page(phone, banner: banner, text: fields[InboxNames.text], typed: contact, status: status)
  }

  /// What the form calls the number; nil where it is another form.
  private var contact: InboxContact? {
    fields[InboxNames.contactName].map {
      InboxContact(
        name: ContactLimits.oneLine($0),
        kind: fields[InboxNames.contactKind].flatMap { ContactKind(rawValue: $0) } ?? .customer,
        note: ContactLimits.oneLine(fields[InboxNames.contactNote] ?? ""))
    }
  }

  func carryOut(_ action: InboxAction, isOurs: Bool) throws -> CGIResponse {
    guard isOurs else { return try again(.expiredForm, 403) }
    let (intake, person, tenant) = (visit.intake, visit.person, visit.tenant)
    switch action {
    case .reply:
      return try visit.send(fields, to: phone.e164, about: nil, again: { try again($0, $1) })
    case .call:
      return try visit.callBack(
        phone.e164, fields, placed: { visit.done(.call, number: phone) }, again: { try again($0, $1) })
    case .handled:
      // He has called again since: nobody has seen to that.
      if let seen = fields[InboxNames.version].flatMap({ Int($0) }),
        let last = try visit.store.lastMissedCall(tenant: tenant.id, caller: phone.e164), last.id != seen
      {
        return try visit.calls(banner: .calledAgain, status: 409)
      }
      try intake.handle(.number(phone.e164), by: person, tenant: tenant)
      return visit.seen(.handled)
    case .makeTicket:
      return visit.done(
        .makeTicket, ticket: try intake.makeTicket(.number(phone.e164), by: person, tenant: tenant).id)
    case .spam: try intake.markSpam(phone.e164, by: person, tenant: tenant)
    case .unspam: try intake.unmarkSpam(phone.e164, by: person, tenant: tenant)
    case .private: try intake.markPrivate(phone.e164, by: person, tenant: tenant)
    case .unprivate: try intake.unmarkPrivate(phone.e164, by: person, tenant: tenant)
    case .name:
      let typed = contact ?? InboxContact()
      guard typed.name.count <= InboxNames.nameLimit else {
        return try again(.nameTooLong(limit: InboxNames.nameLimit), 422)
      }
      guard typed.note.count <= InboxNames.contactNoteLimit else {
        return try again(.noteTooLong(limit: InboxNames.contactNoteLimit), 422)
      }
      let proposed = try visit.store.newestCallerName(tenant: tenant.id, phone: phone.e164)
      try intake.name(
        phone.e164, typed.name, kind: typed.kind, note: typed.note,
        source: !typed.name.isEmpty && typed.name == proposed.map(ContactLimits.oneLine) ? .form : .desk,
        by: person,
        tenant: tenant)
      if let id = fields[InboxNames.ticket].flatMap({ Int($0) }) { return visit.done(.name, ticket: id) }
    case .start, .done, .reopen, .note, .assign, .signOut, .import, .takeDuty, .giveDuty:
      return visit.notice(.notFound)
    }
    return visit.done(action, number: phone)
  }
}

extension InboxVisit {
  /// Whoever posts without the page's mark posts one of his own each time.
  private func mark(_ fields: FormFields) -> String {
    fields.nonEmpty(InboxNames.once) ?? InboxKey.text(context.random.bytes(9))
  }

  /// Rings who is signed in, to be connected with the number; else the page again, which says why not.
  fileprivate func callBack(
    _ phone: String, _ fields: FormFields, placed: () -> CGIResponse,
    again: (InboxBanner, _ status: Int) throws -> CGIResponse
  ) throws -> CGIResponse {
    switch try intake.callBack(phone, by: person, once: mark(fields), tenant: tenant) {
    case .placed, .already: placed()
    case .obstacle(let obstacle): try again(.cannotCall(obstacle), 422)
    }
  }

  /// Sends what was typed to a caller; else the page again, with it.
  fileprivate func send(
    _ fields: FormFields, to phone: String, about ticket: TicketRow?, note: String = "",
    again: (InboxBanner, _ status: Int) throws -> CGIResponse
  ) throws -> CGIResponse {
    let text = fields[InboxNames.text] ?? ""
    guard text.contains(where: { !$0.isWhitespace }) else { return try again(.textMissing, 422) }
    switch try intake.reply(
      text, note: note, to: phone, about: ticket, by: person, once: mark(fields), tenant: tenant)
    {
    case .sent(let id): return done(.reply, ticket: id)
    case .already(let id):
      guard let id = id ?? ticket?.id else { return PageResponse.seeOther(request.ownName) }
      return done(.reply, ticket: id)
    case .tooLong: return try again(.textTooLong(segments: SMSText(text).segments), 422)
    case .obstacle(let obstacle): return try again(.cannotReply(obstacle), 422)
    }
  }
}
