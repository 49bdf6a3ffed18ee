// HelpText.swift - `--help` broken for the terminal it appears on; as it was written where there is none.

enum HelpText {
  /// - Parameter width: columns; nil: the lines as they were written.
  static func text(usage: String, summary: String, details: String, width: Int?) -> String {
    guard let width else {
      return "usage: \(usage)\n\n\(summary)" + (details.isEmpty ? "" : "\n\n\(details)")
    }
    var lines = wrapped(usage, first: "usage: ", rest: "         ", width: width)
    lines += [""] + wrapped(summary, first: "", rest: "", width: width)
    if !details.isEmpty { lines.append("") }
    return (lines + self.lines(of: details, width: width)).joined(separator: "\n")
  }

  /// Sentences and terms, each broken and indented by what it is.
  static func lines(of details: String, width: Int) -> [String] {
    var lines: [String] = []
    for item in items(details) {
      // A term that leaves no room for its description beside it is part of the text.
      let hangs = item.term.count < width / 2
      lines += wrapped(
        hangs ? item.text : item.term + item.text, first: hangs ? item.term : "",
        rest: String(repeating: " ", count: hangs ? item.term.count : 2), width: width)
    }
    return lines
  }

  /// Sentences, and terms with what they mean: `--json   one object per line`.
  private struct Item {
    /// With the blanks after it; empty for sentences.
    var term: String
    var text: String
  }

  private static func items(_ details: String) -> [Item] {
    var items: [Item] = []
    for line in details.split(separator: "\n", omittingEmptySubsequences: false) {
      let text = line.drop { $0 == " " }
      if text.isEmpty {
        items.append(Item(term: "", text: ""))
      } else if let gap = line.firstRange(of: "  "), gap.lowerBound > line.startIndex {
        let start = line[gap.lowerBound...].firstIndex { $0 != " " } ?? line.endIndex
        items.append(Item(term: String(line[..<start]), text: String(line[start...])))
      } else if let last = items.last, goesOn(last, with: line) {
        items[items.count - 1].text += " " + text
      } else {
        items.append(Item(term: "", text: String(line)))
      }
    }
    return items
  }

  /// A line that was broken in the source: indented below a term, or in the middle of a sentence.
  private static func goesOn(_ item: Item, with line: Substring) -> Bool {
    if line.first == " " { return true }
    return item.term.isEmpty && !item.text.isEmpty && !".:".contains(item.text.last ?? ".")
  }
}
