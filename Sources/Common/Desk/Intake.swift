// Intake.swift - what webhooks, the form and the runner do to calls, tickets and messages, so that each means the same
// whenever and however it is learnt.
//
// Every function is one transaction, and repeating it changes nothing. Time is when a thing came in.

import Business
import LocalTime
import Platform
import Settings
import Store

/// What taking in needs beside what came in.
package struct Intake {
  package let store: Store
  package let settings: SettingsReader
  let zones: TimeZones
  /// When it is being recorded. Later than its arrival when it comes from the spool or the sweep:
  /// then it counts as of its arrival, but nobody is answered with a promise that has passed.
  package let recordedAt: Timestamp

  package init(store: Store, settings: SettingsReader, zones: TimeZones, recordedAt: Timestamp) {
    self.store = store
    self.settings = settings
    self.zones = zones
    self.recordedAt = recordedAt
  }

  /// The tenant's zone; UTC when the system has lost its zone files (doctor says so).
  package func zone(_ tenant: Tenant) -> TimeZoneRules { zones.zone(tenant.timezone) ?? .utc }

  /// When the tenant works, its calendars on the web taken in.
  /// - Parameter now: what is asked for lies behind it.
  package func calendar(_ tenant: Tenant, from now: Timestamp) -> BusinessCalendar {
    let zone = zone(tenant)
    let calendars = tenant.holidayCalendars
    guard !calendars.isEmpty else { return BusinessCalendar(tenant, zone: zone, daysOff: []) }
    // A database that cannot be read must not cost a caller his promise; whatever is written next fails by itself.
    let days = try? store.daysOff(tenant: tenant.id, calendars: calendars, from: zone.day(of: now))
    return BusinessCalendar(tenant, zone: zone, daysOff: days ?? [])
  }

  /// When a ticket that comes in at `now` is promised.
  package func slaDue(_ urgency: Urgency, tenant: Tenant, from now: Timestamp) -> Timestamp {
    tenant.slaDue(urgency, from: now, calendar: calendar(tenant, from: now))
  }
}

extension Tenant {
  /// When a ticket that comes in at `now` is promised: HIGH around the clock, a callback in business hours.
  package func slaDue(
    _ urgency: Urgency, from now: Timestamp, calendar: @autoclosure () -> BusinessCalendar
  ) -> Timestamp {
    switch urgency {
    case .high: now.adding(minutes: slaHighMinutes)
    case .medium: calendar().adding(businessMinutes: slaCallbackMinutes, to: now)
    }
  }
}

extension BusinessCalendar {
  /// When a tenant works.
  /// - Parameter daysOff: what its calendars on the web say; empty where nobody can be asked.
  package init(_ tenant: Tenant, zone: TimeZoneRules, daysOff: [Holiday]) {
    self.init(
      zone: zone, hours: tenant.businessHours, holidays: tenant.holidays + daysOff, vacation: tenant.vacation,
      weekendPolicy: tenant.weekendPolicy)
  }
}
