// InboxValues.swift - what the inbox's pages show of rows, and the files behind photos.

import Business
import CGI
import Desk
import LocalTime
import Pages
import Platform
import Store
import Uploads

extension InboxVisit {
  /// Whatever changes with every change of the ticket, and behind it what changes with a person's acts alone.
  static func version(_ ticket: TicketRow) -> String {
    "\(ticket.updatedAt.milliseconds)-\(ticket.actedAt?.milliseconds ?? 0)"
  }

  /// Nothing has changed since the page with this version was made. Pages made before 2026-12 know the first part alone.
  static func isNewest(_ seen: String, _ ticket: TicketRow) -> Bool {
    seen == version(ticket) || seen == String(ticket.updatedAt.milliseconds)
  }

  /// Somebody else has done something since the page with this version was made; what the caller wrote is no act.
  static func isOvertaken(_ seen: String, _ ticket: TicketRow) -> Bool {
    seen.split(separator: "-").last != version(ticket).split(separator: "-").last
  }

  /// What overtook the page with this version was the own talk with the caller, and nothing else.
  func hasOnlyTalked(since seen: String, _ ticket: TicketRow) throws -> Bool {
    guard let shown = seen.split(separator: "-").first.flatMap({ Int($0) }) else { return false }
    return try store.hasOnlyTalked(
      person, ticket: ticket.id, since: Timestamp(milliseconds: Int64(shown)))
  }

  /// A person as others call him: a number as people write it.
  func shown(_ person: String) -> String {
    let name = tenant.personName(person)
    return PhoneNumber(e164: name)?.written(in: tenant.country) ?? name
  }

  func value(_ ticket: TicketRow) throws -> InboxTicket { try values([ticket])[0] }

  /// Names and photos of all of them are asked for together.
  func values(_ tickets: [TicketRow]) throws -> [InboxTicket] {
    let names = try store.contactNames(tenant: tenant.id, phones: tickets.map(\.phone))
    let photos = try store.photos(tickets: tickets.map(\.id))
    let blocked = try store.blockedNumbers(tenant: tenant.id, phones: tickets.map(\.phone), at: now)
    return tickets.map {
      value(
        $0, name: names[$0.phone], photos: photos[$0.id] ?? [], isBlocked: blocked.contains($0.phone))
    }
  }

  private func value(_ ticket: TicketRow, name: String?, photos: [TicketPhoto], isBlocked: Bool)
    -> InboxTicket
  {
    var value = InboxTicket(
      id: Int64(ticket.id),
      phone: PhoneNumber.isWithheld(ticket.phone) ? nil : PhoneNumber(e164: ticket.phone),
      urgency: ticket.urgency,
      status: ticket.status, source: ticket.source, summary: ticket.summary,
      createdAt: moment(ticket.createdAt), promise: moment(ticket.slaDueAt),
      minutesLeft: ticket.status.awaitsWork ? minutesLeft(until: ticket.slaDueAt, now: now) : nil,
      photos: photos.map { InboxPhoto($0) },
      version: InboxVisit.version(ticket), isForgotten: ticket.phone == Forgotten.number,
      isUnverified: ticket.origin == .stranger)
    value.name = name
    value.person = ticket.person.map { shown($0) }
    value.outcome = ticket.outcome
    value.callObstacle =
      ticket.status.isOpen
      ? Intake.callbackObstacle(to: ticket.phone, by: caller, tenant: tenant, isBlocked: isBlocked)
      : .notWaiting
    value.amount = ticket.amount.map { "\(tenant.currency) \(Money.text($0))" }
    return value
  }

  private func moment(_ time: Timestamp) -> String {
    momentText(time, now: now, zone: zone, language: language)
  }

  func value(_ missed: MissedCaller) -> InboxCaller {
    var value = InboxCaller(
      phone: missed.phone.flatMap { PhoneNumber(e164: $0) }, callID: missed.callID, name: missed.name,
      count: missed.count, lastAt: moment(missed.lastAt),
      note: InboxCallNote(missed.decision, reason: missed.reason),
      hasReplied: missed.hasReplied, isHandled: missed.isHandled, isPrivate: missed.isPrivate,
      isBlocked: missed.isBlocked, ticketID: missed.ticketID)
    value.callObstacle = missed.phone.flatMap {
      Intake.callbackObstacle(to: $0, by: caller, tenant: tenant, isBlocked: missed.isBlocked)
    }
    return value
  }

  // MARK: conversation

  func conversation(of ticket: TicketRow) throws -> InboxConversation {
    guard !PhoneNumber.isWithheld(ticket.phone) else {
      return value(try store.conversation(.ticket(ticket.id), tenant: tenant.id, page: pageNumber))
    }
    let span = try store.conversationSpan(of: ticket)
    var conversation = value(
      try store.conversation(
        .number(ticket.phone, since: span.since, until: span.until), tenant: tenant.id, page: pageNumber))
    conversation.hasEarlier = span.since != nil
    return conversation
  }

  func value(_ page: ListPage<ConversationLine>) -> InboxConversation {
    InboxConversation(lines: page.rows.compactMap(value), paging: InboxVisit.paging(page))
  }

