// ConfigurationText.swift - a file of the configuration as a person keeps it: a value is changed where it stands, and
// comments, order and everything else stay as they are.

/// The text of one JSON5 file. Keys are dotted: `twilio.account_sid`.
package struct ConfigurationText: Sendable {
  /// A value to be written.
  package enum Value: Hashable, Sendable {
    case text(String)
    case flag(Bool)
    case whole(Int)
    case list([Value])
    /// In this order, on one line.
    case object([Member])
  }

  package struct Member: Hashable, Sendable {
    var key: String
    var value: Value
    package init(_ key: String, _ value: Value) { (self.key, self.value) = (key, value) }
  }

  package private(set) var text: String
  private var bytes: [UInt8]
  private var places: JSON5Scanner.Places
  private var root: JSONValue

  /// nil for what is no object of JSON5: only its owner knows what was meant.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard let places = JSON5Scanner.places(bytes), let root = JSONValue(json5: bytes), case .object = root
    else {
      return nil
    }
    (self.text, self.bytes, self.places, self.root) = (text, bytes, places, root)
  }

  /// A text that stands there; nil for anything else.
  package func text(at key: String) -> String? {
    if case .string(let text)? = value(at: key) { text } else { nil }
  }

  package func flag(at key: String) -> Bool? {
    if case .bool(let flag)? = value(at: key) { flag } else { nil }
  }

  /// The texts of a list; of a list of objects those of one of their members.
  package func texts(at key: String, member: String? = nil) -> [String] {
    guard case .array(let values)? = value(at: key) else { return [] }
    return values.compactMap {
      switch ($0, member) {
      case (.string(let text), nil): return text
      case (.object(let members), let member?):
        if case .string(let text)? = members[member] { return text }
        return nil
      default: return nil
      }
    }
  }

  private func value(at key: String) -> JSONValue? {
    var value = root
    for part in key.split(separator: ".") {
      guard case .object(let members) = value, let next = members[String(part)] else { return nil }
      value = next
    }
    return value
  }

  /// In place of the old value, else of the line that is switched off, else as the last entry.
  package mutating func set(_ key: String, to value: Value) {
    let source = value.source
    let (section, name) = ConfigurationText.parted(key)
    if let place = places.values[key] {
      replace(place, by: source)
    } else if let end = places.ends[section] {
      let indent = String(repeating: "  ", count: section.isEmpty ? 1 : 2)
      if let line = switchedOff(name, in: section) {
        replace(line, by: "\(indent)\(name): \(source),")
      } else {
        replace(end.at..<end.at, by: "\(end.needsComma ? "," : "")\n\(indent)\(name): \(source),")
      }
    } else {
      set(section, to: .object([Member(name, value)]))
    }
  }

  private mutating func replace(_ range: Range<Int>, by source: String) {
    var changed = bytes
    changed.replaceSubrange(range, with: source.utf8)
    // What is written here is JSON5: a text that was stays one.
    guard let next = ConfigurationText(String(decoding: changed, as: UTF8.self)) else { return }
    self = next
  }

  /// The line `//name: …` of the samples, between the entries of its section.
  private func switchedOff(_ name: String, in section: String) -> Range<Int>? {
    guard let area = places.values[section] else { return nil }
    var start = area.lowerBound
    while start < area.upperBound {
      let end = bytes[start..<area.upperBound].firstIndex(of: 10) ?? area.upperBound
      let line = bytes[start..<end].drop { $0 == 32 || $0 == 9 }
      let isInside = places.values.contains { key, place in
        key != section && !section.hasPrefix(key + ".") && !key.isEmpty && place.contains(line.startIndex)
      }
      if !isInside, line.starts(with: Array("//\(name):".utf8)) { return start..<end }
      start = end + 1
    }
    return nil
  }

  private static func parted(_ key: String) -> (section: String, name: String) {
    guard let dot = key.lastIndex(of: ".") else { return ("", key) }
    return (String(key[..<dot]), String(key[key.index(after: dot)...]))
  }
}

extension ConfigurationText.Value {
  /// As it is written in a file.
  var source: String {
    switch self {
    case .text(let text): ConfigurationText.Value.quoted(text)
    case .flag(let flag): "\(flag)"
    case .whole(let number): "\(number)"
    case .list(let values): "[\(values.map(\.source).joined(separator: ", "))]"
    case .object(let members):
      "{ \(members.map { "\($0.key): \($0.value.source)" }.joined(separator: ", ")) }"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where scalar.value < 32 || [0x2028, 0x2029].contains(scalar.value): result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
