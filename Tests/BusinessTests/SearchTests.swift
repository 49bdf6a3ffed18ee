// SearchTests.swift - any part of a number, a name, a word is found, however it is typed.

import Testing

@testable import Business

struct SearchTests {
  private func finds(_ typed: String, number: String = "+41791234567", _ text: String = "") throws -> Bool {
    var search = try #require(Search(typed: typed), "\(typed) is something to look for")
    return Array(number.utf8).withUnsafeBufferPointer { number in
      Array(text.utf8).withUnsafeBufferPointer { search.finds(number: number, text: $0) }
    }
  }

  @Test(arguments: [
    "67", "45", "079", "07", "79", "123", "2 3", "079 123 45 67", "0791234567", "079/123.45.67", "79 123",
    "(079) 123", "+41", "+41 79", "+4179123", "+41 (0)79 123", "0041", "004179", "0041 79 123", "00 41 79",
    "41 79",
    "9 1", " 079\u{A0}123 ", "079\u{2011}123", "0041 (0)79",
  ])
  func `any part of a number is found, spaced or not, as it is dialled here or from abroad`(typed: String)
    throws
  {
    #expect(try finds(typed))
  }

  @Test(arguments: [
    "078", "+79", "+49", "0049", "0079", "80", "+41 78", "079 124", "0123", "0412", "0791234567 8",
  ])
  func `what is no part of the number is not found`(typed: String) throws {
    #expect(try !finds(typed))
  }

  @Test(arguments: [
    ("+33612345678", "06 12"), ("+33612345678", "+33 (0)6"), ("+390612345678", "06 12"),
    ("+390612345678", "+39 06"),
    ("+4366412345678", "0664"), ("+4366412345678", "0043 664"), ("+14165550123", "416 555"),
    ("+4235551234", "555"),
    ("+41434435200", "52 00"), ("+41800800800", "0800"), ("+41790079007", "0079007"),
  ])
  func `numbers of other countries are found as they are written there`(number: String, typed: String) throws
  {
    #expect(try finds(typed, number: number))
  }

  @Test(arguments: ["anonymous", "", "+", "forgotten"])
  func `what stands for a withheld number has no digits`(number: String) throws {
    #expect(try !finds("41", number: number))
    #expect(try finds("41", number: number, "seit 1941"))
  }

  private static let text =
    "Ada Müller-Brändle\nRütistrasse 7, 8400 Winterthur\nIm Keller  tropft's: das Œuvre\u{301} ist 50% nass, "
    + "façade cassée, perché, cafe\u{301}, Łódź, ÇA, GROẞ, rück\u{AD}ruf 078/333 44-55"

  @Test(arguments: [
    "müller", "MÜLLER", "muller", "mu\u{308}ller", "lle", "ll", "ÄN", "brandle ada", "ada winterthur", "rüti",
    "8400",
    "84 00", "Keller tropft", "keller   TROPFT", "tropft’s", "tropft", "oeuvre", "Œuvre", "50%", "%", "0%",
    "facade",
    "FAÇADE", "cassee", "perche", "café", "cafe", "lodz", "ca", "gross", "groß", "rückruf", "078 333 44 55",
    "33344",
    "Müller 079", "müller 4567", "7, 84", "müller-b",
  ])
  func `any part of name and words is found, whatever its case and accents`(typed: String) throws {
    guard typed.count > 1 else {
      #expect(Search(typed: typed) == nil)
      return
    }
    #expect(try finds(typed, SearchTests.text))
  }

  @Test(arguments: ["meier", "mü_ler", "m%r", "_a", "müller 088 9", "ada meier", "winter thurx", "50 %x"])
  func `every word must stand somewhere, and no sign stands for others`(typed: String) throws {
    #expect(try !finds(typed, SearchTests.text))
  }

  @Test(arguments: [
    "", " ", "7", "+4", "( 7 )", "a", "é", "e\u{301}", "ü ", "\u{200B}x\u{FEFF}", "\n\t", "-", "+",
  ])
  func `one digit or character is nothing to look for`(typed: String) {
    #expect(Search(typed: typed) == nil)
  }

  @Test(arguments: ["水管", "Привет", "🚰🔧", "מים", "--", "%%", "a 1"])
  func `other scripts and signs are found as they stand`(typed: String) throws {
    #expect(try finds(typed, "1 a. 水管 Привет 🚰🔧 מים -- %%"))
    #expect(try !finds(typed, number: "anonymous", "nichts davon"))
  }

  @Test func `junk of any length finds nothing and breaks nothing`() throws {
    let junk = [
      String(repeating: "9", count: 65_536), String(repeating: "ü", count: 40_000),
      String(repeating: "a b ", count: 9_000),
      String(repeating: "\u{301}", count: 5_000) + "ab", String(repeating: "+ (", count: 9_000) + "12",
      "\u{0}\u{1}\u{7F}ab", "00" + String(repeating: "0", count: 99),
    ]
    for typed in junk {
      guard Search(typed: typed) != nil else { continue }
      #expect(try !finds(typed, "ein kurzer Text"))
      _ = try finds("zz", number: typed, typed)
    }
  }

  @Test func `a folded text is never longer than the text was`() {
    for value in UInt32(1)...0x2FFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "x\(Character(scalar))y"
      #expect(FoldedText.bytes(of: text).count <= text.utf8.count)
    }
    #expect(
      String(decoding: FoldedText.bytes(of: "ÀÉÎÕÜ çñß Æœ Ðþ Şţ Ĳ ſ"), as: UTF8.self)
        == "aeiou cnss aeoe dth st ij s")
  }
}
