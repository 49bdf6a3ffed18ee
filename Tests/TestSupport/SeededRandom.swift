// SeededRandom.swift - random numbers that a seed brings back, for property tests.

import Platform

/// SplitMix64.
package struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  /// true in that share of cases.
  package mutating func happens(_ percent: Int) -> Bool { Int(next() % 100) < percent }

  package mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int(next() % UInt64(elements.count))]
  }

  package mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// The seed to begin with: FAULT_SEED where it is set, so that a failure can be played again.
  package static var firstSeed: UInt64 {
    Environment.process["FAULT_SEED"].flatMap { UInt64($0) }
      ?? RandomSource.system.bytes(4).reduce(0) {
        $0 << 8 | UInt64($1)
      }
  }
}
