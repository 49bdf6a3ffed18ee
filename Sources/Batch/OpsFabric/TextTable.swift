// TextTable.swift - rows for a terminal, columns aligned, long cells cut, control characters out.

struct TextTable {
  private static let widest = 40
  private var rows: [[String]]

  init(header: [String]) { rows = [header] }

  mutating func add(_ cells: [String]) { rows.append(cells.map(TextTable.short)) }

  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
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
