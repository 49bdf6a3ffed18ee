// InboxFigures.swift - the desk's figures: this month and the twelve before.

import Business
import CGI
import LocalTime
import Pages
import Store

extension InboxVisit {
  /// What is kept of a month is shown; any other is short, and counted here.
  func figures() throws -> CGIResponse {
    let months = MonthFigures.months(at: now, in: zone)
    let first = try store.firstActivity(tenant: tenant.id).map { zone.month(of: $0) }
    var kept: [CivilMonth: KeptFigures] = [:]
    for row in try store.keptFigures(tenant: tenant.id, since: months[months.count - 1]) {
      kept[row.month] = row
    }
    var hours = [Int](repeating: 0, count: 168)
    let shown = try months.map { month in
      let figures: MonthFigures
      if let known = kept[month] {
        figures = known.figures
      } else if let first, month >= first {
        figures = try store.monthFigures(
          ReportPeriod(
            tenant: tenant.id, start: zone.start(of: month), end: zone.start(of: month.next),
            asOf: store.closedAt(tenant: tenant.id, month: month)), zone: zone)
      } else {
        figures = MonthFigures()
      }
      for (hour, number) in figures.hours.enumerated() { hours[hour] += number }
      return InboxMonth(
        month: month, missed: figures.missed, texted: figures.texted, replied: figures.replied,
        requests: figures.requests, promises: figures.promises, kept: figures.kept,
        tenthsToHuman: figures.medianToHuman.map { Minutes.tenths(milliseconds: $0) },
        jobsWon: figures.jobsWon,
        valueWon: figures.valueWon)
    }
    let asOf = kept.values.filter { !$0.isFinal }.map(\.asOf).min().map {
      momentText($0, now: now, zone: zone, language: language)
    }
    return PageResponse.html(inboxFiguresPage(shown, hours: hours, asOf: asOf, frame: frame))
  }
}
