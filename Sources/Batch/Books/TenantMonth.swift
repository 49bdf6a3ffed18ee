// TenantMonth.swift - the figures of a tenant's month, checked, and the lines they become.

import Business
import LocalTime
import Platform
import Store

/// What happened at one tenant in one month.
package struct TenantMonth: Sendable {
  package let tenant: BookTenant
  package let month: CivilMonth
  package let callCount: Int
  package let missedCount: Int
  /// Every entry of the ledger with its count, in the order of the file; without the total.
  package let ledger: [LedgerLine]
  package let sms: MissedCallSMSFigures
  package let ticketCount: Int
  package let formCount: Int
  package let costs: [CostFigures]
  package let service: ServiceFigures

  /// Entries of the ledger: what Twilio took, each reason to skip, what waits for its decision, what is decided and has
  /// not been taken, what was given up.
  static let entries =
    [Reason.sent.code] + Reason.allCases.filter { $0 != .sent }.map(\.code) + [
      "pending", "held", "dead",
    ]
  /// Left out of the file where there is none.
  private static let rareEntries: Set = ["held"]

  /// Reads the month, on one state of the database, and checks that it balances.
  static func read(_ tenant: BookTenant, _ month: CivilMonth, _ period: ReportPeriod, store: Store) throws
    -> TenantMonth
  {
    try store.snapshot {
      let result = TenantMonth(
        tenant: tenant, month: month, calls: try store.monthlyCalls(period),
        sms: try store.monthlySMS(period),
        tickets: try store.monthlyTickets(period), forms: try store.monthlyForms(period),
        costs: try store.monthlyCosts(period), service: try store.monthlyService(period))
      try result.check()
      return result
    }
  }

  /// Throws `ReportError` where the month does not balance; reads no more of it than that takes.
  package static func checkBalance(
    of tenant: BookTenant, _ month: CivilMonth, zones: TimeZones, store: Store
  ) throws {
    let period = try tenant.period(month, zones: zones)
    try store.snapshot {
      try TenantMonth(
        tenant: tenant, month: month, calls: try store.monthlyCalls(period),
        sms: try store.monthlySMS(period),
        tickets: 0, forms: 0, costs: [], service: ServiceFigures()
      ).check()
    }
  }

  init(
    tenant: BookTenant, month: CivilMonth, calls: [String: Int], sms: MissedCallSMSFigures, tickets: Int,
    forms: Int, costs: [CostFigures], service: ServiceFigures
  ) {
    self.tenant = tenant
    self.month = month
    callCount = calls.values.reduce(0, +)
    missedCount = callCount - (calls[""] ?? 0)
    ledger = TenantMonth.entries.map { LedgerLine(reason: $0, count: calls[$0] ?? 0) }.filter {
      $0.count > 0 || !TenantMonth.rareEntries.contains($0.reason)
    }
    self.sms = sms
    ticketCount = tickets
    formCount = forms
    self.costs = costs
    self.service = service
  }

  /// Missed calls = the sum of the ledger's entries, and every decision to send has its message.
  private func check() throws {
    let accounted = ledger.map(\.count).reduce(0, +)
    guard accounted == missedCount else {
      throw ReportError.ledgerDoesNotBalance(
        tenant: tenant.id, month: month.iso8601, missed: missedCount, accounted: accounted)
    }
    let decided = count(of: "sent") + count(of: "held") + count(of: "dead")
    guard decided == sms.messages else {
      throw ReportError.outboxDoesNotBalance(
        tenant: tenant.id, month: month.iso8601, decided: decided, messages: sms.messages)
    }
  }

  package func count(of reason: String) -> Int { ledger.first { $0.reason == reason }?.count ?? 0 }

  /// The check as a line for people.
  package var checkLine: String {
    let parts = ledger.filter { $0.count > 0 }.map { "\($0.reason) \($0.count)" }
    return "\(missedCount) missed calls = \(parts.isEmpty ? "0" : parts.joined(separator: " + ")): balanced"
  }

  // MARK: money

  /// Messages, Lookups and calls whose price Twilio has not said yet.
  package var missingPrices: Int { costs.filter { !$0.isPriced }.map(\.count).reduce(0, +) }

  /// What was charged, by currency, the main one first: that of the most charges.
  package var charges: [Charge] {
    let priced = costs.filter(\.isPriced)
    return Set(priced.map { $0.currency ?? "" }).map { currency in
      Charge(currency: currency, costs: priced.filter { $0.currency ?? "" == currency })
    }.sorted { ($1.count, $0.currency) < ($0.count, $1.currency) }
  }

  /// Everything charged in one currency.
  package struct Charge: Hashable, Sendable {
    package let currency: String
    package let sms: Amount
    package let smsCount: Int
    package let lookups: Amount
    package let lookupCount: Int
    /// Legs of calls of ours.
    package let calls: Amount
    package let callCount: Int

    package var amount: Amount { sms + lookups + calls }
    var count: Int { smsCount + lookupCount + callCount }

    init(currency: String, costs: [CostFigures]) {
      self.currency = currency
      func sum(_ sources: CostFigures.Source...) -> (Amount, Int) {
        let chosen = costs.filter { sources.contains($0.source) }
        return (
          Amount(millionths: chosen.map(\.millionths).reduce(0, +)), chosen.map(\.count).reduce(0, +)
        )
      }
      (sms, smsCount) = sum(.outbound, .inbound)
      (lookups, lookupCount) = sum(.lookup)
      (calls, callCount) = sum(.call)
    }
  }

  /// What cannot be seen from the figures alone, for people; empty when there is nothing to say.
  package var notes: [String] {
    var notes: [String] = []
    if missingPrices > 0 { notes.append("Prices missing: \(missingPrices). The cost is not final.") }
    let others = charges.dropFirst().map { "\($0.amount.text) \($0.currency)" }
    if !others.isEmpty {
      notes.append("Also charged, in other currencies: \(others.joined(separator: ", ")).")
    }
    return notes
  }

  /// In the main currency. With nothing known the cost is unknown, not zero.
  var mainCost: Amount? { charges.first?.amount ?? (missingPrices > 0 ? nil : .zero) }

  // MARK: lines

  var ledgerLines: [LedgerLine] { ledger + [LedgerLine(reason: "total", count: missedCount)] }

  /// One per currency in which something was charged.
  func bookingLines(_ accounts: Tenant.Accounts) -> [BookingLine] {
    charges.filter { $0.amount != .zero }.map { charge in
      BookingLine(
        date: month.lastDay, doc: "TW-\(month.iso8601)-\(tenant.id)-\(charge.currency)",
        description: ReportWords(tenant.language).booking(self, charge), accounts: accounts,
        amount: charge.amount, currency: charge.currency)
    }
  }
}
