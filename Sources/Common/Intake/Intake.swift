// Intake.swift - turns verified webhooks into rows. Handlers, the spool's replay and the sweep all come here,
// so that a webhook means the same whenever and however it arrives.
//
// Every function is one transaction, and repeating it changes nothing. Time is the webhook's arrival.

import Business
import CGI
import LocalTime
import Platform
import Settings
import Spool
import Store
import Twilio

/// What recording needs beside the webhook.
package struct Intake {
  let store: Store
  let settings: SettingsReader
  let zones: TimeZones
  /// When the webhook is being recorded. Later than its arrival when it comes from the spool or the sweep:
  /// then it counts as of its arrival, but nobody is answered with a promise that has passed.
  let recordedAt: Timestamp

  package init(store: Store, settings: SettingsReader, zones: TimeZones, recordedAt: Timestamp) {
    self.store = store
    self.settings = settings
    self.zones = zones
    self.recordedAt = recordedAt
  }

  /// What recording a webhook found, so that its answer asks nothing again.
  package struct Found: Sendable {
    /// The call it told of, as it is now.
    package var call: CallRow?
    /// The caller is on the block list of a tenant that rejects such calls.
    package var isRejected = false
  }

  /// Records a webhook of any kind.
  /// - Parameter tenants: whose it may be (TenantFinder); empty for kinds that belong to no tenant.
  @discardableResult
  package func record(_ webhook: Webhook, tenants: [Tenant]) throws -> Found {
    switch webhook.kind {
    case .sms: try recordReply(webhook, tenants: tenants)
    case .smsStatus: try recordDeliveryReport(webhook)
    case .twilioError: return try recordTwilioError(webhook, tenants: tenants)
    case .voice, .dialResult, .screen, .menu, .callStatus:
      guard let tenant = tenants.first else { break }
      switch webhook.kind {
      case .voice: return try recordCall(webhook, tenant: tenant)
      case .dialResult: return try recordDialResult(webhook, tenant: tenant)
      case .screen: try recordScreenKey(webhook, tenant: tenant)
      case .menu: try recordMenuKey(webhook, tenant: tenant)
      default: try recordCallStatus(webhook, tenant: tenant)
      }
    }
    return Found()
  }

  /// The tenant's zone; UTC when the system has lost its zone files (doctor says so).
  package func zone(_ tenant: Tenant) -> TimeZoneRules { zones.zone(tenant.timezone) ?? .utc }

  func calendar(_ tenant: Tenant) -> BusinessCalendar {
    BusinessCalendar(tenant, zone: zone(tenant))
  }

  /// When a ticket that comes in at `now` is promised.
  package func slaDue(_ urgency: Urgency, tenant: Tenant, from now: Timestamp) -> Timestamp {
    tenant.slaDue(urgency, from: now, zone: zone(tenant))
  }
}

extension Tenant {
  /// When a ticket that comes in at `now` is promised: HIGH around the clock, a callback in business hours.
  package func slaDue(_ urgency: Urgency, from now: Timestamp, zone: TimeZoneRules) -> Timestamp {
    switch urgency {
    case .high: now.adding(minutes: slaHighMinutes)
    case .medium: BusinessCalendar(self, zone: zone).adding(businessMinutes: slaCallbackMinutes, to: now)
    }
  }
}

extension BusinessCalendar {
  /// When a tenant works.
  package init(_ tenant: Tenant, zone: TimeZoneRules) {
    self.init(
      zone: zone, hours: tenant.businessHours, holidays: tenant.holidays, weekendPolicy: tenant.weekendPolicy)
  }
}
