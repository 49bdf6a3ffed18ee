// JSONReader.swift - reads a JSON text strictly (RFC 8259) with SQLite's JSON functions, which every program of ours has
// in it anyway: what is not JSON is an error, and nothing is guessed.
//
// Strictly also where the RFC leaves it open: a name given twice, half a surrogate pair and bytes that are not UTF-8
// are errors. So are the character NUL, at which SQLite ends a string, and a number that is larger than any.

import SQLite

/// Why a text is no JSON.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String
}

extension JSONDocument {
  /// Reads a whole text.
  package init(_ text: [UInt8], depthLimit: Int = 64) throws(JSONError) {
    guard let string = String(validating: text, as: UTF8.self) else {
      throw JSONError(description: "not UTF-8")
    }
    guard !JSONDocument.writesNUL(text) else { throw JSONError(description: "a NUL in a string") }
    let nodes: [Node]
    do {
      nodes = try Database(path: ":memory:", access: .create).rows(
        """
        SELECT id, parent, type, CAST(key AS BLOB), CAST(atom AS BLOB)
        FROM json_tree(CASE WHEN json_valid(?1) THEN ?1 END)
        """, .text(string), as: Node.init)
    } catch {
      throw JSONError(description: error.message)
    }
    guard !nodes.isEmpty else { throw JSONError(description: "no JSON") }
    self = try JSONDocument.assembled(nodes, depthLimit: depthLimit)
  }

  /// A value of the tree, in the order of the text.
  private struct Node {
    let id: Int
    /// nil at the root.
    let parent: Int?
    /// As `json_type` names it.
    let type: String
    /// A member's name; an item's place.
    let key: [UInt8]
    /// Of what has no children.
    let atom: [UInt8]

    init(_ row: Row) throws(SQLiteError) {
      id = row.integer(0)
      parent = row.optionalInteger(1)
      type = row.text(2)
      key = row.blob(3)
      atom = row.blob(4)
    }
  }

  /// From the last value to the first: children before whom they belong to.
  private static func assembled(_ nodes: [Node], depthLimit: Int) throws(JSONError) -> JSONDocument {
    var depths: [Int: Int] = [:]
    for node in nodes {
      let depth = node.parent.flatMap { depths[$0] }.map { $0 + 1 } ?? 1
      guard depth <= depthLimit else {
        throw JSONError(description: "nested more than \(depthLimit) deep")
      }
      depths[node.id] = depth
    }
    var items: [Int: [JSONDocument]] = [:]
    var members: [Int: [String: JSONDocument]] = [:]
    var types: [Int: String] = [:]
    for node in nodes { types[node.id] = node.type }
    for node in nodes.reversed() {
      let value: JSONDocument =
        switch node.type {
        case "object": .object(members.removeValue(forKey: node.id) ?? [:])
        case "array": .array((items.removeValue(forKey: node.id) ?? []).reversed())
        case "true": .bool(true)
        case "false": .bool(false)
        case "null": .null
        case "text": .string(try decoded(node.atom))
        default: .number(try number(node.atom))
        }
      guard let parent = node.parent else { return value }
      if types[parent] == "object" {
        let former = members[parent, default: [:]].updateValue(value, forKey: try decoded(node.key))
        guard former == nil else { throw JSONError(description: "a name is given twice") }
      } else {
        items[parent, default: []].append(value)
      }
    }
    throw JSONError(description: "no JSON")
  }

  /// What `\u` escapes made of half a surrogate pair is no UTF-8.
  private static func decoded(_ bytes: [UInt8]) throws(JSONError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw JSONError(description: "half a surrogate pair")
    }
    return text
  }

  /// SQLite writes what is larger than any number as `Inf`.
  private static func number(_ bytes: [UInt8]) throws(JSONError) -> String {
    let text = try decoded(bytes)
    guard text.utf8.last.map({ 48...57 ~= $0 }) == true else {
      throw JSONError(description: "a number out of range")
    }
    return text
  }

  /// Whether the escape `\u0000` stands in the text, other than behind an escaped backslash.
  private static func writesNUL(_ text: [UInt8]) -> Bool {
    var position = text.startIndex
    while let backslash = text[position...].firstIndex(of: UInt8(ascii: "\\")) {
      if text[backslash...].starts(with: #"\u0000"#.utf8) { return true }
      position = min(backslash + 2, text.endIndex)
    }
    return false
  }
}
