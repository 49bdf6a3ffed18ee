// TenantClocks.swift - times as they are where the tenant is.

import Books
import LocalTime
import Platform
import Settings
import Store

/// The time zone of each tenant, of one that was removed too.
struct TenantClocks {
  private let zones: [String: TimeZoneRules]
  /// Of what is no tenant's: the one zone that all of them are in.
  private let common: TimeZoneRules?

  init(_ world: CommandWorld, store: Store) throws {
    var zones: [String: TimeZoneRules] = [:]
    var names: Set<String> = []
    for tenant in try BookTenant.all(store: store, settings: world.settings()) {
      zones[tenant.id] = world.zones.zone(tenant.timezone)
      names.insert(tenant.timezone)
    }
    self.zones = zones
    common = names.count == 1 ? names.first.flatMap { world.zones.zone($0) } : nil
  }

  /// `2026-02-10 09:15`; UTC, marked so, where the zone is not known.
  func local(_ time: Timestamp, tenant: String?) -> String {
    guard let zone = tenant.flatMap({ zones[$0] }) ?? common else { return time.iso8601 }
    let local = zone.local(time)
    return "\(local.date.iso8601) \(local.clock)"
  }

  /// A time in UTC as lists have it; anything else as it is.
  func local(iso8601 text: String, tenant: String) -> String {
    Timestamp(iso8601: text).map { local($0, tenant: tenant) } ?? text
  }
}
