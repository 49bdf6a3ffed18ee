// CSVReader.swift - CSV as RFC 4180 has it, read by bytes, without the product's code.

enum CSVReader {
  /// What stands behind the first column's name.
  static func separator(of bytes: [UInt8]) -> UInt8 {
    bytes.first { [UInt8(ascii: ";"), UInt8(ascii: ","), 9].contains($0) } ?? UInt8(ascii: ",")
  }

  static func rows(_ bytes: [UInt8], separator: UInt8) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var cell: [UInt8] = []
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    func take() {
      row.append(String(decoding: cell, as: UTF8.self))
      cell = []
    }
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\"") where cell.isEmpty:
        index += 1
        while index < bytes.count {
          if bytes[index] == UInt8(ascii: "\"") {
            guard index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\"") else { break }
            index += 1
          }
          cell.append(bytes[index])
          index += 1
        }
      case separator: take()
      case 13 where index + 1 < bytes.count && bytes[index + 1] == 10:
        take()
        rows.append(row)
        row = []
        index += 1
      case let byte: cell.append(byte)
      }
      index += 1
    }
    if !cell.isEmpty || !row.isEmpty {
      take()
      rows.append(row)
    }
    return rows
  }

  /// As the guides against CSV injection have it: by its first character, or the first a spreadsheet sees.
  static func isFormula(_ cell: String) -> Bool {
    guard let first = cell.unicodeScalars.first else { return false }
    let begins = Set("=+-@\t\r\n＝＋－＠".unicodeScalars)
    let trimmed = cell.unicodeScalars.drop { $0.properties.isWhitespace }
    return begins.contains(first) || trimmed.first.map(begins.contains) == true
  }
}
