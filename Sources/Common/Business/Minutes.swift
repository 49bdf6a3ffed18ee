// Minutes.swift - spans as figures have them: minutes with one decimal.

package enum Minutes {
  /// Tenths of minutes, rounded half up; never negative.
  package static func tenths(milliseconds: Int) -> Int { (max(0, milliseconds) + 3000) / 6000 }

  /// `4.5`.
  package static func text(tenths: Int) -> String { "\(tenths / 10).\(tenths % 10)" }
}
