// SimulatedYearTests.swift - the reports of fourteen months say what happened.
//
// SIMULATED_CALLS_PER_DAY=20 in the environment makes a busier year.

import LocalTime
import Platform
import TestSupport
import Testing

@testable import Books

struct SimulatedYearTests {
  @Test(arguments: [0, 3])
  func `every figure of every month is what was counted as it happened, and robots get no SMS`(
    shortRingSeconds: Int
  ) throws {
    let callsPerDay = Environment.process["SIMULATED_CALLS_PER_DAY"].flatMap { Int($0) } ?? 1
    let year = try SimulatedYear(
      seed: 20_271_101, callsPerDay: callsPerDay, shortRingSeconds: shortRingSeconds)
    try year.play()
    let files = ReportFiles(store: year.store, zones: TimeZones(), dialect: .rfc4180)
    var month = try #require(SimulatedYear.first)
    let last = try #require(SimulatedYear.last)
    var reasons: Set<String> = []
    var sum = Tally.Month()
    /// Of the tenants whose SMS are due 30 seconds after the call; one has its wait at 59.
    var usual = Tally.Month()
    while month <= last {
      let folder = "\(year.world.home.reports)/\(month.iso8601)"
      for tenant in year.world.tenants {
        // Writing checks the ledger, and that the rows add up to the sums.
        let report = try files.write(BookTenant(tenant), month, to: folder).figures
        let counted = year.tally.month(tenant.id, month.iso8601)
        let place = "\(tenant.id) \(month.iso8601)"
        #expect(Tally.Month(report) == counted, "\(place)")
        for kpi in SimulatedYearTests.kpis { try expect(kpi, of: report, toBe: counted, place) }
        sum.add(counted)
        if tenant.smsDelaySeconds == 30 { usual.add(counted) }
        #expect(report.ledger.map(\.count).reduce(0, +) == report.missedCount, "\(place)")
        #expect(report.sms.answers.values.reduce(0, +) <= report.sms.accepted, "\(place)")
        #expect(report.ticketCount <= report.missedCount, "\(place)")
        #expect(report.missingPrices == 0, "\(place)")
        #expect(counted.missed > 10, "\(place): too little happened to prove anything")
        reasons.formUnion(report.ledger.filter { $0.count > 0 }.map(\.reason))
      }
      month = month.next
    }
    // The year has met nearly every outcome there is.
    #expect(
      reasons.isSuperset(of: [
        "sent", "withheld", "blocked", "spam", "opted_out", "country", "reached", "dedupe", "landline",
        "quiet_hours",
        "dead",
      ]))
    #expect(year.robotCalls > 200)
    let figures = """
      short_ring_seconds \(shortRingSeconds): \(year.robotsTexted) of \(year.robotCalls) robocalls texted \
      (\(percent(year.robotsTexted, year.robotCalls)) %), which are \(percent(year.robotsTexted, year.texted)) % of \
      \(year.texted) SMS; \(year.customersTooShort) calls of customers rang too shortly for one
      """
      + SimulatedYearTests.kpis.map { kpi in
        let (part, whole) = kpi.count(sum)
        return "\n  \(kpi.column): \(part) of \(whole) = \(Rate(part, of: whole).text ?? "–")"
      }.joined()
      + "\n  with the usual delay of 30 s, within 60 s: \(usual.within60Seconds) of \(usual.dueAtOnce)"
    printToStandardOutput(figures)
    #expect(year.robotsTexted * 20 < year.robotCalls && year.robotsTexted * 20 < year.texted, "\(figures)")
    #expect(sum.requestsAsked > 100 && sum.answeredRequests == sum.requestsAsked, "\(figures)")
    #expect(sum.spam * 20 < sum.sms, "\(figures)")
    #expect(usual.dueAtOnce > 100 && usual.within60Seconds == usual.dueAtOnce, "\(usual)")
    #expect(sum.within60Seconds < sum.dueAtOnce, "\(figures)")
    #expect(reasons.contains("short_ring") == (shortRingSeconds > 0))
    #expect((year.customersTooShort > 0) == (shortRingSeconds > 0))
  }

  /// The four figures by which the product is judged: the report's column, and the count it is a rate of.
  private static var kpis: [(column: String, count: (Tally.Month) -> (part: Int, whole: Int))] {
    [
      ("sms_sent_within_60s_rate", { ($0.within60Seconds, $0.dueAtOnce) }),
      ("reply_rate", { ($0.answers.values.reduce(0, +), $0.sms) }),
      ("ticket_rate_of_replies", { ($0.answeredRequests, $0.requestsAsked) }),
      ("spam_sms_rate", { ($0.spam, $0.sms) }),
    ]
  }

  private func expect(
    _ kpi: (column: String, count: (Tally.Month) -> (part: Int, whole: Int)), of report: TenantMonth,
    toBe counted: Tally.Month, _ place: String
  ) throws {
    let column = try #require(Tables.report.columns.first { $0.name == kpi.column })
    let (part, whole) = kpi.count(counted)
    let said = Double(column.cell(report).written)
    guard whole > 0 else {
      #expect(said == nil, "\(place): \(kpi.column)")
      return
    }
    #expect(abs((said ?? -1) - Double(part) / Double(whole)) < 0.000051, "\(place): \(kpi.column)")
  }

  /// With one decimal.
  private func percent(_ part: Int, _ whole: Int) -> String {
    let tenths = (part * 1000 + whole / 2) / max(1, whole)
    return "\(tenths / 10).\(tenths % 10)"
  }
}

extension Tally.Month {
  /// First answers that ask for something at once; `3` asks for the form.
  fileprivate var requestsAsked: Int { answers.filter { $0.key != "3" }.values.reduce(0, +) }

  /// What the rates of all months together are made of.
  fileprivate mutating func add(_ other: Tally.Month) {
    sms += other.sms
    dueAtOnce += other.dueAtOnce
    within60Seconds += other.within60Seconds
    answers.merge(other.answers) { $0 + $1 }
    answeredRequests += other.answeredRequests
    spam += other.spam
  }

  /// What a report says, in the words of the count.
  init(_ report: TenantMonth) {
    self.init(
      calls: report.callCount, missed: report.missedCount,
      ledger: Dictionary(report.ledger.filter { $0.count > 0 }.map { ($0.reason, $0.count) }) { $0 + $1 },
      sms: report.sms.accepted, dueAtOnce: report.sms.dueAtOnce,
      within60Seconds: report.sms.within60Seconds, answers: report.sms.answers,
      answeredRequests: report.sms.requests.answered, spam: report.sms.spam, tickets: report.ticketCount,
      forms: report.formCount, rows: report.costs.filter { $0.source != .lookup }.map(\.count).reduce(0, +),
      segments: report.costs.map(\.segments).reduce(0, +),
      millionths: report.charges.map(\.amount.millionths).reduce(0, +))
  }
}
