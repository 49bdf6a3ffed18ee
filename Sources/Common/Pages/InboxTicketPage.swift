// InboxTicketPage.swift - one ticket with everything known of it; and the pages instead.

import Business

/// A ticket's page.
///
/// `draft` is a note that was typed but not saved: it comes back in its field.
package func inboxTicketPage(
  _ ticket: InboxTicket, history: InboxHistory, frame: InboxFrame, banner: InboxBanner? = nil,
  draft: String = ""
) -> HTML {
  let words = frame.words
  let text: HTML =
    ticket.summary.isEmpty
    ? "<p class=\"hint\">\(ticket.isForgotten ? words.forgotten : words.noText)</p>"
    : "<p class=\"words\" dir=\"auto\">\(ticket.summary)</p>"
  let main: HTML = """
    \(frame.tabs(nil))
    \(frame.banner(banner))<h1>\(frame.title(ticket))</h1>
    \(frame.marks(ticket))\
    <p>\(ticket.phone.map { callLink($0, in: frame.country, note: words.call, look: "button primary wide") })</p>
    <section class="card" aria-labelledby="concern"><h2 id="concern">\(words.concern)</h2>
    \(text)
    \(facts(ticket, words))</section>
    \(photos(ticket, frame))\(workForm(ticket, frame, banner, draft))\
    \(historyList(history, of: ticket, frame))\
    <p><a class="act" href="\(localLink(frame.action))">\(words.back)</a></p>
    """
  return document(
    frame.language, title: "\(frame.title(ticket)) – \(words.urgency(ticket.urgency)) – \(frame.tenant)",
    look: "inbox", header: frame.header, main: main)
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
    (words.state, words.status(ticket.status)), (words.origin, words.source(ticket.source)),
  ]
  let items: [HTML] = rows.filter { !$0.1.isEmpty }.map {
    "<div><dt>\($0.0)</dt><dd dir=\"auto\">\($0.1)</dd></div>\n"
  }
  return "<dl>\n\(items)</dl>\n"
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

/// Note and buttons in one form: whatever is tapped, a note that was typed goes along.
private func workForm(
  _ ticket: InboxTicket, _ frame: InboxFrame, _ banner: InboxBanner?, _ draft: String
) -> HTML? {
  guard !ticket.isForgotten else { return nil }
  let words = frame.words
  var wrong = false
  switch banner {
  case .noteMissing, .noteTooLong: wrong = true
  case nil, .saved, .conflict, .expiredForm: break
  }
  let ties: HTML =
    wrong ? "aria-describedby=\"banner note-hint\" aria-invalid=\"true\"" : "aria-describedby=\"note-hint\""
  let look: HTML? = wrong ? " wrong" : nil
  let buttons = ticket.actions.map { frame.actionButton($0, look: "") }
  return """
    <section class="card" aria-labelledby="work"><h2 id="work">\(words.work)</h2>
    <form method="post" action="\(localLink(frame.action))">
    \(frame.csrfField)\(hiddenField(InboxNames.ticket, String(ticket.id)))\
    \(hiddenField(InboxNames.version, ticket.version))\
    <div class="field\(look)"><label for="note">\(words.noteLabel)</label>
    <p class="hint" id="note-hint">\(words.noteHint)</p>
    <textarea id="note" name="\(InboxNames.note)" rows="3" maxlength="\(InboxNames.noteLimit)" \(ties)>
    \(draft)</textarea></div>
    <div class="buttons">\(buttons)\(frame.actionButton(.note, look: ""))</div>
    </form></section>

    """
}

/// The end of the history, or what page of it was asked for.
private func historyList(_ history: InboxHistory, of ticket: InboxTicket, _ frame: InboxFrame) -> HTML? {
  guard !history.lines.isEmpty else { return nil }
  let words = frame.words
  let paging = history.paging
  func link(_ text: String, to page: Int) -> HTML {
    let query = [(name: InboxNames.ticket, value: String(ticket.id))]
    let link = localLink(
      frame.action, page == 1 ? query : query + [(InboxNames.page, String(page))], fragment: "history")
    return "<p><a class=\"act\" href=\"\(link)\">\(text)</a></p>\n"
  }
  let older: HTML? = paging.number < paging.count ? link(words.older, to: paging.number + 1) : nil
  let newer: HTML? = paging.number > 1 ? link(words.newer, to: paging.number - 1) : nil
  let range: HTML? =
    paging.count > 1
    ? "<p class=\"small\">\(words.range(paging.entriesFromEnd, of: paging.total))</p>\n" : nil
  return """
    <section class="card" aria-labelledby="history"><h2 id="history">\(words.history)</h2>
    \(range)\(older)<ol class="history">
    \(history.lines.map { line($0, words) })</ol>\(newer)</section>

    """
}

private func line(_ event: InboxEvent, _ words: InboxWords) -> HTML {
  var said: HTML?
  switch event.what {
  case .message(let text), .form(let text), .note(let text):
    said = text.isEmpty ? nil : "<p class=\"words\" dir=\"auto\">\(text)</p>"
  case .created, .madeUrgent, .escalated, .started, .done, .reopened: said = nil
  }
  let by: HTML? = event.by.isEmpty ? nil : " · <bdi>\(event.by)</bdi>"
  return """
    <li><p class="hint">\(event.at)\(by)</p><p class="event">\(words.event(event.what))</p>\(said)</li>

    """
}
