// Soak.swift - how long the long tests may take, and what they count.

import Platform
import TestSupport

enum Soak {
  /// `make soak` sets it; 0 in `make test`.
  static let minutes = Environment.process["SOAK_MINUTES"].flatMap { Int($0) } ?? 0

  /// - Parameter share: percent of all the time.
  static func milliseconds(share: Int) -> Int64 { Int64(minutes) * 600 * Int64(share) }
}

/// What a fault test did, for the line it prints.
struct FaultCount {
  private(set) var days = 0
  private(set) var kills = 0
  private var runs = 0
  private var webhooks = 0
  private var calls = 0
  private var replies = 0
  private var messages = 0

  mutating func add(_ day: FaultyDay) {
    days += 1
    kills += day.world.kills
    runs += day.world.runs
    webhooks += day.webhooks
    calls += day.truth.calls.count
    replies += day.truth.replies.count
    messages += (try? day.world.standIn.messages().filter { $0.direction == "outbound-api" }.count) ?? 0
  }

  func print(_ name: String) {
    printToStandardOutput(
      "soak, \(name): \(days) days, \(runs) runs of programs, \(kills) kills, \(webhooks) webhooks, "
        + "\(calls) calls, \(replies) replies, \(messages) messages at Twilio")
  }
}
