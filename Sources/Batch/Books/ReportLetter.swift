// ReportLetter.swift - a closed month for its tenant's people: the report's figures in words and bars, beside those of the
// month before.
//
// One list of figures makes the plain text and the HTML. Mail programs drop style sheets, drawings and scripts, and ask
// before they load anything: so a bar is the coloured cell of a table, every style stands where it applies, and there is
// nothing to load.

import Business
import Pages

struct ReportLetter {
  /// A figure of a month; what it is measured in, and what else is said of it.
  private struct Figure {
    var label: String
    var unit: ReportWords.Unit = .count
    /// The value of a full bar; nil: the larger of the two months.
    var full: Int?
    /// nil where there is none: nothing to be a share of, nobody who acted.
    var value: (TenantMonth) -> Int?
    var detail: (TenantMonth) -> String? = { _ in nil }
  }

  private let figures: TenantMonth
  private let before: TenantMonth?
  private let words: ReportWords
  private let attached: [String]
  private let leftOut: [String]

  /// - Parameters:
  ///   - before: the month before; nil where there is none to compare with.
  ///   - attached: names of the files that come along.
  ///   - leftOut: names of files that are too large to come along.
  init(_ figures: TenantMonth, before: TenantMonth?, attached: [String], leftOut: [String]) {
    self.figures = figures
    self.before = before
    words = ReportWords(figures.tenant.language)
    self.attached = attached
    self.leftOut = leftOut
  }

  var subject: String { words.subject(figures) }

  /// Named as on the desk's page of figures, and in its order.
  private var list: [Figure] {
    let desk = words.desk
    return [
      Figure(label: words.calls) { $0.callCount },
      Figure(
        label: desk.missedColumn, value: { $0.missedCount },
        detail: { words.share(words.ofCalls, Rate($0.missedCount, of: $0.callCount)) }),
      Figure(label: desk.textedColumn) { $0.sms.accepted },
      Figure(label: words.within60Seconds, unit: .percent, full: 100) {
        Rate($0.sms.within60Seconds, of: $0.sms.dueAtOnce).percent
      },
      Figure(
        label: desk.repliedColumn, value: { $0.sms.replies },
        detail: { words.share(words.ofTexts, Rate($0.sms.replies, of: $0.sms.accepted)) }),
      Figure(
        label: desk.requestsColumn, value: { $0.ticketCount },
        detail: { words.share(words.ofMissed, Rate($0.ticketCount, of: $0.missedCount)) }),
      Figure(
        label: desk.promisesKept, unit: .percent, full: 100,
        value: { Rate($0.service.kept, of: $0.service.promises).percent },
        detail: { desk.keptOf($0.service.kept, $0.service.promises) }),
      Figure(
        label: desk.minutesToPerson, unit: .minutes,
        value: { $0.service.medianToHuman.map { Minutes.tenths(milliseconds: $0) } },
        detail: { _ in words.median }),
      Figure(label: desk.jobsWon) { $0.service.jobsWon },
      Figure(label: desk.jobsWorth, unit: .money(figures.tenant.currency)) { $0.service.valueWon },
      Figure(label: words.neverHandled) { $0.service.neverHandled },
    ]
  }

  private func value(_ figure: Figure) -> String { words.said(figure.value(figures), in: figure.unit) }

  /// What is said of a figure: more of it, and how it was the month before.
  private func remarks(_ figure: Figure) -> [String] {
    [
      figure.detail(figures),
      before.map { words.compared(figure.value(figures), figure.value($0), in: figure.unit) },
    ].compactMap { $0 }
  }

  /// Prices by currency, the main one first; unknown as long as none has come.
  private var cost: String {
    let charges = figures.charges.map { "\($0.amount.text) \($0.currency)" }
    guard charges.isEmpty else { return charges.joined(separator: " + ") }
    return figures.missingPrices > 0 ? "?" : Amount.zero.text
  }

  /// What is said below the name.
  private var opening: [String] {
    let (this, last) = (words.desk.month(figures.month), words.desk.month(figures.month.previous))
    let compared = before == nil ? words.nothingToCompare(this) : words.comparedWith(this, last)
    return figures.callCount == 0 ? [compared, words.noCalls] : [compared]
  }

  /// What is said at the end, each with the names of files it is about.
  private var closing: [(text: String, files: [String])] {
    var notes: [(String, [String])] = []
    if figures.missingPrices > 0 { notes.append((words.stillMissing(figures.missingPrices), [])) }
    notes.append((words.filesHeading, attached))
    if !leftOut.isEmpty { notes.append((words.tooLarge, leftOut)) }
    return notes
  }

