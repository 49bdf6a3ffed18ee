// Outlet.swift - a way out of the outbox: what one channel does its own way. SendDue does the rest.

import Business
import LocalTime
import Store

/// Hands messages of one channel over, and knows what comes of them.
///
/// A channel more is a case of `Channel`, a type of this kind, its line in the runner's list, and whoever writes its
/// messages.
package protocol Outlet: AnyObject {
  /// What a message needs to leave by this way; it is looked up before the claim and stays as it was then.
  associatedtype Way
  /// What became of one attempt.
  associatedtype Outcome

  /// As the log names the job.
  static var jobName: String { get }
  static var channel: Channel { get }
  /// Jobs that can wait do so while messages of this channel are under way.
  static var hasPrecedence: Bool { get }
  /// A claim without an answer is looked at after this time; longer than an attempt can take.
  static var claimSeconds: Int { get }

  /// How many attempts may be under way at once.
  var places: Int { get }
  /// How many more are claimed: a place that gets free is taken without waiting for the disk.
  var spare: Int { get }
  /// Of one sender, or whatever else `rateKey` names; nil = as fast as places get free.
  var messagesPerSecond: Double? { get }
  /// How many may leave at once before the rate holds.
  var burst: Double { get }
  /// What the rate is of.
  func rateKey(_ row: OutboxRow, _ way: Way) -> String

  /// Something to tell the operator at a run's start.
  func begin(at now: Timestamp)
  func way(of row: OutboxRow) throws -> Passage<Way>
  /// Whom AccountGate leaves alone when it refuses us.
  func account(_ way: Way) -> String
  func ceilings(_ way: Way) -> (own: Ceiling, all: Ceiling)

  /// Begins one attempt. Never waits; `then` is called once, at any time, on this thread.
  func submit(_ row: OutboxRow, by way: Way, at now: Timestamp, then: @escaping (Outcome) -> Void)
  /// The outcome of an attempt that was not made.
  func neverSent(_ reason: String) -> Outcome
  /// Nothing more is sent for this account for a while.
  func holdsAccount(_ outcome: Outcome) -> Bool
  /// The row's next state, holds and alerts. In a transaction.
  func settle(_ row: OutboxRow, account: String, _ outcome: Outcome, at now: Timestamp) throws

  /// Finds out what became of an attempt whose answer was lost; called again as long as the row is due in `sending`.
  func lookBack(at row: OutboxRow, at now: Timestamp) throws
}

/// Whether a message can leave by its channel just now.
package enum Passage<Way> {
  case free(Way)
  /// Not now, and why; it is looked at again after so many seconds.
  case closed(String, seconds: Int = 300)
  /// It never will; the operator is told.
  case none(String)
  /// Nobody wants it any more, and why.
  case unwanted(String)
}

extension Outlet {
  package func begin(at now: Timestamp) {}
  package func rateKey(_ row: OutboxRow, _ way: Way) -> String { row.sender }
  /// A second's worth.
  package var burst: Double { max(1, messagesPerSecond ?? 1) }
}

extension Ceiling {
  /// What costs nothing.
  static let unlimited = Ceiling(perHour: .max, perDay: .max)
}
