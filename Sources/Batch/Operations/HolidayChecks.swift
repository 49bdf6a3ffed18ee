// HolidayChecks.swift - the calendars on the web that tenants name among their holidays: how old is what they said?

import Business
import LocalTime
import Runner
import Store

extension Doctor {
  /// Read daily; after this much the days off may be others.
  private static let oldCalendarMilliseconds: Int64 = 3 * 86_400_000

  func checkHolidays(_ store: Store) throws -> [Finding] {
    let wanted = activeTenants.flatMap { tenant in tenant.holidayCalendars.map { (tenant, $0) } }
    guard !wanted.isEmpty else { return [] }
    let rows = try store.holidayCalendars()
    return try wanted.map { tenant, url in
      let name = "\(tenant.id): the calendar at \(shownAddress(url))"
      guard let row = rows.first(where: { $0.tenant == tenant.id && $0.url == url }) else {
        return .warning("holidays", "\(name) has not been read yet", cure: "the next run reads it")
      }
      let failure = row.error.map { "; the last attempt failed: \($0)" } ?? ""
      let cure =
        "open the address in a browser, and correct it in holidays of \(tenant.id); then: opsfabric apply"
      guard let readAt = row.readAt else {
        return .warning("holidays", "\(name) could never be read\(failure)", cure: cure)
      }
      let age = now.milliseconds(since: readAt)
      let zone = scene.zones.zone(tenant.timezone) ?? .utc
      let days = try store.daysOff(tenant: tenant.id, calendars: [url], from: zone.day(of: now)).count
      let detail =
        "\(name): the last good copy is \(spoken(milliseconds: age)) old, "
        + "\(counted(days, "day")) off ahead\(failure)"
      if age > Doctor.oldCalendarMilliseconds {
        return .warning("holidays", detail, cure: "\(cure); until then the old days count")
      }
      if !row.leftOut.isEmpty {
        return .warning(
          "holidays", "\(detail); left out: \(row.leftOut)",
          cure: "write these days into holidays of \(tenant.id) where they matter")
      }
      return days == 0
        ? .warning("holidays", detail, cure: "is it the right calendar? look at it in a calendar program")
        : .ok("holidays", detail)
    }
  }
}
