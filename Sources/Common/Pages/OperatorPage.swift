// OperatorPage.swift - the operator's list: tenants with trouble first, each with its last 30 days.
//
// In English, as the operator's commands are; one tenant's page is OperatorTenantPage.swift.

import Business

/// Who looks, and what every page of his has.
package struct OperatorFrame: Sendable {
  /// Whom the link was made for.
  package var person: String
  /// The handler's own path.
  package var action: String
  /// Goes into every form.
  package var csrfToken: String

  package init(person: String, action: String, csrfToken: String) {
    self.person = person
    self.action = action
    self.csrfToken = csrfToken
  }

  func document(title: String, main: HTML) -> HTML {
    Pages.document(.en, title: title, look: "inbox", header: header, main: main)
  }

  private var header: HTML {
    """
    <header class="band"><div><div><p class="brand">\(operatorsBrand)</p><p class="who">\
    <span class="sr">Signed in as </span>\(person)</p></div>
    <form method="post" action="\(localLink(action))">\(hiddenField(InboxNames.csrf, csrfToken))\
    <button class="pill" type="submit" name="\(InboxNames.action)" value="\(InboxAction.signOut.rawValue)">\
    Sign out</button></form>
    </div></header>
    """
  }
}

private let operatorsBrand = "Missed Call Recovery"

/// Names the operator's page and its handler share, beside the desk's.
package enum OperatorNames {
  /// Query: one tenant's page.
  package static let tenant = "tenant"
}

/// A tenant and its trouble.
package struct OperatorTenant: Sendable {
  package var id: String
  /// nil of one that is not configured any more.
  package var name: String?
  package var isActive: Bool
  /// No call for so long that the line is probably broken.
  package var isSilent: Bool
  package var held: Int
  package var dead: Int
  package var overdue: Int
  /// Other alerts that are not solved.
  package var alerts: Int
  /// How late the latest SMS of the last day was; nil: none was late.
  package var lateSeconds: Int?
  package var hasTrouble: Bool
  package var openRequests: Int
  /// `CHF 12.30`, one for each currency.
  package var costs: [String]
  /// YYYY-MM-DD, the oldest first; not empty.
  package var days: [String]
  /// Missed calls on each of them.
  package var missed: [Int]

  package init(
    id: String, name: String?, isActive: Bool, isSilent: Bool, held: Int, dead: Int, overdue: Int,
    alerts: Int,
    lateSeconds: Int?, hasTrouble: Bool, openRequests: Int, costs: [String], days: [String], missed: [Int]
  ) {
    self.id = id
    self.name = name
    self.isActive = isActive
    self.isSilent = isSilent
    self.held = held
    self.dead = dead
    self.overdue = overdue
    self.alerts = alerts
    self.lateSeconds = lateSeconds
    self.hasTrouble = hasTrouble
    self.openRequests = openRequests
    self.costs = costs
    self.days = days
    self.missed = missed
  }

  var title: String { name ?? id }

  /// What is wrong, the gravest first, each in words; the colour only repeats it.
  var marks: HTML {
    var marks: [HTML] = []
    func grave(_ text: String) { marks.append("<span class=\"tag urgent\">\(Icon.alarm)\(text)</span>\n") }
    func late(_ text: String) { marks.append("<span class=\"late\">\(Icon.clock)\(text)</span>\n") }
    if isSilent { grave("Line silent") }
    if held > 0 { grave(counted(held, "message") + " held") }
    if dead > 0 { grave(counted(dead, "message") + " given up in 7 days") }
    if overdue > 0 { late(counted(overdue, "promise") + " overdue") }
    if alerts > 0 { late(counted(alerts, "alert") + " open") }
    if let lateSeconds { late("An SMS \(lateSeconds) s late in 24 hours") }
    if marks.isEmpty { marks = ["<span class=\"tag\">\(Icon.tick)Nothing wrong</span>\n"] }
    return "<p class=\"marks\">\n\(marks)</p>\n"
  }

  var facts: HTML {
    let cost = costs.isEmpty ? "no cost known this month" : costs.joined(separator: ", ") + " this month"
    let state: HTML? =
      name == nil ? "<li>Not configured any more</li>\n" : isActive ? nil : "<li>Not active</li>\n"
    let called: HTML? = name == nil ? nil : "<li>\(id)</li>\n"
    return """
      <ul class="facts">
      \(called)\(state)<li>\(counted(openRequests, "request")) open</li>
      <li>\(cost)</li>
      <li>\(summary)</li>
      </ul>

      """
  }

  /// What the drawing shows.
  var summary: String {
    let all = missed.reduce(0, +)
    let text = counted(all, "missed call") + " in \(days.count) days"
    guard let most = missed.max(), most > 0, let place = missed.lastIndex(of: most) else { return text }
    return text + ", most on \(days[place]): \(most)"
  }
}

