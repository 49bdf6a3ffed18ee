// NoticeIntake.swift - puts the notices about a ticket into the outbox, in the transaction that made the ticket.

import Business
import LocalTime
import Store

extension Intake {
  /// How long a notice is of use.
  static let noticeHours = 24

  /// A ticket is new or has become urgent: tells whom the routing names.
  func announce(_ ticket: TicketRow, isNew: Bool, tenant: Tenant) throws {
    let routing = try routing(tenant)
    let notices = routing.announce(urgency: ticket.urgency, isNew: isNew, at: recordedAt)
    try tell(
      notices, of: ticket, kind: isNew && ticket.urgency != .high ? .new : .urgent,
      occasion: isNew ? .new : .urgent, tenant: tenant)
  }

  /// The ticket's promise has passed and nobody has started it. Once per step, whatever runs twice.
  package func escalate(_ ticket: TicketRow, tenant: Tenant) throws -> Bool {
    try store.write {
      let count = try store.escalations(ticket: ticket.id)
      let told = try store.noticedRecipients(ticket: ticket.id)
      let routing = try routing(tenant)
      let notices = routing.escalate(urgency: ticket.urgency, count: count, alreadyTold: told, at: recordedAt)
      let toldNow = told.union(notices.map(\.entry.key))
      let goesOn = ticket.urgency == .high && routing.hasNext(alreadyTold: toldNow, at: recordedAt)
      guard
        try store.noteEscalation(
          ifWaiting: ticket.id, was: count,
          next: goesOn ? recordedAt.adding(minutes: max(1, tenant.slaHighMinutes)) : nil)
      else { return false }
      try tell(notices, of: ticket, kind: .escalation, occasion: .escalation, tenant: tenant)
      try store.logEvent(
        .ticketEscalated, tenant: tenant.id, ticket: ticket.id,
        detail: "step \(count + 1), told \(notices.count)",
        at: recordedAt)
      return true
    }
  }

  package func routing(_ tenant: Tenant) throws -> Routing {
    Routing(
      entries: tenant.chain(
        on: zone(tenant).day(of: recordedAt), standIn: try dutyStandIn(tenant)?.person),
      calendar: calendar(tenant, from: recordedAt),
      quietHours: tenant.quietHours)
  }

  /// A notice was given up, or the digest of many: whoever is next is told at once of each request that still waits, in
  /// the transaction that gives it up, and the operator hears of it. Once the requests are in somebody's hands there is
  /// nobody left to find.
  /// - Returns: false where the message tells of no request, or nobody can be told for this tenant at all.
  func passOn(_ row: OutboxRow, error: String, at now: Timestamp) throws -> Bool {
    if row.kind == .page { return try passOnPage(row, error: error, at: now) }
    guard row.kind == .notification || row.kind == .escalation, !row.isForgotten,
      let tenant = try settings.tenant(id: row.tenant), tenant.active
    else { return false }
    let isDigest = row.ticketID == nil
    let tickets = try (row.ticketID.map { [$0] } ?? store.ticketsGathered(into: row.id, since: row.createdAt))
      .compactMap { try store.ticket(id: $0) }
    guard let first = tickets.first else { return false }
    let waiting = tickets.filter(\.status.awaitsWork)
    let told = try waiting.map { try tellNext(of: $0, kind: row.kind, tenant: tenant) }
    let what =
      "the notice of \(isDigest ? "\(tickets.count) requests" : "ticket \(first.id)") to \(masked(recipient: row.recipient)) was given up: \(error)"
    let left = told.count { $0 == 0 }
    let outcome: String
    if waiting.isEmpty {
      outcome = "somebody has \(isDigest ? "them" : "the ticket")"
    } else if left > 0 {
      outcome = "nobody is left in notify to tell" + (isDigest ? " of \(left)" : "")
    } else {
      let count = told.max() ?? 0
      outcome = count == 1 ? "the next of notify is told" : "the next \(count) of notify are told"
    }
    try store.raiseAlert(
      cause: left > 0 ? AlertCause.nobodyTold : AlertCause.noticeRefused, tenant: tenant.id,
      detail: "\(what); \(outcome)", at: now)
    return true
  }

  /// - Returns: how many are told; 0 when nobody is left.
  private func tellNext(of ticket: TicketRow, kind: MessageKind, tenant: Tenant) throws -> Int {
    var told = try store.noticedRecipients(ticket: ticket.id)
    let isUrgent = ticket.urgency == .high
    while true {
      let notices = try routing(tenant).standIn(urgency: ticket.urgency, alreadyTold: told, at: recordedAt)
      if notices.isEmpty { return 0 }
      let count = try tell(
        notices, of: ticket, kind: kind == .escalation ? .escalation : isUrgent ? .urgent : .new,
        occasion: kind == .escalation ? .escalation : isUrgent ? .urgent : .new, tenant: tenant)
      if count > 0 { return count }
      // None of them can be told (no mail server, one of our own numbers).
      told.formUnion(notices.map(\.entry.key))
    }
  }

