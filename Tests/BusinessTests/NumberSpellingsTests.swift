// NumberSpellingsTests.swift - a number is found however it is written, and no other one.

import Testing

@testable import Business

struct NumberSpellingsTests {
  private func spellings(_ number: String = "+41791234567") throws -> NumberSpellings {
    NumberSpellings(try #require(PhoneNumber(e164: number)))
  }

  @Test(arguments: [
    "+41791234567", "0041791234567", "41791234567", "0791234567", "079 123 45 67", "079/123.45.67",
    "079-123-45-67", "+41 79 123 45 67", "+41 (0)79 123 45 67", "0041 79 123 45 67", "(079) 123 45 67",
    "%2B41791234567", "%2B41+79+123+45+67", "079%20123%2045%2067", "079\u{A0}123\u{202F}45\u{2009}67",
    "079–123–45–67",
  ]) func `every spelling is found and replaced whole`(_ text: String) throws {
    let spellings = try spellings()
    #expect(spellings.occurs(in: text))
    let masked = spellings.masked("Rufen Sie \(text) an, bitte.")
    #expect(masked?.contains("forgotten") == true)
    #expect(masked?.contains { $0.isNumber } == false || text.hasPrefix("("))
    #expect(masked?.hasPrefix("Rufen Sie ") == true && masked?.hasSuffix(" an, bitte.") == true)
  }

  @Test(arguments: [
    "+41791234568", "+417912345678", "1+41791234567", "791234567", "+49791234567", "07912345671",
    "079 123 45",
    "0791234 und 567", "",
  ]) func `another number is left alone`(_ text: String) throws {
    let expected = text == "1+41791234567"
    #expect(try spellings().occurs(in: text) == expected)
  }

  @Test func `all places are replaced`() throws {
    #expect(
      try spellings().masked("link:a:+41791234567:2026, 079 123 45 67") == "link:a:forgotten:2026, forgotten")
    #expect(try spellings().masked("nichts") == nil)
  }

  @Test(arguments: [
    ("+4915112345678", "0151 12345678"), ("+33612345678", "06 12 34 56 78"), ("+390612345678", "06 12345678"),
    ("+4236612345", "66 12 345"), ("+14158675309", "+1 415 867 5309"),
  ]) func `other countries' numbers are found as they are written there`(_ number: String, _ text: String)
    throws
  {
    #expect(try spellings(number).occurs(in: text) == true)
  }
}
