// ListPage.swift - long lists are shown a page at a time, and always say how long they are.

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
