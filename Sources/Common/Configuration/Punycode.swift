// Punycode.swift - a name with umlauts as browsers ask for it: küche.ch is xn--kche-0ra.ch (RFC 3492).

/// Host names with other letters than ASCII's, as registries of our countries give them out.
enum InternationalName {
  /// Every label in its ASCII form, with the port behind it as it is; nil where a letter is none of Latin-1 and Latin
  /// Extended-A, beyond which the mapping of IDNA would need tables that nobody here needs.
  static func ascii(_ host: String) -> String? {
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    let encoded = labels.map { label in
      label.allSatisfy(\.isASCII) ? String(label) : letters(label).map { "xn--" + punycode($0) }
    }
    guard encoded.allSatisfy({ $0 != nil }) else { return nil }
    return encoded.compactMap(\.self).joined(separator: ".")
  }

  /// The label in lower case, one code point for each letter, however its accents were written.
  private static func letters(_ label: Substring) -> [UInt32]? {
    var result: [UInt32] = []
    for character in label.lowercased() {
      if let byte = character.asciiValue {
        result.append(UInt32(byte))
        continue
      }
      let known = (UInt32(0xDF)...0x17F).first { value in
        value != 0xF7 && Unicode.Scalar(value).map { Character($0) == character } == true
      }
      guard let known else { return nil }
      result.append(known)
    }
    return result
  }

  /// RFC 3492, section 6.3; a label is short, so nothing overflows.
  private static func punycode(_ letters: [UInt32]) -> String {
    let basic = letters.filter { $0 < 128 }
    var output = basic.compactMap(UInt8.init(exactly:))
    if !basic.isEmpty { output.append(UInt8(ascii: "-")) }
    var (code, delta, bias) = (UInt32(128), 0, 72)
    var handled = basic.count
    while handled < letters.count {
      let next = letters.filter { $0 >= code }.min() ?? code
      delta += Int(next - code) * (handled + 1)
      code = next
      for letter in letters {
        if letter < code { delta += 1 }
        guard letter == code else { continue }
        output += digits(delta, bias: bias)
        bias = adapted(delta, count: handled + 1, isFirst: handled == basic.count)
        delta = 0
        handled += 1
      }
      delta += 1
      code += 1
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// A number of variable length: base 36, its last digit below the threshold.
  private static func digits(_ delta: Int, bias: Int) -> [UInt8] {
    var (rest, digits) = (delta, [UInt8]())
    var position = 36
    while true {
      let threshold = min(max(position - bias, 1), 26)
      guard rest >= threshold else { break }
      digits.append(digit(threshold + (rest - threshold) % (36 - threshold)))
      rest = (rest - threshold) / (36 - threshold)
      position += 36
    }
    return digits + [digit(rest)]
  }

  /// a to z, then 0 to 9.
  private static func digit(_ value: Int) -> UInt8 { UInt8(value < 26 ? value + 97 : value + 22) }

  private static func adapted(_ delta: Int, count: Int, isFirst: Bool) -> Int {
    var delta = isFirst ? delta / 700 : delta / 2
    delta += delta / count
    var steps = 0
    while delta > 455 {
      delta /= 35
      steps += 36
    }
    return steps + 36 * delta / (delta + 38)
  }
}
