// JSONDocumentTests.swift - strict reading and exact writing of JSON.

import JSON
import Testing

struct JSONDocumentTests {
  private func read(_ text: String) throws -> JSONDocument { try JSONDocument(Array(text.utf8)) }

  @Test func `a text with everything in it is read`() throws {
    let document = try read(
      " {\"a\" : [1, -0.5e+3, true, false, null, \"x\"],\r\n\t\"b\":{}, \"c\":[], \"\":\"empty name\"} ")
    #expect(document["a"]?.items?.count == 6)
    #expect(document["a"]?.items?[0].integer == 1)
    #expect(document["a"]?.items?[1] == .number("-500.0"))
    #expect(document["a"]?.items?[2].flag == true)
    #expect(document["a"]?.items?[4] == .null)
    #expect(document["b"]?.members?.isEmpty == true)
    #expect(document[""]?.text == "empty name")
    #expect(document["missing"] == nil)
    #expect(document["a"]?["no object"] == nil)
  }

  @Test(arguments: [
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e4\u20AC""#, "ä€"),
    (#""\ud83d\ude00\uD83D\uDE00""#, "😀😀"), (#""\\u0000""#, "\\u0000"), ("\"Zürich 😀\"", "Zürich 😀"),
    (#""a\u0041b""#, "aAb"),
  ])
  func `escapes are read`(text: String, meaning: String) throws {
    #expect(try read(text) == .string(meaning))
  }

  @Test(arguments: [
    "", " ", "{", "[", "\"", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[1 2]", "{a:1}", "{'a':1}", "nul",
    "nulll", "True", "01", "1.", ".5", "-", "+1", "1e", "0x10", "NaN", "Infinity", "[1] []", "// no\n1",
    "\"\t\"",
    "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud83d\"", "\"\\ud83dx\"", "\"\\ud83d\\u0041\"", "\"\\ude00\"",
    "\"\\", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "\u{feff}{}", "\"a\nb\"", "[\"a]", "\"\\u0000\"",
    "1e999", "[-1.5e3333333]",
    "{\"a\\\\\\u0000\":1}",
  ])
  func `what is not JSON is refused`(text: String) {
    #expect(throws: JSONError.self) { try read(text) }
  }

  @Test(arguments: [
    [0x22, 0xff, 0x22], [0x22, 0xc3, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xc0, 0x80, 0x22],
  ])
  func `bytes that are not UTF-8 are refused`(bytes: [Int]) {
    #expect(throws: JSONError.self) { try JSONDocument(bytes.map(UInt8.init)) }
  }

  @Test func `the depth is limited`() throws {
    let deep = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    #expect(throws: Never.self) { try read(deep(64)) }
    #expect(throws: JSONError.self) { try read(deep(65)) }
    // A million brackets must not eat the stack.
    #expect(throws: JSONError.self) { try read(String(repeating: "[{\"a\":", count: 1_000_000)) }
  }

  @Test func `every truncation of a text is refused, and none crashes`() throws {
    let text = Array(#"{"a":["x\u00e4\ud83d\ude00",-1.5e3,true,null],"b":{"c":"d"}}"#.utf8)
    #expect(throws: Never.self) { try JSONDocument(text) }
    for length in text.indices {
      #expect(throws: JSONError.self) { try JSONDocument(Array(text[..<length])) }
    }
  }

  @Test func `what is written is read as the same, in one text`() throws {
    let all = String(String.UnicodeScalarView((1...0x2ff).compactMap(Unicode.Scalar.init))) + "😀\u{10ffff}"
    let document = JSONDocument.object([
      "z": .array([.null, .bool(true), .bool(false), .number("-1.5"), .string(all)]), "a\"\n": .object([:]),
    ])
    #expect(try JSONDocument(document.bytes) == document)
    let sorted = JSONDocument.object(["b": .number("2"), "a": .string("\u{1}\\")])
    #expect(String(decoding: sorted.bytes, as: UTF8.self) == #"{"a":"\u0001\\","b":2}"#)
    #expect(JSONDocument.quoted("\"Zürich\"\n") == #""\"Zürich\"\n""#)
  }

  @Test func `what cuts lines, steers terminals or turns directions around is escaped`() throws {
    let unsafe: [UInt32] =
      Array(1..<0x20) + Array(0x7F..<0xA0) + [0x61C, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF]
      + Array(0x202A...0x202E) + Array(0x2066...0x2069)
    let text = String(String.UnicodeScalarView(unsafe.compactMap(Unicode.Scalar.init)))
    let written = JSONDocument.quoted("é" + text + "\u{200d}👍🏽")
    #expect(written.unicodeScalars.allSatisfy { $0.isASCII || "é\u{200d}👍🏽".unicodeScalars.contains($0) })
    #expect(try read(written) == .string("é" + text + "\u{200d}👍🏽"))
    #expect(JSONDocument.quoted("\u{85}\u{2028}\u{7f}") == #""\u0085\u2028\u007f""#)
  }

  @Test func `a JSON text made elsewhere is made visible without changing what it says`() throws {
    let json = "{\"a\u{2028}\":[\"\u{85}\\\\\u{2029}\\n\",1,null],\"ü👍\":\"\u{7f}\u{202e}\"}"
    let visible = JSONDocument.visible(json)
    #expect(visible == #"{"a\u2028":["\u0085\\\u2029\n",1,null],"ü👍":"\u007f\u202e"}"#)
    #expect(try read(visible) == read(json))
    #expect(JSONDocument.visible(#"{"a":"b"}"#) == #"{"a":"b"}"#)
  }

  @Test func `a text of several megabytes is read in a moment`() throws {
    let body = String(repeating: "QUJD", count: 1_500_000)
    let clock = ContinuousClock()
    var document = JSONDocument.null
    let time = try clock.measure { document = try read("{\"body\":\"\(body)\"}") }
    #expect(document["body"]?.text?.utf8.count == 6_000_000)
    #expect(time < .seconds(20))
  }
}
