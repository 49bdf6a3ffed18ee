// Search.swift - what staff look for among their requests: any part of a number, of a name, of a word.
//
// What is nothing but digits and their separators is a part of a number, however it is spaced: `79 12`, `+41 79`,
// `0041 79`, `079 12`, `(0)79/12`. Anything else is words, each of which must stand somewhere, in any order, whatever
// its case and accents. Nothing typed has a meaning of its own: % and _ are characters like others.

/// Something to look for.
package struct Search: Sendable {
  /// Digits or characters that make a search.
  package static let minimum = 2

  private let terms: [Term]
  /// The text that is looked through, folded; kept from one to the next.
  private var folded: [UInt8] = []

  /// nil where fewer than two digits or characters were typed.
  package init?(typed: String) {
    let bytes = FoldedText.bytes(of: typed).trimmed
    if let number = NumberPart(bytes) {
      guard number.digits.count >= Search.minimum else { return nil }
      terms = [Term(word: nil, number: number)]
    } else {
      let words = bytes.split(separator: FoldedText.space).map(Array.init)
      // A character begins with every byte but 10xxxxxx.
      guard words.joined().count(where: { $0 & 0xC0 != 0x80 }) >= Search.minimum else { return nil }
      terms = words.map { Term(word: $0, number: NumberPart($0)) }
    }
  }

  /// Everything looked for stands in the number (E.164, or what stands for a withheld one) or in the text.
  package mutating func finds(
    number: UnsafeBufferPointer<UInt8>, text: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    var foldedCount: Int?
    for term in terms {
      if let part = term.number, part.occurs(inNumber: number) { continue }
      let count = foldedCount ?? fold(text)
      foldedCount = count
      let isInText = folded.withUnsafeBufferPointer { term.occurs(in: .init(rebasing: $0[..<count])) }
      if !isInText { return false }
    }
    return true
  }

  private mutating func fold(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    if folded.count < text.count { folded = Array(repeating: 0, count: max(512, 2 * text.count)) }
    return folded.withUnsafeMutableBufferPointer { FoldedText.fold(text, into: $0) }
  }
}

private struct Term: Sendable {
  /// nil where nothing but a number was typed: its digits are looked for, with any separators between them.
  let word: [UInt8]?
  let number: NumberPart?

  func occurs(in text: UnsafeBufferPointer<UInt8>) -> Bool {
    if let word { return text.contains(word) }
    return number?.occurs(inText: text) ?? false
  }
}

/// Digits of a number as they were typed.
private struct NumberPart: Sendable {
  let digits: [UInt8]
  private let hasPlus: Bool
  /// The beginning of an E.164 number that `+41 …`, `0041 …` and `+41 (0) …` stand for.
  private let international: [[UInt8]]
  private static let zero = UInt8(ascii: "0")

  /// nil where anything but digits and their separators was typed, or no digit.
  init?(_ typed: [UInt8]) {
    guard typed.allSatisfy({ $0.isDigit || $0.isSeparator }) else { return nil }
    digits = typed.filter(\.isDigit)
    guard !digits.isEmpty else { return nil }
    hasPlus = typed.first == UInt8(ascii: "+")
    guard hasPlus || (digits.count > 2 && digits.starts(with: [NumberPart.zero, NumberPart.zero])) else {
      international = []
      return
    }
    let whole = Array(hasPlus ? digits[...] : digits[2...])
    let code = CallingCodes.length(of: Substring(decoding: whole, as: UTF8.self)) ?? whole.count
    // "+41 (0)79": the zero is not dialled from abroad, but in Italy it belongs to the number.
    let hasTrunkZero = code < whole.count && whole[code] == NumberPart.zero
    international = hasTrunkZero ? [whole, Array(whole[..<code] + whole[(code + 1)...])] : [whole]
  }

  /// In any of the ways people write it: `+41 79 …`, `0041 79 …`, `079 …`.
  func occurs(inNumber number: UnsafeBufferPointer<UInt8>) -> Bool {
    guard number.first == UInt8(ascii: "+") else { return false }
    let dialled = UnsafeBufferPointer(rebasing: number.dropFirst())
    if international.contains(where: dialled.starts) { return true }
    if hasPlus { return false }
    return dialled.contains(digits) || isNational(of: dialled)
  }

  /// `079 12` is the beginning of what follows the calling code.
  private func isNational(of dialled: UnsafeBufferPointer<UInt8>) -> Bool {
    guard digits[0] == NumberPart.zero else { return false }
    return (1...3).contains { code in
      dialled.dropFirst(code).starts(with: digits.dropFirst())
        && CallingCodes.length(of: Substring(decoding: dialled.prefix(4), as: UTF8.self)) == code
    }
  }

  /// The digits one after the other, with at most three separators between two of them.
  func occurs(inText text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.indices.contains { start in
      var index = start
      for digit in digits {
        if index > start {
          let end = min(index + 3, text.endIndex)
          while index < end, text[index].isSeparator { index += 1 }
        }
        guard index < text.endIndex, text[index] == digit else { return false }
        index += 1
      }
      return true
    }
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { 48...57 ~= self }

  /// Between the digits of a number: blank, + - . / ( ).
  fileprivate var isSeparator: Bool {
    switch self {
    case 0x20, 0x28, 0x29, 0x2B, 0x2D, 0x2E, 0x2F: true
    default: false
    }
  }
}

extension [UInt8] {
  /// Without blanks at its ends.
  fileprivate var trimmed: [UInt8] {
    guard let first = firstIndex(where: { $0 != FoldedText.space }),
      let last = lastIndex(where: { $0 != FoldedText.space })
    else { return [] }
    return Array(self[first...last])
  }
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate func contains(_ part: [UInt8]) -> Bool {
    guard let first = part.first, count >= part.count else { return part.isEmpty }
    return part.withUnsafeBufferPointer { part in
      var start = 0
      while start <= count - part.count {
        if self[start] == first {
          var matched = 1
          while matched < part.count, self[start + matched] == part[matched] { matched += 1 }
          if matched == part.count { return true }
        }
        start += 1
      }
      return false
    }
  }

  fileprivate func starts(with part: [UInt8]) -> Bool { self.starts(with: part, by: ==) }
}
