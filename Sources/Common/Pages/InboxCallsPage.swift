// InboxCallsPage.swift - missed callers: those nobody has seen to first, with what was done about each.

import Business

/// A caller who was missed.
package struct InboxCaller: Sendable {
  /// nil where the number was withheld: the call is acted on alone.
  package var phone: PhoneNumber?
  package var callID: Int
  package var name: String?
  package var count: Int
  /// In words: `momentText`.
  package var lastAt: String
  package var note: InboxCallNote
  package var hasReplied: Bool
  package var isHandled: Bool
  package var isPrivate: Bool
  package var isBlocked: Bool
  /// An open request of the number.
  package var ticketID: Int?
  /// Why he cannot be called back from here; nil where he can.
  package var callObstacle: CallbackObstacle?

  package init(
    phone: PhoneNumber?, callID: Int, name: String? = nil, count: Int = 1, lastAt: String,
    note: InboxCallNote,
    hasReplied: Bool = false, isHandled: Bool = false, isPrivate: Bool = false, isBlocked: Bool = false,
    ticketID: Int? = nil
  ) {
    self.phone = phone
    self.callID = callID
    self.name = name
    self.count = count
    self.lastAt = lastAt
    self.note = note
    self.hasReplied = hasReplied
    self.isHandled = isHandled
    self.isPrivate = isPrivate
    self.isBlocked = isBlocked
    self.ticketID = ticketID
  }
}

/// Missed callers in the order given; `waiting` is how many nobody has seen to, on all pages.
package func inboxCallsPage(
  _ callers: [InboxCaller], paging: InboxPaging, waiting: Int, frame: InboxFrame, banner: InboxBanner? = nil,
  refreshes: Bool = true
) -> HTML {
  let words = frame.words
  let groups: [HTML] = [
    ("waiting", words.notHandled(waiting), callers.filter { !$0.isHandled }),
    ("handled", words.handled(paging.total - waiting), callers.filter(\.isHandled)),
  ].filter { !$0.2.isEmpty }.map { id, heading, callers in
    """
    <section class="group" aria-labelledby="\(id)"><h2 id="\(id)">\(heading)</h2>
    \(callers.map { card($0, frame) })</section>

    """
  }
  let none: HTML? =
    callers.isEmpty ? "<p class=\"card empty\">\(Icon.tick)\(words.nothing(.calls))</p>\n" : nil
  let count: HTML? =
    paging.count > 1 ? "<p class=\"small\">\(words.range(paging.entries, of: paging.total))</p>\n" : nil
  let view = [(name: InboxNames.view, value: InboxView.calls.rawValue)]
  let off = refreshes ? [] : [(name: InboxNames.refresh, value: "off")]
  let main: HTML = """
    \(frame.tabs(.calls))
    \(frame.banner(banner))<h1>\(words.heading(.calls))</h1>
    \(callers.isEmpty ? nil : frame.callNotice)\
    \(count)\(groups)\(none)\(frame.pager(paging, query: view + off))\
    \(frame.refreshing(refreshes, query: view, paging))
    """
  return frame.document(
    title: "(\(waiting)) \(words.heading(.calls))", main: main, refreshSeconds: refreshes ? 60 : nil,
    // What was said once is not said again.
    refreshTo: banner == nil ? nil : localLink(frame.action, view))
}

private func card(_ caller: InboxCaller, _ frame: InboxFrame) -> HTML {
  let words = frame.words
  let number = caller.phone?.written(in: frame.country)
  let title = caller.name ?? number ?? words.withheld
  let id = "call-\(caller.callID)"
  let name: HTML =
    caller.phone.map { phone in "<a href=\"\(frame.link(toNumber: phone.e164))\">\(title)</a>" } ?? "\(title)"
  let subject: HTML =
    caller.phone.map { hiddenField(InboxNames.number, $0.e164) }
    ?? hiddenField(InboxNames.call, String(caller.callID))
  // Whoever calls again has not been seen to by a tap on the call before.
  let seen = hiddenField(InboxNames.version, String(caller.callID))
  var actions: [InboxAction] = caller.isHandled ? [] : [.handled]
  if caller.ticketID == nil && !caller.isBlocked { actions.append(.makeTicket) }
  // Whoever taps beside `handled` must not block a customer: that is behind a tap of its own.
  let marks: HTML? =
    caller.phone == nil
    ? nil
    : """
    <details><summary>\(words.more)<span class="sr">: \(title)</span></summary>
    <div class="buttons">\(frame.actionButton(caller.isBlocked ? .unspam : .spam, look: "", about: title))\
    \(frame.actionButton(caller.isPrivate ? .unprivate : .private, look: "", about: title))</div></details>
    """
  let request: HTML? = caller.ticketID.map {
    let link = localLink(frame.action, [(InboxNames.ticket, String($0))])
    return
      "<li><a class=\"act\" href=\"\(link)\">\(words.openRequest)<span class=\"sr\">: \(title)</span></a></li>\n"
  }
  let often: HTML? = caller.count > 1 ? "<li>\(words.times(caller.count))</li>\n" : nil
  let note = words.note(
    caller.note, hasReplied: caller.hasReplied, hasRequest: caller.ticketID != nil)
  let call =
    caller.phone.map {
      frame.calling(
        $0, caller.callObstacle, subject: (InboxNames.number, $0.e164), mark: "-c\(caller.callID)",
        about: title)
    } ?? "<p class=\"hint\">\(words.cannotCall(.withheld))</p>"
  let mark: HTML? = caller.isPrivate ? "<li>\(words.kind(.private))</li>\n" : nil
  return """
    <article class="card ticket" aria-labelledby="\(id)">
    <h3 id="\(id)">\(name)</h3>
    <p class="words">\(note)</p>
    <ul class="facts">
    <li>\(caller.lastAt)</li>
    \(often)\(mark)\(request)</ul>
    \(call)
    <form method="post" action="\(localLink(frame.action))">
    \(frame.csrfField)\(subject)\(seen)<div class="buttons">\
    \(actions.map { frame.actionButton($0, look: "", about: title) })</div>
    \(marks)</form>
    </article>

    """
}