  // MARK: plain text

  var text: String {
    var lines = ["\(figures.tenant.name), \(figures.month.iso8601)", ""] + opening + [""]
    lines += list.map { figure in
      words.line(figure.label, ([value(figure)] + remarks(figure)).joined(separator: " · "))
    }
    lines.append(words.line(words.costLabel, cost))
    for note in closing { lines += ["", note.text] + note.files.map { "- \($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: HTML

  var html: HTML {
    let opening: [HTML] = opening.map { "<p style=\"margin:6px 0 0\">\($0)</p>\n" }
    let rows: [HTML] = list.map { row($0) }
    let closing: [HTML] = closing.map { note in
      let files: [HTML] = note.files.map { "<br>\n\($0)" }
      return "<p style=\"margin:14px 0 0\">\(note.text)\(files)</p>\n"
    }
    return """
      <!DOCTYPE html>
      <html lang="\(words.language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light">
      <title>\(subject)</title>
      </head>
      <body style="margin:0;padding:0;background-color:#eef1f4">
      <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#eef1f4"><tr>
      <td align="center" style="padding:12px 8px">
      <table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" \
      style="width:100%;max-width:600px;table-layout:fixed;background-color:#ffffff;color:#1c2733;\
      font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.4;text-align:left;overflow-wrap:break-word">
      <tr><td style="padding:20px 20px 4px">
      <h1 style="margin:0;font-size:22px;line-height:1.3">\(figures.tenant.name)</h1>
      \(opening)\(legend)</td></tr>
      \(rows)\(heading(words.costLabel, cost))</td></tr>
      <tr><td style="padding:4px 20px 20px;font-size:14px;color:#4a5866">
      \(closing)</td></tr>
      </table>
      </td></tr></table>
      </body>
      </html>

      """
  }

  /// Which colour is which month.
  private var legend: HTML? {
    guard before != nil else { return nil }
    return """
      <p style="margin:6px 0 0;font-size:14px;color:#4a5866" aria-hidden="true">\
      <span style="background-color:#1f5f8b">&nbsp;&nbsp;&nbsp;</span> \(words.desk.month(figures.month)) &nbsp; \
      <span style="background-color:#9fb6c7">&nbsp;&nbsp;&nbsp;</span> \(words.desk.month(figures.month.previous))</p>

      """
  }

  /// Name and value side by side; the cell they stand in stays open.
  private func heading(_ label: String, _ value: String) -> HTML {
    """
    <tr><td style="padding:14px 20px 0">
    <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed"><tr>
    <td width="58%" valign="top" style="overflow-wrap:break-word">\(label)</td>
    <td width="42%" valign="top" align="right" style="overflow-wrap:break-word"><b>\(value)</b></td></tr></table>

    """
  }

  private func row(_ figure: Figure) -> HTML {
    let (now, last) = (figure.value(figures), before.flatMap(figure.value))
    let full = figure.full ?? max(now ?? 0, last ?? 0)
    let old: HTML? = before.map { _ in bar(last, of: full, "#9fb6c7") }
    let remarks = remarks(figure)
    let said: HTML? =
      remarks.isEmpty
      ? nil
      : "<div style=\"margin-top:3px;font-size:14px;color:#4a5866\">\(remarks.joined(separator: " · "))</div>\n"
    return """
      \(heading(figure.label, value(figure)))\(bar(now, of: full, "#1f5f8b"))\(old)\(said)</td></tr>

      """
  }

  /// What it shows stands beside it in words. The rest of the bar is there, so that nothing is seen to be nothing.
  private func bar(_ value: Int?, of full: Int, _ colour: StaticString) -> HTML {
    let value = min(value ?? 0, full)
    let filled = value > 0 ? max(1, value * 100 / full) : 0
    func cell(_ percent: Int, _ colour: HTML) -> HTML? {
      guard percent > 0 else { return nil }
      return """
        <td width="\(percent)%" bgcolor="\(colour)" \
        style="background-color:\(colour);height:9px;line-height:9px;font-size:1px">&nbsp;</td>
        """
    }
    return """
      <table role="presentation" aria-hidden="true" width="100%" cellpadding="0" cellspacing="0" border="0" \
      style="table-layout:fixed;margin-top:3px"><tr>\(cell(filled, HTML(stringLiteral: colour)))\
      \(cell(100 - filled, "#eef1f4"))</tr></table>

      """
  }
}
