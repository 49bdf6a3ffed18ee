// Job.swift - what the runner does: many kinds of work, one interface.

import LocalTime

/// One kind of work of the runner. All of them are looked at in every step, in the order of the runner's list; one that
/// fails costs only itself.
package protocol Job: AnyObject {
  /// As the log names it.
  static var name: String { get }

  /// It waits until no SMS is under way or due.
  static var yieldsToSending: Bool { get }

  /// All it does is found in rows: `nextDue` tells when, and else only what somebody writes can give it work. Its
  /// steps are left out as long as nothing is due and nobody has written.
  static var isWokenByRows: Bool { get }

  /// At a run's start.
  /// - Parameter lastBeat: the last sign of life of the run before.
  func begin(lastBeat: Timestamp?, at now: Timestamp) throws

  /// Does what is due now, in small pieces. Nothing here waits for the network.
  func step(at now: Timestamp) throws

  /// The last step left something that can be done at once.
  var hasMore: Bool { get }

  /// When the next row of its own is due; nil when none waits. Asked before each wait.
  func nextDue() throws -> Timestamp?

  /// A run that does not linger need not stay for it: nothing is under way or in hand.
  var isFinished: Bool { get }

  // MARK: requests under way

  /// What yields waits for it.
  var isSending: Bool { get }

  /// Answers have come in that are not committed yet: the next step begins with them, before all other work.
  var hasResults: Bool { get }

  /// A place that gets free is taken at once, without a step: waiting for more answers costs no time.
  var isFlowing: Bool { get }

  /// Requests that only wait for news: nobody need wait for them.
  var idleRequests: Int { get }

  /// The clock was set: a time noted before means nothing any more.
  func forgetTimes()

  /// Commits what has come in; nothing new is begun.
  func settle(at now: Timestamp) throws

  /// The run is over: what is in hand and has not left stays here; the next `settle` gives it back.
  func giveBack()
}

extension Job {
  package static var yieldsToSending: Bool { false }
  package static var isWokenByRows: Bool { false }
  package func begin(lastBeat: Timestamp?, at now: Timestamp) throws {}
  package var hasMore: Bool { false }
  package func nextDue() throws -> Timestamp? { nil }
  package var isFinished: Bool { true }
  package var isSending: Bool { false }
  package var hasResults: Bool { false }
  package var isFlowing: Bool { false }
  package var idleRequests: Int { 0 }
  package func forgetTimes() {}
  package func settle(at now: Timestamp) throws {}
  package func giveBack() {}
}
