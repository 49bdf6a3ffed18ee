// DocumentTests.swift - what the documents point to is there: files, headings, commands, alerts.

import Platform
import TestSupport
import Testing

/// A document, and what it points to.
private struct Document {
  /// Below the repository.
  let path: String
  let text: String

  /// Relative addresses of links and pictures, as they stand there.
  var links: [String] {
    (text.matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
      + text.matches(of: /src="([^"]+)"/).map { String($0.1) })
      .filter { $0.prefixMatch(of: /[a-z]+:/) == nil }
  }

  /// What `#…` can lead to, as GitHub makes it of a heading.
  var anchors: Set<String> {
    var isCode = false
    var found: Set<String> = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("```") { isCode.toggle() }
      guard !isCode, line.hasPrefix("#") else { continue }
      let letters = line.drop { $0 == "#" }.dropFirst().lowercased().compactMap { letter -> Character? in
        letter == " " ? "-" : letter.isLetter || letter.isNumber || "-_".contains(letter) ? letter : nil
      }
      found.insert(String(letters))
    }
    return found
  }

  /// Words behind `opsfabric` where it is called: in code, or in a line of a command.
  var commands: Set<String> {
    Set(
      text.matches(of: /(?:^|[` ]|bin\/)opsfabric ([a-z][a-z-]+)/.anchorsMatchLineEndings()).map {
        String($0.1)
      })
  }

  /// Where a link leads, below the repository.
  func target(of link: Substring) -> String {
    var parts = path.split(separator: "/").dropLast()
    if link.isEmpty { return path }
    for part in link.split(separator: "/") where part != "." {
      if part == ".." { parts = parts.dropLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }

  /// Everything that is ours and ends in `.md`.
  static func all() throws -> [Document] {
    var found: [Document] = []
    func look(_ folder: String) throws {
      for name in try Files.list("\(SwiftSource.repository)/\(folder)") where !name.hasPrefix(".") {
        let path = folder.isEmpty ? name : "\(folder)/\(name)"
        if name.hasSuffix(".md") {
          found.append(Document(path: path, text: try Document.text(path)))
        } else if !folder.isEmpty || ["docs", "Tests"].contains(name),
          Files.isFolder("\(SwiftSource.repository)/\(path)")
        {
          try look(path)
        }
      }
    }
    try look("")
    return found
  }

  static func text(_ path: String) throws -> String {
    String(decoding: try Files.read("\(SwiftSource.repository)/\(path)"), as: UTF8.self)
  }
}

struct DocumentTests {
  @Test func `every relative link of a document leads to a file, and to a heading where it names one`() throws
  {
    let documents = try Document.all()
    #expect(documents.count > 15)
    let anchors = Dictionary(uniqueKeysWithValues: documents.map { ($0.path, $0.anchors) })
    for document in documents {
      for link in document.links {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let target = document.target(of: parts[0])
        #expect(Files.exists("\(SwiftSource.repository)/\(target)"), "\(document.path): \(link)")
        if parts.count == 2 {
          #expect(anchors[target]?.contains(String(parts[1])) == true, "\(document.path): \(link)")
        }
      }
    }
  }

  @Test func `every command that a document names exists`() throws {
    let sources = try SwiftSource.all(below: "Sources/Batch/OpsFabric").map {
      "Sources/Batch/OpsFabric/\($0.path)"
    }
    let names = Set(
      try sources.flatMap {
        try Document.text($0).matches(of: /static let name = "([a-z-]+)"/).map { String($0.1) }
      })
    let documents = try Document.all().filter { $0.path != "CHANGELOG.md" }
    #expect(documents.reduce(0) { $0 + $1.commands.count } > 50)
    for document in documents {
      #expect(document.commands.subtracting(names).sorted() == [], "\(document.path)")
    }
    let list = try #require(documents.first { $0.path == "docs/commands.md" })
    #expect(names.subtracting(list.commands).sorted() == [], "docs/commands.md has all of them")
  }

  @Test func `every alert has its cause and cure among the faults`() throws {
    let faults = try Document.text("docs/faults.md")
    let causes = try Document.text("Sources/Common/Store/AlertCause.swift").matches(
      of: /static let \w+ = "(\w+)"/)
    #expect(causes.count > 15)
    for cause in causes { #expect(faults.contains("`\(cause.1)"), "\(cause.1)") }
  }

  @Test func `the first page is short`() throws {
    #expect(
      try Document.text("README.md").split(separator: "\n", omittingEmptySubsequences: false).count <= 151)
  }

  @Test func `a dead link, a heading that is not there and an unknown command are seen`() {
    let document = Document(
      path: "docs/a/b.md",
      text: """
        # One & two: `three`

        [x](../c.md#d) and [y](https://example.ch/z) and <img src="e.png">, [z](#one)

        ```
        # no heading
        opsfabric nothing
        ```
        `opsfabric some-thing` and /home/me/opsfabric too
        """)
    #expect(document.links == ["../c.md#d", "#one", "e.png"])
    #expect(
      document.links.map { document.target(of: $0.prefix { $0 != "#" }) } == [
        "docs/c.md", "docs/a/b.md", "docs/a/e.png",
      ])
    #expect(document.anchors == ["one--two-three"])
    #expect(document.commands == ["nothing", "some-thing"])
  }
}
