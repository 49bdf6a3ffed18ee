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
  private static func append(_ text: String, to markup: inout String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": markup += "&amp;"
      case "<": markup += "&lt;"
      case ">": markup += "&gt;"
      case "\"": markup += "&quot;"
      case "'": markup += "&#39;"
      case "\t", "\n", "\r": markup.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": markup += "\u{FFFD}"
      default: markup.unicodeScalars.append(scalar)
      }
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
