// JSON5Scanner.swift - finds where a JSON5 text is broken, and keys that stand twice in one object.
//
// Foundation's decoder reads the values, but it says neither the line of a fault nor that a key was
// given twice (it silently keeps one). An operator needs both, so every file is walked through first.

/// Walks once through a text; makes no values.
struct JSON5Scanner {
  struct Fault: Error, Hashable {
    var line: Int
    var column: Int
    var reason: String
    var expected: String
  }

  struct DuplicateKey: Hashable {
    var key: String
    var line: Int
  }

  /// Where things stand in a text, as ranges of bytes, by dotted key: `twilio.account_sid`; the whole is "".
  struct Places {
    var values: [String: Range<Int>] = [:]
    /// Of each object, where an entry may be put in, and whether a comma must come before it.
    var ends: [String: (at: Int, needsComma: Bool)] = [:]
  }

  private static let deepest = 64

  private let bytes: [UInt8]
  private var position = 0
  private var duplicates: [DuplicateKey] = []
  private var places = Places()

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func scan(_ bytes: [UInt8]) -> Result<[DuplicateKey], Fault> {
    var scanner = JSON5Scanner(bytes)
    do throws(Fault) {
      try scanner.document()
      return .success(scanner.duplicates)
    } catch {
      return .failure(error)
    }
  }

  /// nil for a text that is broken.
  static func places(_ bytes: [UInt8]) -> Places? {
    var scanner = JSON5Scanner(bytes)
    do throws(Fault) { try scanner.document() } catch { return nil }
    return scanner.places
  }

  private mutating func document() throws(Fault) {
    try skipSpace()
    try value(path: "", depth: 0)
    try skipSpace()
    if !atEnd {
      throw fault("something follows after the closing bracket", "remove it, or a bracket closes too early")
    }
  }

  // MARK: Values

  private mutating func value(path: String, depth: Int) throws(Fault) {
    guard depth < JSON5Scanner.deepest else { throw fault("nested too deep", "") }
    let start = position
    defer { places.values[path] = start..<position }
    switch current {
    case nil: throw fault("the text ends where a value should stand", "")
    case UInt8(ascii: "{"): try object(path: path, depth: depth)
    case UInt8(ascii: "["): try array(path: path, depth: depth)
    case UInt8(ascii: "\""), UInt8(ascii: "'"): try string()
    default: try word()
    }
  }

  private mutating func object(path: String, depth: Int) throws(Fault) {
    let opened = position
    var keys: Set<String> = []
    position += 1
    // Behind the last entry, before what is said about it.
    var end = (at: position, needsComma: false)
    while true {
      try skipSpace()
      if take("}") {
        places.ends[path] = end
        return
      }
      guard !atEnd else { throw unclosed("{", opened) }
      let start = position
      let name = try key()
      let dotted = path.isEmpty ? name : "\(path).\(name)"
      if !keys.insert(name).inserted { duplicates.append(.init(key: dotted, line: place(start).line)) }
      try skipSpace()
      guard take(":") else { throw fault("no colon after the key \(name)", "write \(name): VALUE") }
      try skipSpace()
      try value(path: dotted, depth: depth + 1)
      end = (position, true)
      try skipSpace()
      if take(",") {
        end = (position, false)
        continue
      }
      if current == UInt8(ascii: "}") { continue }
      throw atEnd ? unclosed("{", opened) : fault("no comma after \(dotted)", "put a comma between entries")
    }
  }

  private mutating func array(path: String, depth: Int) throws(Fault) {
    let opened = position
    var index = 0
    position += 1
    while true {
      try skipSpace()
      if take("]") { return }
      guard !atEnd else { throw unclosed("[", opened) }
      try value(path: "\(path)[\(index)]", depth: depth + 1)
      try skipSpace()
      if take(",") || current == UInt8(ascii: "]") {
        index += 1
        continue
      }
      throw atEnd
        ? unclosed("[", opened) : fault("no comma after \(path)[\(index)]", "put a comma between entries")
    }
  }

