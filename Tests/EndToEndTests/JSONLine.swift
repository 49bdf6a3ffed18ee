// JSONLine.swift - one line of `opsfabric list --json`, read without the product's own code.

/// A JSON object without objects inside; an array is kept as it is written.
struct JSONLine: CustomStringConvertible {
  struct Unreadable: Error { let line: String }

  /// In the order of the line; nil for null.
  private let members: [(key: String, value: String?)]

  var keys: [String] { members.map(\.key) }
  subscript(key: String) -> String? { members.first { $0.key == key }.flatMap(\.value) }
  var description: String { members.map { "\($0.key)=\($0.value ?? "null")" }.joined(separator: " ") }

  init(_ line: String) throws {
    var rest = Array(line.unicodeScalars)[...]
    guard rest.popFirst() == "{" else { throw Unreadable(line: line) }
    var members: [(key: String, value: String?)] = []
    while rest.first != "}" {
      guard let key = JSONLine.string(&rest), rest.popFirst() == ":" else { throw Unreadable(line: line) }
      if rest.first == "\"" {
        guard let value = JSONLine.string(&rest) else { throw Unreadable(line: line) }
        members.append((key, value))
      } else {
        let word = JSONLine.word(&rest)
        members.append((key, word == "null" ? nil : word))
      }
      if rest.first == "," { rest.removeFirst() } else if rest.first != "}" { throw Unreadable(line: line) }
    }
    self.members = members
  }

  private static func word(_ rest: inout ArraySlice<Unicode.Scalar>) -> String {
    var result = String.UnicodeScalarView()
    var depth = 0
    while let scalar = rest.first, depth > 0 || (scalar != "," && scalar != "}") {
      if scalar == "[" { depth += 1 }
      if scalar == "]" { depth -= 1 }
      result.append(rest.removeFirst())
    }
    return String(result)
  }

  private static func string(_ rest: inout ArraySlice<Unicode.Scalar>) -> String? {
    guard rest.popFirst() == "\"" else { return nil }
    var result = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      if scalar == "\"" { return String(result) }
      guard scalar == "\\" else {
        result.append(scalar)
        continue
      }
      switch rest.popFirst() {
      case "n": result.append("\n")
      case "r": result.append("\r")
      case "t": result.append("\t")
      case "u":
        let digits = String(String.UnicodeScalarView(rest.prefix(4)))
        guard let code = UInt32(digits, radix: 16), let unicode = Unicode.Scalar(code) else { return nil }
        rest = rest.dropFirst(4)
        result.append(unicode)
      case let other?: result.append(other)
      case nil: return nil
      }
    }
    return nil
  }
}
