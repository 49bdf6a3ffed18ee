// SamplePages.swift - every page there is, with one text in every field that people or settings fill.

import Business
import LocalTime
import Pages
import Testing

/// A page and how it was made.
struct SamplePage: CustomTestStringConvertible {
  let name: String
  let language: Language
  let html: String

  var testDescription: String { "\(name) (\(language))" }

  /// Every page in one language.
  static func all(in language: Language, filledWith text: String = "Muster") throws -> [SamplePage] {
    try translated(in: language, filledWith: text) + (language == .en ? operators(text) : [])
  }

  /// Those that exist in every language.
  static func translated(in language: Language, filledWith text: String = "Muster") throws -> [SamplePage] {
    try wizard(language, text) + inbox(language, text)
  }

  /// The operator reads English.
  static func operators(_ text: String) -> [SamplePage] {
    let frame = OperatorFrame(person: text, action: "operator", csrfToken: text)
    func tenant(_ number: Int, name: String?) -> OperatorTenant {
      OperatorTenant(
        id: text, name: name, isActive: number % 2 == 0, isSilent: number > 0, held: number, dead: number,
        overdue: number, alerts: number, lateSeconds: number > 0 ? number : nil, hasTrouble: number > 0,
        openRequests: number, costs: number > 0 ? ["CHF 123456.70", text] : [],
        days: (0..<30).map { CivilDate(daysSinceEpoch: 20_500 + $0).iso8601 },
        missed: (0..<30).map { $0 * number })
    }
    let tenants = [
      tenant(100_000, name: text), tenant(1, name: nil), tenant(0, name: text), tenant(0, name: nil),
    ]
    let kinds: [OperatorCall.Kind] =
      [.running, .answered, .held, .missed(.waiting), .missed(.texted), .missed(.lost)]
      + Reason.allCases.map { .missed(.skipped($0)) }
    let calls = kinds.enumerated().map {
      OperatorCall(id: $0, at: text, caller: $0 == 0 ? nil : text, what: $1)
    }
    let messages = [true, false].map {
      OperatorMessage(
        id: 1, at: text, kind: text, channel: text, to: text, isDead: $0, reason: $0 ? "" : text)
    }
    let alerts = [true, false].map {
      OperatorAlert(cause: text, detail: text, since: text, solved: $0 ? nil : text, isOpen: $0)
    }
    var pages: [(String, HTML)] = [2, 1].map { page in
      (
        "tenants, page \(page)",
        operatorListPage(
          tenants, paging: InboxPaging(number: page, total: 180), troubled: 2,
          lastRun: page == 1 ? nil : text,
          notes: [text], frame: frame)
      )
    }
    pages.append(
      (
        "tenants, none",
        operatorListPage([], paging: InboxPaging(), troubled: 0, lastRun: text, notes: [], frame: frame)
      ))
    for (index, tenant) in tenants.enumerated() {
      pages.append(
        (
          "one tenant, \(index)",
          operatorTenantPage(
            tenant, calls: calls, paging: InboxPaging(number: 1, total: 180), messages: messages,
            alerts: alerts,
            frame: frame)
        ))
    }
    pages.append(
      (
        "one tenant, nothing",
        operatorTenantPage(
          tenants[2], calls: [], paging: InboxPaging(), messages: [], alerts: [], frame: frame)
      ))
    pages += InboxNotice.allCases.map { ("operator, \($0)", operatorNoticePage($0, listLink: text)) }
    return pages.map { SamplePage(name: $0.0, language: .en, html: $0.1.markup) }
  }