  private mutating func key() throws(Fault) -> String {
    let start = position
    if current == UInt8(ascii: "\"") || current == UInt8(ascii: "'") {
      try string()
      return String(decoding: bytes[(start + 1)..<(position - 1)], as: UTF8.self)
    }
    while let byte = current, JSON5Scanner.isWordByte(byte) || byte == UInt8(ascii: "\\") { position += 1 }
    if let first = bytes[start..<position].first, !(48...57).contains(first) {
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    position = start
    throw fault(
      "a key should stand here", "write KEY: VALUE, with quotes when the key holds other than a-z 0-9 _")
  }

  private mutating func string() throws(Fault) {
    let start = position
    let quote = bytes[position]
    position += 1
    while let byte = current {
      position += 1
      switch byte {
      case quote: return
      case UInt8(ascii: "\\"):
        if current == 13, position + 1 < bytes.count, bytes[position + 1] == 10 { position += 1 }
        position += 1
      case 10, 13:
        position = start
        throw fault("a text is not closed on its line", "close the quote, and write \\n for a line break")
      default: break
      }
    }
    position = start
    throw fault("a text is not closed", "close the quote")
  }

  /// A number, true, false or null.
  private mutating func word() throws(Fault) {
    let start = position
    while let byte = current, JSON5Scanner.isWordByte(byte) || "+-.".utf8.contains(byte) { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    if ["true", "false", "null"].contains(word) || JSON5Scanner.isNumber(word) { return }
    position = start
    guard !word.isEmpty else {
      throw fault("a value should stand here", "write a text in quotes, a number, true, false, […] or {…}")
    }
    // The word itself is not shown: it may be a secret whose quotes were forgotten.
    throw fault(
      "neither a number nor true, false or null", "write texts, telephone numbers and times in quotes")
  }

  private static func isNumber(_ word: String) -> Bool {
    var digits = word[...]
    if let sign = digits.first, sign == "+" || sign == "-" { digits = digits.dropFirst() }
    if ["Infinity", "NaN"].contains(digits) { return true }
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
      return digits.count > 2 && digits.dropFirst(2).allSatisfy { $0.isASCII && $0.isHexDigit }
    }
    // 043 would be an octal number elsewhere; JSON5 has none.
    if digits.count > 1, digits.hasPrefix("0"), digits.dropFirst().first?.isNumber == true { return false }
    guard let first = digits.first, first == "." || first.isASCII && first.isNumber, digits != "." else {
      return false
    }
    let trimmed = digits.hasSuffix(".") ? digits.dropLast() : digits
    return !trimmed.hasSuffix(".") && Double("0" + trimmed) != nil
  }

  // MARK: Bytes

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }
  private var atEnd: Bool { position >= bytes.count }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte >= 0x80
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
  }

  /// White space and comments.
  private mutating func skipSpace() throws(Fault) {
    while let byte = current {
      if (9...13).contains(byte) || byte == 32 {
        position += 1
      } else if position == 0, bytes.starts(with: JSON5Scanner.byteOrderMark) {
        position = JSON5Scanner.byteOrderMark.count
      } else if JSON5Scanner.wideSpaces.contains(where: { bytes[position...].starts(with: $0) }) {
        throw fault("a character that only looks like a space", "replace it by a plain space")
      } else if bytes[position...].starts(with: Array("//".utf8)) {
        while let byte = current, byte != 10, byte != 13 { position += 1 }
      } else if bytes[position...].starts(with: Array("/*".utf8)) {
        let opened = position
        position += 2
        while !atEnd, !bytes[position...].starts(with: Array("*/".utf8)) { position += 1 }
        guard !atEnd else {
          position = opened
          throw fault("a comment is not closed", "close it with */")
        }
        position += 2
      } else {
        return
      }
    }
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// What comes with text copied from web pages; JSON5 allows it, Foundation does not.
  private static let wideSpaces: [[UInt8]] = ["\u{A0}", "\u{202F}", "\u{2028}", "\u{2029}", "\u{FEFF}"]
    .map { Array($0.utf8) }

  private func place(_ offset: Int) -> (line: Int, column: Int) {
    let before = bytes[..<min(offset, bytes.count)]
    let line = before.count { $0 == 10 } + 1
    let start = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
    // Continuation bytes of UTF-8 are no characters of their own.
    return (line, before[start...].count { $0 & 0xc0 != 0x80 } + 1)
  }

  private func fault(_ reason: String, _ expected: String) -> Fault {
    let (line, column) = place(position)
    return Fault(line: line, column: column, reason: reason, expected: expected)
  }

  private func unclosed(_ bracket: String, _ opened: Int) -> Fault {
    let (line, column) = place(opened)
    return Fault(
      line: line, column: column, reason: "the bracket \(bracket) is never closed",
      expected: "close it, or look for a missing bracket further down")
  }
}
