// InboxDutyPage.swift - who is on duty, and the form by which one of the tenant's people takes over.
//
// A page of its own: the open list, which names whoever is on duty, loads itself anew while somebody types.

import Business

package struct InboxDuty: Sendable {
  /// nil before the rotation begins.
  package var name: String?
  /// Until when he stands in for whoever's turn it is, in words; nil where it is his own.
  package var until: String?
  /// Whoever is signed in can be told, and so be on duty.
  package var canTake: Bool
  /// He stands in himself.
  package var isMine: Bool

  package init(name: String?, until: String?, canTake: Bool, isMine: Bool) {
    self.name = name
    self.until = until
    self.canTake = canTake
    self.isMine = isMine
  }
}

/// - Parameters:
///   - typed: what the field shows, `2026-02-10T18:00`.
package func inboxDutyPage(_ duty: InboxDuty, typed: String, frame: InboxFrame, banner: InboxBanner? = nil)
  -> HTML
{
  let words = frame.words
  let back: HTML? =
    duty.isMine
    ? """
    <form class="card buttons" method="post" action="\(localLink(frame.action))">
    \(frame.csrfField)\(frame.actionButton(.giveDuty, look: "wide"))</form>

    """ : nil
  let isWrong = banner.map { !$0.isGood } ?? false
  let look: HTML? = isWrong ? " wrong" : nil
  let ties: HTML =
    isWrong
    ? "aria-describedby=\"banner until-hint\" aria-invalid=\"true\"" : "aria-describedby=\"until-hint\""
  let form: HTML? =
    duty.canTake
    ? """
    <form class="card\(look)" method="post" action="\(localLink(frame.action))">
    \(frame.csrfField)<label for="until">\(words.dutyUntil)</label>
    <p class="hint" id="until-hint">\(words.dutyHint)</p>
    <input type="datetime-local" id="until" name="\(InboxNames.until)" value="\(typed)" required \(ties)>
    \(frame.actionButton(.takeDuty, look: "primary wide"))</form>

    """ : nil
  let main: HTML = """
    \(frame.tabs(nil))
    \(frame.banner(banner))<h1>\(words.duty)</h1>
    \(frame.duty(duty))\(back)\(form)
    """
  return frame.document(title: words.duty, main: main)
}

extension InboxFrame {
  /// Who is on duty, in a line.
  func duty(_ duty: InboxDuty) -> HTML? {
    duty.name.map { name in
      let text = duty.until.map { words.onDuty(name, until: $0) } ?? words.onDuty(name)
      return "<p class=\"hint\">\(text)</p>\n"
    }
  }

  /// The way to the page, for whoever can be on duty.
  func dutyLink(_ duty: InboxDuty) -> HTML? {
    guard duty.canTake else { return nil }
    let link = localLink(action, [(InboxNames.duty, "1")])
    return "<p class=\"small\"><a class=\"act\" href=\"\(link)\">\(words.changeDuty)</a></p>\n"
  }
}
