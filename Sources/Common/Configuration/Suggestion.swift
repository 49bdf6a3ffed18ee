// Suggestion.swift - "did you mean": the known word nearest to a misspelt one.

package enum Suggestion {
  /// `did you mean "ring_seconds"?`, or nil when nothing is near.
  package static func text(for word: String, among known: [String]) -> String? {
    nearest(to: word, among: known).map { "did you mean \"\($0)\"?" }
  }

  static func nearest(to word: String, among known: [String]) -> String? {
    let plain = simplified(word)
    // A part of a known word (`token`), or one with at most a third of its letters different.
    if let longer = known.first(where: { plain.count >= 4 && String(simplified($0)).contains(String(plain)) })
    {
      return longer
    }
    let best = known.map { ($0, distance(plain, simplified($0))) }.min { $0.1 < $1.1 }
    guard let (candidate, distance) = best, distance <= max(1, plain.count / 3) else { return nil }
    return candidate
  }

  /// `ringSeconds`, `ring-seconds` and `Ring_Seconds` are the same mistake.
  private static func simplified(_ word: String) -> [Character] {
    word.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }.map { $0 }
  }

  /// Levenshtein's distance, two neighbours swapped counting as one step.
  static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, character) in left.enumerated() {
      var line = [row + 1]
      for (column, other) in right.enumerated() {
        var best = min(last[column + 1] + 1, line[column] + 1, last[column] + (character == other ? 0 : 1))
        if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
          best = min(best, beforeLast[column - 1] + 1)
        }
        line.append(best)
      }
      (beforeLast, last) = (last, line)
    }
    return last[right.count]
  }
}