  private static func phone() throws -> PhoneNumber { try #require(PhoneNumber(e164: "+41434435200")) }

  private static func wizard(_ language: Language, _ text: String) throws -> [SamplePage] {
    let tenant = PageTenant(name: text, callbackPhone: try phone(), retentionDays: 90)
    let refusals: [PhotoRefusal?] = [
      nil, .tooLarge(mebibytes: 8), .formTooLarge(mebibytes: 45), .tooMany(limit: 5), .notAPhoto, .broken,
      .empty, .cutOff, .notStored,
    ]
    let photos =
      refusals.map { SentPhoto(name: text, refusal: $0) } + [
        SentPhoto(name: ""), .init(name: "", refusal: .empty),
      ]
    func form(_ problems: [WizardField: WizardProblem] = [:], banner: WizardBanner? = nil) -> HTML {
      wizardPage(
        WizardForm(
          name: text, phone: text, address: text, text: text, urgency: problems.isEmpty ? .medium : nil,
          reference: text, isPerson: banner == .tryAgain, problems: problems, banner: banner,
          photos: problems[.photos] == nil ? [] : photos),
        tenant: tenant, language: language, token: text, callbackBy: text)
    }
    let everyField = Dictionary(
      uniqueKeysWithValues: WizardField.allCases.map { ($0, WizardProblem.missing) })
    let others: [WizardProblem] = [
      .tooLong(limit: 100), .notANumber, .choosePhotosAgain,
    ]
    var pages: [(String, HTML)] = [
      ("form", form()), ("form with all fields missing", form(everyField)),
    ]
    pages += others.map { ("form with \($0)", form([.photos: $0, .address: $0])) }
    let banners: [WizardBanner] = [.expired, .tryAgain, .tooLarge, .tooManyRequests(from: text)]
    pages += banners.map { ("form with \($0)", form(banner: $0)) }
    for urgency in Urgency.allCases {
      for promise in [text, nil] {
        for count in [0, 1, 2, photos.count] {
          let page = thankYouPage(
            tenant: tenant, language: language, urgency: urgency, promise: promise,
            photos: Array(photos.prefix(count)),
            form: WizardForm(name: text, phone: text, address: text, text: text, reference: text), token: text
          )
          pages.append(("thanks \(urgency) \(promise == nil ? "" : "by a time ")\(count)", page))
        }
      }
    }
    for notice in WizardNotice.allCases {
      pages.append(
        (
          "wizard \(notice)",
          wizardNoticePage(notice, tenant: tenant, language: language, canStartAgain: true)
        ))
      pages.append(("wizard \(notice), nobody's", wizardNoticePage(notice, tenant: nil, language: language)))
    }
    return pages.map { SamplePage(name: $0.0, language: language, html: $0.1.markup) }
  }

  private static func inbox(_ language: Language, _ text: String) throws -> [SamplePage] {
    let frame = InboxFrame(tenant: text, person: text, language: language, action: "inbox", csrfToken: text)
    let phone = try phone()
    let photos: [InboxPhoto] = [
      InboxPhoto(id: text, kind: .picture), InboxPhoto(id: text, kind: .file("HEIC")),
      InboxPhoto(id: text, kind: .link),
    ]
    let notes: [InboxCallNote] =
      [.waiting, .deferred, .texted, .lost] + Reason.allCases.map { .skipped($0) }
    let sent: [InboxLine.Kind] = MessageKind.allCases.flatMap { kind in
      MessageState.allCases.map { .sent(kind, $0) }
    }
    let recordings: [InboxLine.Kind] = RecordingState.allCases.flatMap { state in
      [0, 95].map { .recording(InboxRecording(id: text, seconds: $0, state: state)) }
    }
    let callbacks: [InboxLine.Kind] =
      ([.underWay, .connected, .ended(nil)] + RingEnd.allCases.map { .ended($0) })
      .map { .callback($0) }
    let kinds: [InboxLine.Kind] =
      recordings + callbacks + sent + notes.map { .missedCall($0) }
      + TicketSource.allCases.map { .created($0) }
      + photos.map { .photo($0) } + [
        .answeredCall, .runningCall, .received, .form, .note, .madeUrgent, .escalated, .started, .done,
        .reopened,
        .assigned(to: text), .answered, .handled, .named, .spam, .unspam, .madePrivate, .madePublic,
      ]
    let spans: [Int?] = [-4000, -1500, -10, 0, 25, 60, 200, 1500, 4000, nil]
    var tickets: [InboxTicket] = []
    for (index, span) in spans.enumerated() {
      tickets.append(
        InboxTicket(
          id: Int64(index + 1), phone: phone, urgency: index % 2 == 0 ? .high : .medium,
          status: TicketStatus.allCases[index % 4], source: TicketSource.allCases[index % 6],
          summary: index == 3 ? "" : text, createdAt: text, promise: text, minutesLeft: span, photos: photos,
          version: text))
    }
    let banners: [InboxBanner?] =
      [
        nil, .conflict, .noteMissing, .noteTooLong(limit: 2000), .expiredForm, .textMissing,
        .textTooLong(segments: 3), .cannotReply(.landline), .amountWrong, .nameTooLong(limit: 80),
        .nobodyChosen, .calledAgain, .untilWrong(days: 31),
      ]
      + InboxAction.allCases.map { .saved($0) } + CallbackObstacle.allCases.map { .cannotCall($0) }
    func open(_ paging: InboxPaging, refreshes: Bool = true) -> HTML {
      inboxOpenPage(
        paging.total == 0 ? [] : tickets, paging: paging, waiting: 120, underWay: 60, frame: frame,
        refreshes: refreshes)
    }
    /// Thirteen months of so many of everything, in turn.
    func months(_ numbers: [Int]) -> [InboxMonth] {
      var month = CivilMonth(of: CivilDate(daysSinceEpoch: 20_500))
      return (0..<13).map { index in
        let number = numbers[index % numbers.count]
        defer { month = month.previous }
        return InboxMonth(
          month: month, missed: number, texted: number, replied: number, requests: number, promises: number,
          kept: number / 2, tenthsToHuman: number == 0 ? nil : number, jobsWon: number, valueWon: number * 100
        )
      }
    }
    let pagings = [1, 2, 3, 4].map { InboxPaging(number: $0, total: 180) }
    func search(_ outcome: InboxSearch.Outcome) -> HTML {
      inboxSearchPage(InboxSearch(typed: text, outcome: outcome), frame: frame)
    }
    let ten = InboxPaging(total: 10)
    var pages: [(String, HTML)] = [
      ("open list", open(ten)), ("open list at rest", open(InboxPaging(), refreshes: false)),
      ("done list", inboxDonePage(tickets, paging: ten, frame: frame)),
      ("done list, one", inboxDonePage([tickets[0]], paging: InboxPaging(total: 1), frame: frame)),
      (
        "figures",
        inboxFiguresPage(months([1, 0, 100_000]), hours: (0..<168).map { $0 * $0 }, asOf: text, frame: frame)
      ),
      (
        "figures, none",
        inboxFiguresPage(months([0]), hours: Array(repeating: 0, count: 168), asOf: nil, frame: frame)
      ),
      ("done list, empty", inboxDonePage([], paging: InboxPaging(), frame: frame)),
      ("search", search(.none)), ("search, too short", search(.tooShort)),
      ("search found", search(.found(tickets, ten))),
      ("search found nothing", search(.found([], InboxPaging()))),
    ]
    for paging in pagings {
      pages += [
        ("open list, page \(paging.number)", open(paging)),
        ("done list, page \(paging.number)", inboxDonePage(tickets, paging: paging, frame: frame)),
        ("search found, page \(paging.number)", search(.found(tickets, paging))),
      ]
    }
    var erased = tickets[3]
    erased.isForgotten = true
    func page(
      _ ticket: InboxTicket, _ conversation: InboxConversation, _ reply: InboxReply = InboxReply(),
      banner: InboxBanner? = nil
    ) -> HTML {
      inboxTicketPage(
        ticket, conversation: conversation, reply: reply,
        contact: InboxContact(name: text, kind: .supplier, note: text, proposal: text),
        people: [text, "Anna"],
        frame: frame, banner: banner, draft: InboxDraft(note: text, amount: text, outcome: .won))
    }
    pages.append(("ticket, erased", page(erased, InboxConversation())))
    let lines = kinds.map { InboxLine(at: text, what: $0, by: text, words: text) }
    let reply = InboxReply(draft: text, answers: [text, text], once: text)
    for (index, banner) in banners.enumerated() {
      // Every line once, every banner once, every state of a request with some of them.
      let conversation = InboxConversation(
        lines: index < 4 ? lines : Array(lines.suffix(9)), paging: pagings[index % 4])
      let ticket = tickets[index % 4]
      pages.append(
        (
          "ticket \(ticket.id) \(String(describing: banner))",
          page(ticket, conversation, reply, banner: banner)
        ))
      var number = InboxNumber(
        phone: phone, contact: InboxContact(name: index % 2 == 0 ? text : "", proposal: text),
        isBlocked: index % 3 == 0, isOptedOut: index % 2 == 0, tickets: index % 2 == 0 ? [] : tickets)
      number.contact.kind = ContactKind.allCases[index % 3]
      pages.append(
        (
          "number \(String(describing: banner))",
          inboxNumberPage(number, conversation: conversation, reply: reply, frame: frame, banner: banner)
        ))
    }
    for obstacle in [ReplyObstacle.withheld, .blocked, .optedOut, .landline, .unreachable] {
      pages.append(
        ("ticket, \(obstacle)", page(tickets[0], InboxConversation(), InboxReply(obstacle: obstacle))))
    }
    for obstacle in CallbackObstacle.allCases {
      var ticket = tickets[0]
      ticket.callObstacle = obstacle
      pages.append(("ticket, no call: \(obstacle)", page(ticket, InboxConversation())))
    }
    let saidOfDuty: [InboxBanner?] = [nil, .saved(.giveDuty), .untilWrong(days: 31), .saved(.takeDuty)]
    for (number, banner) in saidOfDuty.enumerated() {
      let duty = InboxDuty(
        name: number == 0 ? nil : text, until: number == 1 ? nil : text, canTake: number != 1,
        isMine: number > 1)
      pages.append(
        ("duty \(number)", inboxDutyPage(duty, typed: text, frame: frame, banner: banner)))
      pages.append(
        (
          "open list with duty \(number)",
          inboxOpenPage(tickets, paging: ten, waiting: 8, underWay: 2, duty: duty, frame: frame)
        ))
    }
    var guest = frame
    guest.callObstacle = .guest
    pages.append(
      ("open list, of a guest", inboxOpenPage(tickets, paging: ten, waiting: 8, underWay: 2, frame: guest)))
    let callers = notes.enumerated().map { index, note in
      InboxCaller(
        phone: index % 3 == 0 ? nil : phone, callID: index + 1, name: index % 2 == 0 ? text : nil,
        count: index + 1,
        lastAt: text, note: note, hasReplied: index % 2 == 0, isHandled: index > 8, isPrivate: index % 5 == 1,
        isBlocked: index % 4 == 1, ticketID: index % 3 == 1 ? 7 : nil)
    }
    for paging in pagings + [ten] {
      pages.append(
        (
          "calls, page \(paging.number) of \(paging.total)",
          inboxCallsPage(callers, paging: paging, waiting: 9, frame: frame, banner: .saved(.handled))
        ))
    }
    pages.append(("calls, none", inboxCallsPage([], paging: InboxPaging(), waiting: 0, frame: frame)))
    let contacts = ContactKind.allCases.map {
      InboxListedContact(phone: phone, contact: InboxContact(name: text, kind: $0, note: text))
    }
    pages += [
      ("contacts", inboxContactsPage(contacts, paging: pagings[1], frame: frame)),
      ("contacts, none", inboxContactsPage([], paging: InboxPaging(), frame: frame)),
    ]
    var imported = ContactImport(entries: 9)
    let faults: [ContactImport.Fault] = [
      .noNumber, .notANumber(text), .twice(phone.e164), .named(phone.e164, name: text),
      .saysNothing(phone.e164), .charset(.init(name: "NOTE", charset: text)), .cut(phone.e164),
      .staysPrivate(phone.e164),
    ]
    let leftOut: [ContactImport.Line] = faults.enumerated().map { .init(line: $0 + 1, fault: $1) }
    let many = (1...201).map { ContactImport.Line(line: $0, fault: .noNumber) }
    for (name, skipped) in [("", leftOut), (", all of it", []), (", too many lines", many)] {
      imported.skipped = skipped
      pages.append(
        (
          "contacts, read in\(name)",
          inboxContactsPage(
            contacts, paging: InboxPaging(), frame: frame, banner: .saved(.import), imported: imported)
        ))
    }
    for fault in [
      ContactFileFault.missing, .empty, .unreadable, .tooLarge(mebibytes: 4), .tooManyLines(limit: 9),
      .cutOff,
    ] {
      pages.append(
        (
          "contacts, \(fault)",
          inboxContactsPage(contacts, paging: InboxPaging(), frame: frame, banner: .notImported(fault))
        ))
    }
    for notice in InboxNotice.allCases {
      pages.append(
        ("inbox \(notice)", inboxNoticePage(notice, language: language, tenant: text, listLink: "inbox")))
      pages.append(("inbox \(notice), bare", inboxNoticePage(notice, language: language)))
    }
    return pages.map { SamplePage(name: $0.0, language: language, html: $0.1.markup) }
  }
}
