// ValueTests.swift - every kind of value goes in and comes out unchanged.

import SQLite
import Testing

@Suite struct ValueTests {
  let scratch: Scratch
  let database: Database

  init() throws {
    scratch = try Scratch()
    database = try scratch.open()
    try database.execute(script: "CREATE TABLE t (id INTEGER PRIMARY KEY, v ANY) STRICT")
  }

  private func stored<Element>(_ value: Value, _ read: (Row) -> Element) throws -> Element? {
    try database.execute("INSERT INTO t (v) VALUES (?)", value)
    return try database.first(
      "SELECT v, typeof(v), length(CAST(v AS BLOB)) FROM t ORDER BY id DESC LIMIT 1", as: read)
  }

  @Test(arguments: ["", "a", "Grüezi 👍🏽", "a\u{0}b", "\u{0}", "'; DROP TABLE t; --", "e\u{301}", "\u{FEFF}x"])
  func `a text comes back to the scalar`(_ text: String) throws {
    let row = try stored(.text(text)) {
      ($0.text(0), $0.optionalText(0), $0.text(1), $0.integer(2), $0.isNull(0))
    }
    #expect(row.map { Array($0.0.utf8) } == Array(text.utf8))
    #expect(row?.1 != nil)
    #expect(row?.2 == "text")
    #expect(row?.3 == text.utf8.count)
    #expect(row?.4 == false)
  }

  @Test func `NULL is not the empty text`() throws {
    let row = try stored(nil) {
      ($0.isNull(0), $0.optionalText(0), $0.text(0), $0.optionalInteger(0), $0.integer(0))
    }
    #expect(row?.0 == true)
    #expect(row?.1 == nil)
    #expect(row?.2 == "")
    #expect(row?.3 == nil)
    #expect(row?.4 == 0)
  }

  @Test(arguments: [0, 1, -1, Int.max, Int.min, 1 << 53 + 1, 1_770_000_000_000])
  func `an integer keeps all its bits`(_ number: Int) throws {
    let row = try stored(.integer(number)) { ($0.integer(0), $0.optionalInteger(0), $0.text(1)) }
    #expect(row?.0 == number)
    #expect(row?.1 == number)
    #expect(row?.2 == "integer")
  }

  @Test(arguments: [0.0, -0.0075, 1e300, .leastNonzeroMagnitude, .infinity]) func `a real keeps all its bits`(
    _ number: Double
  ) throws {
    let row = try stored(.real(number)) { ($0.real(0), $0.text(1)) }
    #expect(row?.0 == number)
    #expect(row?.1 == "real")
  }

  @Test(arguments: [[], [0], [0, 0, 255], Array(0...255)] as [[UInt8]]) func `a blob comes back byte by byte`(
    _ bytes: [UInt8]
  ) throws {
    let row = try stored(.blob(bytes)) { ($0.blob(0), $0.text(1), $0.integer(2), $0.isNull(0)) }
    #expect(row?.0 == bytes)
    #expect(row?.1 == "blob")
    #expect(row?.2 == bytes.count)
    #expect(row?.3 == false)
  }

  @Test func `optionals bind as NULL, literals and booleans as themselves`() throws {
    let absent: [Value] = [
      .text(nil as String?), .integer(nil as Int?), .integer(nil as Int64?), nil,
    ]
    for value in absent { #expect(value == .null) }
    let text: Value = "x"
    let number: Value = 7
    #expect(text == .text("x"))
    #expect(number == .integer(Int64(7)))
    let isTrue = try stored(.boolean(true)) { $0.boolean(0) }
    let isFalse = try stored(.boolean(false)) { $0.boolean(0) }
    #expect(isTrue == true)
    #expect(isFalse == false)
  }

  @Test(arguments: [[], [1, 2, 3]] as [[Value]]) func `too few or too many values are an error`(
    _ values: [Value]
  ) {
    #expect(throws: SQLiteError.self) { try database.execute("INSERT INTO t VALUES (?, ?)", values: values) }
  }

  @Test func `an earlier statement's values do not linger`() throws {
    try database.execute("INSERT INTO t (id, v) VALUES (?, ?)", 1, "secret")
    #expect(throws: SQLiteError.self) { try database.execute("INSERT INTO t (id, v) VALUES (?, ?)", 2) }
    try database.execute("INSERT INTO t (id, v) VALUES (?, ?)", 3, nil)
    let value = try database.first("SELECT v FROM t WHERE id = 3") { $0.optionalText(0) }
    #expect(value == .some(nil))
  }

  @Test func `an error shows no bound value`() throws {
    try database.execute("INSERT INTO t (id, v) VALUES (?, ?)", 1, "+41791234567")
    do {
      try database.execute("INSERT INTO t (id, v) VALUES (?, ?)", 1, "+41791234567")
      Issue.record("a second row with the same key")
    } catch {
      #expect(error.isConstraint)
      #expect(!error.isBusy)
      #expect(!error.description.contains("4179"))
    }
  }
}
