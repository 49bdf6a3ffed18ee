// HTML.swift - markup that cannot hold an unescaped text by accident.
//
// A value of this type is made of literals of this program's source, which are markup, and of values put in
// with \( ), which are text and escaped. A String that was computed, read or received has no other way in:
// the literals are StaticString, so not even `HTML(stringLiteral:)` takes one. Escaping serves text and
// quoted attributes alike; every attribute of these pages is quoted (the tests check it).

/// A piece of a page.
///
/// Kept as bytes: a literal goes over in one copy, without being looked through as a String's would be, and the
/// finished page is what the handler writes.
package struct HTML: Sendable, Equatable {
  /// The finished markup in UTF-8.
  package private(set) var bytes: [UInt8]

  /// The finished markup.
  package var markup: String { String(decoding: bytes, as: UTF8.self) }

  /// Nothing.
  package init() { bytes = [] }

  /// Nothing yet, with room for that many bytes.
  init(capacity: Int) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// A text from anywhere, escaped. The label is needed: Swift reads `HTML("…")` as a literal.
  package init(text: String) {
    bytes = []
    append(text: text)
  }

  package static func += (left: inout HTML, right: HTML) { left.bytes += right.bytes }

  mutating func append(_ literal: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  /// Appends the text with its five special characters as references, and control characters as U+FFFD.
  ///
  /// White space stays: a text area's lines come back as they were typed.
  /// What needs no reference goes over in one piece.
  fileprivate mutating func append(text: String) {
    var text = text
    text.withUTF8 { source in
      var start = 0
      for index in source.indices {
        guard let reference = HTML.reference(for: source, at: index) else { continue }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start..<index]))
        append(reference)
        // U+0080 to U+009F are two bytes, and the only ones that are.
        start = index + (source[index] == 0xC2 ? 2 : 1)
      }
      if start < source.count {
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start...]))
      }
    }
  }

  /// What stands for the character that begins here; nil: the character itself.
  @inline(__always)
  private static func reference(for bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> StaticString? {
    switch bytes[index] {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    case 0x09, 0x0A, 0x0D: nil
    case 0x00...0x1F, 0x7F: "\u{FFFD}"
    case 0xC2: bytes[index + 1] < 0xA0 ? "\u{FFFD}" : nil
    default: nil
    }
  }
}

extension HTML: ExpressibleByStringInterpolation {
  package init(stringLiteral literal: StaticString) {
    bytes = []
    append(literal)
  }

  package init(stringInterpolation parts: Interpolation) { self = parts.html }

  /// Literal parts are markup, values are text.
  package struct Interpolation: StringInterpolationProtocol {
    fileprivate var html: HTML

    package init(literalCapacity: Int, interpolationCount: Int) {
      html = HTML(capacity: literalCapacity + 32 * interpolationCount)
    }

    package mutating func appendLiteral(_ literal: StaticString) { html.append(literal) }

    /// A text: escaped.
    package mutating func appendInterpolation(_ text: String) { html.append(text: text) }

    package mutating func appendInterpolation(_ number: Int) { html.append(text: String(number)) }

    /// Markup made before: as it is.
    package mutating func appendInterpolation(_ html: HTML) { self.html += html }

    /// Markup that may be absent.
    package mutating func appendInterpolation(_ html: HTML?) {
      if let html { self.html += html }
    }

    /// Pieces one after the other.
    package mutating func appendInterpolation(_ pieces: [HTML]) {
      for piece in pieces { html += piece }
    }
  }
}
