// XMLReader.swift - whether a document is well-formed XML, as far as TwiML uses it: elements, attributes in
// double quotes, texts, the five entities and character references.

enum XMLReader {
  static func isWellFormed(_ document: String) -> Bool {
    var rest = Array(document.unicodeScalars)[...]
    if starts(rest, "<?xml ") {
      guard let end = rest.firstIndex(of: ">"), rest[rest.index(before: end)] == "?" else { return false }
      rest = rest[(end + 1)...]
    }
    var open: [String] = []
    var roots = 0
    while let next = rest.first {
      if next != "<" {
        let end = rest.firstIndex(of: "<") ?? rest.endIndex
        guard isText(rest[..<end]) else { return false }
        if open.isEmpty, rest[..<end].contains(where: { !$0.properties.isWhitespace }) { return false }
        rest = rest[end...]
        continue
      }
      guard let end = endOfTag(rest) else { return false }
      let inside = rest[(rest.startIndex + 1)..<end]
      rest = rest[(end + 1)...]
      if inside.first == "/" {
        guard open.popLast() == string(inside.dropFirst()) else { return false }
        continue
      }
      let isClosed = inside.last == "/"
      guard let name = tag(isClosed ? inside.dropLast() : inside) else { return false }
      if open.isEmpty { roots += 1 }
      if !isClosed { open.append(name) }
    }
    return open.isEmpty && roots == 1
  }

  private static func endOfTag(_ rest: ArraySlice<Unicode.Scalar>) -> Int? {
    var isQuoted = false
    for index in rest.indices {
      if rest[index] == "\"" { isQuoted.toggle() }
      if rest[index] == ">" && !isQuoted { return index }
    }
    return nil
  }

  /// The element's name when its attributes are as they should be.
  private static func tag(_ inside: ArraySlice<Unicode.Scalar>) -> String? {
    var rest = inside
    let name = string(rest.prefix { isName($0) })
    rest = rest.drop { isName($0) }
    var attributes: Set<String> = []
    while !rest.isEmpty {
      guard rest.first == " " else { return nil }
      rest = rest.drop { $0 == " " }
      if rest.isEmpty { break }
      let attribute = string(rest.prefix { isName($0) })
      rest = rest.drop { isName($0) }
      guard starts(rest, "=\""), attributes.insert(attribute).inserted else { return nil }
      rest = rest.dropFirst(2)
      guard let end = rest.firstIndex(of: "\""), isText(rest[..<end]) else { return nil }
      rest = rest[(end + 1)...]
    }
    return name.isEmpty ? nil : name
  }

  /// Every `&` begins a reference, and every character is one that XML 1.0 allows.
  private static func isText(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
    var index = scalars.startIndex
    while index < scalars.endIndex {
      switch scalars[index].value {
      case 0x3C, 0..<9, 11, 12, 14..<32, 0xFFFE, 0xFFFF: return false
      case 0x26:
        guard let end = scalars[index...].firstIndex(of: ";") else { return false }
        let name = string(scalars[(index + 1)..<end])
        guard ["amp", "lt", "gt", "quot", "apos"].contains(name) || name.hasPrefix("#") else { return false }
        index = end
      default: break
      }
      index += 1
    }
    return true
  }

  private static func isName(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
  }

  private static func starts(_ scalars: ArraySlice<Unicode.Scalar>, _ text: String) -> Bool {
    scalars.starts(with: text.unicodeScalars)
  }

  private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}
