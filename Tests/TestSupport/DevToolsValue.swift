// DevToolsValue.swift - JSON as a browser's DevTools speak it: read, and written.

/// A JSON value. What is not there reads as `null`.
package indirect enum DevToolsValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case array([DevToolsValue])
  case object([String: DevToolsValue])

  package subscript(key: String) -> DevToolsValue {
    if case .object(let members) = self { members[key] ?? .null } else { .null }
  }
  package var text: String? { if case .text(let value) = self { value } else { nil } }
  package var number: Double? { if case .number(let value) = self { value } else { nil } }
  package var isTrue: Bool { self == .bool(true) }
  package var elements: [DevToolsValue] { if case .array(let values) = self { values } else { [] } }

  /// Without white space. Control characters are escaped, everything else is UTF-8.
  package var written: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let value): value == value.rounded() ? String(Int(value)) : String(value)
    case .text(let value): DevToolsValue.quoted(value)
    case .array(let values): "[" + values.map(\.written).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { DevToolsValue.quoted($0.key) + ":" + $0.value.written }.joined(separator: ",") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension DevToolsValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .text(value) }
  package init(integerLiteral value: Int) { self = .number(Double(value)) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: DevToolsValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, DevToolsValue)...) {
    self = .object(Dictionary(elements) { first, _ in first })
  }
}

extension DevToolsValue {
  /// nil where the bytes are no JSON.
  package init?(json bytes: [UInt8]) {
    var reader = Reader(bytes: bytes)
    guard let value = reader.value() else { return nil }
    self = value
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func skipBlanks() {
      while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
      skipBlanks()
      guard position < bytes.count, bytes[position] == byte else { return false }
      position += 1
      return true
    }

    private mutating func take(_ word: StaticString, _ value: DevToolsValue) -> DevToolsValue? {
      guard bytes[position...].starts(with: word.description.utf8) else { return nil }
      position += word.utf8CodeUnitCount
      return value
    }

    mutating func value() -> DevToolsValue? {
      skipBlanks()
      guard position < bytes.count else { return nil }
      switch bytes[position] {
      case UInt8(ascii: "{"): return object()
      case UInt8(ascii: "["): return array()
      case UInt8(ascii: "\""): return string().map { .text($0) }
      case UInt8(ascii: "t"): return take("true", true)
      case UInt8(ascii: "f"): return take("false", false)
      case UInt8(ascii: "n"): return take("null", .null)
      default: return number()
      }
    }

    private mutating func object() -> DevToolsValue? {
      position += 1
      var members: [String: DevToolsValue] = [:]
      while !take(UInt8(ascii: "}")) {
        skipBlanks()
        guard let key = string(), take(UInt8(ascii: ":")), let value = value() else { return nil }
        members[key] = value
        _ = take(UInt8(ascii: ","))
      }
      return .object(members)
    }

    private mutating func array() -> DevToolsValue? {
      position += 1
      var values: [DevToolsValue] = []
      while !take(UInt8(ascii: "]")) {
        guard let value = value() else { return nil }
        values.append(value)
        _ = take(UInt8(ascii: ","))
      }
      return .array(values)
    }

    private mutating func number() -> DevToolsValue? {
      let start = position
      while position < bytes.count, "+-.eE0123456789".utf8.contains(bytes[position]) { position += 1 }
      return Double(String(decoding: bytes[start..<position], as: UTF8.self)).map { .number($0) }
    }

    /// Runs without an escape are taken whole: screenshots are megabytes of them.
    private mutating func string() -> String? {
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return nil }
      position += 1
      var units: [UInt16] = []
      var result = ""
      while position < bytes.count {
        guard let end = bytes[position...].firstIndex(where: { $0 == 0x22 || $0 == 0x5C }) else { return nil }
        if end > position {
          // Escapes come in UTF-16, a pair of them may be one character.
          result += String(decoding: units, as: UTF16.self)
          units = []
          result += String(decoding: bytes[position..<end], as: UTF8.self)
        }
        position = end + 1
        if bytes[end] == 0x22 { return result + String(decoding: units, as: UTF16.self) }
        guard let unit = escaped() else { return nil }
        units.append(unit)
      }
      return nil
    }

    private mutating func escaped() -> UInt16? {
      guard position < bytes.count else { return nil }
      let letter = bytes[position]
      position += 1
      switch letter {
      case UInt8(ascii: "n"): return 0x0A
      case UInt8(ascii: "r"): return 0x0D
      case UInt8(ascii: "t"): return 0x09
      case UInt8(ascii: "b"): return 0x08
      case UInt8(ascii: "f"): return 0x0C
      case UInt8(ascii: "u"):
        guard position + 4 <= bytes.count else { return nil }
        defer { position += 4 }
        return UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
      default: return UInt16(letter)
      }
    }
  }
}
