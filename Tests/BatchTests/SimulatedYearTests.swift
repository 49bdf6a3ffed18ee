// SimulatedYearTests.swift - the reports of fourteen months say what happened.
//
// SIMULATED_CALLS_PER_DAY=20 in the environment makes a busier year.

import Books
import LocalTime
import Platform
import TestSupport
import Testing

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
    while month <= last {
      let folder = "\(year.world.home.reports)/\(month.iso8601)"
      for tenant in year.world.tenants {
        // Writing checks the ledger, and that the rows add up to the sums.
        let report = try files.write(BookTenant(tenant), month, to: folder).figures
        let counted = year.tally.month(tenant.id, month.iso8601)
        let place = "\(tenant.id) \(month.iso8601)"
        #expect(Tally.Month(report) == counted, "\(place)")
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
    printToStandardOutput(figures)
    #expect(year.robotsTexted * 20 < year.robotCalls && year.robotsTexted * 20 < year.texted, "\(figures)")
    #expect(reasons.contains("short_ring") == (shortRingSeconds > 0))
    #expect((year.customersTooShort > 0) == (shortRingSeconds > 0))
  }

  /// With one decimal.
  private func percent(_ part: Int, _ whole: Int) -> String {
    let tenths = (part * 1000 + whole / 2) / max(1, whole)
    return "\(tenths / 10).\(tenths % 10)"
  }
}

extension Tally.Month {
  /// What a report says, in the words of the count.
  init(_ report: TenantMonth) {
    self.init(
      calls: report.callCount, missed: report.missedCount,
      ledger: Dictionary(report.ledger.filter { $0.count > 0 }.map { ($0.reason, $0.count) }) { $0 + $1 },
      sms: report.sms.accepted, dueAtOnce: report.sms.dueAtOnce,
      within60Seconds: report.sms.within60Seconds, answers: report.sms.answers, tickets: report.ticketCount,
      forms: report.formCount, rows: report.costs.filter { $0.source != .lookup }.map(\.count).reduce(0, +),
      segments: report.costs.map(\.segments).reduce(0, +),
      millionths: report.charges.map(\.amount.millionths).reduce(0, +))
  }
}
