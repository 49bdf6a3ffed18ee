// InboxFiguresPage.swift - what it brought: this month and the twelve before, drawn and in numbers.
//
// The drawings are made of rectangles, in the page's own colours; what they show stands beside them in words and as a
// table, so whoever cannot see them misses nothing, and a printer needs no colour.

import Business
import LocalTime

/// A month's figures, as the month's report has them.
package struct InboxMonth: Sendable {
  var month: CivilMonth
  var missed: Int
  var texted: Int
  var replied: Int
  var requests: Int
  var promises: Int
  var kept: Int
  /// Tenths of minutes until a person acted, the median; nil where nobody did.
  var tenthsToHuman: Int?
  var jobsWon: Int
  /// In hundredths.
  var valueWon: Int

  package init(
    month: CivilMonth, missed: Int, texted: Int, replied: Int, requests: Int, promises: Int, kept: Int,
    tenthsToHuman: Int?, jobsWon: Int, valueWon: Int
  ) {
    self.month = month
    self.missed = missed
    self.texted = texted
    self.replied = replied
    self.requests = requests
    self.promises = promises
    self.kept = kept
    self.tenthsToHuman = tenthsToHuman
    self.jobsWon = jobsWon
    self.valueWon = valueWon
  }

  /// nil where nothing was promised.
  fileprivate var percentKept: Int? {
    promises == 0 ? nil : (200 * kept + promises) / (2 * promises)
  }
}

/// - Parameters:
///   - months: the newest first; not empty.
///   - hours: calls of all of them, 7 days from Monday on of 24 hours each.
///   - asOf: when the month under way was counted; nil: just now.
package func inboxFiguresPage(_ months: [InboxMonth], hours: [Int], asOf: String?, frame: InboxFrame) -> HTML
{
  let words = frame.words
  let stand: HTML? = asOf.map { "<p class=\"small\">\(words.figuresAsOf($0))</p>\n" }
  let none: HTML? =
    hours.allSatisfy { $0 == 0 } ? "<p class=\"card empty\">\(words.nothing(.figures))</p>\n" : nil
  func number(_ value: Int) -> String { String(value) }
  let figures: [HTML] = [
    figure(
      "missed", words.missedAndTexted, months,
      [(words.missedColumn, \.missed), (words.textedColumn, \.texted)],
      words),
    figure(
      "replied", words.repliesAndRequests, months,
      [(words.repliedColumn, \.replied), (words.requestsColumn, \.requests)], words),
    figure(
      "kept", words.promisesKept, months, [(words.shareColumn, \.percentKept)], words, top: 100,
      before: [(words.keptColumn, { words.keptOf($0.kept, $0.promises) })]
    ) { "\($0)\u{00A0}%" },
    figure("minutes", words.minutesToPerson, months, [(words.minutesColumn, \.tenthsToHuman)], words) {
      Minutes.text(tenths: $0)
    },
    figure("jobs", words.jobsWon, months, [(words.jobsColumn, \.jobsWon)], words),
    figure("worth", words.jobsWorth, months, [(words.worthIn(frame.currency), \.valueWon)], words) {
      Money.text($0)
    },
    week(hours, words),
  ]
  let main: HTML = """
    \(frame.tabs(.figures))
    <h1>\(words.heading(.figures))</h1>
    <p class="small">\(words.figuresHint)</p>
    \(stand)\(none)\(figures)
    """
  return frame.document(title: words.heading(.figures), main: main)
}

