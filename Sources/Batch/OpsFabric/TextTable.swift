// TextTable.swift - rows for a terminal, columns aligned, long cells cut, control characters out.

import Platform

struct TextTable {
  private static let widest = 40
  private var rows: [[String]]
  /// What stands for what was cut.
  private let mark: String

  init(header: [String], _ environment: Environment = .process) {
    mark = ellipsis(environment)
    rows = [header]
  }

  mutating func add(_ cells: [String]) { rows.append(cells.map { TextTable.short($0, mark) }) }

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
        rows[row][column] = rows[row][column].prefix(widths[column] - 1) + mark
      }
    }
  }

  /// Takes the columns out that say nothing in any row, where there are rows.
  mutating func dropEmpty() {
    guard rows.count > 1 else { return }
    for column in rows[0].indices.reversed() where rows.dropFirst().allSatisfy({ $0[column].isEmpty }) {
      for row in rows.indices { rows[row].remove(at: column) }
    }
  }

  private var widths: [Int] { rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 } }

  private func total(of widths: [Int]) -> Int { widths.reduce(0, +) + 2 * max(0, widths.count - 1) }

  var text: String { text(Palette(isOn: false)) }

  /// - Parameter ink: of a cell that is not of the heading.
  func text(_ palette: Palette, ink: (_ key: String, _ cell: String) -> Ink? = { _, _ in nil }) -> String {
    let widths = self.widths
    return rows.enumerated().map { place, row in
      // Blanks at the end are no part of a line; colour would keep them.
      let last = row.lastIndex { !$0.isEmpty } ?? -1
      var line = ""
      for (column, cell) in row.enumerated() where column <= last {
        line += palette.paint(cell, place == 0 ? .heading : ink(rows[0][column], cell))
        if column < last { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
      }
      return line
    }.joined(separator: "\n")
  }

  private static func short(_ cell: String, _ mark: String) -> String {
    var clean = ""
    for scalar in cell.unicodeScalars {
      let isControl = scalar.value < 32 || (127..<160).contains(scalar.value)
      clean.unicodeScalars.append(isControl ? " " : scalar)
    }
    return clean.count > widest ? clean.prefix(widest - 1) + mark : clean
  }
}
