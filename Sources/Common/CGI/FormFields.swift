// FormFields.swift - application/x-www-form-urlencoded, decoded strictly (WHATWG URL, section 5).
//
// Strictly: a broken escape, bytes that are not UTF-8 and NUL are errors, since a webhook that was
// mangled on the way must not be recorded as something else.

public enum FormError: Error, Hashable, Sendable, CustomStringConvertible {
  case brokenEscape(name: String)
  case notUTF8(name: String)
  case nulByte(name: String)
  case tooManyFields(limit: Int)

  public var description: String {
    switch self {
    case .brokenEscape: "broken percent-encoding"
    case .notUTF8: "not UTF-8"
    case .nulByte: "a NUL byte"
    case .tooManyFields(let limit): "more than \(limit) parameters"
    }
  }
}

/// Names and values in the order they were sent; names may repeat.
public struct FormFields: Hashable, Sendable {
  public struct Field: Hashable, Sendable {
    public let name: String
    public let value: String
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public private(set) var fields: [Field]

  public init(_ fields: [Field] = []) { self.fields = fields }

  /// Reads `a=1&b=2`.
  public init(encoded: some Sequence<UInt8>, limit: Int = 1000) throws(FormError) {
    fields = []
    let bytes = Array(encoded)
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.count
      if end > start {
        guard fields.count < limit else { throw .tooManyFields(limit: limit) }
        let equals = bytes[start..<end].firstIndex(of: UInt8(ascii: "="))
        let name = try FormFields.decoded(bytes[start..<(equals ?? end)], of: "")
        let value = if let equals { try FormFields.decoded(bytes[(equals + 1)..<end], of: name) } else { "" }
        fields.append(Field(name: name, value: value))
      }
      start = end + 1
    }
  }

  /// The first value of that name; nil when it was not sent.
  public subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

  /// The first value of that name if it is not empty.
  public func nonEmpty(_ name: String) -> String? {
    guard let value = self[name], !value.isEmpty else { return nil }
    return value
  }

  private static func decoded(_ bytes: ArraySlice<UInt8>, of name: String) throws(FormError) -> String {
    // Most names and values need no decoding.
    guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
      return try text(bytes, of: name)
    }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      switch bytes[index] {
      case UInt8(ascii: "+"): result.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard index + 2 < bytes.endIndex, let high = hexDigit(bytes[index + 1]),
          let low = hexDigit(bytes[index + 2])
        else { throw .brokenEscape(name: name) }
        result.append(high << 4 | low)
        index += 2
      case let byte: result.append(byte)
      }
      index += 1
    }
    return try text(result[...], of: name)
  }

  private static func text(_ bytes: ArraySlice<UInt8>, of name: String) throws(FormError) -> String {
    guard !bytes.contains(0) else { throw .nulByte(name: name) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(name: name) }
    return text
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
public func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var result: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case 48...57, 65...90, 97...122, 45, 46, 95, 126: result.append(byte)
    default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: result, as: UTF8.self)
}