/// One drawing with its numbers.
///
/// - Parameters:
///   - columns: what is drawn, and stands in the table; no value is a dash.
///   - top: the value of a full bar; nil: the highest there is.
///   - before: columns of the table that are not drawn.
private func figure(
  _ id: StaticString, _ heading: String, _ months: [InboxMonth],
  _ columns: [(name: String, value: (InboxMonth) -> Int?)], _ words: InboxWords, top: Int? = nil,
  before: [(name: String, text: (InboxMonth) -> String)] = [], say: (Int) -> String = { String($0) }
) -> HTML {
  func said(_ value: Int?) -> String { value.map(say) ?? "–" }
  let id = HTML(stringLiteral: id)
  let head: [HTML] = (before.map(\.name) + columns.map(\.name)).map { "<th scope=\"col\">\($0)</th>" }
  let rows: [HTML] = months.map { month in
    let cells: [HTML] = (before.map { $0.text(month) } + columns.map { said($0.value(month)) }).map {
      "<td>\($0)</td>"
    }
    return "<tr><th scope=\"row\">\(words.month(month.month))</th>\(cells)</tr>\n"
  }
  let main = columns[0].value
  let best = months.filter { main($0) != nil }.max { (main($0) ?? 0) < (main($1) ?? 0) }
  let summary = words.monthsInWords(
    this: said(main(months[0])), last: months.count > 1 ? said(main(months[1])) : said(nil),
    most: best.flatMap { best in main(best).map { (say($0), words.month(best.month)) } })
  let highest = top ?? max(1, columns.flatMap { column in months.compactMap(column.value) }.max() ?? 1)
  let bars: HTML = barChart(
    columns.map { column in months.reversed().map { column.value($0) ?? 0 } }, highest: highest,
    top: say(highest),
    names: columns.count > 1 ? columns.map(\.name) : [],
    ends: [months[months.count - 1], months[months.count / 2], months[0]].map { words.month($0.month) })
  return """
    <section class="card" aria-labelledby="\(id)"><h2 id="\(id)">\(heading)</h2>
    <p class="small">\(summary)</p>
    <div class="figure">\(bars)<table class="numbers" aria-labelledby="\(id)">
    <thead><tr><th scope="col">\(words.monthColumn)</th>\(head)</tr></thead>
    <tbody>
    \(rows)</tbody></table></div></section>

    """
}

/// Calls by weekday and hour.
private func week(_ hours: [Int], _ words: InboxWords) -> HTML {
  let days = words.weekdays
  let highest = hours.max() ?? 0
  var squares = HTML()
  for (index, value) in hours.enumerated() where value > 0 {
    // From a fourth of the highest to the highest: four shades.
    squares += """
      <rect class="h\((4 * value + highest - 1) / highest)" x="\(32 + index % 24 * 12)" y="\(index / 24 * 14)" \
      width="11" height="13"/>
      """
  }
  let names: [HTML] = days.enumerated().map { "<text x=\"0\" y=\"\($0 * 14 + 11)\">\($1)</text>" }
  let clock: [HTML] = [0, 6, 12, 18].map { "<text x=\"\(32 + $0 * 12)\" y=\"110\">\($0)</text>" }
  let head: [HTML] = days.map { "<th scope=\"col\">\($0)</th>" }
  let rows: [HTML] = (0..<24).map { hour in
    let cells: [HTML] = (0..<7).map { "<td>\(hours[$0 * 24 + hour])</td>" }
    return "<tr><th scope=\"row\">\(hour)</th>\(cells)</tr>\n"
  }
  let most = hours.firstIndex(of: highest).flatMap { highest == 0 ? nil : $0 }
  let summary: HTML? = most.map {
    "<p class=\"small\">\(words.busiest(days[$0 / 24], hour: $0 % 24, calls: highest))</p>\n"
  }
  return """
    <section class="card" aria-labelledby="week"><h2 id="week">\(words.callsByHour)</h2>
    \(summary)<div class="figure"><svg class="chart" viewBox="0 0 320 114" aria-hidden="true" focusable="false">\
    \(names)\(squares)\(clock)</svg><table class="numbers hours" aria-labelledby="week">
    <thead><tr><th scope="col">\(words.hourColumn)</th>\(head)</tr></thead>
    <tbody>
    \(rows)</tbody></table></div></section>

    """
}
