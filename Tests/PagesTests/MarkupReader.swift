// MarkupReader.swift - reads the pages' markup back, strictly enough to notice a text that became markup.

/// One element with its attributes and the text directly inside it.
struct Element {
  var name: String
  var attributes: [String: String] = [:]
  /// Names of the elements around it, the outermost first.
  var ancestors: [Int] = []
  var text = ""
}

/// What is wrong with a page.
struct MarkupFault: Error, CustomStringConvertible {
  let description: String
}

/// A page as its elements in order.
struct MarkupReader {
  private(set) var elements: [Element] = []
  private static let empty: Set<String> = ["meta", "link", "input", "img", "path", "rect", "source"]

  init(_ page: String) throws {
    let bytes = Array(page.utf8)
    var at = 0
    var open: [Int] = []
    func text(_ range: Range<Int>) -> String { Self.unescaped(String(decoding: bytes[range], as: UTF8.self)) }
    while at < bytes.count {
      guard bytes[at] == UInt8(ascii: "<") else {
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "<") { at += 1 }
        if let last = open.last { elements[last].text += text(start..<at) }
        continue
      }
      // No page has a ">" inside an attribute's value: it is escaped there too.
      guard let end = bytes[at...].firstIndex(of: UInt8(ascii: ">")) else {
        throw MarkupFault(description: "a tag does not end")
      }
      let tag = String(decoding: bytes[(at + 1)..<end], as: UTF8.self)
      at = end + 1
      if tag == "!DOCTYPE html" { continue }
      if tag.hasPrefix("/") {
        guard let last = open.popLast(), elements[last].name == tag.dropFirst() else {
          throw MarkupFault(description: "</\(tag.dropFirst())> closes nothing")
        }
        continue
      }
      var element = try Self.element(tag)
      element.ancestors = open
      elements.append(element)
      if element.name == "style" {
        // Its text runs to the end tag, whatever stands in it.
        while at < bytes.count, bytes[at] != UInt8(ascii: "<") { at += 1 }
      }
      if !Self.empty.contains(element.name) { open.append(elements.count - 1) }
    }
    if let left = open.last { throw MarkupFault(description: "<\(elements[left].name)> stays open") }
  }

  /// Name and attributes; every value has to be quoted, every name is given once.
  private static func element(_ tag: String) throws -> Element {
    var rest = Substring(tag)
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    let name = rest.prefix { $0 != " " && $0 != "\n" }
    guard !name.isEmpty, name.allSatisfy({ $0.isLowercase || $0.isNumber }) else {
      throw MarkupFault(description: "odd tag <\(tag)>")
    }
    var element = Element(name: String(name))
    rest = rest.dropFirst(name.count).drop { $0 == " " || $0 == "\n" }
    while !rest.isEmpty {
      let key = rest.prefix { $0.isLetter || $0 == "-" || $0 == ":" || $0.isNumber }
      guard !key.isEmpty else { throw MarkupFault(description: "odd attribute in <\(tag)>") }
      rest = rest.dropFirst(key.count)
      var value = ""
      if rest.first == "=" {
        guard rest.hasPrefix("=\"") else { throw MarkupFault(description: "\(key) is not quoted") }
        rest = rest.dropFirst(2)
        guard let end = rest.firstIndex(of: "\"") else {
          throw MarkupFault(description: "\(key) does not end")
        }
        value = unescaped(String(rest[..<end]))
        rest = rest[end...].dropFirst()
      }
      guard element.attributes.updateValue(value, forKey: String(key)) == nil else {
        throw MarkupFault(description: "\(key) twice in <\(tag)>")
      }
      rest = rest.drop { $0 == " " || $0 == "\n" }
    }
    return element
  }

  private static func unescaped(_ text: String) -> String {
    var result = ""
    var rest = Substring(text)
    let references = [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
    ]
    while let start = rest.firstIndex(of: "&") {
      result += rest[..<start]
      rest = rest[start...]
      if let (reference, plain) = references.first(where: { rest.hasPrefix($0.0) }) {
        result += plain
        rest = rest.dropFirst(reference.count)
      } else {
        result += "&"
        rest = rest.dropFirst()
      }
    }
    return result + rest
  }

  func all(_ names: String...) -> [Element] { elements.filter { names.contains($0.name) } }

  /// Elements and attribute names in order: what must not depend on anybody's text.
  var structure: [String] {
    elements.map { "\($0.name) " + $0.attributes.keys.sorted().joined(separator: " ") }
  }

  func isInside(_ element: Element, where test: (Element) -> Bool) -> Bool {
    element.ancestors.contains { test(elements[$0]) }
  }
}
