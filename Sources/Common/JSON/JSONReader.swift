// JSONReader.swift - reads a JSON text strictly (RFC 8259): what is not JSON is an error, and nothing is guessed.
//
// Strictly also where the RFC leaves it open: a name given twice, half a surrogate pair and bytes that are not
// UTF-8 are errors. The depth is limited, since the text comes from outside and reading is recursive.

/// Why a text is no JSON; the position is in bytes.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  package let reason: String
  package let position: Int

  package var description: String { "\(reason) at byte \(position)" }
}

extension JSONDocument {
  /// Reads a whole text.
  package init(_ text: [UInt8], depthLimit: Int = 64) throws(JSONError) {
    var reader = JSONReader(bytes: text, depthLimit: depthLimit)
    self = try reader.document()
  }
}

private struct JSONReader {
  let bytes: [UInt8]
  let depthLimit: Int
  private var position = 0

  init(bytes: [UInt8], depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
  }

  mutating func document() throws(JSONError) -> JSONDocument {
    let value = try value(depth: 0)
    skipBlanks()
    guard position == bytes.count else { throw fault("text after the end") }
    return value
  }

  private func fault(_ reason: String) -> JSONError { JSONError(reason: reason, position: position) }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 32 || byte == 10 || byte == 13 || byte == 9 { position += 1 }
  }

  /// Whether the text goes on with this byte, which is then taken.
  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONDocument {
    guard depth < depthLimit else { throw fault("nested more than \(depthLimit) deep") }
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw fault("the text ends too early")
    case let byte? where byte == UInt8(ascii: "-") || (48...57).contains(byte): return .number(try number())
    default: throw fault("no JSON value")
    }
  }

  private mutating func word(_ word: String, _ value: JSONDocument) throws(JSONError) -> JSONDocument {
    guard bytes[position...].starts(with: word.utf8) else { throw fault("no JSON value") }
    position += word.utf8.count
    return value
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONDocument {
    position += 1
    var members: [String: JSONDocument] = [:]
    skipBlanks()
    if take("}") { return .object(members) }
    while true {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw fault("a name is missing") }
      let name = try string()
      skipBlanks()
      guard take(":") else { throw fault("a colon is missing") }
      let member = try value(depth: depth + 1)
      guard members.updateValue(member, forKey: name) == nil else { throw fault("a name is given twice") }
      skipBlanks()
      if take("}") { return .object(members) }
      guard take(",") else { throw fault("a comma is missing") }
    }
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONDocument {
    position += 1
    var items: [JSONDocument] = []
    skipBlanks()
    if take("]") { return .array(items) }
    while true {
      items.append(try value(depth: depth + 1))
      skipBlanks()
      if take("]") { return .array(items) }
      guard take(",") else { throw fault("a comma is missing") }
    }
  }

  // MARK: numbers

  private mutating func number() throws(JSONError) -> String {
    let start = position
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits() throws(JSONError) {
    let start = position
    while let byte = next, (48...57).contains(byte) { position += 1 }
    guard position > start else { throw fault("a digit is missing") }
  }

  // MARK: strings

  private mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    // Most strings have no escapes, and one of them may be a body of megabytes: it is copied once.
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 32 {
      position += 1
    }
    if next == UInt8(ascii: "\"") {
      defer { position += 1 }
      return try text(bytes[start..<position])
    }
    var result = Array(bytes[start..<position])
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return try text(result[...])
      case UInt8(ascii: "\\"): try escape(&result)
      case 0..<32: throw fault("a control character in a string")
      default: result.append(byte)
      }
    }
    throw fault("a string does not end")
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw fault("not UTF-8") }
    return text
  }

  private mutating func escape(_ result: inout [UInt8]) throws(JSONError) {
    guard let byte = next else { throw fault("a string does not end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
    case UInt8(ascii: "b"): result.append(8)
    case UInt8(ascii: "f"): result.append(12)
    case UInt8(ascii: "n"): result.append(10)
    case UInt8(ascii: "r"): result.append(13)
    case UInt8(ascii: "t"): result.append(9)
    case UInt8(ascii: "u"): result += Array(String(Character(try scalar())).utf8)
    default: throw fault("an unknown escape")
    }
  }

  /// What `\u` escapes stand for: one unit of UTF-16, or two that belong together.
  private mutating func scalar() throws(JSONError) -> Unicode.Scalar {
    let unit = try unit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xdc00, take("\\"), take("u") else { throw fault("half a surrogate pair") }
    let low = try self.unit()
    guard (0xdc00..<0xe000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
    else { throw fault("half a surrogate pair") }
    return scalar
  }

  private mutating func unit() throws(JSONError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      switch next {
      case let byte? where (48...57).contains(byte): unit = unit << 4 | UInt32(byte - 48)
      case let byte? where (65...70).contains(byte): unit = unit << 4 | UInt32(byte - 55)
      case let byte? where (97...102).contains(byte): unit = unit << 4 | UInt32(byte - 87)
      default: throw fault("an escape needs four hexadecimal digits")
      }
      position += 1
    }
    return unit
  }
}
