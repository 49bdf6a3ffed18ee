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
    var counts: [Substring: Int] = [:]
    for source in sources { for match in source.code.matches(of: /\w+/) { counts[match.0, default: 0] += 1 } }
    return sources.flatMap { source in
      source.code.matches(of: /\b(?:func|var|let) `?([A-Za-z]\w*)/).map(\.1).filter { counts[$0] == 1 }
        .map { "\($0) in \(source.path)" }
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
    line.matches(of: /\.`?(\w+)`?/).compactMap { match in
      let before = line[..<match.range.lowerBound]
      let isAsked =
        before.firstMatch(of: /(?:==|!=|~=)\s*\w*\??$/) != nil || isInPattern(match.range.lowerBound, line)
      return isAsked ? nil : String(match.1)
    }
  }

  /// `case .a, .b(let x):`, `if case .a = value`.
  private static func isInPattern(_ index: String.Index, _ line: Substring) -> Bool {
    let before = line[..<index]
    guard let keyword = before.ranges(of: /\bcase\b/).last else { return false }
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
    "Weekday": "by its number", "Language": "by its word in the settings", "Mode": "the same",
    "Hours": "the same", "WeekendPolicy": "the same", "ListName": "by its word on the command line",
    "DeliveryStatus": "by Twilio's word", "CallOutcome": "by its word in the database",
    "MentionPlace": "all of them in turn", "Source": "the same", "PurgeList": "the same",
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
