// Truth.swift - what really happened in a FaultyDay, whatever the programs heard of it.

import LocalTime
import StandIn
import TestSupport

/// Who calls; each kind has its own outcome by the table of the specification, section 3.
enum CallerKind: CaseIterable {
  /// Once missed.
  case single
  /// Missed two or three times.
  case repeated
  /// Missed, and answered when calling again.
  case reached
  case answered
  case withheld
  case landline
  case foreign
  /// Calls from a number of the tenant's own people.
  case staff
  case blocked
  /// Texts STOP, and is missed again.
  case stopper
  /// Seven missed calls.
  case spammer

  /// Their outcome depends on the order in which the calls are heard of: none is lost.
  var isCertain: Bool { self == .spammer }

  func number(_ index: Int, _ random: inout SeededRandom) -> String {
    switch self {
    case .withheld: "anonymous"
    case .landline: "+4143444\(1000 + index)"
    case .foreign: "+4479111\(10_000 + index)"
    case .staff: FaultInstallation.staff
    default: "+4179\(random.number(1_000_000...9_999_999))"
    }
  }
}

struct TrueCall {
  var leg: StoredCall
  let kind: CallerKind
  let dialStatus: String
  /// When the attempt to reach somebody ends.
  let end: Timestamp
  /// Webhooks that were answered well.
  var heard: Set<String> = []
  /// Pressed in the voice menu.
  var key: (digit: String, isHeard: Bool)?
  /// Either webhook of the voice message that he left was answered well.
  var isMessageHeard = false

  var isAnswered: Bool { dialStatus == "completed" }
}

struct TrueReply {
  let caller: String
  let body: String
  var isHeard = false
}

struct Truth {
  var calls: [TrueCall] = []
  var replies: [TrueReply] = []
  /// Their miss may be heard of, or decided, more than an hour late by the host's clock: then a ticket stands for
  /// the SMS.
  var late: Set<String> = []
  /// Their first SMS fails on its way.
  var undelivered: Set<String> = []
  /// People are rung for urgent requests.
  var rings = false
  /// Calls in which somebody heard that the request is his now.
  var taken = 0

  /// In the order of their first call.
  var callers: [(number: String, kind: CallerKind)] {
    var seen: Set<String> = []
    return calls.map { ($0.leg.from, $0.kind) }.filter { seen.insert($0.0).inserted }
  }
}
