// InboxListPage.swift - the lists: open, done today, found by number.
//
// Nobody types on the open list, so it may reload itself; a link stops that for whoever reads slowly. The
// search has a page of its own.

import Rules

/// Open tickets, emergencies first, then by time left; those somebody has taken on stand below.
///
/// `refreshes` is false where the query says `refresh=off`.
public func inboxOpenPage(
  _ tickets: [InboxTicket], frame: InboxFrame, banner: InboxBanner? = nil, refreshes: Bool = true
) -> HTML {
  let words = frame.words
  let waiting = tickets.filter(\.status.awaitsWork).sorted(by: mustComeFirst)
  let underWay = tickets.filter { !$0.status.awaitsWork }.sorted(by: mustComeFirst)
  let first: HTML? =
    waiting.isEmpty ? nil : group("waiting", words.waiting(waiting.count), waiting, frame)
  let second: HTML? =
    underWay.isEmpty ? nil : group("underway", words.underWay(underWay.count), underWay, frame)
  let none: HTML? = tickets.isEmpty ? empty(words.nothing(.open)) : nil
  let refreshing = words.refreshing(refreshes)
  let toggle = localLink(frame.action, refreshes ? [(InboxNames.refresh, "off")] : [])
  let main: HTML = """
    \(frame.tabs(.open))
    <h1>\(words.heading(.open))</h1>
    \(frame.banner(banner))\(first)\(second)\(none)<p class="small refresh">\(refreshing.state) \
    <a class="act" href="\(toggle)">\(refreshing.change)</a></p>
    """
  return document(
    frame.language, title: "(\(tickets.count)) \(words.heading(.open)) – \(frame.tenant)", look: "inbox",
    refreshSeconds: refreshes ? 60 : nil, header: frame.header, main: main)
}

/// What was done today, the latest first as given.
public func inboxDonePage(_ tickets: [InboxTicket], frame: InboxFrame, banner: InboxBanner? = nil) -> HTML {
  let words = frame.words
  let cards = tickets.map { card($0, level: 2, frame) }
  let none: HTML? = tickets.isEmpty ? empty(words.nothing(.doneToday)) : nil
  let main: HTML = """
    \(frame.tabs(.doneToday))
    <h1>\(words.heading(.doneToday))</h1>
    \(frame.banner(banner))\(cards)\(none)
    """
  return document(
    frame.language, title: "\(words.heading(.doneToday)) – \(frame.tenant)", look: "inbox",
    header: frame.header, main: main)
}

/// The search by number; `tickets` is nil before anything was looked for.
public func inboxSearchPage(number: String, found tickets: [InboxTicket]?, frame: InboxFrame) -> HTML {
  let words = frame.words
  let cards = (tickets ?? []).map { card($0, level: 2, frame) }
  let none: HTML? = tickets?.isEmpty == true ? empty(words.nothing(.search)) : nil
  let main: HTML = """
    \(frame.tabs(.search))
    <h1>\(words.heading(.search))</h1>
    <form class="card search" method="get" action="\(localLink(frame.action))">
    \(hiddenField(InboxNames.view, InboxView.search.rawValue))<label for="number">\(words.numberLabel)</label>
    <input type="search" inputmode="tel" autocomplete="off" maxlength="30" id="number" \
    name="\(InboxNames.number)" value="\(number)">
    <button class="primary wide" type="submit">\(words.find)</button>
    </form>
    \(cards)\(none)
    """
  return document(
    frame.language, title: "\(words.heading(.search)) – \(frame.tenant)", look: "inbox",
    header: frame.header, main: main)
}

/// Emergencies before callbacks, less time before more, no promise last, the older before the newer.
private func mustComeFirst(_ one: InboxTicket, _ other: InboxTicket) -> Bool {
  if one.urgency != other.urgency { return one.urgency > other.urgency }
  let times = (one.minutesLeft ?? .max, other.minutesLeft ?? .max)
  return times.0 != times.1 ? times.0 < times.1 : one.id < other.id
}

private func group(
  _ id: StaticString, _ heading: String, _ tickets: [InboxTicket], _ frame: InboxFrame
) -> HTML {
  let id = HTML(stringLiteral: id)
  return """
    <section class="group" aria-labelledby="\(id)"><h2 id="\(id)">\(heading)</h2>
    \(tickets.map { card($0, level: 3, frame) })</section>

    """
}

private func empty(_ text: String) -> HTML {
  "<p class=\"card empty\">\(Icon.tick)\(text)</p>\n"
}

/// One ticket in a list.
private func card(_ ticket: InboxTicket, level: Int, _ frame: InboxFrame) -> HTML {
  let words = frame.words
  let buttons = ticket.actions.map { frame.actionButton($0, look: "", about: frame.title(ticket)) }
  let photos: HTML? =
    ticket.photos.isEmpty
    ? nil
    : """
    <li><a class="act" href="\(frame.link(to: ticket, fragment: "photos"))">\(Icon.camera)\
    \(words.photos(ticket.photos.count))<span class="sr">: \(frame.title(ticket))</span></a></li>

    """
  let look: HTML? =
    ticket.urgency == .high && ticket.status.isOpen ? " urgent" : nil
  return """
    <article class="card ticket\(look)" aria-labelledby="ticket-\(String(ticket.id))">
    \(frame.marks(ticket))<h\(level) id="ticket-\(String(ticket.id))"><a href="\(frame.link(to: ticket))">\
    \(frame.title(ticket))</a></h\(level)>
    \(excerpt(ticket, words))<ul class="facts">
    <li>\(ticket.createdAt)</li>
    <li>\(words.source(ticket.source))</li>
    \(photos)</ul>
    \(ticket.phone.map { callLink($0, in: frame.country, note: words.call, look: "button primary wide") })
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
