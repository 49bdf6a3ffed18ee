// Arguments.swift - the words of a command line: plain ones, options with a value, flags.

/// A wrong command line; the text says what is wrong.
struct UsageError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

struct Arguments {
  private(set) var words: [String] = []
  private var options: [String: [String]] = [:]
  private var flags: Set<String> = []

  /// - Parameters:
  ///   - options: names that take a value; may be given more than once.
  ///   - flags: names that do not.
  init(_ arguments: [String], options known: [String], flags knownFlags: [String] = []) throws {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else {
        words.append(word)
        continue
      }
      let name = String(word.dropFirst(2))
      if knownFlags.contains(name) {
        flags.insert(name)
      } else if known.contains(name) {
        guard let value = rest.popFirst() else { throw UsageError("\(word) needs a value") }
        options[name, default: []].append(value)
      } else {
        throw UsageError("unknown option \(word)")
      }
    }
  }

  subscript(name: String) -> String? { options[name]?.last }

  func all(_ name: String) -> [String] { options[name] ?? [] }

  func has(_ flag: String) -> Bool { flags.contains(flag) }

  func required(_ name: String) throws -> String {
    guard let value = self[name] else { throw UsageError("--\(name) is missing") }
    return value
  }

  func number(_ name: String) throws -> Int? {
    guard let text = self[name] else { return nil }
    guard let value = Int(text) else { throw UsageError("--\(name) \(text) is no number") }
    return value
  }

  func word(_ index: Int, _ what: String) throws -> String {
    guard index < words.count else { throw UsageError("\(what) is missing") }
    return words[index]
  }
}
