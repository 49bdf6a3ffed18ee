// InboxTicketPage.swift - one ticket with everything known of it; and the pages instead.

import Business

/// A ticket's page: the conversation, an answer, and what can be done.
///
/// `draft` is a note that was typed but not saved: it comes back in its field. `earlier`: what there was before this
/// request stands on the number's page.
package func inboxTicketPage(
  _ ticket: InboxTicket, conversation: InboxConversation, reply: InboxReply, contact: InboxContact?,
  people: [String], frame: InboxFrame, banner: InboxBanner? = nil, draft: InboxDraft = InboxDraft()
) -> HTML {
  let words = frame.words
  let query = [(name: InboxNames.ticket, value: String(ticket.id))]
  let text: HTML =
    ticket.summary.isEmpty
    ? "<p class=\"hint\">\(ticket.isForgotten ? words.forgotten : words.noText)</p>"
    : "<p class=\"words\" dir=\"auto\">\(ticket.summary)</p>"
  let number = ticket.phone?.written(in: frame.country)
  let page: HTML? = ticket.phone.map {
    "<p class=\"lead\"><a class=\"act\" href=\"\(frame.link(toNumber: $0.e164))\">\(words.allOfNumber(number ?? ""))</a></p>\n"
  }
  let call: HTML? =
    ticket.isForgotten
    ? nil
    : ticket.phone.map { frame.calling($0, ticket.callObstacle, subject: query[0], isAlone: true) }
      ?? "<p class=\"hint\">\(words.cannotCall(.withheld))</p>\n"
  let answer: HTML? =
    ticket.isForgotten
    ? nil : frame.replyForm(reply, subject: query, version: ticket.version, banner)
  let known: HTML? = contact.flatMap { contact in
    ticket.phone.map { phone -> HTML in
      """
      \(frame.contactForm(contact, phone: phone.e164, ticket: ticket, isOpen: false, banner))\
      \(frame.markForm(phone: phone.e164, isBlocked: reply.obstacle == .blocked, kind: contact.kind))
      """
    }
  }
  let main: HTML = """
    \(frame.tabs(nil))
    \(frame.banner(banner))<h1>\(frame.title(ticket))</h1>
    \(frame.marks(ticket))\
    \(call)\
    <section class="card" aria-labelledby="concern"><h2 id="concern">\(words.concern)</h2>
    \(text)
    \(facts(ticket, words))</section>
    \(photos(ticket, frame))\
    \(frame.conversation(conversation, query: query, earlier: (conversation.hasEarlier ? ticket.phone : nil).map { frame.link(toNumber: $0.e164) }))\
    \(answer)\(workForm(ticket, people: people, frame, banner, draft))\(known)\(page)\
    <p><a class="act" href="\(localLink(frame.action))">\(words.back)</a></p>
    """
  return frame.document(title: "\(frame.title(ticket)) – \(words.urgency(ticket.urgency))", main: main)
}

/// What was typed into a request's form and not saved: it comes back.
package struct InboxDraft: Sendable {
  package var note: String
  package var amount: String
  package var outcome: TicketOutcome?

  package init(note: String = "", amount: String = "", outcome: TicketOutcome? = nil) {
    self.note = note
    self.amount = amount
    self.outcome = outcome
  }
}

/// A page instead of a list or a ticket. Nobody may be signed in, so it shows no tenant unless given.
///
/// `listLink` leads back to the list for whoever is signed in.
package func inboxNoticePage(
  _ notice: InboxNotice, language: Language, tenant: String? = nil, listLink: String? = nil
) -> HTML {
  let words = InboxWords(language: language)
  let header: HTML? = tenant.map {
    "<header class=\"band\"><div><p class=\"brand\">\($0)</p></div></header>"
  }
  let back: HTML? = listLink.map {
    "<p><a class=\"button wide\" href=\"\(localLink($0))\">\(words.back)</a></p>\n"
  }
  let main: HTML = """
    <div class="card ending">
    <h1>\(words.heading(notice))</h1>
    <p>\(words.text(notice))</p>
    \(back)</div>
    """
  let title = [words.heading(notice), tenant].compactMap { $0 }.joined(separator: " – ")
  return document(
    language, title: title, look: "inbox", header: header ?? "", main: main)
}

private func facts(_ ticket: InboxTicket, _ words: InboxWords) -> HTML {
  let rows: [(String, String)] = [
    (words.cameIn, ticket.createdAt), (words.promised, ticket.promise ?? ""),
    (words.state, words.status(ticket.status)), (words.holder, ticket.person ?? ""),
    (words.outcomeLabel, ticket.outcome.map { words.outcome($0) } ?? ""),
    (words.amountLabel, ticket.amount ?? ""),
    (words.origin, words.source(ticket.source)),
  ]
  let items: [HTML] = rows.filter { !$0.1.isEmpty }.map { "<li>\($0.0): <bdi>\($0.1)</bdi></li>\n" }
  return "<ul class=\"facts\">\n\(items)</ul>\n"
}

