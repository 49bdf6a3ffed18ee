// GuessLimit.swift - slows down whoever guesses at a secret: of `tick`, or of a personal link.
//
// Wrong secrets are counted by the address they come from and by the networks around it. Whoever has used up his
// guesses is turned away unheard for an hour; but an address from which the right secret came within the last day is
// always heard: behind a proxy everybody has the same address, and nobody may lock out the cron service, or the staff.

import Desk
import LocalTime
import Store

/// One visitor's guesses at one kind of secret.
struct GuessLimit {
  /// Wrong secrets an hour from one address; its networks may guess a few times as often.
  static let perHour = 10

  private let store: Store
  private let lines: [(key: String, limit: Int)]
  private let knownKey: String
  private let now: Timestamp

  /// - Parameter secret: which secret is guessed at: `tick`, `inbox`.
  init(of secret: String, address: String, store: Store, at now: Timestamp) {
    self.store = store
    self.now = now
    lines = zip(VisitorAddress.lines(address), [1, 3, 10]).map { line, factor in
      (Intake.rateKey("guess:\(secret):\(line)", tenant: ""), GuessLimit.perHour * factor)
    }
    knownKey = Intake.rateKey("known:\(secret):\(VisitorAddress.network(address))", tenant: "")
  }

  /// Whether this visitor is not heard at present.
  func isUsedUp() throws -> Bool {
    let isOver = try lines.contains {
      try store.rateCount(key: $0.key, since: now.adding(hours: -1)) >= $0.limit
    }
    return try isOver && store.rateCount(key: knownKey, since: now.adding(days: -1)) == 0
  }

  func noteWrong() throws { try store.noteRates(keys: lines.map(\.key), at: now) }

  /// A row twice a day for each address, not one for each minute.
  func noteRight() throws {
    guard try store.rateCount(key: knownKey, since: now.adding(hours: -12)) == 0 else { return }
    try store.noteRates(keys: [knownKey], at: now)
  }
}
