// FormFieldsTests.swift - form decoding: what is read, in which order, and what is refused.

import CGI
import Testing

@Suite struct FormFieldsTests {
  private func decode(_ text: String, limit: Int = 1000) throws(FormError) -> [[String]] {
    try FormFields(encoded: Array(text.utf8), limit: limit).fields.map { [$0.name, $0.value] }
  }

  struct Case: Sendable {
    let text: String
    let fields: [[String]]

    init(_ text: String, _ fields: [String]...) {
      self.text = text
      self.fields = fields
    }
  }

  @Test(arguments: [
    Case(""),
    Case("a=1", ["a", "1"]),
    Case("a=1&b=2", ["a", "1"], ["b", "2"]),
    Case("Body=Gr%C3%BCezi+%2B41+%26+mehr", ["Body", "Grüezi +41 & mehr"]),
    Case("Body=%F0%9F%91%8D%f0%9f%8f%bd", ["Body", "👍🏽"]),
    Case("a+b=c+d", ["a b", "c d"]),
    Case("a%3Db=c%3dd", ["a=b", "c=d"]),
    Case("a=1=2", ["a", "1=2"]),
    Case("a=&b=", ["a", ""], ["b", ""]),
    Case("a&b", ["a", ""], ["b", ""]),
    Case("=x", ["", "x"]),
    Case("=", ["", ""]),
    Case("&&a=1&&", ["a", "1"]),
    Case("a=2&a=1&A=3", ["a", "2"], ["a", "1"], ["A", "3"]),
    Case("a=%41%61", ["a", "Aa"]),
    Case("a=Grüezi", ["a", "Grüezi"]),
    Case("a=%0D%0A%09", ["a", "\r\n\t"]),
  ])
  func `fields are decoded in the order they were sent`(_ example: Case) throws {
    let decoded = try decode(example.text)
    #expect(decoded == example.fields)
  }

  @Test(arguments: [
    "a=%", "a=%4", "a=%4&b=1", "a=1%2", "a=%zz", "a=x%4gy", "a=%-1", "a=%%41", "%=1", "a=%4+", "a=% 41",
  ])
  func `a broken escape is an error`(_ text: String) {
    #expect(throws: FormError.self) { try decode(text) }
  }

  @Test func `an error names the field`() {
    #expect(throws: FormError.brokenEscape(name: "Body")) { try decode("From=1&Body=100%") }
  }

  @Test(arguments: [
    Case("Body=xx.yy%00live.com", ["Body", "xx.yylive.com"]), Case("a=%00", ["a", ""]),
    Case("a=\u{0}x", ["a", "x"]),
    Case("%00a=1&b%00=%00%002", ["a", "1"], ["b", "2"]),
    Case("a=%00%ED%A0%80", ["a", "\u{FFFD}\u{FFFD}\u{FFFD}"]),
  ])
  func `a NUL is dropped, in names too`(_ example: Case) throws {
    let decoded = try decode(example.text)
    #expect(decoded == example.fields)
  }

  /// Latin-1, a cut sequence, a stray continuation, overlong forms of `/` and NUL, a surrogate, beyond U+10FFFF.
  @Test(arguments: [
    "%FC", "%C3", "%C3%28", "%80", "%C0%AF", "%E0%80%AF", "%F0%80%80%AF", "%C0%80", "%ED%A0%80",
    "%F4%90%80%80", "%FF", "%E2%82", "\u{FC}%FC",
  ])
  func `what is not UTF-8 is replaced, the rest stays, in names too`(_ bytes: String) throws {
    let value = try #require(try decode("a=vor\(bytes)nach").first?[1])
    #expect(value.hasPrefix("vor") && value.hasSuffix("nach") && value.contains("\u{FFFD}"))
    #expect(!value.utf8.contains(0))
    let name = try #require(try decode("\(bytes)n=a").first?[0])
    #expect(name.contains("\u{FFFD}") && name.hasSuffix("n"))
  }

  @Test func `raw bytes that are not UTF-8 are replaced`() throws {
    let fields = try FormFields(encoded: Array("a=".utf8) + [0xfc, 0x78])
    #expect(fields["a"] == "\u{FFFD}x")
  }

  @Test func `what was mended is still known as it was sent`() throws {
    let clean = try FormFields(encoded: Array("a=%C3%BC&b=".utf8))
    #expect(clean.sent == nil)
    let fields = try FormFields(encoded: Array("a=%C3%BC&b%00=1%00&c=%FF+".utf8))
    #expect(fields.sent?.map(\.name) == [[97], [98, 0], [99]])
    #expect(fields.sent?.map(\.value) == [[0xC3, 0xBC], [49, 0], [0xFF, 32]])
  }

  @Test func `one field too many is an error`() throws {
    let allowed = try decode("a&b&c", limit: 3)
    #expect(allowed.count == 3)
    #expect(throws: FormError.tooManyFields(limit: 3)) { try decode("a&b&c&d", limit: 3) }
    #expect(throws: FormError.tooManyFields(limit: 1000)) {
      try decode(Array(repeating: "a=1", count: 1001).joined(separator: "&"))
    }
  }

  @Test func `errors show neither names nor values`() {
    let errors: [FormError] = [
      .brokenEscape(name: "secret"), .tooManyFields(limit: 9),
    ]
    for error in errors { #expect(!error.description.contains("secret")) }
  }

  @Test func `of several values the first counts, and empty differs from absent`() throws {
    let fields = try FormFields(encoded: Array("a=2&a=1&e=&e=x".utf8))
    #expect(fields["a"] == "2")
    #expect(fields["e"] == "")
    #expect(fields.nonEmpty("e") == nil)
    #expect(fields.nonEmpty("a") == "2")
    #expect(fields["x"] == nil)
    #expect(fields.nonEmpty("x") == nil)
  }

  @Test func `percent-encoding keeps only the unreserved characters`() {
    #expect(percentEncoded("AZaz09-._~") == "AZaz09-._~")
    #expect(percentEncoded("+41 79&=%/?#'ü") == "%2B41%2079%26%3D%25%2F%3F%23%27%C3%BC")
  }

  @Test(arguments: ["", "+41791234567", "a b+c%&=;", "Grüezi 👍🏽\r\n", "e\u{301}", "\u{1F1E8}\u{1F1ED}"])
  func `what was encoded decodes to the very same scalars`(_ text: String) throws {
    let decoded = try FormFields(encoded: Array("a=\(percentEncoded(text))".utf8))["a"]
    #expect(decoded.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
  }
}
