// XMLText.swift - what an XML answer says, as far as lists of files need it: elements by their local names, whatever
// prefix a server gives them.

/// Elements and texts, one after the other. What is no XML has none.
struct XMLText {
  enum Piece: Hashable {
    case open(String)
    case close(String)
    case text(String)
  }

  private(set) var pieces: [Piece] = []

  init(_ bytes: [UInt8]) {
    var index = bytes.startIndex
    var text: [UInt8] = []
    func flush(_ pieces: inout [Piece]) {
      if !text.isEmpty { pieces.append(.text(XMLText.unescaped(text))) }
      text = []
    }
    while index < bytes.endIndex {
      guard bytes[index] == UInt8(ascii: "<") else {
        text.append(bytes[index])
        index += 1
        continue
      }
      guard let end = bytes[index...].firstIndex(of: UInt8(ascii: ">")) else { return }
      let tag = bytes[(index + 1)..<end]
      index = end + 1
      guard let first = tag.first, first != UInt8(ascii: "?"), first != UInt8(ascii: "!") else { continue }
      flush(&pieces)
      let isEnd = first == UInt8(ascii: "/")
      let name = (isEnd ? tag.dropFirst() : tag).prefix { $0 > 32 && $0 != UInt8(ascii: "/") }
      let local = String(decoding: name.split(separator: UInt8(ascii: ":")).last ?? [], as: UTF8.self)
      pieces.append(isEnd ? .close(local) : .open(local))
      if !isEnd, tag.last == UInt8(ascii: "/") { pieces.append(.close(local)) }
    }
  }

  private init(_ pieces: [Piece]) { self.pieces = pieces }

  /// What stands in each element of a name, at whatever depth.
  func elements(_ name: String) -> [XMLText] {
    var found: [XMLText] = []
    var start: Int?
    for (index, piece) in pieces.enumerated() {
      if piece == .open(name), start == nil { start = index + 1 }
      if piece == .close(name), let begin = start {
        found.append(XMLText(Array(pieces[begin..<index])))
        start = nil
      }
    }
    return found
  }

  func has(_ name: String) -> Bool { pieces.contains(.open(name)) }

  /// The texts of the elements of a name.
  func texts(of name: String) -> [String] {
    elements(name).map { element in
      element.pieces.reduce(into: "") { text, piece in if case .text(let more) = piece { text += more } }
    }
  }

  private static func unescaped(_ bytes: [UInt8]) -> String {
    var text = String(decoding: bytes, as: UTF8.self)
    for (entity, character) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&"),
    ] { text = text.replacing(entity, with: character) }
    return text
  }
}
