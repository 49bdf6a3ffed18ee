// StatementTests.swift - queries: rows, RETURNING, the statement cache inside itself.

import SQLite
import Testing

@Suite struct StatementTests {
  let scratch: Scratch
  let database: Database

  init() throws {
    scratch = try Scratch()
    database = try scratch.open()
    try database.execute(
      script:
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER) STRICT; INSERT INTO t (n) VALUES (10), (20), (30)"
    )
  }

  private func numbers() throws -> [Int] {
    try database.rows("SELECT n FROM t ORDER BY id") { $0.integer(0) }
  }

  @Test func `execute tells how many rows it changed`() throws {
    let some = try database.execute("UPDATE t SET n = n + 1 WHERE n >= ?", 20)
    let none = try database.execute("UPDATE t SET n = 0 WHERE n > ?", 99)
    let ignored = try database.execute("INSERT INTO t (id, n) VALUES (1, 1) ON CONFLICT DO NOTHING")
    #expect([some, none, ignored] == [2, 0, 0])
    #expect(database.lastInsertedRow == 3)
  }

  @Test func `RETURNING changes all rows though only the first is wanted`() throws {
    let first = try database.integer("UPDATE t SET n = n + 1 RETURNING n")
    #expect(first == 11)
    let after = try numbers()
    #expect(after == [11, 21, 31])
    let row = try database.first("UPDATE t SET n = n + 1 RETURNING n") { $0.integer(0) }
    #expect(row == 12)
    let rows = try database.rows("DELETE FROM t WHERE n > ? RETURNING n", 20) { $0.integer(0) }
    #expect(rows == [22, 32])
    let rest = try numbers()
    #expect(rest == [12])
  }

  @Test func `RETURNING of nothing is nil`() throws {
    let none = try database.integer("UPDATE t SET n = 1 WHERE id = ? RETURNING n", 99)
    #expect(none == nil)
  }

  @Test func `no row and a NULL are both nil, and 0 is 0`() throws {
    let absent = try database.integer("SELECT n FROM t WHERE id = 99")
    let null = try database.integer("SELECT NULL")
    let zero = try database.integer("SELECT 0")
    #expect(absent == nil)
    #expect(null == nil)
    #expect(zero == 0)
  }

  @Test func `the same query may run inside itself`() throws {
    var pairs: [[Int]] = []
    var inner: [[Int]] = []
    try database.forEach("SELECT n FROM t ORDER BY id") { outer in
      let number = outer.integer(0)
      inner.append((try? numbers()) ?? [])
      pairs.append([number, outer.integer(0)])
    }
    #expect(pairs == [[10, 10], [20, 20], [30, 30]])
    #expect(inner == Array(repeating: [10, 20, 30], count: 3))
  }

  @Test func `a query survives that its table changes`() throws {
    _ = try numbers()
    try database.execute(script: "ALTER TABLE t ADD COLUMN m INTEGER; INSERT INTO t (n) VALUES (40)")
    let after = try numbers()
    #expect(after == [10, 20, 30, 40])
  }

  @Test func `a statement that failed works the next time`() throws {
    let sql = "INSERT INTO t (id, n) VALUES (?, ?)"
    #expect(throws: SQLiteError.self) { try database.execute(sql, 1, 1) }
    #expect(throws: SQLiteError.self) { try database.execute(sql, 5, "no number") }
    let count = try database.execute(sql, 5, 50)
    #expect(count == 1)
  }

  @Test(arguments: ["", "   ", "-- only a comment", "SELEC 1", "SELECT * FROM nowhere"])
  func `what is no statement is an error`(_ sql: String) {
    #expect(throws: SQLiteError.self) { try database.execute(sql) }
  }

  @Test func `forEach hands over one row after the other`() throws {
    var sum = 0
    try database.forEach("SELECT n FROM t WHERE n > ?", values: [10]) { sum += $0.integer(0) }
    #expect(sum == 50)
  }
}
