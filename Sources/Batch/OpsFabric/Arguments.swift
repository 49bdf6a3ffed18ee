// Arguments.swift - the words of a call: options in any place, then what is left in order.

struct Arguments {
  private var words: [String]
  /// The options that were asked for so far: those the command knows.
  private var options: [String] = []

  init(_ words: [String]) { self.words = words }

  /// What has not been taken yet, for another program that is called alike.
  var all: [String] { words }

  /// Takes `--name VALUE` or `--name=VALUE`.
  mutating func option(_ name: String) throws -> String? {
    options.append(name)
    if let index = words.firstIndex(where: { $0.hasPrefix(name + "=") }) {
      return String(words.remove(at: index).dropFirst(name.count + 1))
    }
    guard let index = words.firstIndex(of: name) else { return nil }
    guard index + 1 < words.count else { throw UsageError("\(name) needs a value") }
    words.remove(at: index)
    return words.remove(at: index)
  }

  /// Takes `--name`.
  mutating func flag(_ name: String) -> Bool {
    options.append(name)
    guard let index = words.firstIndex(of: name) else { return false }
    words.remove(at: index)
    return true
  }

  /// Takes the next word.
  mutating func next(_ what: String) throws -> String {
    guard let word = words.first, !word.hasPrefix("--") else {
      throw words.first.map { unknown(option: $0) } ?? UsageError("\(what) is missing")
    }
    return words.removeFirst()
  }

  /// Takes all that is left, as one text.
  mutating func rest() -> String {
    defer { words = [] }
    return words.joined(separator: " ")
  }

  func unknown(option word: String) -> UsageError {
    let name = String(word.prefix { $0 != "=" })
    return UsageError("unknown option \(short(name))\(hint(for: name, among: options + ["--help"]))")
  }

  /// Nothing may be left over.
  func finish() throws {
    guard let word = words.first else { return }
    throw word.hasPrefix("-")
      ? unknown(option: word) : UsageError("'\(short(word))' is one word too many")
  }
}
