// TwiML.swift - reads the little XML that a TwiML answer consists of, strictly.

/// One element of a TwiML document.
package struct Verb: Equatable, Sendable {
  package var name: String
  package var attributes: [String: String]
  /// The element's own text, trimmed.
  package var text: String
  package var children: [Verb]

  package subscript(attribute: String) -> String? { attributes[attribute] }
}

/// Why a text is no TwiML.
package struct TwiMLError: Error, Equatable, CustomStringConvertible {
  package var description: String
}

/// A TwiML document.
package enum TwiML {
  /// The verbs inside `<Response>`, in order.
  package static func parse(_ text: String) throws(TwiMLError) -> [Verb] {
    var reader = XMLReader(Array(text.utf8))
    try reader.skipMisc()
    let root = try reader.element(depth: 0)
    try reader.skipMisc()
    guard reader.isAtEnd else { throw TwiMLError(description: "text after the root element") }
    guard root.name == "Response" else { throw TwiMLError(description: "root element is <\(root.name)>") }
    guard root.text.isEmpty else { throw TwiMLError(description: "text directly inside <Response>") }
    return root.children
  }
}

/// Elements, attributes, text, entities, CDATA, comments, one declaration: no DTD.
private struct XMLReader {
  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { index >= bytes.count }

  private func starts(with text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

  private mutating func skip(_ text: String) -> Bool {
    guard starts(with: text) else { return false }
    index += text.utf8.count
    return true
  }

  private mutating func expect(_ text: String) throws(TwiMLError) {
    guard skip(text) else { throw TwiMLError(description: "expected \(text) at byte \(index)") }
  }

  private mutating func upTo(_ end: String) throws(TwiMLError) -> [UInt8] {
    let start = index
    while !isAtEnd {
      if starts(with: end) {
        defer { index += end.utf8.count }
        return Array(bytes[start..<index])
      }
      index += 1
    }
    throw TwiMLError(description: "no \(end) after byte \(start)")
  }

  private mutating func skipSpace() {
    while !isAtEnd, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[index]) { index += 1 }
  }

  /// White space, comments and the declaration around the root element.
  mutating func skipMisc() throws(TwiMLError) {
    if index == 0, skip("\u{feff}") || starts(with: "<?xml") {
      if skip("<?xml") { _ = try upTo("?>") }
    }
    skipSpace()
    while skip("<!--") {
      _ = try upTo("-->")
      skipSpace()
    }
  }

  private mutating func name() throws(TwiMLError) -> String {
    let start = index
    while !isAtEnd {
      switch bytes[index] {
      case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ":"): index += 1
      default:
        guard index > start else { throw TwiMLError(description: "expected a name at byte \(index)") }
        return String(decoding: bytes[start..<index], as: UTF8.self)
      }
    }
    throw TwiMLError(description: "the document ends inside a tag")
  }

  mutating func element(depth: Int) throws(TwiMLError) -> Verb {
    guard depth < 20 else { throw TwiMLError(description: "nested too deeply") }
    try expect("<")
    var verb = Verb(name: try name(), attributes: [:], text: "", children: [])
    while true {
      skipSpace()
      if skip("/>") { return verb }
      if skip(">") { break }
      let attribute = try name()
      try expect("=")
      let quote = skip("\"") ? "\"" : "'"
      if quote == "'" { try expect("'") }
      let value = try upTo(quote)
      guard !value.contains(UInt8(ascii: "<")) else { throw TwiMLError(description: "< in \(attribute)") }
      guard verb.attributes.updateValue(try decoded(value), forKey: attribute) == nil else {
        throw TwiMLError(description: "attribute \(attribute) twice")
      }
    }
    var text = ""
    while true {
      if skip("<!--") {
        _ = try upTo("-->")
      } else if skip("<![CDATA[") {
        text += String(decoding: try upTo("]]>"), as: UTF8.self)
      } else if skip("</") {
        let closing = try name()
        guard closing == verb.name else {
          throw TwiMLError(description: "</\(closing)> closes <\(verb.name)>")
        }
        skipSpace()
        try expect(">")
        verb.text = trimmed(text)
        return verb
      } else if starts(with: "<") {
        verb.children.append(try element(depth: depth + 1))
      } else {
        let start = index
        while !isAtEnd, bytes[index] != UInt8(ascii: "<") { index += 1 }
        guard !isAtEnd else { throw TwiMLError(description: "<\(verb.name)> is not closed") }
        text += try decoded(Array(bytes[start..<index]))
      }
    }
  }

  private func decoded(_ raw: [UInt8]) throws(TwiMLError) -> String {
    guard let source = String(validating: raw, as: UTF8.self) else {
      throw TwiMLError(description: "no UTF-8")
    }
    var result = ""
    var rest = Substring(source)
    while let ampersand = rest.firstIndex(of: "&") {
      result += rest[..<ampersand]
      rest = rest[ampersand...]
      guard let end = rest.firstIndex(of: ";"), let character = entity(rest[..<end].dropFirst()) else {
        throw TwiMLError(description: "a bare & in the text")
      }
      result.unicodeScalars.append(character)
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  private func entity(_ name: Substring) -> Unicode.Scalar? {
    switch name {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default:
      guard name.hasPrefix("#") else { return nil }
      let digits = name.dropFirst()
      let value = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
      return value.flatMap { Unicode.Scalar($0) }
    }
  }

  private func trimmed(_ text: String) -> String {
    let start = text.drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }
}
