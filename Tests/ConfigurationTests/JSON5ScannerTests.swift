// JSON5ScannerTests.swift - the scanner that finds places and Foundation that reads values agree.

import Testing

@testable import Configuration

@Suite struct JSON5ScannerTests {
  private static func accepts(_ bytes: [UInt8]) -> Bool {
    if case .success = JSON5Scanner.scan(bytes) { true } else { false }
  }

  @Test(arguments: [
    "{}", "[]", "[1,]", "{a:1,}", "{'a b':1,\"c\":2,$d:3,_e:4,ü:5}",
    "[.5,5.,+1,-0x1F,1e3,1E-3,Infinity,-NaN]",
    "['a\\\nb','\\'','\"',\"\\u00e4\\x41\"]", "// c\n/* c\n*/[1]// end", "\u{FEFF}[ true,\tfalse,\r\nnull]",
    "{a:{b:[{c:'d'}]}}", "{a:1} /**/", "'ä€😀'",
  ])
  func `both accept`(text: String) {
    #expect(Self.accepts(Array(text.utf8)))
    #expect(JSONValue(json5: Array(text.utf8)) != nil)
  }

  @Test(arguments: [
    "{a}", "{a:}", "{,}", "[,]", "[1 2]", "{a:1 b:2}", "{a:1", "[", "'a", "'a\nb'", "'a\\", "tru", "01",
    "1.2.3",
    "--1", "0x", ".", "+", "1_000", "/* a", "/", "[1]]", "{1:2}", "\\", "{a:1}}", "nulll", "Infinit", "a:1",
    "[\u{A0}1]", "-", "1e", "5..",
  ])
  func `both refuse`(text: String) {
    #expect(!Self.accepts(Array(text.utf8)))
    #expect(JSONValue(json5: Array(text.utf8)) == nil)
  }

  @Test func `whatever happens to a file, the scanner accepts nothing that Foundation refuses`() {
    for file in SampleFiles.all {
      let bytes = Array(file.text.utf8)
      for position in stride(from: 0, to: bytes.count, by: 17) {
        var shorter = bytes
        shorter.remove(at: position)
        let broken = [Array(bytes[..<position]), shorter]
        for text in broken where Self.accepts(text) && String(validating: text, as: UTF8.self) != nil {
          #expect(JSONValue(json5: text) != nil, "\(file.path) at byte \(position)")
        }
      }
    }
  }
}
