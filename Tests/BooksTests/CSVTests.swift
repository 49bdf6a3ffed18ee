// CSVTests.swift - tables as bytes, and the description beside them.

import LocalTime
import Testing

@testable import Books

struct CSVTests {
  private func write<Row>(_ table: Table<Row>, _ dialect: CSVDialect, _ rows: [Row]) throws -> String {
    var bytes: [UInt8] = []
    var writer = try CSVWriter(table, dialect) { bytes += $0 }
    for row in rows { try writer.row(row) }
    try writer.finish()
    return String(decoding: bytes, as: UTF8.self)
  }

  private let ledgerLine = LedgerLine(reason: "Dach; Bau, \"Söhne\"\r\n\tAG", count: 3)

  @Test func `Excel gets a byte order mark, semicolons and CRLF`() throws {
    let text = try write(Tables.ledger, .excelCH, [ledgerLine])
    #expect(text == "\u{FEFF}reason;count\r\n\"Dach; Bau, \"\"Söhne\"\"\r\n\tAG\";3\r\n")
  }

  @Test func `programs get RFC 4180`() throws {
    let text = try write(Tables.ledger, .rfc4180, [ledgerLine])
    #expect(text == "reason,count\r\n\"Dach; Bau, \"\"Söhne\"\"\r\n\tAG\",3\r\n")
  }

  @Test func `where people write a decimal comma, amounts and rates have one, and nothing else changes`()
    throws
  {
    let table = Table<Void>(
      name: "numbers", key: [],
      columns: [
        .amount("a") { _ in Amount(millionths: 76_900) },
        .amount("b") { _ in Amount(millionths: -1_234_567_890) },
        .amount(ifKnown: "c") { _ in nil }, .rate("d") { _ in Rate(1, of: 3) },
        .rate("e") { _ in Rate(0, of: 0) },
        .count("f") { _ in 1234 }, .text("g") { _ in "1.5" }, .code("h") { _ in "a.b" },
      ])
    let written = try write(table, .excelDE, [()]).split(separator: "\r\n")[1]
    #expect(written == "\"0,0769\";\"-1234,56789\";;\"0,3333\";;1234;1.5;a.b")
    let swiss = try write(table, .excelCH, [()]).split(separator: "\r\n")[1]
    #expect(swiss == "0.0769;-1234.56789;;0.3333;;1234;1.5;a.b")
  }

  @Test func `the description says which mark the decimals have`() {
    func description(_ dialect: CSVDialect) -> String {
      String(decoding: Tables.report.metadata(of: "x.csv", in: dialect, title: "x"), as: UTF8.self)
    }
    #expect(description(.excelDE).contains("\"decimalChar\": \",\""))
    for dialect in CSVDialect.all where dialect != .excelDE {
      #expect(!description(dialect).contains("decimalChar"))
    }
  }

  @Test func `Banana gets tabs and the names of its own columns`() throws {
    let day = try #require(CivilDate(iso8601: "2026-02-28"))
    let text = try write(
      Tables.bookings, .banana,
      [
        BookingLine(
          date: day, doc: "TW-2026-02-a-USD", description: "Twilio",
          accounts: .init(debit: "6513", credit: "2000"), amount: Amount(millionths: 1_500_000),
          currency: "USD")
      ])
    #expect(
      text
        == "Date\tDoc\tDescription\tAccountDebit\tAccountCredit\tAmount\tExchangeCurrency\r\n"
        + "2026-02-28\tTW-2026-02-a-USD\tTwilio\t6513\t2000\t1.50\tUSD\r\n")
  }

  @Test func `a table larger than the buffer is handed on in pieces`() throws {
    var pieces: [Int] = []
    var writer = try CSVWriter(Tables.ledger, .rfc4180) { pieces.append($0.count) }
    for number in 0..<20_000 { try writer.row(LedgerLine(reason: "reason-\(number)", count: number)) }
    try writer.finish()
    #expect(pieces.count > 3)
    #expect(pieces.allSatisfy { $0 < 70_000 })
  }

  @Test func `a failure to write ends the table`() throws {
    struct Full: Error {}
    var writer = try CSVWriter(Tables.ledger, .rfc4180) { _ in throw Full() }
    #expect(throws: Full.self) { try writer.finish() }
  }

  @Test func `the description names every column as the file does`() {
    expectNames(Tables.report)
    expectNames(Tables.summary)
    expectNames(Tables.messages)
    expectNames(Tables.ledger)
    expectNames(Tables.bookings)
  }

  private func expectNames<Row>(_ table: Table<Row>) {
    for dialect in CSVDialect.all {
      let text = String(
        decoding: table.metadata(of: "x.csv", in: dialect, title: "\"A\"\n\u{1}", notes: ["3 missing."]),
        as: UTF8.self)
      for column in table.columns {
        #expect(text.contains("\"titles\": \"\(column.title(in: dialect))\""))
      }
      #expect(text.contains("\"url\": \"x.csv\""))
      #expect(text.contains("\"dc:title\": \"\\\"A\\\"\\n\\u0001\""))
      #expect(text.contains("\"dc:description\": \"3 missing.\""))
    }
  }
}
