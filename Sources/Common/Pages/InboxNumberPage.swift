// InboxNumberPage.swift - everything about one number: what it is called, its requests, its whole conversation; and the
// forms that a number's and a request's page share.

import Business

/// A number as its page shows it.
package struct InboxNumber: Sendable {
  package var phone: PhoneNumber
  package var contact: InboxContact
  package var isBlocked: Bool
  package var isOptedOut: Bool
  /// Open requests.
  package var tickets: [InboxTicket]
  /// Why it cannot be called back from here; nil where it can.
  package var callObstacle: CallbackObstacle?

  package init(
    phone: PhoneNumber, contact: InboxContact, isBlocked: Bool = false, isOptedOut: Bool = false,
    tickets: [InboxTicket] = [], callObstacle: CallbackObstacle? = nil
  ) {
    self.callObstacle = callObstacle
    self.phone = phone
    self.contact = contact
    self.isBlocked = isBlocked
    self.isOptedOut = isOptedOut
    self.tickets = tickets
  }
}

/// What a number is called, and what it is.
package struct InboxContact: Sendable {
  package var name: String
  package var kind: ContactKind
  package var note: String
  /// What the caller called himself in a form; offered where there is no name.
  package var proposal: String

  package init(name: String = "", kind: ContactKind = .customer, note: String = "", proposal: String = "") {
    self.name = name
    self.kind = kind
    self.note = note
    self.proposal = proposal
  }
}

/// Whether and how a caller can be written to.
package struct InboxReply: Sendable {
  /// nil: he can.
  package var obstacle: ReplyObstacle?
  /// What stands in the field: a canned answer, or what was typed and not sent.
  package var draft: String
  /// Canned answers as they would be sent.
  package var answers: [String]
  /// Of this page, so that the same answer goes once.
  package var once: String

  package init(obstacle: ReplyObstacle? = nil, draft: String = "", answers: [String] = [], once: String = "")
  {
    self.obstacle = obstacle
    self.draft = draft
    self.answers = answers
    self.once = once
  }
}

/// A number's page.
package func inboxNumberPage(
  _ number: InboxNumber, conversation: InboxConversation, reply: InboxReply, frame: InboxFrame,
  banner: InboxBanner? = nil
) -> HTML {
  let words = frame.words
  let written = number.phone.written(in: frame.country)
  let title = number.contact.name.isEmpty ? written : number.contact.name
  let query = [(name: InboxNames.number, value: number.phone.e164)]
  let marks: [HTML] = [
    (number.contact.kind != .customer, words.kind(number.contact.kind)),
    (number.isBlocked, words.blockedMark),
    (number.isOptedOut, words.optedOutMark),
  ].filter(\.0).map { "<span class=\"tag\">\($0.1)</span>" }
  let requests: [HTML] = number.tickets.map {
    "<li><a class=\"act\" href=\"\(frame.link(to: $0))\">\($0.createdAt): \(words.status($0.status))</a></li>\n"
  }
  let open: HTML? =
    requests.isEmpty
    ? nil
    : """
    <section class="card" aria-labelledby="requests"><h2 id="requests">\(words.heading(.open))</h2>
    <ul>
    \(requests)</ul></section>

    """
  let make: HTML? =
    requests.isEmpty && !number.isBlocked
    ? """
    <form class="buttons" method="post" action="\(localLink(frame.action))">
    \(frame.csrfField)\(hiddenField(InboxNames.number, number.phone.e164))\
    \(frame.actionButton(.makeTicket, look: "wide"))</form>

    """ : nil
  let known: HTML? = number.contact.name.isEmpty ? nil : "<p class=\"lead\">\(written)</p>\n"
  let tags: HTML? = marks.isEmpty ? nil : "<p class=\"marks\">\(marks)</p>\n"
  let main: HTML = """
    \(frame.tabs(nil))
    \(frame.banner(banner))<h1>\(title)</h1>
    \(known)\(tags)\
    \(frame.calling(number.phone, number.callObstacle, subject: query[0], isAlone: true))\
    \(make)\(open)\(frame.conversation(conversation, query: query))\
    \(frame.replyForm(reply, subject: query, version: nil, banner))\
    \(frame.contactForm(number.contact, phone: number.phone.e164, isOpen: number.contact.name.isEmpty, banner))\
    \(frame.markForm(phone: number.phone.e164, isBlocked: number.isBlocked, kind: number.contact.kind))\
    <p><a class="act" href="\(localLink(frame.action))">\(words.back)</a></p>
    """
  return frame.document(title: title, main: main)
}

extension InboxFrame {
  /// A page of the desk.
  func document(title: String, main: HTML, refreshSeconds: Int? = nil, refreshTo: String? = nil)
    -> HTML
  {
    Pages.document(
      language, title: "\(title) – \(tenant)", look: "inbox", refreshSeconds: refreshSeconds,
      refreshTo: refreshTo,
      icons: localLink(action, [(InboxNames.file, InboxFile.icon.rawValue)]),
      manifest: localLink(action, [(InboxNames.file, InboxFile.manifest.rawValue)]), header: header,
      main: main)
  }

