// Table.swift - the five tables of a month: their columns, in the order and with the names of the contract.

/// A column: its name, what it holds, and what a reader should know of it.
package struct Column: Hashable, Sendable {
  /// What stands in the cells, in the words of CSVW.
  package enum Content: Hashable, Sendable {
    case text
    case count
    case amount
    /// 0.0000 to 1.0000.
    case rate
    case month
    case date
    case time
  }

  package let name: String
  /// In Banana's transactions table.
  let bananaName: String?
  let content: Content
  /// Every row has a value.
  let isRequired: Bool

  init(_ name: String, _ content: Content, optional: Bool = false, banana: String? = nil) {
    self.name = name
    self.content = content
    isRequired = !optional
    bananaName = banana
  }

  func title(in dialect: CSVDialect) -> String { dialect.usesBananaNames ? bananaName ?? name : name }
}

/// One kind of file.
package struct Table: Hashable, Sendable {
  package let name: String
  let columns: [Column]
  /// Names of the columns that tell rows apart.
  let key: [String]

  private static let figures = [
    Column("customer_id", .text), Column("customer_name", .text), Column("month", .month),
    Column("inbound_calls_total", .count), Column("missed_calls", .count),
    Column("missed_call_rate", .rate, optional: true), Column("auto_sms_sent", .count),
    Column("replies", .count), Column("reply_rate", .rate, optional: true),
    Column("replies_option_1", .count), Column("replies_option_2", .count),
    Column("replies_option_3", .count), Column("replies_free_text", .count),
    Column("wizard_submissions", .count), Column("tickets_from_missed_calls", .count),
    Column("recovery_rate", .rate, optional: true),
    Column("sms_sent_within_60s_rate", .rate, optional: true), Column("sms_segments", .count),
    Column("sms_cost", .amount, optional: true), Column("sms_cost_currency", .text, optional: true),
  ]

  /// One row: a tenant's month.
  package static let report = Table(name: "report", columns: figures, key: ["customer_id", "month"])
  /// The same columns, a row per tenant.
  package static let summary = Table(name: "summary", columns: figures, key: ["customer_id", "month"])
  /// A row per SMS that Twilio took or brought.
  package static let messages = Table(
    name: "messages",
    columns: [
      Column("date", .date), Column("time", .time), Column("message_sid", .text), Column("direction", .text),
      Column("kind", .text), Column("to", .text), Column("segments", .count), Column("state", .text),
      Column("price", .amount, optional: true), Column("currency", .text, optional: true),
    ], key: ["message_sid"])
  /// Where every missed call went.
  package static let ledger = Table(
    name: "ledger", columns: [Column("reason", .text), Column("count", .count)], key: ["reason"])
  /// Twilio's cost for the accounting program.
  package static let bookings = Table(
    name: "bookings",
    columns: [
      Column("date", .date, banana: "Date"), Column("doc", .text, banana: "Doc"),
      Column("description", .text, banana: "Description"),
      Column("account_debit", .text, banana: "AccountDebit"),
      Column("account_credit", .text, banana: "AccountCredit"),
      Column("amount", .amount, banana: "Amount"), Column("currency", .text, banana: "ExchangeCurrency"),
    ], key: ["doc"])

  /// `ledger_doerfler_2026-02.csv`; without a tenant `summary_2026-02.csv`.
  package func fileName(tenant: String? = nil, month: String) -> String {
    ([name] + [tenant].compactMap { $0 } + [month]).joined(separator: "_") + ".csv"
  }
}
