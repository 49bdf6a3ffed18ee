// NumberSpellings.swift - finds a phone number in a text however it is written there.

/// What stands in place of a number that was forgotten.
package enum Forgotten {
  package static let number = "forgotten"
}

/// One number, to be found as `+41791234567`, `0041 79 123 45 67`, `079/123.45.67`, `+41 (0)79 123 45 67`,
/// `%2B41791234567` and the like. Longer runs of digits that merely contain it are other numbers.
package struct NumberSpellings: Sendable {
  /// What the digits of a spelling may be, the longest first.
  private let candidates: [[UInt8]]
  /// Two digits that follow each other in every spelling that does not part the last pair.
  package let lastDigits: String

  package init(_ number: PhoneNumber) {
    let digits = String(number.digits)
    var spellings = ["00" + digits, digits]
    if let plan = number.plan {
      let national = String(digits.dropFirst(plan.code.count))
      spellings.append((plan.dropsTrunkZero ? "0" : "") + national)
      if plan.dropsTrunkZero { spellings += ["00\(plan.code)0\(national)", "\(plan.code)0\(national)"] }
    }
    candidates = spellings.sorted { $0.count > $1.count }.map { Array($0.utf8) }
    lastDigits = String(digits.suffix(2))
  }

  package func occurs(in text: String) -> Bool { !ranges(in: Array(text.utf8)).isEmpty }

  /// The text with every spelling replaced; nil when there is none.
  package func masked(_ text: String, with word: String = Forgotten.number) -> String? {
    let bytes = Array(text.utf8)
    let found = ranges(in: bytes)
    guard !found.isEmpty else { return nil }
    var result: [UInt8] = []
    var from = 0
    for range in found {
      result += bytes[from..<range.lowerBound]
      result += word.utf8
      from = range.upperBound
    }
    return String(decoding: result + bytes[from...], as: UTF8.self)
  }

  /// Where it stands, from its plus sign on.
  package func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      guard isDigit(bytes[index]), index == 0 || !isDigit(bytes[index - 1]),
        let end = candidates.lazy.compactMap({ match($0, in: bytes, at: index) }).first
      else {
        index += 1
        continue
      }
      found.append(start(of: index, in: bytes)..<end)
      index = end
    }
    return found
  }

  /// The end of the spelling that begins here.
  private func match(_ digits: [UInt8], in bytes: [UInt8], at start: Int) -> Int? {
    var index = start
    for (place, digit) in digits.enumerated() {
      if place > 0 { index = afterSeparators(in: bytes, at: index) }
      guard index < bytes.count, bytes[index] == digit else { return nil }
      index += 1
    }
    return index < bytes.count && isDigit(bytes[index]) ? nil : index
  }

  /// At most three separators stand between two digits; of a separator of several bytes all are taken.
  private func afterSeparators(in bytes: [UInt8], at start: Int) -> Int {
    var index = start
    for _ in 0..<3 {
      guard let separator = NumberSpellings.separators.first(where: { bytes[index...].starts(with: $0) })
      else { break }
      index += separator.count
    }
    return index
  }

  private func start(of index: Int, in bytes: [UInt8]) -> Int {
    for plus in NumberSpellings.plusSigns where bytes[..<index].suffix(plus.count).elementsEqual(plus) {
      return index - plus.count
    }
    return index
  }

  private func isDigit(_ byte: UInt8) -> Bool { 48...57 ~= byte }

  private static let plusSigns = ["%2B", "%2b", "+"].map { Array($0.utf8) }
  private static let separators =
    ([" ", "\t", "-", ".", "/", "(", ")", "+", "_", "\u{A0}", "\u{2009}", "\u{202F}", "\u{2010}", "\u{2011}"]
    + ["\u{2012}", "\u{2013}", "%20", "%28", "%29", "%2F", "%2f", "%C2%A0", "%c2%a0"]).map { Array($0.utf8) }
}