  func link(toNumber phone: String) -> String { localLink(action, [(InboxNames.number, phone)]) }

  /// An answer by SMS: its field, the canned answers as links that fill it in; or why there is none.
  func replyForm(
    _ reply: InboxReply, subject: [(name: String, value: String)], version: String?, _ banner: InboxBanner?
  ) -> HTML {
    let words = self.words
    guard reply.obstacle == nil else {
      return """
        <section class="card" aria-labelledby="answer"><h2 id="answer">\(words.answerHeading)</h2>
        <p class="hint">\(reply.obstacle.map { words.cannotReply($0) } ?? "")</p></section>

        """
    }
    var wrong = false
    switch banner {
    case .textMissing, .textTooLong, .cannotReply: wrong = true
    default: break
    }
    let ties: HTML =
      wrong ? "aria-describedby=\"banner text-hint\" aria-invalid=\"true\"" : "aria-describedby=\"text-hint\""
    let look: HTML? = wrong ? " wrong" : nil
    let fields: [HTML] = subject.map { hiddenField($0.name, $0.value) }
    let seen: HTML? = version.map { hiddenField(InboxNames.version, $0) }
    let answers: [HTML] = reply.answers.enumerated().map { index, text in
      let link = localLink(action, subject + [(InboxNames.answer, String(index + 1))], fragment: "answer")
      return "<li><a class=\"act\" href=\"\(link)\">\(text)</a></li>\n"
    }
    let canned: HTML? =
      answers.isEmpty
      ? nil : "<p class=\"hint\">\(words.cannedAnswers)</p>\n<ul class=\"answers\">\n\(answers)</ul>\n"
    return """
      <section class="card" aria-labelledby="answer"><h2 id="answer">\(words.answerHeading)</h2>
      \(canned)<form method="post" action="\(localLink(action))">
      \(csrfField)\(fields)\(seen)\(hiddenField(InboxNames.once, reply.once))\
      <div class="field\(look)"><label for="text">\(words.textLabel)</label>
      <p class="hint" id="text-hint">\(words.textHint(segments: reply.draft.isEmpty ? nil : SMSText(reply.draft).segments))</p>
      <textarea id="text" name="\(InboxNames.text)" rows="3" \(ties)>
      \(reply.draft)</textarea></div>
      <div class="buttons">\(actionButton(.reply, look: "primary"))</div>
      </form></section>

      """
  }

  /// What the number is called.
  /// - Parameter ticket: the request whose page it stands on, and leads back to.
  func contactForm(
    _ contact: InboxContact, phone: String, ticket: InboxTicket? = nil, isOpen: Bool, _ banner: InboxBanner?
  ) -> HTML {
    let words = self.words
    var wrong: HTML?
    if case .nameTooLong = banner { wrong = " wrong" }
    let request: HTML? = ticket.map { hiddenField(InboxNames.ticket, String($0.id)) }
    let name = contact.name.isEmpty ? contact.proposal : contact.name
    let proposed: HTML? =
      contact.name.isEmpty && !contact.proposal.isEmpty
      ? "<p class=\"hint\" id=\"name-hint\">\(words.nameFromForm)</p>\n" : nil
    let ties: HTML? = proposed == nil ? nil : " aria-describedby=\"name-hint\""
    let kinds: [HTML] = ContactKind.allCases.map { kind in
      let chosen: HTML? = kind == contact.kind ? " selected" : nil
      return "<option value=\"\(kind.rawValue)\"\(chosen)>\(words.kind(kind))</option>\n"
    }
    return folded(
      "contact", words.contactHeading, isOpen: isOpen || wrong != nil || proposed != nil,
      """
      <form method="post" action="\(localLink(action))">
      \(csrfField)\(request)\(hiddenField(InboxNames.number, phone))\
      <div class="field\(wrong)"><label for="contact-name">\(words.nameLabel)</label>
      \(proposed)<input type="text" autocomplete="off" id="contact-name" name="\(InboxNames.contactName)" \
      maxlength="\(InboxNames.nameLimit)"\(ties) value="\(name)"></div>
      <div class="field"><label for="contact-kind">\(words.kindLabel)</label>
      <select id="contact-kind" name="\(InboxNames.contactKind)">
      \(kinds)</select></div>
      <div class="field"><label for="contact-note">\(words.contactNoteLabel)</label>
      <input type="text" autocomplete="off" id="contact-note" name="\(InboxNames.contactNote)" \
      maxlength="\(InboxNames.contactNoteLimit)" value="\(contact.note)"></div>
      <div class="buttons">\(actionButton(.name, look: ""))</div>
      </form>
      """)
  }

  /// Spam and private, or back.
  func markForm(phone: String, isBlocked: Bool, kind: ContactKind) -> HTML {
    folded(
      "marks", words.more, isOpen: isBlocked || kind == .private,
      """
      <p class="hint">\(words.marksHint)</p>
      <form class="buttons" method="post" action="\(localLink(action))">
      \(csrfField)\(hiddenField(InboxNames.number, phone))\(actionButton(isBlocked ? .unspam : .spam, look: ""))\
      \(actionButton(kind == .private ? .unprivate : .private, look: ""))</form>
      """)
  }
}
