// GuessedSecrets.swift - how often a secret was guessed wrong, by where the guesses came from (table rate_hits).

import LocalTime
import SQLite

extension Store {
  /// How often the key was noted since then.
  public func rateCount(key: String, since oldest: Timestamp) throws -> Int {
    try database.integer(
      "SELECT count(*) FROM rate_hits WHERE key = ? AND at > ?", .text(key), .time(oldest)) ?? 0
  }

  public func noteRates(keys: [String], at now: Timestamp) throws {
    try write {
      for key in keys {
        try database.execute("INSERT INTO rate_hits (key, at) VALUES (?, ?)", .text(key), .time(now))
      }
    }
  }
}