private func photos(_ ticket: InboxTicket, _ frame: InboxFrame) -> HTML? {
  guard !ticket.photos.isEmpty else { return nil }
  let words = frame.words
  let items: [HTML] = ticket.photos.enumerated().map { index, photo in
    let source = localLink(frame.action, [(InboxNames.photo, photo.id)])
    let name = words.photo(index + 1, of: ticket.photos.count)
    switch photo.kind {
    case .picture:
      return "<li><a href=\"\(source)\"><img src=\"\(source)\" loading=\"lazy\" alt=\"\(name)\"></a></li>\n"
    case .file(let kind):
      // Safari takes the source. Other browsers show nothing over the sign, and load nothing.
      return """
        <li class="file"><a href="\(source)">\(Icon.camera)<picture><source type="image/heic" srcset="\(source)">\
        <img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==" \
        alt="\(name)"></picture></a><p class="hint">\(words.opensElsewhere(kind))</p></li>

        """
    case .link:
      return """
        <li class="file"><a href="\(source)">\(Icon.camera)<span class="sr">\(name)</span></a>\
        <p class="hint">\(words.pictureMessage)</p></li>

        """
    }
  }
  return """
    <section class="card" aria-labelledby="photos"><h2 id="photos">\(words.pictures)</h2>
    <ul class="photos">
    \(items)</ul></section>

    """
}

/// Note, outcome and buttons in one form: whatever is tapped, a note that was typed goes along.
private func workForm(
  _ ticket: InboxTicket, people: [String], _ frame: InboxFrame, _ banner: InboxBanner?, _ draft: InboxDraft
) -> HTML? {
  guard !ticket.isForgotten else { return nil }
  let words = frame.words
  var isNoteWrong = false
  var isAmountWrong = false
  switch banner {
  case .noteMissing, .noteTooLong: isNoteWrong = true
  case .amountWrong: isAmountWrong = true
  default: break
  }
  let ties: HTML =
    isNoteWrong
    ? "aria-describedby=\"banner note-hint\" aria-invalid=\"true\"" : "aria-describedby=\"note-hint\""
  let look: HTML? = isNoteWrong ? " wrong" : nil
  let buttons = ticket.actions.map { frame.actionButton($0, look: "") }
  return """
    <section class="card" aria-labelledby="work"><h2 id="work">\(words.work)</h2>
    <form method="post" action="\(localLink(frame.action))">
    \(frame.csrfField)\(hiddenField(InboxNames.ticket, String(ticket.id)))\
    \(hiddenField(InboxNames.version, ticket.version))\
    <div class="field\(look)"><label for="note">\(words.noteLabel)</label>
    <p class="hint" id="note-hint">\(words.noteHint)</p>
    <textarea id="note" name="\(InboxNames.note)" rows="3" maxlength="\(InboxNames.noteLimit)" \(ties)>
    \(draft.note)</textarea></div>
    \(ticket.status.isOpen ? outcomeFields(frame, draft, isAmountWrong) : nil)\
    <div class="buttons">\(buttons)\(frame.actionButton(.note, look: ""))</div>
    \(ticket.status.isOpen ? assignFields(people, ticket, frame) : nil)</form></section>

    """
}

/// Asked when a request is closed; without an answer it is `other`.
private func outcomeFields(_ frame: InboxFrame, _ draft: InboxDraft, _ isAmountWrong: Bool) -> HTML {
  let words = frame.words
  let choices: [HTML] = TicketOutcome.allCases.map { outcome in
    let chosen: HTML? = outcome == draft.outcome ? " checked" : nil
    let id = "outcome-\(outcome.rawValue)"
    return """
      <div class="choice"><input type="radio" id="\(id)" name="\(InboxNames.outcome)" value="\(outcome.rawValue)"\
      \(chosen)><label for="\(id)">\(words.outcome(outcome))</label></div>

      """
  }
  let look: HTML? = isAmountWrong ? " wrong" : nil
  let ties: HTML? = isAmountWrong ? " aria-describedby=\"banner\" aria-invalid=\"true\"" : nil
  return """
    <fieldset class="field"><legend>\(words.outcomeQuestion)</legend>
    <div class="choices">\(choices)</div></fieldset>
    <div class="field\(look)"><label for="amount">\(words.amountIn(frame.currency))</label>
    <input type="text" inputmode="decimal" autocomplete="off" id="amount" name="\(InboxNames.amount)" maxlength="20" \
    value="\(draft.amount)"\(ties)></div>

    """
}

private func assignFields(_ people: [String], _ ticket: InboxTicket, _ frame: InboxFrame) -> HTML? {
  let others = people.filter { $0 != ticket.person }
  guard !others.isEmpty else { return nil }
  let options: [HTML] = others.map { "<option value=\"\($0)\">\($0)</option>\n" }
  return """
    <details class="assign"><summary>\(frame.words.assignLabel)</summary>
    <div class="field"><select id="person" name="\(InboxNames.person)" aria-label="\(frame.words.assignLabel)">
    \(options)</select>
    \(frame.actionButton(.assign, look: "wide"))</div></details>

    """
}
