// OperatorTenantPage.swift - one tenant for the operator: its days, what nobody has got, its alerts, its calls and what was
// decided about each.

import Business

/// A call, and what was decided.
package struct OperatorCall: Sendable {
  package enum Kind: Sendable {
    case running, answered
    case missed(InboxCallNote)
    /// The SMS waits because of us.
    case held
  }

  package var id: Int
  package var at: String
  /// nil where the number was withheld.
  package var caller: String?
  package var what: Kind

  package init(id: Int, at: String, caller: String?, what: Kind) {
    self.id = id
    self.at = at
    self.caller = caller
    self.what = what
  }

  fileprivate var decided: String {
    switch what {
    case .running: "Under way"
    case .answered: "Answered"
    case .missed(let note): InboxWords(language: .en).missed(note)
    case .held: "Text is held: it waits because of us"
    }
  }
}

/// A message that nobody has got.
package struct OperatorMessage: Sendable {
  package var id: Int
  package var at: String
  package var kind: String
  package var channel: String
  package var to: String
  /// Given up; else it is held.
  package var isDead: Bool
  /// Why, with Twilio's code; may be empty.
  package var reason: String

  package init(
    id: Int, at: String, kind: String, channel: String, to: String, isDead: Bool, reason: String
  ) {
    self.id = id
    self.at = at
    self.kind = kind
    self.channel = channel
    self.to = to
    self.isDead = isDead
    self.reason = reason
  }
}

/// An alert: what is open, or what happened.
package struct OperatorAlert: Sendable {
  package var cause: String
  package var detail: String
  package var since: String
  /// When it was over; nil while it is open, and of what cannot end.
  package var solved: String?
  package var isOpen: Bool

  package init(cause: String, detail: String, since: String, solved: String?, isOpen: Bool) {
    self.cause = cause
    self.detail = detail
    self.since = since
    self.solved = solved
    self.isOpen = isOpen
  }
}

/// - Parameters:
///   - calls: of the last 30 days, those of this page, the newest first.
///   - messages: the held ones, then those given up.
///   - alerts: the open ones first.
package func operatorTenantPage(
  _ tenant: OperatorTenant, calls: [OperatorCall], paging: InboxPaging, messages: [OperatorMessage],
  alerts: [OperatorAlert], frame: OperatorFrame
) -> HTML {
  let waiting: [HTML] = messages.map { message in
    line(
      "\(message.kind) by \(message.channel) to \(message.to)",
      [
        message.isDead ? "given up \(message.at)" : "held, due \(message.at)", message.reason,
        "opsfabric show message \(message.id)",
      ])
  }
  let raised: [HTML] = alerts.map { alert in
    line(
      alert.cause,
      [
        alert.isOpen ? "open since \(alert.since)" : alert.since, alert.solved.map { "solved \($0)" } ?? "",
        alert.detail,
      ])
  }
  let called: [HTML] = calls.map { line($0.caller ?? "withheld", [$0.at, $0.decided]) }
  let main: HTML = """
    <nav class="tabs" aria-label="Lists"><ul>
    <li><a href="\(localLink(frame.action))">All tenants</a></li>
    </ul></nav>
    <h1>\(tenant.title)</h1>
    \(tenant.marks)\(tenant.facts)\(days(tenant))\
    \(list("messages", "Held or given up", waiting, none: "No message is held, and none was given up in 7 days."))\
    \(list("alerts", "Alerts", raised, none: "No alert is open, and none was raised in 7 days."))\
    \(list("calls", "Calls of the last 30 days", called, none: "No calls in 30 days."))\
    \(operatorPager(paging, "Calls", query: [(OperatorNames.tenant, tenant.id)], frame))
    """
  return frame.document(title: tenant.title, main: main)
}

private func line(_ heading: String, _ facts: [String]) -> HTML {
  let items: [HTML] = facts.filter { !$0.isEmpty }.map { "<p><bdi>\($0)</bdi></p>\n" }
  return "<li><p class=\"event\"><bdi>\(heading)</bdi></p>\n\(items)</li>\n"
}

private func list(_ id: StaticString, _ heading: StaticString, _ lines: [HTML], none: StaticString) -> HTML {
  let (id, heading) = (HTML(stringLiteral: id), HTML(stringLiteral: heading))
  let content: HTML =
    lines.isEmpty
    ? "<p class=\"small\">\(HTML(stringLiteral: none))</p>\n" : "<ul class=\"contacts\">\n\(lines)</ul>\n"
  return """
    <section class="card" aria-labelledby="\(id)"><h2 id="\(id)">\(heading)</h2>
    \(content)</section>

    """
}

/// The last 30 days, drawn and in numbers.
private func days(_ tenant: OperatorTenant) -> HTML {
  let highest = max(1, tenant.missed.max() ?? 1)
  let days = tenant.days
  let rows: [HTML] = zip(days, tenant.missed).reversed().map {
    "<tr><th scope=\"row\">\($0)</th><td>\($1)</td></tr>\n"
  }
  let chart = barChart(
    [tenant.missed], highest: highest, top: String(highest), names: [],
    ends: [days[0], days[days.count / 2], days[days.count - 1]])
  return """
    <section class="card" aria-labelledby="days"><h2 id="days">Missed calls</h2>
    <div class="figure">\(chart)<details><summary>Day by day</summary><table class="numbers" aria-labelledby="days">
    <thead><tr><th scope="col">Day</th><th scope="col">Missed</th></tr></thead>
    <tbody>
    \(rows)</tbody></table></details></div></section>

    """
}
