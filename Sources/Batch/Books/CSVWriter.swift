// CSVWriter.swift - rows become bytes, handed on in pieces: a table may be larger than the memory it may take.

/// Writes one table.
package struct CSVWriter<Row> {
  private let table: Table<Row>
  private let dialect: CSVDialect
  private let hand: ([UInt8]) throws -> Void
  private var buffer: [UInt8] = []

  /// - Parameter hand: takes the bytes, piece by piece.
  package init(_ table: Table<Row>, _ dialect: CSVDialect, to hand: @escaping ([UInt8]) throws -> Void) throws
  {
    self.table = table
    self.dialect = dialect
    self.hand = hand
    if dialect.hasByteOrderMark { buffer += CSVDialect.byteOrderMark }
    try write(table.columns.map { $0.title(in: dialect) })
  }

  package mutating func row(_ row: Row) throws {
    try write(table.columns.map { $0.cell(row).written(in: dialect) })
  }

  private mutating func write(_ cells: [String]) throws {
    for (index, cell) in cells.enumerated() {
      if index > 0 { buffer.append(dialect.separator) }
      append(cell)
    }
    buffer.append(13)
    buffer.append(10)
    if buffer.count >= 1 << 16 { try flush() }
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
      guard bytes.contains(where: Self.needsQuotes) else {
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
