// WatchOutbox.swift - what the lanes of the outbox share: what a dead runner left, and when the next row is due.

import LocalTime
import Runner
import Store

package final class WatchOutbox: Job {
  package static let name = "outbox"
  package static let isWokenByRows = true

  private let store: Store

  package init(store: Store) { self.store = store }

  /// What another run left in the middle of sending is looked back at, each by its lane.
  package func begin(lastBeat: Timestamp?, at now: Timestamp) throws {
    _ = try store.write { try store.adoptOrphans(at: now, lookAt: now) }
  }

  /// The lanes do the work.
  package func step(at now: Timestamp) {}

  package func nextDue() throws -> Timestamp? {
    [try store.nextMessageDue(), try store.nextUnknownLook()].compactMap { $0 }.min()
  }
}
