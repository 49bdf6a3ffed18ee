// CSVWriter.swift - rows become bytes, handed on in pieces: a table may be larger than the memory it may take.

/// Writes one table.
package struct CSVWriter {
  private static let pieceBytes = 1 << 16

  private let table: Table
  private let dialect: CSVDialect
  private let hand: ([UInt8]) throws -> Void
  private var buffer: [UInt8] = []

  /// - Parameter hand: takes the bytes, piece by piece.
  package init(_ table: Table, _ dialect: CSVDialect, to hand: @escaping ([UInt8]) throws -> Void) throws {
    self.table = table
    self.dialect = dialect
    self.hand = hand
    if dialect.hasByteOrderMark { buffer += CSVDialect.byteOrderMark }
    try row(table.columns.map { .code($0.title(in: dialect)) })
  }

  /// Cells in the order of the table's columns.
  package mutating func row(_ cells: [Cell]) throws {
    for (index, cell) in cells.enumerated() {
      if index > 0 { buffer.append(dialect.separator) }
      append(cell.written(in: dialect))
    }
    buffer.append(13)
    buffer.append(10)
    if buffer.count >= CSVWriter.pieceBytes { try flush() }
  }

  /// Hands on what is left.
  package mutating func finish() throws { try flush() }

  private static func needsQuotes(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\""), UInt8(ascii: "\t"), UInt8(ascii: "\r"),
      UInt8(ascii: "\n"):
      true
    default: false
    }
  }

  private mutating func flush() throws {
    guard !buffer.isEmpty else { return }
    try hand(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Quoted where any reader could see more than one cell in it, whichever separator that reader expects.
  private mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      guard bytes.contains(where: CSVWriter.needsQuotes) else {
        buffer.append(contentsOf: bytes)
        return
      }
      buffer.append(UInt8(ascii: "\""))
      for byte in bytes {
        if byte == UInt8(ascii: "\"") { buffer.append(byte) }
        buffer.append(byte)
      }
      buffer.append(UInt8(ascii: "\""))
    }
  }
}
