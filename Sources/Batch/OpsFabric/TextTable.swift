// TextTable.swift - rows for a terminal, columns aligned, long cells cut, control characters out.

struct TextTable {
  private static let widest = 40
  private var rows: [[String]]

  init(header: [String]) { rows = [header] }

  mutating func add(_ cells: [String]) { rows.append(cells.map(TextTable.short)) }

  /// Fits a width: columns that may go do so, the first of `leaving` first; then the widest are cut.
  mutating func fit(_ width: Int, leaving: [String]) {
    for key in leaving where total(of: self.widths.map({ min($0, 16) })) > width {
      guard let column = rows[0].firstIndex(of: key) else { continue }
      for row in rows.indices { rows[row].remove(at: column) }
    }
    var widths = self.widths
    while total(of: widths) > width, let widest = widths.max(), widest > 4,
      let column = widths.lastIndex(of: widest)
    {
      widths[column] -= 1
    }
    for row in rows.indices {
      for column in widths.indices where rows[row][column].count > widths[column] {
        rows[row][column] = rows[row][column].prefix(widths[column] - 1) + "…"
      }
    }
  }

  private var widths: [Int] { rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 } }

  private func total(of widths: [Int]) -> Int { widths.reduce(0, +) + 2 * max(0, widths.count - 1) }

  var text: String {
    let widths = self.widths
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell
        if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
      }
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  private static func short(_ cell: String) -> String {
    var clean = ""
    for scalar in cell.unicodeScalars {
      let isControl = scalar.value < 32 || (127..<160).contains(scalar.value)
      clean.unicodeScalars.append(isControl ? " " : scalar)
    }
    return clean.count > widest ? clean.prefix(widest - 1) + "…" : clean
  }
}
