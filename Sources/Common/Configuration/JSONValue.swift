// JSONValue.swift - a JSON5 text as a tree, before anything is known about its meaning.

import FoundationEssentials

enum JSONValue: Hashable, Sendable {
  case object([String: JSONValue])
  case array([JSONValue])
  case string(String)
  case integer(Int)
  case number(Double)
  case bool(Bool)
  case null

  /// As a person would call it; used in place of the value, which may be a secret.
  var kind: String {
    switch self {
    case .object: "an object {…}"
    case .array: "a list […]"
    case .string: "a text"
    case .integer: "a number"
    case .number: "a number with decimals"
    case .bool: "true or false"
    case .null: "null"
    }
  }
}

extension JSONValue: Decodable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// nil when Foundation refuses the text. Foundation does not say where; JSON5Scanner does.
  init?(json5 bytes: [UInt8]) {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    guard let value = try? decoder.decode(JSONValue.self, from: Data(bytes)) else { return nil }
    self = value
  }
}
