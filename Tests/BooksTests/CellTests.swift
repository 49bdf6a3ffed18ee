// CellTests.swift - what stands in a cell: exact amounts, rates, readable numbers, no formulas.

import Business
import LocalTime
import Testing

@testable import Books

struct CellTests {
  @Test(arguments: [
    (0, "0.00"), (1, "0.000001"), (76_900, "0.0769"), (30_000, "0.03"), (150_000, "0.15"),
    (1_000_000, "1.00"), (31_221_400, "31.2214"), (1_234_567_890_000, "1234567.89"), (-5_000, "-0.005"),
  ])
  func `an amount has a point, at least two decimals and no more than needed`(millionths: Int, text: String) {
    #expect(Amount(millionths: millionths).text == text)
  }

  @Test(arguments: [
    (0, 5, "0.0000"), (1, 3, "0.3333"), (2, 3, "0.6667"), (1, 20_000, "0.0001"), (1, 20_001, "0.0000"),
    (7, 7, "1.0000"), (8, 7, "1.0000"), (0, 0, nil),
  ])
  func `a rate is between 0 and 1, and empty where there is nothing to divide by`(
    part: Int, whole: Int, text: String?
  ) {
    #expect(Rate(part, of: whole).text == text)
  }

  @Test(arguments: [
    ("+41791234567", "079 123 45 67"), ("+41435550100", "043 555 01 00"), ("+41800123456", "0800 123 456"),
    ("+491711234567", "0049 171 123 45 67"), ("+33612345678", "0033 612 34 56 78"),
    ("+423660123456", "00423 660 12 34 56"), ("+4236601234", "00423 660 12 34"),
    ("+12125550100", "001 212 555 01 00"), ("+9999", "00999 9"),
    ("forgotten", "forgotten"), ("=cmd()", "'=cmd()"), ("+41 79", "'+41 79"),
  ])
  func `a number is written as people write it, without the plus sign`(number: String, text: String) {
    #expect(Cell.phone(number).written == text)
  }

  @Test(arguments: [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\u{FF1D}1", "\u{FF0B}1", "\u{FF0D}1",
    "\u{FF20}A", "  =1", "\u{200B}=1", "\u{FEFF}=1", "\tWort", "\nWort", "\u{2212}1",
  ])
  func `a text that could run as a formula gets an apostrophe in front`(text: String) {
    #expect(Cell.text(text).written == "'" + text)
  }

  @Test(arguments: ["", "Dörfler AG", "Meier & Söhne = Partner", "a-b", " x", "\"Krone\"", "3=4", "'"])
  func `every other text stays as it is`(text: String) {
    #expect(Cell.text(text).written == text)
  }

  @Test func `months follow each other across years and leap days`() throws {
    let january = try #require(CivilMonth(iso8601: "2028-01"))
    #expect(january.next.iso8601 == "2028-02")
    #expect(january.next.lastDay.iso8601 == "2028-02-29")
    #expect(january.previous.iso8601 == "2027-12")
    #expect(january.previous < january)
    for text in ["2028-13", "2028-00", "2028-1", "28-01", "2028-01-01", "", "2028/01"] {
      #expect(CivilMonth(iso8601: text) == nil, "\(text)")
    }
  }
}
