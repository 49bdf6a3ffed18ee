// FormFields.swift - application/x-www-form-urlencoded, decoded (WHATWG URL, section 5).
//
// A broken escape is an error: no sender writes one, so the body was mangled on its way. What the escapes stand for is
// a person's text, and nobody is refused for it (MendedText). A signature is over the bytes as they were sent: they are
// kept where they differ from the text.

package enum FormError: Error, Hashable, Sendable, CustomStringConvertible {
  case brokenEscape(name: String)
  case tooManyFields(limit: Int)

  package var description: String {
    switch self {
    case .brokenEscape: "broken percent-encoding"
    case .tooManyFields(let limit): "more than \(limit) parameters"
    }
  }
}

/// Names and values in the order they were sent; names may repeat.
package struct FormFields: Hashable, Sendable {
  package struct Field: Hashable, Sendable {
    package let name: String
    package let value: String
    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A field byte by byte, before it was mended.
  package struct SentField: Hashable, Sendable {
    package let name: [UInt8]
    package let value: [UInt8]
  }

  package private(set) var fields: [Field]
  /// How the fields were sent that had to be mended, by their place; nearly always there are none.
  private var mended: [Int: SentField] = [:]

  package init(_ fields: [Field] = []) { self.fields = fields }

  /// Reads `a=1&b=2`.
  package init(encoded: some Sequence<UInt8>, limit: Int = 1000) throws(FormError) {
    fields = []
    let bytes = Array(encoded)
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.count
      if end > start {
        guard fields.count < limit else { throw .tooManyFields(limit: limit) }
        let equals = bytes[start..<end].firstIndex(of: UInt8(ascii: "="))
        let name = try FormFields.decoded(bytes[start..<(equals ?? end)], of: "")
        let value = try FormFields.decoded(bytes[min((equals ?? end) + 1, end)..<end], of: name.text)
        if name.sent != nil || value.sent != nil {
          mended[fields.count] = SentField(
            name: name.sent ?? Array(name.text.utf8), value: value.sent ?? Array(value.text.utf8))
        }
        fields.append(Field(name: name.text, value: value.text))
      }
      start = end + 1
    }
  }

  /// All fields as they were sent, in their order; nil where they are what `fields` says.
  package var sent: [SentField]? {
    mended.isEmpty
      ? nil
      : fields.indices.map { index in
        mended[index]
          ?? SentField(name: Array(fields[index].name.utf8), value: Array(fields[index].value.utf8))
      }
  }

  /// The first value of that name; nil when it was not sent.
  package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

  /// The first value of that name if it is not empty.
  package func nonEmpty(_ name: String) -> String? {
    guard let value = self[name], !value.isEmpty else { return nil }
    return value
  }

  private static func decoded(_ bytes: ArraySlice<UInt8>, of name: String) throws(FormError) -> MendedText {
    // Most names and values need no decoding.
    guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
      return MendedText(bytes)
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
    return MendedText(result[...])
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
package func percentEncoded(_ text: String) -> String {
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
