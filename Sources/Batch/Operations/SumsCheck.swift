// SumsCheck.swift - the reports of closed months are as they were written.

import Books
import Platform

extension Doctor {
  func checkSums(_ home: Home) throws -> [Finding] {
    let sums = ReportSums(reports: home.reports)
    let faults = try sums.faults()
    guard let first = faults.first else {
      return [.ok("sums", "as written, \(counted(try sums.months().count, "closed month"))")]
    }
    let others = faults.count > 1 ? ", and \(counted(faults.count - 1, "more", "more"))" : ""
    return [
      .warning(
        "sums",
        "reports/\(first.month.iso8601)/\(first.file) \(first.what) since the month was closed\(others)",
        cure:
          "compare it with the copy that was mailed; to write the month anew: opsfabric report \(first.month.iso8601)"
      )
    ]
  }
}
