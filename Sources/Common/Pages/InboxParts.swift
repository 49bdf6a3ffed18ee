// InboxParts.swift - pieces that lists and tickets of the inbox share.

import Business

extension InboxFrame {
  var words: InboxWords { InboxWords(language: language) }

  /// The business, who is signed in, and the way out.
  var header: HTML {
    let words = self.words
    let who: HTML? =
      person.isEmpty ? nil : "<p class=\"who\"><span class=\"sr\">\(words.signedInAs) </span>\(person)</p>"
    return """
      <header class="band"><div><div><p class="brand">\(tenant)</p>\(who)</div>
      <form method="post" action="\(localLink(action))">\(csrfField)<button class="pill" type="submit" \
      name="\(InboxNames.action)" value="\(InboxAction.signOut.rawValue)">\
      \(words.button(.signOut))</button></form>
      </div></header>
      """
  }

  var csrfField: HTML { hiddenField(InboxNames.csrf, csrfToken) }

  /// The lists side by side; `current` is nil on a ticket's page.
  func tabs(_ current: InboxView?) -> HTML {
    let words = self.words
    let links: [HTML] = InboxView.allCases.map { view in
      let query: [(name: String, value: String)] = view == .open ? [] : [(InboxNames.view, view.rawValue)]
      let mark: HTML? = view == current ? " aria-current=\"page\"" : nil
      return "<li><a href=\"\(localLink(action, query))\"\(mark)>\(words.tab(view))</a></li>\n"
    }
    return "<nav class=\"tabs\" aria-label=\"\(words.lists)\"><ul>\n\(links)</ul></nav>"
  }

  func banner(_ banner: InboxBanner?) -> HTML? {
    guard let banner else { return nil }
    // A fault is spoken at once, a success when the reader pauses.
    return banner.isGood
      ? "<p class=\"notice good\" role=\"status\">\(Icon.tick)\(words.banner(banner))</p>\n"
      : "<p class=\"notice\" role=\"alert\" id=\"banner\">\(Icon.alarm)\(words.banner(banner))</p>\n"
  }

  /// Says whether the list renews itself, and a link that changes that.
  func refreshing(_ refreshes: Bool, query: [(name: String, value: String)], _ paging: InboxPaging) -> HTML {
    let here = paging.number > 1 ? [(name: InboxNames.page, value: String(paging.number))] : []
    let off = refreshes ? [(name: InboxNames.refresh, value: "off")] : []
    let say = words.refreshing(refreshes)
    return """
      <p class="small refresh">\(say.state) <a class="act" href="\(localLink(action, query + off + here))">\
      \(say.change)</a></p>
      """
  }

  /// A card that is opened with a tap: what is seldom wanted, or has been read before.
  func folded(_ id: StaticString, _ heading: String, isOpen: Bool, _ content: HTML) -> HTML {
    let id = HTML(stringLiteral: id)
    let open: HTML? = isOpen ? " open" : nil
    return """
      <section class="card" aria-labelledby="\(id)"><details\(open)><summary><h2 id="\(id)">\(heading)</h2></summary>
      \(content)</details></section>

      """
  }

  func link(to ticket: InboxTicket, fragment: String? = nil) -> String {
    localLink(action, [(InboxNames.ticket, String(ticket.id))], fragment: fragment)
  }

  /// The address of a person's own feed; `webcal:` is how phones take one over (no standard; all calendars know it).
  func calendar(_ address: String) -> HTML {
    let bare = address.hasPrefix("https://") ? address.dropFirst("https://".count) : nil
    let link: HTML? = bare.map {
      "<p><a class=\"button\" href=\"webcal://\(String($0))\">\(words.subscribe)</a></p>\n"
    }
    return """
      <details class="card"><summary>\(words.calendar)</summary>
      <p>\(words.calendarHint)</p>
      <p><code>\(address)</code></p>
      \(link)</details>

      """
  }

  /// What a ticket is called: the caller's name, else the number.
  func title(_ ticket: InboxTicket) -> String {
    ticket.name ?? ticket.phone?.written(in: country) ?? words.withheld
  }

  /// A number to tap, and beside it what rings the person and connects him under the business number; else why not.
  /// - Parameters:
  ///   - subject: whom the form is about.
  ///   - mark: tells this callback from the others of the page.
  ///   - isAlone: on a page of its own. In a list what holds for all, and what needs no call, is not said each time.
  func calling(
    _ phone: PhoneNumber, _ obstacle: CallbackObstacle?, subject: (name: String, value: String),
    mark: String = "", about: String? = nil, isAlone: Bool = false
  ) -> HTML {
    let obstacle = callObstacle ?? obstacle
    let link = callLink(phone, in: country, note: words.call, look: "button primary wide")
    let beside: HTML?
    if let obstacle {
      beside =
        isAlone || !(obstacle.isOfPerson || obstacle == .notWaiting)
        ? "<p class=\"hint\">\(words.cannotCall(obstacle))</p>\n" : nil
    } else {
      beside = """
        <form class="buttons" method="post" action="\(localLink(action))">
        \(csrfField)\(hiddenField(subject.name, subject.value))\(hiddenField(InboxNames.once, callOnce + mark))\
        \(actionButton(.call, look: "wide", about: about))</form>

        """
    }
    return isAlone ? "<p>\(link)</p>\n\(beside)" : "\(link)\n\(beside)"
  }

  /// Why no number of a list has a button to be called back with.
  var callNotice: HTML? {
    callObstacle.map { "<p class=\"small\">\(words.cannotCall($0))</p>\n" }
  }

  func actionButton(_ action: InboxAction, look: StaticString, about: String? = nil) -> HTML {
    let about: HTML? = about.map { "<span class=\"sr\">: \($0)</span>" }
    return """
      <button class="\(HTML(stringLiteral: look))" type="submit" name="\(InboxNames.action)" \
      value="\(action.rawValue)">\(words.button(action))\(about)</button>

      """
  }

  /// Urgency and time left, each in words and with a sign of its own beside the colour.
  func marks(_ ticket: InboxTicket) -> HTML {
    let words = self.words
    let urgent = ticket.urgency == .high
    let sign: HTML? = urgent ? Icon.alarm : nil
    let look: HTML = urgent ? "tag urgent" : "tag"
    let state: HTML
    if ticket.status.awaitsWork, let minutes = ticket.minutesLeft {
      let late = minutes <= 0
      let clock: HTML? = late ? Icon.clock : nil
      let tone: HTML = late ? "time late" : "time"
      state = "<span class=\"\(tone)\">\(clock)\(words.deadline(minutes))</span>"
    } else {
      let who = ticket.person.map { ": \($0)" } ?? ""
      state = "<span class=\"time\">\(words.status(ticket.status))\(who)</span>"
    }
    let unverified: HTML? =
      ticket.isUnverified ? "<span class=\"tag\">\(words.unverified)</span>" : nil
    return """
      <p class="marks"><span class="\(look)">\(sign)\(words.urgency(ticket.urgency))</span>\(unverified)\(state)</p>

      """
  }
}

extension InboxTicket {
  /// What may be done next.
  var actions: [InboxAction] {
    switch status {
    case .new, .needsCallback: [.start, .done]
    case .inProgress: [.done]
    case .done: [.reopen]
    }
  }
}
