// Job.swift - what the runner does: many kinds of work, one interface.

import LocalTime

/// One kind of work of the runner. All of them are looked at in every step, in the order of the runner's list; one that
/// fails costs only itself.
protocol Job: AnyObject {
  /// As the log names it.
  static var name: String { get }

  /// It waits until no SMS is under way or due.
  static var yieldsToSending: Bool { get }

  /// Does what is due now, in small pieces. Nothing here waits for the network.
  func step(at now: Timestamp) throws

  /// The last step left something that can be done at once.
  var hasMore: Bool { get }

  /// A run that does not linger need not stay for it: nothing is under way or in hand.
  var isFinished: Bool { get }
}

extension Job {
  static var yieldsToSending: Bool { false }
  var hasMore: Bool { false }
  var isFinished: Bool { true }
}
