// SecurityDocumentTests.swift - SECURITY.md names guards and tests that are there.

import Platform
import Testing

struct SecurityDocumentTests {
  private static let root = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))

  private func tests(in folder: String) throws -> Set<String> {
    var names: Set<String> = []
    for name in try Files.list(folder) {
      let path = "\(folder)/\(name)"
      if name.hasSuffix(".swift") {
        let source = String(decoding: try Files.read(path), as: UTF8.self)
        for match in source.matches(of: /func `([^`]+)`/) { names.insert(String(match.1)) }
      } else if name.hasSuffix("Tests") {
        names.formUnion(try tests(in: path))
      }
    }
    return names
  }

  @Test func `every guard and every test of the threat model exists`() throws {
    let document = String(decoding: try Files.read("\(Self.root)/SECURITY.md"), as: UTF8.self)
    let existing = try tests(in: "\(Self.root)/Tests")
    var threats = 0
    for line in document.split(separator: "\n") where line.hasPrefix("| ") {
      let cells = line.split(separator: "|").map { $0.trimmingPrefix(" ") }
      guard cells.count == 3, cells[2].hasPrefix("`") else { continue }
      threats += 1
      for match in cells[1].matches(of: /`([^`]+\/[^`]+)`/) {
        #expect(Files.exists("\(Self.root)/\(match.1)"), "no file \(match.1)")
      }
      for match in cells[2].matches(of: /`([^`]+)`/) {
        #expect(existing.contains(String(match.1)), "no test \(match.1)")
      }
    }
    #expect(threats >= 25)
  }
}
