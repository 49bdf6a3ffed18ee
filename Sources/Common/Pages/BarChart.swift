// BarChart.swift - bars drawn in the page, in its own colours. What they show stands beside them in words or as a table,
// so they are hidden from whoever hears the page.

/// How wide a drawing is.
private let chartWidth = 320

/// The bars of one series, the oldest first, over the whole width; none for a zero.
private func bars(
  _ values: [Int], look: HTML, highest: Int, floor: Int, height: Int, start: Int, width: Int
) -> HTML {
  var drawn = HTML()
  for (index, value) in values.enumerated() where value > 0 {
    let tall = max(1, min(value, highest) * height / highest)
    drawn += """
      <rect class="\(look)" x="\(index * chartWidth / values.count + start)" y="\(floor - tall)" \
      width="\(width)" height="\(tall)"/>
      """
  }
  return drawn
}

/// Bars side by side, the oldest first: the first of a pair filled, the other outlined.
///
/// - Parameter ends: what stands below the first, the middle and the last.
func barChart(_ series: [[Int]], highest: Int, top: String, names: [String], ends: [String]) -> HTML {
  let (floor, height) = (120, 100)
  let slot = chartWidth / max(1, series[0].count)
  let bar = (slot - 6) / series.count
  let drawn: [HTML] = series.enumerated().map { place, values in
    bars(
      values, look: place == 0 ? "a" : "b", highest: highest, floor: floor, height: height,
      start: 3 + place * bar, width: bar - 1)
  }
  let legend: [HTML] = names.enumerated().map { place, name in
    let look: HTML = place == 0 ? "a" : "b"
    return """
      <rect class="\(look)" x="\(110 + place * 100)" y="5" width="8" height="8"/>\
      <text x="\(122 + place * 100)" y="13">\(name)</text>
      """
  }
  return """
    <svg class="chart" viewBox="0 0 320 140" aria-hidden="true" focusable="false">\
    <path d="M0 \(floor - height)H320M0 \(floor)H320"/>\(drawn)\(legend)<text x="0" y="13">\(top)</text>\
    <text x="0" y="134">\(ends[0])</text><text class="mid" x="160" y="134">\(ends[1])</text>\
    <text class="end" x="320" y="134">\(ends[2])</text></svg>
    """
}

/// The same of one series, so flat that a list can have one for each entry: each as high as its own highest.
func smallChart(_ values: [Int]) -> HTML {
  let drawn = bars(
    values, look: "a", highest: max(1, values.max() ?? 1), floor: 32, height: 30, start: 1,
    width: chartWidth / max(1, values.count) - 2)
  return """
    <svg class="chart" viewBox="0 0 320 33" aria-hidden="true" focusable="false"><path d="M0 32H320"/>\(drawn)</svg>
    """
}