  private func value(_ line: ConversationLine) -> InboxLine? {
    var by = line.person
    let what: InboxLine.Kind
    switch line.what {
    case .call(.answered, _, _): what = .answeredCall
    case .call(.inProgress, _, _): what = .runningCall
    case .call(.missed, let decision, let reason): what = .missedCall(InboxCallNote(decision, reason: reason))
    case .sent(let kind, let state, _): what = .sent(kind, state)
    case .received: what = .received
    case .photo(let photo): what = .photo(InboxPhoto(photo))
    case .recording(let state, let seconds):
      what = .recording(InboxRecording(id: String(line.id), seconds: seconds, state: state))
    case .callback(let state, let error): what = .callback(note(state, error: error))
    case .event(let type, let detail):
      guard let act = act(type, detail: detail) else { return nil }
      (what, by) = act
    }
    return InboxLine(at: moment(line.at), what: what, by: by.isEmpty ? "" : shown(by), words: line.words)
  }

  private func note(_ state: MessageState, error: String) -> InboxCallbackNote {
    switch state {
    case .queued, .sending, .accepted, .failed: .underWay
    case .delivered: .connected
    case .dead: .ended(RingEnd(rawValue: error))
    }
  }

  /// What the log says somebody did, and who.
  private func act(_ type: EventType, detail: String) -> (InboxLine.Kind, by: String)? {
    switch type {
    case .ticketCreated: TicketSource(rawValue: detail).map { (.created($0), "") }
    case .wizardSubmitted: (.form, "")
    case .ticketUrgent: (.madeUrgent, "")
    case .ticketEscalated: (.escalated, "")
    case .ticketNote: (.note, detail)
    case .ticketStarted: (.started, detail)
    case .ticketDone: (.done, detail)
    case .ticketReopened: (.reopened, detail)
    case .ticketAssigned:
      parts(detail).map { (.assigned(to: shown($0.what)), $0.who) }
    case .pageAnswered: parts(detail).map { (.rung(isAnswered: true), $0.who) }
    case .pageUnanswered: parts(detail).map { (.rung(isAnswered: false), $0.who) }
    case .pagesOver: (.rungInVain, "")
    case .callConnected: parts(detail).map { (.connected(seconds: Int($0.what) ?? 0), $0.who) }
    case .callHandled: (.handled, detail)
    case .contactNamed: (.named, detail)
    case .numberBlocked: (.spam, detail)
    case .numberUnblocked: (.unspam, detail)
    case .numberPrivate: (.madePrivate, detail)
    case .numberPublic: (.madePublic, detail)
    default: nil
    }
  }

  /// `WHO > WHAT`.
  private func parts(_ detail: String) -> (who: String, what: String)? {
    detail.lastIndex(of: ">").map { (String(detail[..<$0].dropLast()), String(detail[$0...].dropFirst(2))) }
  }

  // MARK: answering, naming

  /// - Parameters:
  ///   - promised: the time that a canned answer names.
  ///   - draft: what was typed and not sent.
  func reply(to phone: String, promised: Timestamp?, draft: String?) throws -> InboxReply {
    let obstacle = try intake.replyObstacle(to: phone, tenant: tenant)
    guard obstacle == nil else { return InboxReply(obstacle: obstacle) }
    let answers = try cannedAnswers(to: phone, promised: promised)
    let chosen = query[InboxNames.answer].flatMap { Int($0) }.flatMap {
      1...answers.count ~= $0 ? answers[$0 - 1] : nil
    }
    return InboxReply(
      draft: draft ?? chosen ?? "", answers: answers, once: InboxKey.text(context.random.bytes(9)))
  }

  private func cannedAnswers(to phone: String, promised: Timestamp?) throws -> [String] {
    let name = try store.contactName(tenant: tenant.id, phone: phone) ?? ""
    let due = promised.flatMap { $0 > now ? $0 : nil } ?? intake.slaDue(.medium, tenant: tenant, from: now)
    let promise = slaText(due: due, now: now, zone: zone, language: language)
    return tenant.cannedAnswers.map {
      MessageTemplate.render(
        $0,
        values: TemplateValues(
          business: tenant.name, phone: tenant.callbackPhone, sla: promise, name: name))
    }
  }

  func contact(_ phone: String, proposal: String? = nil) throws -> InboxContact {
    let row = try store.contact(tenant: tenant.id, phone: phone)
    return InboxContact(
      name: row?.name ?? "", kind: row?.kind ?? .customer, note: row?.note ?? "", proposal: proposal ?? "")
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

extension InboxPhoto {
  fileprivate init(_ photo: TicketPhoto) {
    let kind: Kind =
      photo.file == nil ? .link : photo.contentType == PhotoKind.heic.contentType ? .file("HEIC") : .picture
    self.init(id: String(photo.id), kind: kind)
  }
}

extension InboxCallNote {
  init(_ decision: CallDecision, reason: String?) {
    self =
      switch decision {
      case .pending, .none: .waiting
      case .deferred: .deferred
      case .sent: reason == "dead" ? .lost : .texted
      case .skipped: reason.flatMap { Reason(code: $0) }.map { .skipped($0) } ?? .lost
      }
  }
}

extension PhotoKind {
  /// nil for a type that is not stored here.
  fileprivate init?(contentType: String) {
    guard let kind = PhotoKind.allCases.first(where: { $0.contentType == contentType }) else { return nil }
    self = kind
  }
}