  /// - Returns: how many are told now.
  @discardableResult
  func tell(
    _ notices: [Routing.Notice], of ticket: TicketRow, kind: NoticeKind, occasion: NoticeText.Occasion,
    tenant: Tenant
  ) throws -> Int {
    var count = 0
    let installation = try settings.installation()
    let text = try noticeText(of: ticket, occasion, tenant: tenant)
    let budget = Budget(ticket.origin, ticket.urgency)
    for notice in notices {
      let entry = notice.entry
      // Not told, so the chain goes on to the next.
      guard try canBeTold(entry, of: ticket, installation) else { continue }
      if entry.channel == .call {
        if try ring(notice, of: ticket, occasion, budget, tenant: tenant) { count += 1 }
        continue
      }
      guard try store.recordNotice(ticket: ticket.id, kind: kind, recipient: entry.to, at: recordedAt) else {
        continue
      }
      count += 1
      if try isAboveCeiling(ticket, budget, recipient: entry.to, tenant: tenant) {
        try gather(notice, of: ticket, budget, installation, tenant: tenant)
        continue
      }
      let messageKind: MessageKind = kind == .escalation ? .escalation : .notification
      var message = NewMessage(
        tenant: tenant.id, recipient: entry.to, sender: tenant.smsSender, kind: messageKind,
        text: SMSText(""), dueAt: notice.dueAt, expiresAt: notice.dueAt.adding(hours: Intake.noticeHours),
        ticketID: ticket.id, onceKey: "notice:\(ticket.id):\(kind.rawValue):\(entry.to)")
      message.budget = budget
      write(text, to: entry, installation, into: &message)
      try store.enqueue(message, at: recordedAt)
    }
    return count
  }

  private func noticeText(of ticket: TicketRow, _ occasion: NoticeText.Occasion, tenant: Tenant) throws
    -> NoticeText
  {
    let number =
      PhoneNumber.isWithheld(ticket.phone)
      ? nil : PhoneNumber(e164: ticket.phone)?.written(in: tenant.country)
    let name = try number.flatMap { _ in try store.contactName(tenant: tenant.id, phone: ticket.phone) }
    // Who is known by name is called by it, and by the number that is to be rung.
    let caller = number.map { number in name.map { "\($0), \(number)" } ?? number }
    var summary = ticket.summary
    if case .furtherText(let words) = occasion { summary = words }
    return NoticeText(
      business: tenant.name, occasion: occasion, isUrgent: ticket.urgency == .high,
      phone: caller,
      promise: slaText(
        due: ticket.slaDueAt, now: recordedAt, zone: zone(tenant), language: tenant.language),
      summary: summary, isUnverified: ticket.origin == .stranger, language: tenant.language)
  }

  private func canBeTold(_ entry: Tenant.Notify, of ticket: TicketRow, _ installation: Installation) throws
    -> Bool
  {
    let obstacle: String
    if entry.channel == .email && installation.smtp == nil {
      obstacle = "e-mail notice: smtp is not configured"
    } else if try entry.channel.address == .phone && isOurs(entry.to) {
      // It would come in as a message, or a call, make a ticket, and that one would be told of in turn.
      obstacle = "\(entry.channel == .call ? "call" : "SMS") notice: to one of our own numbers"
    } else {
      return true
    }
    try store.logEvent(
      .messageDead, tenant: ticket.tenant, ticket: ticket.id, detail: obstacle, at: recordedAt)
    return false
  }

  /// Tells one person of what concerns him alone: it is no step of the chain, and each occasion is told.
  func tellPerson(
    _ notice: Routing.Notice, of ticket: TicketRow, _ occasion: NoticeText.Occasion, tenant: Tenant
  ) throws {
    let installation = try settings.installation()
    // Nobody is rung for that.
    guard notice.entry.channel != .call, try canBeTold(notice.entry, of: ticket, installation) else { return }
    let budget = Budget(ticket.origin, ticket.urgency)
    if try isAboveCeiling(ticket, budget, recipient: notice.entry.to, tenant: tenant) {
      return try gather(notice, of: ticket, budget, installation, tenant: tenant)
    }
    let text = try noticeText(of: ticket, occasion, tenant: tenant)
    var message = NewMessage(
      tenant: tenant.id, recipient: notice.entry.to, sender: tenant.smsSender, kind: .notification,
      text: SMSText(""), dueAt: notice.dueAt, expiresAt: notice.dueAt.adding(hours: Intake.noticeHours),
      ticketID: ticket.id)
    message.budget = budget
    write(text, to: notice.entry, installation, into: &message)
    try store.enqueue(message, at: recordedAt)
  }

