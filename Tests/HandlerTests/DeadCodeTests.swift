// DeadCodeTests.swift - what stands in the sources is also used: enum cases are made somewhere, functions called.

import TestSupport
import Testing

/// What is declared and never used, as far as words tell.
private struct UnusedNames {
  private let sources: [SwiftSource]

  init(_ sources: [SwiftSource]) { self.sources = sources }

  /// `Enum.case` of every case that no line makes: its name stands behind a point nowhere but in patterns and
  /// comparisons.
  var cases: [String] {
    let made = Set(sources.flatMap { $0.code.split(separator: "\n").flatMap(Self.namesMade) })
    return sources.flatMap { Self.enums(in: $0.code) }.flatMap { name, cases in
      cases.filter { !made.contains($0) }.map { "\(name).\($0)" }
    }.sorted()
  }

  /// Functions, properties and constants whose names stand nowhere else.
  var declarations: [String] {
    let words = sources.map { ($0.path, $0.words) }
    var counts: [Substring: Int] = [:]
    for (_, words) in words { for word in words { counts[word, default: 0] += 1 } }
    return words.flatMap { path, words in
      zip(words, words.dropFirst()).filter { ["func", "var", "let"].contains($0) && counts[$1] == 1 }
        .map { "\($1) in \(path)" }
    }.sorted()
  }

  // MARK: Enums

  private static func enums(in code: String) -> [(name: String, cases: [String])] {
    code.matches(of: /\benum (\w+)[^{\n]*\{/).map { match in
      let body = topLevel(code[match.range.upperBound...])
      let lists = body.matches(of: /(?:^|\n)\s*(?:indirect )?case ((?:[^\n]*,\n)*[^\n]*)/).map(\.1)
      return (String(match.1), lists.flatMap { names(in: withoutParentheses($0)) })
    }
  }

  /// What stands between the braces, without what stands in braces of its own.
  private static func topLevel(_ rest: Substring) -> String {
    var depth = 0
    var result = ""
    for character in rest {
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      if depth < 0 { break }
      if depth == 0, character != "}" { result.append(character) }
    }
    return result
  }

  private static func withoutParentheses(_ text: Substring) -> String {
    var depth = 0
    return String(
      text.filter { character in
        if character == "(" { depth += 1 }
        defer { if character == ")" { depth -= 1 } }
        return depth == 0
      })
  }

  private static func names(in list: String) -> [String] {
    list.split(separator: ",").compactMap { part in
      part.firstMatch(of: /^\s*`?(\w+)`?/).map { String($0.1) }
    }
  }

  // MARK: Uses

  /// Names behind a point, but for those that are only asked for.
  private static func namesMade(_ line: Substring) -> [String] {
    var names: [String] = []
    var rest = line.firstIndex(of: ".")
    while let point = rest {
      let name = line[point...].dropFirst().drop { $0 == "`" }.prefix(while: SwiftSource.isWord)
      if !name.isEmpty, !isCompared(line[..<point]), !isInPattern(point, line) { names.append(String(name)) }
      rest = line[point...].dropFirst().firstIndex(of: ".")
    }
    return names
  }

  /// Behind `==`, or behind `== Type`.
  private static func isCompared(_ before: Substring) -> Bool {
    var left = before
    while let last = left.last, SwiftSource.isWord(last) || last == "?" { left = left.dropLast() }
    while left.last == " " { left = left.dropLast() }
    return ["==", "!=", "~="].contains { left.hasSuffix($0) }
  }

  /// `case .a, .b(let x):`, `if case .a = value`.
  private static func isInPattern(_ index: String.Index, _ line: Substring) -> Bool {
    let before = line[..<index]
    guard
      let keyword = before.ranges(of: "case ").last(where: { range in
        range.lowerBound == before.startIndex
          || !SwiftSource.isWord(before[before.index(before: range.lowerBound)])
      })
    else { return false }
    var depth = 0
    for character in line[keyword.upperBound..<index] {
      if "([".contains(character) { depth += 1 }
      if ")]".contains(character) { depth -= 1 }
      if depth == 0, character == ":" || character == "=" { return false }
    }
    return true
  }
}

struct DeadCodeTests {
  /// Enums with cases that no line of ours names, and why.
  private static let outside: [String: String] = [
    "Weekday": "by its number", "Mode": "by its word in the settings",
    "Hours": "the same", "WeekendPolicy": "the same",
    "DeliveryStatus": "by Twilio's word", "OperationStatus": "the same",
    "ListName": "by its word on the command line",
    "HeldTable": "all of them in turn",
  ]

  /// Names that the language itself uses.
  private static let ofTheLanguage = ["appendLiteral", "callAsFunction"]

  @Test func `every case of every enum is made somewhere`() throws {
    let unused = UnusedNames(try SwiftSource.all()).cases
    #expect(unused.filter { name in !Self.outside.keys.contains { name.hasPrefix("\($0).") } } == [])
    // An exception that nobody needs any more goes.
    for name in Self.outside.keys { #expect(unused.contains { $0.hasPrefix("\(name).") }, "\(name)") }
  }

  @Test func `every function and property is used somewhere`() throws {
    let unused = UnusedNames(try SwiftSource.all()).declarations
    #expect(unused.filter { line in !Self.ofTheLanguage.contains { line.hasPrefix("\($0) in ") } } == [])
  }

  @Test func `a case that is only asked for, and a function nobody calls, are found`() {
    let spoilt = SwiftSource(
      path: "Spoilt.swift",
      text: #"""
        enum Light: String {
          // .green is nice
          case red, green(Int)
          case yellow = "y",
            blue
          case violet
          var isOn: Bool { switch self { case .green, .yellow: false; default: true } }
        }
        func lit(_ light: Light) -> Light {
          if case .green(let n) = light { return n == 1 ? .red : .red }
          guard light != .blue else { print("no .blue here, but \(Light.violet.isOn)") }
          switch light {
          case .yellow: return .red
          case .green: return lit(light)
          default: return .red
          }
        }
        func unlit() {}
        """#)
    #expect(UnusedNames([spoilt]).cases == ["Light.blue", "Light.green", "Light.yellow"])
    #expect(UnusedNames([spoilt]).declarations == ["unlit in Spoilt.swift"])
  }
}
