// ExpectedReport.swift - the files of a FaultyDay's month, or months, read as an accountant would: what they say is what
// really happened, and each SMS that Twilio took stands in the books once.

import Platform
import StandIn
import TestSupport

struct ExpectedReport {
  let truth: Truth
  let world: FaultInstallation
  /// `opsfabric list calls` and `list tickets`, which ExpectedDay compares with the truth.
  let calls: [JSONLine]
  let tickets: [JSONLine]

  /// In which a call began, here or at most two hours further east.
  private var months: [String] {
    let times = truth.calls.flatMap { [$0.leg.startedAt, $0.leg.startedAt.adding(hours: 2)] }
    return Set(times.map { String($0.iso8601.prefix(7)) }).sorted()
  }

  func violations() throws -> [String] {
    let folder = "\(world.folder)/report"
    defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }
    var tables: [String: [[[String: String]]]] = [:]
    for month in months {
      let run = try world.opsfabric("report", month, "--out", folder)
      guard run.exitCode == 0 else { return ["report ends with \(run.exitCode ?? -1): \(run.errors)"] }
      for name in ["ledger", "report", "messages"] {
        tables[name, default: []].append(try rows("\(folder)/\(name)_doerfler_\(month).csv"))
      }
    }
    return try ledger(tables["ledger"] ?? []) + report(tables["report"] ?? [])
      + books((tables["messages"] ?? []).flatMap { $0 })
  }

  /// No cell of these files needs quotes.
  private func rows(_ path: String) throws -> [[String: String]] {
    let text = String(decoding: try Files.read(path), as: UTF8.self).drop { $0 == "\u{FEFF}" }
    let lines = text.split(separator: "\r\n").map {
      $0.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    }
    guard let names = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
  }

  private func ledger(_ months: [[[String: String]]]) throws -> [String] {
    var counts: [String: Int] = [:]
    for row in months.flatMap({ $0 }) {
      counts[row["reason"] ?? "", default: 0] += Int(row["count"] ?? "") ?? 0
    }
    let missed = truth.calls.filter { !$0.isAnswered }.count
    let total = counts.removeValue(forKey: "total")
    let reasons = calls.filter { $0["outcome"] == "missed" }
      .reduce(into: [:]) { $0[$1["reason"] ?? "none", default: 0] += 1 }
    var found: [String] = []
    if months.contains(where: { $0.last?["reason"] != "total" }) {
      found.append("the ledger does not end with its total")
    }
    if total != missed { found.append("ledger: total \(total ?? -1), missed \(missed)") }
    if counts.values.reduce(0, +) != missed { found.append("ledger: \(counts) are not \(missed)") }
    if counts.filter({ $0.value != 0 }) != reasons { found.append("ledger: \(counts), calls: \(reasons)") }
    // What was sent is what Twilio took; of what was given up it took a part.
    let taken = try Set(missedCallSMS().map(\.statusCallback)).count
    let (sent, dead) = (counts["sent"] ?? 0, counts["dead"] ?? 0)
    if sent > taken || sent + dead < taken {
      found.append("ledger: sent \(sent), dead \(dead), Twilio took \(taken)")
    }
    if let held = counts["held"] { found.append("ledger: \(held) are held at the end of the day") }
    return found
  }

  /// What Twilio took counts, whether it arrived or not; the tries of one message have its number in common.
  private func missedCallSMS() throws -> [StoredMessage] {
    try world.standIn.messages().filter {
      $0.direction == "outbound-api" && $0.body.hasPrefix("Danke für Ihren Anruf")
    }
  }

  private func report(_ months: [[[String: String]]]) throws -> [String] {
    guard months.allSatisfy({ $0.count == 1 }) else { return ["\(months.map(\.count)) rows in the report"] }
    func number(_ name: String) -> Int { months.map { Int($0[0][name] ?? "") ?? -1000 }.reduce(0, +) }
    let expected = [
      "inbound_calls_total": truth.calls.count,
      "missed_calls": truth.calls.filter { !$0.isAnswered }.count,
      "auto_sms_sent": Set(try missedCallSMS().map(\.statusCallback)).count,
      "tickets_from_missed_calls": tickets.filter {
        ["missed_call", "voice_menu"].contains($0["source"] ?? "")
      }.count,
      "replies": ["replies_option_1", "replies_option_2", "replies_option_3", "replies_free_text"]
        .map(number).reduce(0, +),
    ]
    var found = expected.filter { number($0.key) != $0.value }.map {
      "report: \($0.key) is \(number($0.key)), not \($0.value)"
    }
    let answerers = Set(truth.replies.filter { $0.body != "STOP" }.map(\.caller)).count
    if !(0...answerers).contains(number("replies")) {
      found.append("report: \(number("replies")) replies of \(answerers) callers")
    }
    return found
  }

  private func books(_ rows: [[String: String]]) throws -> [String] {
    var booked: [String: Int] = [:]
    for row in rows { booked[row["message_sid"] ?? "", default: 0] += 1 }
    let taken = try world.standIn.messages().filter { $0.direction == "outbound-api" }
    return taken.filter { booked[$0.sid] != 1 }.map {
      "\($0.sid) to \($0.to) (\($0.status)) is booked \(booked[$0.sid] ?? 0) times"
    }
  }
}
