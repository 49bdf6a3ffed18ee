// SwiftSource.swift - our own sources as tests look at them: files, code without comments and texts, words.
//
// A reader of words, not a compiler: it knows neither types nor scopes. What it says is so in any case are things
// that stand nowhere; whoever shares a name with something living passes.

import Platform

package struct SwiftSource: Sendable {
  /// Below the folder that was read, such as `Common/Store/Store.swift`.
  package let path: String
  /// Without comments and without the letters of texts; code inside of texts (`\(…)`) stays.
  package let code: String

  package init(path: String, text: String) {
    self.path = path
    var reader = CodeReader(text)
    code = reader.code()
  }

  package static let repository = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))

  /// Every Swift file below a folder of the repository.
  package static func all(below folder: String = "Sources") throws -> [SwiftSource] {
    var found: [SwiftSource] = []
    func look(_ path: String) throws {
      for name in try Files.list("\(repository)/\(folder)\(path)") {
        let below = "\(path)/\(name)"
        if Files.isFolder("\(repository)/\(folder)\(below)") {
          try look(below)
        } else if name.hasSuffix(".swift") {
          let bytes = try Files.read("\(repository)/\(folder)\(below)")
          found.append(
            SwiftSource(path: String(below.dropFirst()), text: String(decoding: bytes, as: UTF8.self)))
        }
      }
    }
    try look("")
    return found
  }

  package var imports: Set<String> {
    Set(
      code.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ").drop { $0.hasPrefix("@") }
        return words.first == "import" ? words.last.map(String.init) : nil
      })
  }

  /// Letters, digits and underscores in a row.
  package var words: [Substring] { code.split { !SwiftSource.isWord($0) } }

  package static func isWord(_ character: Character) -> Bool {
    character.isASCII ? character.isLetter || character.isNumber || character == "_" : character.isLetter
  }
}

/// Copies code, leaves out comments and what texts say. Bytes, since all that it looks for is ASCII.
private struct CodeReader {
  private let text: [UInt8]
  private var index = 0
  private var result: [UInt8] = []

  private static let (quote, hash, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "\\"))
  private static let (opening, closing) = (UInt8(ascii: "("), UInt8(ascii: ")"))
  private static let (slash, star, lineFeed) = (UInt8(ascii: "/"), UInt8(ascii: "*"), UInt8(10))

  init(_ text: String) { self.text = Array(text.utf8) }

  mutating func code() -> String {
    copy(untilParenthesis: false)
    return String(decoding: result, as: UTF8.self)
  }

  private func at(_ offset: Int) -> UInt8 { index + offset < text.count ? text[index + offset] : 0 }

  private mutating func copy(untilParenthesis: Bool) {
    var depth = 0
    while index < text.count {
      let byte = text[index]
      if byte == Self.slash, at(1) == Self.slash {
        while index < text.count, text[index] != Self.lineFeed { index += 1 }
      } else if byte == Self.slash, at(1) == Self.star {
        while index < text.count, !(text[index] == Self.star && at(1) == Self.slash) { index += 1 }
        index += 2
      } else if let hashes = textBegins() {
        skipText(hashes)
      } else {
        if byte == Self.closing, depth == 0, untilParenthesis { return }
        if byte == Self.opening { depth += 1 }
        if byte == Self.closing { depth -= 1 }
        result.append(byte)
        index += 1
      }
    }
  }

  /// The number of `#` before a quotation mark here.
  private func textBegins() -> Int? {
    var hashes = 0
    while at(hashes) == Self.hash { hashes += 1 }
    return at(hashes) == Self.quote ? hashes : nil
  }

  /// Whether `count` bytes like this stand here.
  private func stands(_ byte: UInt8, _ count: Int, from offset: Int = 0) -> Bool {
    (0..<count).allSatisfy { at(offset + $0) == byte }
  }

  private mutating func skipText(_ hashes: Int) {
    index += hashes
    let quotes = stands(Self.quote, 3) ? 3 : 1
    index += quotes
    result.append(Self.quote)
    while index < text.count, !(stands(Self.quote, quotes) && stands(Self.hash, hashes, from: quotes)) {
      if at(0) == Self.backslash, stands(Self.hash, hashes, from: 1) {
        index += 1 + hashes
        if at(0) == Self.opening {
          index += 1
          result.append(Self.opening)
          copy(untilParenthesis: true)
          result.append(Self.closing)
        }
        index += 1
      } else {
        if at(0) == Self.lineFeed { result.append(Self.lineFeed) }
        index += 1
      }
    }
    result.append(Self.quote)
    index += quotes + hashes
  }
}
