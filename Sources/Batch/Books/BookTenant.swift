// BookTenant.swift - a tenant as the books know it: also one that is switched off or was removed has a past.

import Business
import LocalTime
import Platform
import Settings
import Store

/// Whose month is reported.
package struct BookTenant: Hashable, Sendable {
  package var id: String
  package var name: String
  package var timezone: String
  package var language: Language
  package var accounts: Tenant.Accounts?
  package var reportEmail: [String]
  /// Of the sums that its people type.
  package var currency: String
  /// Configured and switched on: has a report also for a month in which nothing happened.
  package var isActive: Bool

  package init(_ tenant: Tenant) {
    id = tenant.id
    name = tenant.name
    timezone = tenant.timezone
    language = tenant.language
    accounts = tenant.accounts
    reportEmail = tenant.reportEmail
    currency = tenant.currency
    isActive = tenant.active
  }

  /// A tenant that is not configured any more: its ID is all that is known.
  package init(removed id: String) {
    self.id = id
    name = id
    timezone = "Europe/Zurich"
    language = .de
    accounts = nil
    reportEmail = []
    currency = "CHF"
    isActive = false
  }

  /// All that are configured or have left data, by id.
  package static func all(store: Store, settings: SettingsReader) throws -> [BookTenant] {
    let configured = try settings.tenants()
    let known = Set(configured.map(\.id))
    let removed = try store.tenantsWithData().filter { !known.contains($0) }
    return (configured.map { BookTenant($0) } + removed.map { BookTenant(removed: $0) }).sorted {
      $0.id < $1.id
    }
  }

  /// The tenant's own calendar. Never another one in its place: a month cut at the wrong hour is a wrong report.
  package func zone(_ zones: TimeZones) throws -> TimeZoneRules {
    guard let zone = zones.zone(timezone) else { throw ReportError.noTimeZone(tenant: id, zone: timezone) }
    return zone
  }

  package func period(_ month: CivilMonth, zones: TimeZones, asOf: Timestamp? = nil) throws -> ReportPeriod {
    let zone = try zone(zones)
    return ReportPeriod(
      tenant: id, start: zone.start(of: month), end: zone.start(of: month.next), asOf: asOf)
  }
}

/// Why a report was not written.
package enum ReportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Missed calls without an outcome of the ledger's, or an SMS decided and not made.
  case ledgerDoesNotBalance(tenant: String, month: String, missed: Int, accounted: Int)
  case outboxDoesNotBalance(tenant: String, month: String, decided: Int, messages: Int)
  /// The list of SMS and its sums differ.
  case costsDoNotAddUp(tenant: String, month: String)
  case noTimeZone(tenant: String, zone: String)

  package var tenant: String {
    switch self {
    case .ledgerDoesNotBalance(let tenant, _, _, _), .outboxDoesNotBalance(let tenant, _, _, _),
      .costsDoNotAddUp(let tenant, _), .noTimeZone(let tenant, _):
      tenant
    }
  }

  package var description: String {
    switch self {
    case .ledgerDoesNotBalance(let tenant, let month, let missed, let accounted):
      "the ledger of \(tenant) for \(month) does not balance: \(missed) missed calls, \(accounted) accounted for"
    case .outboxDoesNotBalance(let tenant, let month, let decided, let messages):
      "the ledger of \(tenant) for \(month) does not balance: \(decided) decided to be sent, \(messages) messages"
    case .costsDoNotAddUp(let tenant, let month):
      "the messages of \(tenant) for \(month) do not add up to their cost"
    case .noTimeZone(let tenant, let zone):
      "there is no time zone data for \(zone), where \(tenant) is"
    }
  }
}
