// FuzzTarget.swift - everything that reads bytes from outside, as functions that a generator can call.
//
// A target feeds the bytes to the product's own code and checks what must hold whatever they are. It throws
// `Violation` where that does not hold; a trap, a hang and a sanitizer's finding are noticed by whoever calls.
// A new reader of foreign bytes gets a line in `all`, a file with its invariants, and seeds in Tests/Corpus/NAME.

/// What should be true of any input, and was not.
package struct Violation: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

package struct FuzzTarget: Sendable, CustomStringConvertible {
  /// Also the name of its folder in the corpus.
  package let name: String
  /// Longer inputs are not tried: the reader has a limit of its own, or finds nothing new in them.
  package let longest: Int
  /// Pieces of the format, to be put into inputs.
  package let words: [String]
  package let run: @Sendable ([UInt8]) throws -> Void

  package var description: String { name }

  init(
    _ name: String, longest: Int = 4096, words: [String] = [],
    _ run: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.name = name
    self.longest = longest
    self.words = words
    self.run = run
  }

  package static let all: [FuzzTarget] =
    webTargets + textTargets + fileTargets + serviceTargets + functionTargets
}

func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
  if !condition { throw Violation(message()) }
}

func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
