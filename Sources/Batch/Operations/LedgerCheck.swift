// LedgerCheck.swift - every missed call of every tenant and month went somewhere, by the reports' own check.

import Books
import Business
import LocalTime
import Settings
import Store

extension Doctor {
  func checkLedger(_ store: Store, _ settings: SettingsReader) throws -> [Finding] {
    var findings: [Finding] = []
    var months = 0
    let books = try BookTenant.all(store: store, settings: settings)
    for tenant in books {
      // A zone that is missing is a finding already.
      guard let zone = scene.zones.zone(tenant.timezone),
        let first = try store.firstActivity(tenant: tenant.id)
      else { continue }
      var month = zone.month(of: first)
      while month <= zone.month(of: now) {
        months += 1
        do {
          try TenantMonth.checkBalance(of: tenant, month, zones: scene.zones, store: store)
        } catch let error as ReportError {
          findings.append(
            .fault(
              "ledger", "\(error)",
              cure: "do not book this month; keep a backup, and look for the calls with: opsfabric list calls"
            ))
        }
        month = month.next
      }
    }
    guard findings.isEmpty else { return findings }
    return [.ok("ledger", "balanced, \(counted(months, "month")) of \(counted(books.count, "tenant"))")]
  }
}
