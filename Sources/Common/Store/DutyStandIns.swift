// DutyStandIns.swift - the table `duty_stand_ins`: who is on duty for whoever's turn it is. Ends by itself.

import LocalTime
import SQLite

package struct DutyStandIn: Hashable, Sendable {
  /// As `notify` names him.
  package var person: String
  package var since: Timestamp
  package var until: Timestamp

  package init(person: String, since: Timestamp, until: Timestamp) {
    self.person = person
    self.since = since
    self.until = until
  }
}

extension Store {
  /// nil where whoever's turn it is has not been relieved.
  package func dutyStandIn(tenant: String, at now: Timestamp) throws -> DutyStandIn? {
    try database.first(
      "SELECT person, since, until FROM duty_stand_ins WHERE tenant = ? AND until > ?", .text(tenant),
      .time(now)
    ) { DutyStandIn(person: $0.text(0), since: $0.timestamp(1), until: $0.timestamp(2)) }
  }

  /// In the place of whoever else stood in.
  package func setDutyStandIn(_ standIn: DutyStandIn, tenant: String) throws {
    try database.execute(
      """
      INSERT INTO duty_stand_ins (tenant, person, since, until) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT (tenant) DO UPDATE SET person = ?2, since = ?3, until = ?4
      """, .text(tenant), .text(standIn.person), .time(standIn.since), .time(standIn.until))
  }

  /// False where another stands in, or nobody.
  package func endDutyStandIn(ifOf person: String, tenant: String) throws -> Bool {
    try database.execute(
      "DELETE FROM duty_stand_ins WHERE tenant = ? AND person = ?", .text(tenant), .text(person)) > 0
  }

  /// Those whose time is over.
  package func purgeDutyStandIns(at now: Timestamp) throws {
    try database.execute("DELETE FROM duty_stand_ins WHERE until <= ?", .time(now))
  }
}
