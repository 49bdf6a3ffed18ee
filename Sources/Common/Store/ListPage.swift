// ListPage.swift - long lists are shown a page at a time, and always say how long they are.

import SQLite

/// One page of a list, and how long the whole list is.
package struct ListPage<Element: Sendable>: Sendable {
  package var rows: [Element]
  /// From 1 on: the page asked for, or the nearest there is.
  package var number: Int
  /// Of the whole list.
  package var total: Int
}

/// Rows on a page.
package let listPageSize = 50

/// The page with this number of a list of so many rows; `rows` gives `size` of them, leaving out `offset`.
func listPage<Element: Sendable>(
  _ number: Int, of total: Int, rows: (_ size: Int, _ offset: Int) throws -> [Element]
) rethrows -> ListPage<Element> {
  guard total > 0 else { return ListPage(rows: [], number: 1, total: 0) }
  let number = min(max(1, number), (total - 1) / listPageSize + 1)
  return ListPage(rows: try rows(listPageSize, (number - 1) * listPageSize), number: number, total: total)
}

/// A page of a long list, read from whichever end is nearer: SQLite steps over every row that is left out.
/// - Parameters:
///   - sql: the rows in any order.
///   - order: columns, perhaps with ` DESC`, of which no two rows have the same.
func orderedPage<Element: Sendable>(
  _ number: Int, of total: Int, in database: Database, _ sql: String, order: [String], _ values: [Value],
  as element: (Row) throws(SQLiteError) -> Element
) throws -> ListPage<Element> {
  try listPage(number, of: total) { size, offset in
    let isFromEnd = offset > total / 2
    let end = min(offset + size, total)
    let (rows, skipped) = isFromEnd ? (end - offset, total - end) : (size, offset)
    let columns = isFromEnd ? order.map(turned) : order
    let found = try database.rows(
      "\(sql) ORDER BY \(columns.joined(separator: ", ")) LIMIT ? OFFSET ?",
      values: values + [.integer(rows), .integer(skipped)], as: element)
    return isFromEnd ? found.reversed() : found
  }
}

private func turned(_ column: String) -> String {
  column.hasSuffix(" DESC") ? String(column.dropLast(5)) : column + " DESC"
}

/// Values for `IN (…)`, as many at once as a page has rows, so that one statement serves all pages.
struct ListPlaces: Sequence, IteratorProtocol {
  /// Stands between the parentheses.
  static let sql = Array(repeating: "?", count: listPageSize).joined(separator: ", ")

  private var rest: ArraySlice<Value>

  init(_ values: [Value]) { rest = values[...] }

  mutating func next() -> [Value]? {
    guard !rest.isEmpty else { return nil }
    let values = Array(rest.prefix(listPageSize))
    rest = rest.dropFirst(listPageSize)
    return values + Array(repeating: .null, count: listPageSize - values.count)
  }
}
