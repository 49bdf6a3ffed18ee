// DutyIntake.swift - one of the tenant's people is on duty for whoever's turn it is, until a time of his choice.

import Business
import LocalTime
import Store

extension Intake {
  /// For no longer than that at once.
  package static let dutyDays = 31

  package func dutyStandIn(_ tenant: Tenant) throws -> DutyStandIn? {
    try tenant.rotation == nil ? nil : store.dutyStandIn(tenant: tenant.id, at: recordedAt)
  }

  /// Who is told first: in the place of whoever's turn it is, and of whoever stood in before.
  package func takeDuty(_ person: Person, until: Timestamp, tenant: Tenant) throws {
    try store.write {
      try store.setDutyStandIn(
        DutyStandIn(person: person.name, since: recordedAt, until: until), tenant: tenant.id)
      try store.logEvent(
        .dutyTaken, tenant: tenant.id, detail: "\(person.name) > \(until.iso8601)", at: recordedAt)
    }
  }

  /// To whoever's turn it is. Where another has it by now nothing changes.
  package func giveDutyBack(_ person: Person, tenant: Tenant) throws {
    try store.write {
      guard try store.endDutyStandIn(ifOf: person.name, tenant: tenant.id) else { return }
      try store.logEvent(.dutyGivenBack, tenant: tenant.id, detail: person.name, at: recordedAt)
    }
  }
}
