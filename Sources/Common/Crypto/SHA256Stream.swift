// SHA256Stream.swift - SHA-256 of what comes piece by piece: a file need not be whole in memory.

package struct SHA256Stream {
  private var state = sha256InitialState
  private var words = [UInt32](repeating: 0, count: 64)
  /// What is not a whole block yet.
  private var rest: [UInt8] = []
  private var count = 0

  package init() {}

  package mutating func add(_ bytes: some Sequence<UInt8>) {
    rest.append(contentsOf: bytes)
    let whole = rest.count / 64 * 64
    for block in stride(from: 0, to: whole, by: 64) {
      sha256Mix(rest, at: block, into: &state, with: &words)
    }
    rest.removeFirst(whole)
    count += whole
  }

  /// Of all that was added; nothing more may be.
  package mutating func finish() -> [UInt8] {
    let end = paddedToBlocks(rest, after: count)
    for block in stride(from: 0, to: end.count, by: 64) {
      sha256Mix(end, at: block, into: &state, with: &words)
    }
    return bigEndian(state)
  }
}
