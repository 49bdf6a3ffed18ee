// SwiftSource.swift - our own sources as tests look at them: files, code without comments and texts, declarations.
//
// A reader of words, not a compiler: it knows neither types nor scopes. What it says is so in any case are things
// that stand nowhere; whoever shares a name with something living passes.

import Platform

public struct SwiftSource: Sendable {
  /// Below the folder that was read, such as `Common/Store/Store.swift`.
  public let path: String
  /// Without comments and without the letters of texts; code inside of texts (`\(…)`) stays.
  public let code: String

  public init(path: String, text: String) {
    self.path = path
    var reader = CodeReader(text)
    code = reader.code()
  }

  public static let repository = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))

  /// Every Swift file below a folder of the repository.
  public static func all(below folder: String = "Sources") throws -> [SwiftSource] {
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

  public var imports: Set<String> {
    Set(code.matches(of: /(?:^|\n)(?:@\w+ )?import (\w+)/).map { String($0.1) })
  }
}

/// Copies code, leaves out comments and what texts say.
private struct CodeReader {
  private let text: [Character]
  private var index = 0
  private var result = ""

  init(_ text: String) { self.text = Array(text) }

  mutating func code() -> String {
    copy(untilParenthesis: false)
    return result
  }

  private func looksAt(_ word: String) -> Bool {
    index + word.count <= text.count && text[index..<(index + word.count)].elementsEqual(word)
  }

  private mutating func copy(untilParenthesis: Bool) {
    var depth = 0
    while index < text.count {
      if looksAt("//") {
        while index < text.count, text[index] != "\n" { index += 1 }
      } else if looksAt("/*") {
        while index < text.count, !looksAt("*/") { index += 1 }
        index += 2
      } else if let hashes = textBegins() {
        skipText(hashes)
      } else {
        if text[index] == ")", depth == 0, untilParenthesis { return }
        if text[index] == "(" { depth += 1 }
        if text[index] == ")" { depth -= 1 }
        result.append(text[index])
        index += 1
      }
    }
  }

  /// The number of `#` before a quotation mark here.
  private func textBegins() -> Int? {
    let hashes = text[index...].prefix { $0 == "#" }.count
    return index + hashes < text.count && text[index + hashes] == "\"" ? hashes : nil
  }

  private mutating func skipText(_ hashes: Int) {
    index += hashes
    let quote = looksAt("\"\"\"") ? "\"\"\"" : "\""
    index += quote.count
    let marks = String(repeating: "#", count: hashes)
    result.append("\"")
    while index < text.count, !looksAt(quote + marks) {
      if looksAt("\\\(marks)(") {
        index += 2 + hashes
        result.append("(")
        copy(untilParenthesis: true)
        result.append(")")
        index += 1
      } else if looksAt("\\\(marks)") {
        index += 2 + hashes
      } else {
        if text[index] == "\n" { result.append("\n") }
        index += 1
      }
    }
    result.append("\"")
    index += quote.count + hashes
  }
}
