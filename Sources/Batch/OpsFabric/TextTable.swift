// TextTable.swift - rows for a terminal, columns aligned, long cells cut, control characters out.

struct TextTable {
  private static let widest = 40
  /// Of a table that goes into a file or another program.
  static let pageWidth = 200
  private static let gap = 2
  private var rows: [[String]]
  private let width: Int?

  /// - Parameter width: of the terminal; nil = as wide as it comes.
  init(header: [String], width: Int? = nil) {
    rows = [header]
    self.width = width
  }

  mutating func add(_ cells: [String]) { rows.append(cells.map(TextTable.short)) }

  var text: String {
    let widths = fitted(rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 })
    let cut = rows.map { row in
      zip(row, widths).map { cell, width in cell.count > width ? cell.prefix(width - 1) + "…" : cell }
    }
    return cut.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell
        if column < row.count - 1 {
          line += String(repeating: " ", count: widths[column] - cell.count + TextTable.gap)
        }
      }
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  /// What is too wide is taken from the widest columns, a character at a time, down to a few.
  private func fitted(_ widths: [Int]) -> [Int] {
    guard let width else { return widths }
    var widths = widths
    var excess = widths.reduce(0, +) + TextTable.gap * (widths.count - 1) - width
    while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 6 {
      widths[widest] -= 1
      excess -= 1
    }
    return widths
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
