// InboxListPage.swift - the lists: open, done, found.
//
// Nobody types on the open list, so it may reload itself; a link stops that for whoever reads slowly. The
// search has a page of its own.

import Business

/// Open tickets in the order given; those somebody has taken on stand below those that wait.
///
/// `waiting` and `underWay` are how many there are on all pages. `refreshes` is false where the query says
/// `refresh=off`.
package func inboxOpenPage(
  _ tickets: [InboxTicket], paging: InboxPaging, waiting: Int, underWay: Int, duty: InboxDuty? = nil,
  calendar: String? = nil,
  frame: InboxFrame,
  refreshes: Bool = true
) -> HTML {
  let words = frame.words
  let groups: [HTML] = [
    group("waiting", words.waiting(waiting), tickets.filter(\.status.awaitsWork), frame),
    group("underway", words.underWay(underWay), tickets.filter { !$0.status.awaitsWork }, frame),
  ].compactMap { $0 }
  let none: HTML? = tickets.isEmpty ? empty(words.nothing(.open), sign: Icon.tick) : nil
  let count: HTML? = paging.count > 1 ? frame.count(paging) : nil
  let onDuty: [HTML] = [duty.flatMap(frame.duty), duty.flatMap(frame.dutyLink)].compactMap { $0 }
  let feed: HTML? = calendar.map { frame.calendar($0) }
  let off = refreshes ? [] : [(name: InboxNames.refresh, value: "off")]
  let main: HTML = """
    \(frame.tabs(.open))
    <h1>\(words.heading(.open))</h1>
    \(onDuty)\(tickets.isEmpty ? nil : frame.callNotice)\
    \(count)\(groups)\(none)\(frame.pager(paging, query: off))\(frame.refreshing(refreshes, query: [], paging))\(feed)
    """
  return frame.document(
    title: "(\(paging.total)) \(words.heading(.open))", main: main, refreshSeconds: refreshes ? 60 : nil)
}

/// What is done, in the order given.
package func inboxDonePage(_ tickets: [InboxTicket], paging: InboxPaging, frame: InboxFrame) -> HTML {
  let words = frame.words
  let none: HTML? = tickets.isEmpty ? empty(words.nothing(.done)) : nil
  let main: HTML = """
    \(frame.tabs(.done))
    <h1>\(words.heading(.done))</h1>
    \(frame.count(paging))\(tickets.map { card($0, level: 2, frame) })\(none)\
    \(frame.pager(paging, query: [(InboxNames.view, InboxView.done.rawValue)]))
    """
  return frame.document(title: words.heading(.done), main: main)
}

/// The search, and what it found.
package func inboxSearchPage(_ search: InboxSearch, frame: InboxFrame) -> HTML {
  let words = frame.words
  let found: HTML?
  switch search.outcome {
  case .none: found = nil
  case .tooShort: found = empty(words.tooShort)
  case .found(let tickets, _, let numbers, _) where tickets.isEmpty && numbers.isEmpty:
    found = empty(words.nothing(.search))
  case .found(let tickets, let paging, let numbers, let numbersPaging):
    let query = [
      (name: InboxNames.view, value: InboxView.search.rawValue),
      (name: InboxNames.search, value: search.typed),
    ]
    found = """
      \(frame.foundNumbers(numbers, numbersPaging))\(frame.count(paging))\
      \(tickets.map { card($0, level: 2, frame) })\
      \(frame.pager(paging.count < numbersPaging.count ? numbersPaging : paging, query: query))
      """
  }
  let main: HTML = """
    \(frame.tabs(.search))
    <h1>\(words.heading(.search))</h1>
    <form class="card search" method="get" action="\(localLink(frame.action))">
    \(hiddenField(InboxNames.view, InboxView.search.rawValue))<label for="q">\(words.searchLabel)</label>
    <input type="search" autocomplete="off" maxlength="\(InboxNames.searchLimit)" id="q" \
    name="\(InboxNames.search)" value="\(search.typed)">
    <button class="primary wide" type="submit">\(words.find)</button>
    </form>
    \(found)
    """
  return frame.document(title: words.heading(.search), main: main)
}

/// nil where none of it is on this page.
private func group(
  _ id: StaticString, _ heading: String, _ tickets: [InboxTicket], _ frame: InboxFrame
) -> HTML? {
  guard !tickets.isEmpty else { return nil }
  let id = HTML(stringLiteral: id)
  return """
    <section class="group" aria-labelledby="\(id)"><h2 id="\(id)">\(heading)</h2>
    \(tickets.map { card($0, level: 3, frame) })</section>

    """
}

/// Instead of a list. Only a list that is empty because all is done has a sign.
private func empty(_ text: String, sign: HTML? = nil) -> HTML {
  "<p class=\"card empty\">\(sign)\(text)</p>\n"
}

/// One ticket in a list.
private func card(_ ticket: InboxTicket, level: Int, _ frame: InboxFrame) -> HTML {
  let words = frame.words
  let title = frame.title(ticket)
  let buttons = ticket.actions.map { frame.actionButton($0, look: "", about: title) }
  let photos: HTML? =
    ticket.photos.isEmpty
    ? nil
    : """
    <li><a class="act" href="\(frame.link(to: ticket, fragment: "photos"))">\(Icon.camera)\
    \(words.photos(ticket.photos.count))<span class="sr">: \(title)</span></a></li>

    """
  let result = [ticket.outcome.map { words.outcome($0) }, ticket.amount].compactMap { $0 }
  let outcome: HTML? = result.isEmpty ? nil : "<li>\(result.joined(separator: ", "))</li>\n"
  let look: HTML? =
    ticket.urgency == .high && ticket.status.isOpen ? " urgent" : nil
  let call = ticket.phone.map {
    frame.calling(
      $0, ticket.callObstacle, subject: (InboxNames.ticket, String(ticket.id)), mark: "-\(ticket.id)",
      about: frame.title(ticket))
  }
  return """
    <article class="card ticket\(look)" aria-labelledby="ticket-\(String(ticket.id))">
    \(frame.marks(ticket))<h\(level) id="ticket-\(String(ticket.id))"><a href="\(frame.link(to: ticket))">\
    \(title)</a></h\(level)>
    \(excerpt(ticket, words))<ul class="facts">
    <li>\(ticket.createdAt)</li>
    <li>\(words.source(ticket.source))</li>
    \(outcome)\
    \(photos)</ul>
    \(call)
    <form class="buttons" method="post" action="\(localLink(frame.action))">
    \(frame.csrfField)\(hiddenField(InboxNames.ticket, String(ticket.id)))\
    \(hiddenField(InboxNames.version, ticket.version))\(buttons)</form>
    </article>

    """
}

/// The first lines; the whole text stands on the ticket's page.
private func excerpt(_ ticket: InboxTicket, _ words: InboxWords) -> HTML {
  guard !ticket.summary.isEmpty else { return "<p class=\"words hint\">\(words.noText)</p>\n" }
  let short = ticket.summary.prefix(240)
  let rest = short.endIndex == ticket.summary.endIndex ? "" : "…"
  return "<p class=\"words short\" dir=\"auto\">\(String(short))\(rest)</p>\n"
}
