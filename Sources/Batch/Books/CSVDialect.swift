// CSVDialect.swift - how a table is written for one kind of reader: separator, byte order mark, column names.
//
// All of them: UTF-8, CRLF line ends, one header line, dates as YYYY-MM-DD, quotes as in RFC 4180 where a cell holds
// a quote, a line break or any separator. A decimal point, except where the reader's country writes a comma: there a
// spreadsheet takes 0.0769 for a text, or 12.05 for a day in May.

/// One of the profiles of the setting `csv.profile`.
package struct CSVDialect: Hashable, Sendable {
  /// As in the settings.
  package let name: String
  let separator: UInt8
  /// Excel takes UTF-8 for UTF-8 only with it.
  let hasByteOrderMark: Bool
  /// Amounts and rates are written with a decimal comma.
  var hasDecimalComma = false
  /// Booking lines carry the column names of Banana's transactions table.
  var usesBananaNames = false

  /// Swiss-German Excel, on a double click.
  package static let excelCH = CSVDialect(
    name: "excel-ch", separator: UInt8(ascii: ";"), hasByteOrderMark: true)
  /// Excel and LibreOffice with the settings of Germany, Austria, France or Italy.
  package static let excelDE = CSVDialect(
    name: "excel-de", separator: UInt8(ascii: ";"), hasByteOrderMark: true, hasDecimalComma: true)
  /// RFC 4180: for programs.
  package static let rfc4180 = CSVDialect(
    name: "rfc4180", separator: UInt8(ascii: ","), hasByteOrderMark: false)
  /// Banana Accounting, "text file with column headers".
  package static let banana = CSVDialect(
    name: "banana", separator: UInt8(ascii: "\t"), hasByteOrderMark: false, usesBananaNames: true)

  package static let all = [excelCH, excelDE, rfc4180, banana]

  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