/// `1 message`, `2 messages`.
func counted(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }

/// - Parameters:
///   - tenants: those of this page, the worst first.
///   - troubled: how many of all have trouble.
///   - lastRun: when the runner last gave a sign of life, in words; nil: never.
///   - notes: what is open and no tenant's.
package func operatorListPage(
  _ tenants: [OperatorTenant], paging: InboxPaging, troubled: Int, lastRun: String?, notes: [String],
  frame: OperatorFrame
) -> HTML {
  let state =
    troubled == 0
    ? "None of \(counted(paging.total, "tenant")) has trouble."
    : "\(troubled) of \(counted(paging.total, "tenant")) with trouble, the worst first."
  let warnings: [HTML] = notes.map { "<p class=\"notice words\">\(Icon.alarm)\($0)</p>\n" }
  let cards: [HTML] = tenants.enumerated().map { index, tenant in
    let id = "tenant-\(index + 1)"
    let look: HTML? = tenant.hasTrouble ? " urgent" : nil
    return """
      <article class="card ticket\(look)" aria-labelledby="\(id)">
      \(tenant.marks)<h2 id="\(id)"><a href="\(localLink(frame.action, [(OperatorNames.tenant, tenant.id)]))">\
      \(tenant.title)</a></h2>
      \(tenant.facts)\(smallChart(tenant.missed))
      </article>

      """
  }
  let main: HTML = """
    <h1>Tenants</h1>
    <p class="small">\(state) Last run: \(lastRun ?? "never"). Drawn: missed calls of the last 30 days.</p>
    \(warnings)\(cards)\(operatorPager(paging, "Tenants", query: [], frame))
    """
  return frame.document(title: "(\(troubled)) Tenants", main: main)
}

/// Links to the pages beside this one; nothing where there is one page.
func operatorPager(
  _ paging: InboxPaging, _ what: String, query: [(name: String, value: String)], _ frame: OperatorFrame
) -> HTML? {
  guard paging.count > 1 else { return nil }
  let words = InboxWords(language: .en)
  let ways: [(to: Int, words: String)] = [
    (paging.number - 1, words.previousPage), (paging.number + 1, words.nextPage),
  ]
  let links: [HTML] = ways.filter { 1...paging.count ~= $0.to }.map { way in
    let link = localLink(frame.action, query + [(InboxNames.page, String(way.to))])
    return "<li><a class=\"act\" href=\"\(link)\">\(way.words)</a></li>\n"
  }
  return """
    <nav class="pager" aria-label="\(words.pages)"><p class="small">\
    \(what) \(words.range(paging.entries, of: paging.total))</p><ul>
    \(links)</ul></nav>

    """
}

/// One sentence instead of a page.
/// - Parameter listLink: the way back, for whoever is signed in.
package func operatorNoticePage(_ notice: InboxNotice, listLink: String? = nil) -> HTML {
  let (heading, text) =
    switch notice {
    case .signedOut: ("Signed out", "This browser is signed out. The next link signs in again.")
    case .linkExpired:
      (
        "This link opens nothing",
        "It has run out or was revoked. `opsfabric operator link WHO` makes a new one."
      )
    case .notSignedIn:
      (
        "Not signed in",
        "This page is the operator’s. `opsfabric operator link WHO` makes a link that opens it."
      )
    case .notFound: ("Not found", "There is no such tenant, and nothing of it is left.")
    case .tooManyGuesses: ("Too many wrong links", "Nobody is heard from here for an hour.")
    case .unavailable: ("Not now", "The database cannot be read. The web server’s error log says why.")
    }
  let back: HTML? = listLink.map {
    "<p><a class=\"button wide\" href=\"\(localLink($0))\">All tenants</a></p>\n"
  }
  let main: HTML = """
    <div class="card ending">
    <h1>\(heading)</h1>
    <p>\(text)</p>
    \(back)</div>
    """
  return document(.en, title: heading, look: "inbox", header: "", main: main)
}
