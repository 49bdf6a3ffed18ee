// Tables.swift - the five tables of a month: their columns, in the order and with the names of the contract.

import Business
import LocalTime
import Store

package enum Tables {
  private static let figures: [Column<TenantMonth>] = [
    .text("customer_id") { $0.tenant.id }, .text("customer_name") { $0.tenant.name },
    .month("month") { $0.month },
    .count("inbound_calls_total") { $0.callCount }, .count("missed_calls") { $0.missedCount },
    .rate("missed_call_rate") { Rate($0.missedCount, of: $0.callCount) },
    .count("auto_sms_sent") { $0.sms.accepted }, .count("replies") { $0.sms.replies },
    .rate("reply_rate") { Rate($0.sms.replies, of: $0.sms.accepted) },
    .count("replies_option_1") { $0.sms.answers["1"] ?? 0 },
    .count("replies_option_2") { $0.sms.answers["2"] ?? 0 },
    .count("replies_option_3") { $0.sms.answers["3"] ?? 0 },
    .count("replies_free_text") { $0.sms.answers["free_text"] ?? 0 },
    .count("wizard_submissions") { $0.formCount }, .count("tickets_from_missed_calls") { $0.ticketCount },
    .rate("recovery_rate") { Rate($0.ticketCount, of: $0.missedCount) },
    .rate("sms_sent_within_60s_rate") { Rate($0.sms.within60Seconds, of: $0.sms.dueAtOnce) },
    .count("sms_segments") { $0.costs.map(\.segments).reduce(0, +) },
    .amount(ifKnown: "sms_cost") { $0.mainCost },
    .code("sms_cost_currency", optional: true) { $0.charges.first?.currency ?? "" },
    .rate("ticket_rate_of_replies") { Rate($0.sms.requests.answered, of: $0.sms.requests.asked) },
    .count("spam_sms") { $0.sms.spam },
    .rate("spam_sms_rate") { Rate($0.sms.spam, of: $0.sms.accepted) },
    .count("promises") { $0.service.promises },
    .rate("promises_kept_rate") { Rate($0.service.kept, of: $0.service.promises) },
    .minutes("median_minutes_to_human") { $0.service.medianToHuman },
    .count("jobs_won") { $0.service.jobsWon },
    .amount("value_won") { Amount(millionths: $0.service.valueWon * 10_000) },
    .code("value_currency") { $0.tenant.currency },
    .count("missed_never_handled") { $0.service.neverHandled },
  ]

  /// One row: a tenant's month.
  package static let report = Table(name: "report", key: ["customer_id", "month"], columns: figures)
  /// The same columns, a row per tenant.
  package static let summary = Table(name: "summary", key: ["customer_id", "month"], columns: figures)

  /// A row per SMS that Twilio took or brought.
  package static let messages = Table<MessageLine>(
    name: "messages", key: ["message_sid"],
    columns: [
      .date("date") { $0.local.date }, .time("time") { $0.local }, .text("message_sid") { $0.sms.sid },
      .code("direction") { $0.sms.isInbound ? "inbound" : "outbound" }, .code("kind") { $0.sms.kind },
      .phone("to") { $0.sms.recipient }, .count("segments") { $0.sms.segments },
      .code("state") { $0.sms.state },
      .amount(ifKnown: "price") { $0.sms.millionths.map { Amount(millionths: $0) } },
      .code("currency", optional: true) { $0.sms.currency ?? "" },
    ])

  /// Where every missed call went.
  package static let ledger = Table<LedgerLine>(
    name: "ledger", key: ["reason"],
    columns: [.code("reason") { $0.reason }, .count("count") { $0.count }])

  /// Twilio's cost for the accounting program.
  package static let bookings = Table<BookingLine>(
    name: "bookings", key: ["doc"],
    columns: [
      .date("date", banana: "Date") { $0.date }, .code("doc", banana: "Doc") { $0.doc },
      .text("description", banana: "Description") { $0.description },
      .text("account_debit", banana: "AccountDebit") { $0.accounts.debit },
      .text("account_credit", banana: "AccountCredit") { $0.accounts.credit },
      .amount("amount", banana: "Amount") { $0.amount },
      .code("currency", banana: "ExchangeCurrency") { $0.currency },
    ])
}

package struct MessageLine {
  let sms: BookedSMS
  /// In the tenant's time zone.
  let local: LocalDateTime
}

package struct LedgerLine: Sendable {
  package let reason: String
  package let count: Int
}

package struct BookingLine {
  let date: CivilDate
  let doc: String
  let description: String
  let accounts: Tenant.Accounts
  let amount: Amount
  let currency: String
}
