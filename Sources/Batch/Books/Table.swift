// Table.swift - a table as a list of columns, each of which knows its own cell.

import LocalTime

/// What stands in a column's cells, in the words of CSVW.
enum ColumnContent: Sendable {
  case text
  case count
  case amount
  /// 0.0000 to 1.0000.
  case rate
  /// With one decimal.
  case minutes
  case month
  case date
  case time
}

/// A column: its name, what it holds, and its cell in a row.
package struct Column<Row>: Sendable {
  package let name: String
  /// In Banana's transactions table.
  let bananaName: String?
  let content: ColumnContent
  /// Every row has a value.
  let isRequired: Bool
  let cell: @Sendable (Row) -> Cell

  private init(
    _ name: String, _ content: ColumnContent, optional: Bool = false, banana: String? = nil,
    _ cell: @escaping @Sendable (Row) -> Cell
  ) {
    self.name = name
    self.content = content
    isRequired = !optional
    bananaName = banana
    self.cell = cell
  }

  func title(in dialect: CSVDialect) -> String { dialect.usesBananaNames ? bananaName ?? name : name }

  // MARK: one way for each kind of value

  /// Words from outside.
  package static func text(
    _ name: String, banana: String? = nil, _ value: @escaping @Sendable (Row) -> String
  ) -> Column { Column(name, .text, banana: banana) { .text(value($0)) } }

  /// A word of ours.
  package static func code(
    _ name: String, optional: Bool = false, banana: String? = nil,
    _ value: @escaping @Sendable (Row) -> String
  ) -> Column { Column(name, .text, optional: optional, banana: banana) { .code(value($0)) } }

  package static func phone(_ name: String, _ value: @escaping @Sendable (Row) -> String) -> Column {
    Column(name, .text) { .phone(value($0)) }
  }

  package static func count(_ name: String, _ value: @escaping @Sendable (Row) -> Int) -> Column {
    Column(name, .count) { .integer(value($0)) }
  }

  package static func amount(
    _ name: String, banana: String? = nil, _ value: @escaping @Sendable (Row) -> Amount
  ) -> Column { Column(name, .amount, banana: banana) { .amount(value($0)) } }

  /// Empty where it is not known.
  package static func amount(
    ifKnown name: String, _ value: @escaping @Sendable (Row) -> Amount?
  ) -> Column { Column(name, .amount, optional: true) { .amount(value($0)) } }

  /// Empty where there is nothing to be a share of.
  package static func rate(_ name: String, _ value: @escaping @Sendable (Row) -> Rate) -> Column {
    Column(name, .rate, optional: true) { .rate(value($0)) }
  }

  /// Of a time in milliseconds; empty where there is none.
  package static func minutes(_ name: String, _ value: @escaping @Sendable (Row) -> Int?) -> Column {
    Column(name, .minutes, optional: true) { .minutes(milliseconds: value($0)) }
  }

  package static func month(_ name: String, _ value: @escaping @Sendable (Row) -> CivilMonth) -> Column {
    Column(name, .month) { .code(value($0).iso8601) }
  }

  package static func date(
    _ name: String, banana: String? = nil, _ value: @escaping @Sendable (Row) -> CivilDate
  ) -> Column { Column(name, .date, banana: banana) { .date(value($0)) } }

  package static func time(_ name: String, _ value: @escaping @Sendable (Row) -> LocalDateTime) -> Column {
    Column(name, .time) { .time(value($0)) }
  }
}

/// One kind of file.
package struct Table<Row>: Sendable {
  package let name: String
  let columns: [Column<Row>]
  /// Names of the columns that tell rows apart.
  let key: [String]

  package init(name: String, key: [String], columns: [Column<Row>]) {
    self.name = name
    self.key = key
    self.columns = columns
  }

  /// `ledger_doerfler_2026-02.csv`; without a tenant `summary_2026-02.csv`.
  package func fileName(tenant: String? = nil, month: String) -> String {
    ([name] + [tenant].compactMap { $0 } + [month]).joined(separator: "_") + ".csv"
  }
}
