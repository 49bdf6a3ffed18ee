// DueCalls.swift - many SMS that are due at once.

import TestSupport

/// As many missed calls of different callers, whose SMS are due.
struct DueCalls {
  let world: TestWorld
  let callers: [String]

  init(_ count: Int, messagesPerSecond: Double = 10, concurrency: Int) throws {
    world = try TestWorld()
    world.installation.messagesPerSecond = messagesPerSecond
    world.installation.concurrency = concurrency
    try world.apply()
    callers = (0..<count).map { "+4179000\(1000 + $0)" }
    for caller in callers { world.miss(from: caller) }
    world.clock.advance(seconds: 31)
  }
}
