// Corpus.swift - inputs kept in Tests/Corpus: seeds, and everything that ever failed; and new ones made of them.

import Platform

package struct Corpus {
  package let inputs: [[UInt8]]

  /// - Parameter folder: `Tests/Corpus`.
  package init(_ target: FuzzTarget, folder: String) throws {
    let path = "\(folder)/\(target.name)"
    inputs = try Files.list(path).map { try Files.read("\(path)/\($0)") }
  }
}

/// Makes inputs of inputs: the same ones for the same seed.
package struct Mutator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// SplitMix64.
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  private mutating func below(_ limit: Int) -> Int { limit <= 1 ? 0 : Int(next() % UInt64(limit)) }

  package mutating func input(from corpus: [[UInt8]], of target: FuzzTarget) -> [UInt8] {
    var bytes = corpus.isEmpty ? [] : corpus[below(corpus.count)]
    for _ in 0...below(6) { change(&bytes, corpus, target.words) }
    return Array(bytes.prefix(target.longest))
  }

  private mutating func change(_ bytes: inout [UInt8], _ corpus: [[UInt8]], _ words: [String]) {
    let place = below(bytes.count + 1)
    let length = min(below(16) + 1, bytes.count - place)
    switch below(9) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
    case 1 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: next())
    case 2: bytes.insert(UInt8(truncatingIfNeeded: next()), at: place)
    case 3: bytes.removeSubrange(place..<(place + length))
    case 4: bytes.insert(contentsOf: Array(bytes[place..<(place + length)]), at: below(bytes.count + 1))
    case 5 where !words.isEmpty: bytes.insert(contentsOf: Array(words[below(words.count)].utf8), at: place)
    case 6 where !corpus.isEmpty:
      let other = corpus[below(corpus.count)]
      let from = below(other.count + 1)
      bytes = Array(bytes[..<place]) + Array(other[from...])
    case 7 where place + 4 <= bytes.count:
      // Sizes and counts at their edges.
      let value = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x8000_0000][below(8)]
      for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: value >> (24 - 8 * index)) }
    case 8:
      let piece = Array(bytes[place..<(place + length)])
      for _ in 0..<below(64) { bytes.insert(contentsOf: piece, at: place) }
    default: break
    }
  }
}
