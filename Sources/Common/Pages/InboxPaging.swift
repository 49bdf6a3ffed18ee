// InboxPaging.swift - where a page stands in its list, and the way to the others.

import Business

/// Where a page stands in the whole list.
package struct InboxPaging: Sendable {
  /// From 1 on.
  package var number: Int
  /// Entries on a page, the last one excepted.
  package var size: Int
  /// Of the whole list.
  package var total: Int

  package init(number: Int = 1, size: Int = 50, total: Int = 0) {
    self.number = number
    self.size = size
    self.total = total
  }

  package var count: Int { max(1, (total + size - 1) / size) }

  /// The page's entries, counted from 1 from the list's beginning.
  var entries: ClosedRange<Int> {
    let first = min((number - 1) * size, max(0, total - 1)) + 1
    return first...max(first, min(number * size, total))
  }

  /// The same of a list that is shown from its end, where page 1 is the last of it.
  var entriesFromEnd: ClosedRange<Int> { (total + 1 - entries.upperBound)...(total + 1 - entries.lowerBound) }
}

extension InboxFrame {
  /// `51–100 von 230`; of a list that fits on its page how many they are.
  func count(_ paging: InboxPaging) -> HTML? {
    guard paging.total > 0 else { return nil }
    return paging.count == 1
      ? "<p class=\"small\">\(words.requests(paging.total))</p>\n"
      : "<p class=\"small\">\(words.range(paging.entries, of: paging.total))</p>\n"
  }

  /// Links to the pages before and after, and to the ends of a long list; nothing where there is one page.
  func pager(_ paging: InboxPaging, query: [(name: String, value: String)]) -> HTML? {
    guard paging.count > 1 else { return nil }
    let last = paging.count
    let ways: [(to: Int, words: String)] = [
      (1, words.firstPage), (paging.number - 1, words.previousPage), (paging.number + 1, words.nextPage),
      (last, words.lastPage),
    ]
    let isThere = [
      paging.number > 2, paging.number > 1, paging.number < last, paging.number < last - 1,
    ]
    let links: [HTML] = zip(ways, isThere).filter(\.1).map { way, _ in
      let link = localLink(action, query + [(InboxNames.page, String(way.to))])
      return "<li><a class=\"act\" href=\"\(link)\">\(way.words)</a></li>\n"
    }
    return """
      <nav class="pager" aria-label="\(words.pages)"><p class="small">\
      \(words.range(paging.entries, of: paging.total))</p><ul>
      \(links)</ul></nav>

      """
  }
}
