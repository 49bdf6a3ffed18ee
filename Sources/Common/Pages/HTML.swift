// HTML.swift - markup that cannot hold an unescaped text by accident.
//
// A value of this type is made of literals of this program's source, which are markup, and of values put in
// with \( ), which are text and escaped. A String that was computed, read or received has no other way in:
// the literals are StaticString, so not even `HTML(stringLiteral:)` takes one. Escaping serves text and
// quoted attributes alike; every attribute of these pages is quoted (the tests check it).

/// A piece of a page.
public struct HTML: Sendable, Equatable {
  /// The finished markup.
  public private(set) var markup: String

  /// Nothing.
  public init() { markup = "" }

  /// A text from anywhere, escaped. The label is needed: Swift reads `HTML("…")` as a literal.
  public init(text: String) {
    markup = ""
    HTML.append(text, to: &markup)
  }

  public static func += (left: inout HTML, right: HTML) { left.markup += right.markup }

  /// Appends the text with its five special characters as references, and control characters as U+FFFD.
  ///
  /// White space stays: a text area's lines come back as they were typed.
  /// What needs no reference goes over in one piece.
  private static func append(_ text: String, to markup: inout String) {
    var text = text
    text.withUTF8 { bytes in
      var start = 0
      func append(upTo end: Int) {
        if end > start {
          markup += String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
        }
      }
      for index in bytes.indices {
        guard let reference = reference(for: bytes, at: index) else { continue }
        append(upTo: index)
        markup += reference
        // U+0080 to U+009F are two bytes, and the only ones that are.
        start = index + (bytes[index] == 0xC2 ? 2 : 1)
      }
      append(upTo: bytes.count)
    }
  }

  /// What stands for the character that begins here; nil: the character itself.
  @inline(__always)
  private static func reference(for bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> String? {
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
  public init(stringLiteral literal: StaticString) {
    markup = literal.description
  }

  public init(stringInterpolation parts: Interpolation) { markup = parts.markup }

  /// Literal parts are markup, values are text.
  public struct Interpolation: StringInterpolationProtocol {
    fileprivate var markup = ""

    public init(literalCapacity: Int, interpolationCount: Int) {
      markup.reserveCapacity(literalCapacity + 32 * interpolationCount)
    }

    public mutating func appendLiteral(_ literal: StaticString) {
      markup += literal.description
    }

    /// A text: escaped.
    public mutating func appendInterpolation(_ text: String) { HTML.append(text, to: &markup) }

    public mutating func appendInterpolation(_ number: Int) { markup += String(number) }

    /// Markup made before: as it is.
    public mutating func appendInterpolation(_ html: HTML) { markup += html.markup }

    /// Markup that may be absent.
    public mutating func appendInterpolation(_ html: HTML?) {
      if let html { markup += html.markup }
    }

    /// Pieces one after the other.
    public mutating func appendInterpolation(_ pieces: [HTML]) {
      for piece in pieces { markup += piece.markup }
    }
  }
}
