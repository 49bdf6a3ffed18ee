// MonthCosts.swift - what each tenant's month has cost so far, in the table `counts`: added up with every price that
// becomes known, so that a screen of all tenants reads no messages.
//
// The month is UTC's and a price counts where its message was: the books (MonthlyCosts.swift) are exact, this is the
// first look.

import LocalTime
import SQLite

extension Store {
  /// In the transaction that keeps the price.
  func addCost(_ price: Double, _ unit: String, tenant: String, at time: Timestamp) throws {
    guard price.isFinite else { return }
    try database.execute(
      "INSERT INTO counts VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n",
      .text(Count.Family.cost.rawValue), .text(tenant),
      .text("\(TimeZoneRules.utc.month(of: time).iso8601) \(unit.uppercased())"),
      .integer(Int(min(price.magnitude * 1_000_000, 1e15).rounded())))
  }

  /// Millionths by tenant and currency, of the month in which `now` lies.
  func monthCosts(at now: Timestamp) throws -> [String: [String: Int]] {
    let month = TimeZoneRules.utc.month(of: now).iso8601 + " "
    var costs: [String: [String: Int]] = [:]
    try database.forEach(
      "SELECT tenant, label, n FROM counts WHERE family = ?", values: [.text(Count.Family.cost.rawValue)]
    ) { row in
      let label = row.text(1)
      guard label.hasPrefix(month) else { return }
      costs[row.text(0), default: [:]][String(label.dropFirst(month.utf8.count))] = row.integer(2)
    }
    return costs
  }

  /// Forgets months before the last one: the reports have them.
  package func purgeCosts(at now: Timestamp) throws {
    try database.execute(
      "DELETE FROM counts WHERE family = ? AND label < ?", .text(Count.Family.cost.rawValue),
      .text(TimeZoneRules.utc.month(of: now).previous.iso8601))
  }
}
