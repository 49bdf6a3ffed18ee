// ServiceNumbers.swift - the table `service_numbers`: what Twilio last said a messaging service sends from.

import LocalTime
import SQLite

package struct ServiceNumbers: Hashable, Sendable {
  /// E.164.
  package var numbers: [String]
  package var askedAt: Timestamp
  /// nil: Twilio has never told.
  package var readAt: Timestamp?
}

extension Store {
  package func serviceNumbers(_ service: String) throws -> ServiceNumbers? {
    try database.first(
      "SELECT numbers, asked_at, read_at FROM service_numbers WHERE service = ?", .text(service)
    ) { row in
      ServiceNumbers(
        numbers: row.text(0).split(separator: " ").map(String.init), askedAt: row.timestamp(1),
        readAt: row.optionalTimestamp(2))
    }
  }

  /// - Parameter numbers: nil where Twilio gave no answer: what was known stays.
  package func noteServiceNumbers(_ service: String, _ numbers: [String]?, at now: Timestamp) throws {
    try write {
      try database.execute(
        """
        INSERT INTO service_numbers (service, numbers, asked_at, read_at)
        VALUES (?1, coalesce(?2, ''), ?3, iif(?2 IS NULL, NULL, ?3))
        ON CONFLICT (service) DO UPDATE SET numbers = coalesce(?2, numbers), asked_at = ?3,
          read_at = iif(?2 IS NULL, read_at, ?3)
        """, .text(service), .text(numbers?.joined(separator: " ")), .time(now))
    }
  }
}
