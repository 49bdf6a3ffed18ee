// Amount.swift - money and rates as exact decimal numbers.
//
// Twilio's prices have up to five decimals. They are summed as whole millionths, never as binary fractions, so
// that a column adds up to its total to the last digit.

/// An amount of money in millionths of its currency's unit.
package struct Amount: Hashable, Comparable, Sendable {
  package var millionths: Int

  package init(millionths: Int) { self.millionths = millionths }

  package static let zero = Amount(millionths: 0)

  /// `31.2214`, `0.05`, `12.00`: a point, at least two decimals, no more than needed.
  package var text: String {
    let magnitude = millionths.magnitude
    let fraction = String(magnitude % 1_000_000)
    var decimals = String(repeating: "0", count: 6 - fraction.count) + fraction
    while decimals.utf8.count > 2, decimals.hasSuffix("0") { decimals.removeLast() }
    return "\(millionths < 0 ? "-" : "")\(magnitude / 1_000_000).\(decimals)"
  }

  package static func + (left: Self, right: Self) -> Self {
    Amount(millionths: left.millionths + right.millionths)
  }

  package static func < (left: Self, right: Self) -> Bool { left.millionths < right.millionths }
}

/// A share of a whole.
package struct Rate: Hashable, Sendable {
  package var part: Int
  package var whole: Int

  package init(_ part: Int, of whole: Int) {
    self.part = part
    self.whole = whole
  }

  /// In whole per cent, rounded half up; nil where there is nothing to be a share of.
  package var percent: Int? {
    whole > 0 ? (min(max(part, 0), whole) * 200 + whole) / (2 * whole) : nil
  }

  /// `0.0000` to `1.0000`, rounded half up; nil where there is nothing to be a share of. A part that is larger
  /// than the whole counts as the whole.
  package var text: String? {
    guard whole > 0 else { return nil }
    let tenThousandths = (min(max(part, 0), whole) * 20_000 + whole) / (2 * whole)
    let decimals = String(tenThousandths % 10_000)
    return "\(tenThousandths / 10_000).\(String(repeating: "0", count: 4 - decimals.count))\(decimals)"
  }
}