  /// Puts the words of a notice into a message of the person's channel.
  func write(
    _ text: some PeopleText, to entry: Tenant.Notify, _ installation: Installation,
    into message: inout NewMessage
  ) {
    switch entry.channel {
    case .sms:
      message.setText(SMSText(text.sms(linkLength: InboxLink.length(publicURL: installation.publicURL))))
    case .email:
      message.makeMail(from: installation.smtp?.from ?? "", subject: text.subject, body: text.mail)
    case .ntfy:
      let push = text.push(isThin: !installation.trusts(entry.to))
      message.makePush(to: NtfyTopic(entry.to)?.server ?? "", title: push.title, body: push.text)
    case .call, .webhook: break  // What is written is not said: `ring` has words of its own.
    }
  }
}

// MARK: above a ceiling

extension Intake {
  /// More of this kind was told, or asked for, than is told one by one. Whatever else came in counts in other budgets.
  func isAboveCeiling(_ ticket: TicketRow, _ budget: Budget, recipient: String, tenant: Tenant) throws
    -> Bool
  {
    let hour = recordedAt.adding(hours: -1)
    let command = "`opsfabric list tickets --tenant \(tenant.id) --since 1h` shows them"
    if budget.isOfForms,
      try store.formCount(tenant: tenant.id, origin: ticket.origin, since: hour) > tenant.formLimitPerHour
    {
      try store.raiseAlert(
        cause: AlertCause.formLimit, tenant: tenant.id,
        detail:
          "more than \(tenant.formLimitPerHour) requests in an hour by \(budget.cause): the others are kept and told together; \(command)",
        at: recordedAt)
      return true
    }
    let recent = try store.noticeCount(
      tenant: tenant.id, recipient: recipient, budget: budget, hourSince: hour,
      daySince: recordedAt.adding(days: -1))
    let ceiling = Ceiling.notices
    guard recent.lastHour >= ceiling.perHour || recent.lastDay >= ceiling.perDay else { return false }
    try store.raiseAlert(
      cause: AlertCause.noticeLimit, tenant: tenant.id,
      detail:
        "more notices to \(masked(recipient: recipient)) than \(ceiling.perHour) in an hour or \(ceiling.perDay) in a day by \(budget.cause): the others are told together; \(command)",
      at: recordedAt)
    return true
  }

  /// One more request for the digest of a person; the first makes it, and each counts once.
  private func gather(
    _ notice: Routing.Notice, of ticket: TicketRow, _ budget: Budget, _ installation: Installation,
    tenant: Tenant
  ) throws {
    let digest = try store.openDigest(tenant: tenant.id, recipient: notice.entry.to, budget: budget)
    if let digest, try store.isGathered(ticket: ticket.id, into: digest.id) { return }
    let text = DigestText(
      business: tenant.name, budget: budget, count: (digest?.count ?? 0) + 1,
      since: zone(tenant).local(digest?.since ?? recordedAt).clock, language: tenant.language)
    let due = max(notice.dueAt, recordedAt.adding(minutes: budget.digestMinutes))
    var message = NewMessage(
      tenant: tenant.id, recipient: notice.entry.to, sender: tenant.smsSender, kind: .notification,
      text: SMSText(""), dueAt: due, expiresAt: due.adding(hours: Intake.noticeHours))
    message.budget = budget
    message.folded = text.count
    write(text, to: notice.entry, installation, into: &message)
    if let digest { try store.rewriteDigest(ifQueued: digest.id, as: message) }
    let id = try digest?.id ?? store.enqueue(message, at: recordedAt)
    try store.logEvent(
      .noticeFolded, tenant: tenant.id, ticket: ticket.id, message: id, detail: budget.rawValue,
      at: recordedAt)
  }
}

/// The personal link of a notice: `{public_url}/inbox?k=KEY`.
package enum InboxLink {
  /// Characters of the key: 128 bits in base64url.
  package static let keyLength = 22
  package static let validDays = 14

  package static func url(publicURL: String, key: String) -> String { "\(publicURL)/inbox?k=\(key)" }

  /// A link into the page of whoever sees all tenants.
  package static func operatorsURL(publicURL: String, key: String) -> String {
    "\(publicURL)/operator?k=\(key)"
  }

  static func length(publicURL: String) -> Int { url(publicURL: publicURL, key: "").count + keyLength }
}
