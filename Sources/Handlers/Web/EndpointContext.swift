// EndpointContext.swift - the world a handler lives in, handed in so that tests can have their own.

import Business
import Platform
import Spool

/// Puts a verified webhook on the queue of these settings, within so many milliseconds. nil: the queue has it.
/// A reason: it does not, as far as is known.
package typealias WebhookQueue = @Sendable (KeptWebhook, Installation.SQS, Int) -> String?

package struct EndpointContext: Sendable {
  package var home: Home
  package var clock: WallClock
  package var random: RandomSource
  package var zones: TimeZones
  /// Makes the log of a handler.
  package var log: Log
  /// How long each of the two locks, the writers' queue and SQLite's own, may be waited for, in milliseconds:
  /// a caller is on the line, and `voice` has promised an answer within 2 s whatever breaks.
  package var patience = 800
  /// Until whoever asks loses patience; nil: as the settings say.
  package var secondsLeft: Int?
  /// The way to a queue, for programs that have one: with `intake: sqs` webhooks go there instead of to the
  /// database. The CGI programs have none.
  package var queue: WebhookQueue?
  /// Where webhooks are kept that neither database nor queue can take; nil: in the home.
  package var spool: Spool?
  /// Has to be taken before photos are read; nil: the body is there.
  package var bodyTurn: BodyTurn?
  /// Takes what need not be closed: a process that ends after its answer leaves that to the kernel, and the
  /// caller does not wait for it.
  package var leaveOpen: @Sendable (AnyObject) -> Void = { _ in }

  package init(
    home: Home, clock: WallClock = .system, random: RandomSource = .system, zones: TimeZones = TimeZones(),
    log: Log
  ) {
    self.home = home
    self.clock = clock
    self.random = random
    self.zones = zones
    self.log = log
  }

  /// Whoever asks has only so much time left: both locks together must not take more, nor a run.
  package mutating func limit(toMilliseconds left: Int) {
    patience = min(patience, max(0, left / 2))
    secondsLeft = max(0, left / 1000)
  }
}
