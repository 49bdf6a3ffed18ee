// JSONDocument.swift - a JSON text as a value (RFC 8259), for programs without Foundation: a function's event,
// the queue's answers. Settings are JSON5 and read by `Configuration`.

/// One JSON value.
package indirect enum JSONDocument: Hashable, Sendable {
  case null
  case bool(Bool)
  /// As digits: whole numbers as they were written, others as SQLite writes them.
  case number(String)
  case string(String)
  case array([JSONDocument])
  case object([String: JSONDocument])

  /// A member of an object; nil for everything else.
  package subscript(name: String) -> JSONDocument? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  package var text: String? { if case .string(let text) = self { text } else { nil } }
  package var integer: Int? { if case .number(let digits) = self { Int(digits) } else { nil } }
  package var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  package var items: [JSONDocument]? { if case .array(let items) = self { items } else { nil } }
  package var members: [String: JSONDocument]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The text, without white space; members sorted by name, so that one value has one text.
  package var bytes: [UInt8] {
    var result: [UInt8] = []
    write(to: &result)
    return result
  }

  /// A text as JSON writes it, with its quotation marks, for programs that lay out the rest themselves.
  package static func quoted(_ text: String) -> String {
    var result: [UInt8] = []
    write(text, to: &result)
    return String(decoding: result, as: UTF8.self)
  }

  private func write(to result: inout [UInt8]) {
    switch self {
    case .null: result += "null".utf8
    case .bool(let flag): result += (flag ? "true" : "false").utf8
    case .number(let digits): result += digits.utf8
    case .string(let text): JSONDocument.write(text, to: &result)
    case .array(let items):
      result.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { result.append(UInt8(ascii: ",")) }
        item.write(to: &result)
      }
      result.append(UInt8(ascii: "]"))
    case .object(let members):
      result.append(UInt8(ascii: "{"))
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { result.append(UInt8(ascii: ",")) }
        JSONDocument.write(member.key, to: &result)
        result.append(UInt8(ascii: ":"))
        member.value.write(to: &result)
      }
      result.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: String, to result: inout [UInt8]) {
    result.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += [UInt8(ascii: "\\"), UInt8(scalar.value)]
      case "\n": result += "\\n".utf8
      case "\r": result += "\\r".utf8
      case "\t": result += "\\t".utf8
      default: JSONEscape.write(scalar, to: &result)
      }
    }
    result.append(UInt8(ascii: "\""))
  }
}
