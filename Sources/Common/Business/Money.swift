// Money.swift - sums of money as people type and read them.

import LocalTime

/// A sum in hundredths of a currency.
package enum Money {
  /// Beyond it nobody types a sum on purpose.
  private static let largest = 1_000_000_000

  /// `480`, `480.5`, `480,50`, `1'480.00`, `1’480.–`; nil for what is no sum of at most two decimals.
  package static func hundredths(typed: String) -> Int? {
    var text = typed.filter { !$0.isWhitespace && $0 != "'" && $0 != "’" }
    for end in [".–", ".-", ".—", ",-", ",–"] where text.hasSuffix(end) { text.removeLast(2) }
    let parts = text.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { $0 == "." || $0 == "," })
    guard let whole = parts.first, !whole.isEmpty, whole.count <= 8, whole.allSatisfy(isDigit) else {
      return nil
    }
    var decimals = parts.count > 1 ? String(parts[1]) : ""
    guard decimals.count <= 2, decimals.allSatisfy(isDigit), parts.count == 1 || !decimals.isEmpty else {
      return nil
    }
    decimals += String(repeating: "0", count: 2 - decimals.count)
    guard let francs = Int(whole), let cents = Int(decimals) else { return nil }
    let sum = francs * 100 + cents
    return sum <= largest * 100 ? sum : nil
  }

  /// `480.00`.
  package static func text(_ hundredths: Int) -> String {
    "\(hundredths / 100).\(padded(hundredths % 100))"
  }

  private static func isDigit(_ character: Character) -> Bool { "0"..."9" ~= character }
}
