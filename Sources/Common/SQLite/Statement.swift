// Statement.swift - a prepared statement, the values bound to it, the rows it gives.

import CSQLite

/// A value to bind.
package enum Value: Hashable, Sendable, ExpressibleByNilLiteral, ExpressibleByStringLiteral,
  ExpressibleByIntegerLiteral
{
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])

  package init(nilLiteral: ()) { self = .null }
  package init(stringLiteral value: String) { self = .text(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }

  package static func text(_ value: String?) -> Value { value.map { .text($0) } ?? .null }
  package static func integer(_ value: Int) -> Value { .integer(Int64(value)) }
  package static func integer(_ value: Int?) -> Value { value.map { .integer(Int64($0)) } ?? .null }
  package static func integer(_ value: Int64?) -> Value { value.map { .integer($0) } ?? .null }
  package static func boolean(_ value: Bool) -> Value { .integer(Int64(value ? 1 : 0)) }
}

final class Statement {
  let handle: OpaquePointer
  private unowned let database: Database

  init(database: Database, sql: String) throws(SQLiteError) {
    var prepared: OpaquePointer?
    try database.check(sqlite3_prepare_v2(database.handle, sql, -1, &prepared, nil))
    guard let prepared else { throw SQLiteError(code: SQLITE_MISUSE, message: "empty statement") }
    handle = prepared
    self.database = database
  }

  deinit { sqlite3_finalize(handle) }

  /// Stepped and not yet reset.
  var isBusy: Bool { sqlite3_stmt_busy(handle) != 0 }

  func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  func bind(_ values: [Value]) throws(SQLiteError) {
    guard values.count == Int(sqlite3_bind_parameter_count(handle)) else {
      throw SQLiteError(
        code: SQLITE_RANGE,
        message: "\(values.count) values for \(sqlite3_bind_parameter_count(handle)) parameters")
    }
    for (offset, value) in values.enumerated() {
      let index = Int32(offset + 1)
      switch value {
      case .null: try database.check(sqlite3_bind_null(handle, index))
      case .integer(let number): try database.check(sqlite3_bind_int64(handle, index, number))
      case .real(let number): try database.check(sqlite3_bind_double(handle, index, number))
      case .text(var text):
        let result = text.withUTF8 { bytes in
          bytes.withMemoryRebound(to: CChar.self) {
            opsfabric_sqlite3_bind_text(handle, index, $0.baseAddress ?? nothing, Int32($0.count))
          }
        }
        try database.check(result)
      case .blob(let bytes):
        let result = bytes.withUnsafeBytes {
          opsfabric_sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count))
        }
        try database.check(result)
      }
    }
  }

  /// true when there is a row.
  func step() throws(SQLiteError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      throw database.failure(code)
    }
  }
}

/// Something non-null to bind an empty text from.
nonisolated(unsafe) private let nothing: UnsafePointer<CChar> = UnsafePointer(
  UnsafeMutablePointer<CChar>.allocate(capacity: 1))

/// The row a statement stands on; valid only while it is being read.
package struct Row {
  let statement: Statement

  /// Of its columns, from left to right.
  package var names: [String] {
    (0..<sqlite3_column_count(statement.handle)).map { column in
      sqlite3_column_name(statement.handle, column).map { String(cString: $0) } ?? ""
    }
  }

  package func isNull(_ column: Int) -> Bool {
    sqlite3_column_type(statement.handle, Int32(column)) == SQLITE_NULL
  }

  /// 0 where the column is NULL.
  package func integer(_ column: Int) -> Int { Int(sqlite3_column_int64(statement.handle, Int32(column))) }

  package func optionalInteger(_ column: Int) -> Int? { isNull(column) ? nil : integer(column) }

  package func boolean(_ column: Int) -> Bool { integer(column) != 0 }

  package func real(_ column: Int) -> Double { sqlite3_column_double(statement.handle, Int32(column)) }

  /// Empty where the column is NULL.
  package func text(_ column: Int) -> String { optionalText(column) ?? "" }

  /// The case of an enum that the column names.
  /// - Throws: SQLiteError (SQLITE_MISMATCH) with table, column and the row's first value, where it names none: damage is
  ///   an error, never a likely value.
  package func choice<Choice: RawRepresentable<String>>(_ column: Int) throws(SQLiteError) -> Choice {
    if let choice = Choice(rawValue: text(column)) { return choice }
    let name = sqlite3_column_name(statement.handle, Int32(column)).map { String(cString: $0) } ?? "?"
    let table = sqlite3_column_table_name(statement.handle, Int32(column)).map { String(cString: $0) }
    throw SQLiteError(
      code: SQLITE_MISMATCH,
      message:
        "\(table ?? "a query").\(name) holds a word that this program does not know, in the row that begins with \(text(0)); restore a backup, or mend it with sqlite3"
    )
  }

  package func optionalText(_ column: Int) -> String? {
    guard let start = sqlite3_column_text(statement.handle, Int32(column)) else { return nil }
    let count = Int(sqlite3_column_bytes(statement.handle, Int32(column)))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// The bytes of a text in place, none where the column is NULL; valid only within `body`.
  package func withText<Result>(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let start = sqlite3_column_text(statement.handle, Int32(column))
    let count = start == nil ? 0 : Int(sqlite3_column_bytes(statement.handle, Int32(column)))
    return body(UnsafeBufferPointer(start: start, count: count))
  }

  package func blob(_ column: Int) -> [UInt8] {
    guard let start = sqlite3_column_blob(statement.handle, Int32(column)) else { return [] }
    return Array(
      UnsafeRawBufferPointer(
        start: start, count: Int(sqlite3_column_bytes(statement.handle, Int32(column)))))
  }
}
