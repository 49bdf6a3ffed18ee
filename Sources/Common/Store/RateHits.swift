// RateHits.swift - the table `rate_hits`: how often something was done lately, by a key that is a hash of who did it.

import LocalTime
import SQLite

extension Store {
  /// How often the key was noted since then.
  package func rateCount(key: String, since oldest: Timestamp) throws -> Int {
    try database.integer(
      "SELECT count(*) FROM rate_hits WHERE key = ? AND at > ?", .text(key), .time(oldest)) ?? 0
  }

  package func noteRates(keys: [String], at now: Timestamp) throws {
    try write {
      for key in keys {
        try database.execute("INSERT INTO rate_hits (key, at) VALUES (?, ?)", .text(key), .time(now))
      }
    }
  }

  /// When a rate that is used up has room again: once the hit that fills it is out of the window.
  package func rateFrees(key: String, limit: Int, seconds: Int, at now: Timestamp) throws -> Timestamp {
    let filling = try database.first(
      "SELECT at FROM rate_hits WHERE key = ? AND at > ? ORDER BY at DESC LIMIT 1 OFFSET ?",
      .text(key), .time(now.adding(seconds: -seconds)), .integer(limit - 1)
    ) { $0.timestamp(0) }
    return (filling ?? now).adding(seconds: seconds)
  }

  package func purgeRates(at now: Timestamp) throws {
    try database.execute("DELETE FROM rate_hits WHERE at < ?", .time(now.adding(days: -1)))
  }
}
