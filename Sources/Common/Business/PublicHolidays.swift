// PublicHolidays.swift - the legal days of rest of Switzerland's cantons, Liechtenstein, Germany's Länder, Austria,
// France and Italy, computed for any year.
//
// Sources: the cantons' laws on days of rest and their lists of holidays, LGBl 1986 Nr. 85 art. 18 (LI), the Länder's
// Feiertagsgesetze, Arbeitsruhegesetz § 7 (AT), Code du travail L3133-1 and L3134-13 (FR, FR-57), legge 260/1949 and
// 151/2025 (IT). Where a canton leaves it to its communes, the largest group of them counts: AG as in Aarau, FR and SO
// the Catholic part. Half days, and days that are always Sundays, are no part of it. Tests compare 2026 to 2035 with
// a table that was made apart from this.

import LocalTime

/// A region whose public holidays are known, by its ISO 3166 code: `CH-ZH`, `LI`, `DE-BY`, `AT`, `FR`, `IT-BZ`.
package struct HolidayRegion: Hashable, Sendable {
  package let code: String
  /// With the days on which shops are closed by custom, though no law says so.
  package let isCustomary: Bool

  private static let customarySuffix = "+customary"

  /// Reads `CH-LU`, or `CH-LU+customary`; nil for a region that is not known.
  package init?(_ text: String) {
    isCustomary = text.hasSuffix(HolidayRegion.customarySuffix)
    code = isCustomary ? String(text.dropLast(HolidayRegion.customarySuffix.count)) : text
    guard HolidayRule.legal(code) != nil else { return nil }
  }

  /// As it is written in the settings.
  package var text: String { isCustomary ? code + HolidayRegion.customarySuffix : code }

  package func hasHoliday(on date: CivilDate) -> Bool {
    let rules = (HolidayRule.legal(code) ?? []) + (isCustomary ? HolidayRule.customary(code) : [])
    return rules.contains { $0.falls(on: date) }
  }

  /// All regions, without those days of custom.
  package static var all: [HolidayRegion] { HolidayRule.codes.compactMap { HolidayRegion($0) } }
}

/// When a holiday is.
private enum HolidayRule {
  /// Every year; on one of these weekdays only, where the law says so.
  case fixed(Int, Int, on: Set<Weekday>? = nil)
  /// Days after Easter Sunday.
  case easter(Int)
  case once(Int, Int, Int)
  /// The first such weekday on or after a day of the year, and days after that.
  case following(Int, Int, Weekday, plus: Int = 0)
  case naefelserFahrt

  func falls(on date: CivilDate) -> Bool {
    switch self {
    case .fixed(let month, let day, let weekdays):
      return date.month == month && date.day == day && weekdays?.contains(date.weekday) ?? true
    case .easter(let days): return date == CivilDate.easter(of: date.year)?.adding(days: days)
    case .once(let year, let month, let day):
      return date.year == year && date.month == month && date.day == day
    case .following(let month, let day, let weekday, let days):
      return date.adding(days: -days) == CivilDate(year: date.year, month: month, day: day)?.next(weekday)
    case .naefelserFahrt:
      // The first Thursday of April; in Holy Week a week later.
      guard let first = CivilDate(year: date.year, month: 4, day: 1)?.next(.thursday),
        let easter = CivilDate.easter(of: date.year)
      else { return false }
      return date == (first == easter.adding(days: -3) ? first.adding(days: 7) : first)
    }
  }
}

extension CivilDate {
  /// Easter Sunday. Anonymous Gregorian algorithm (J.-M. Oudin 1940, as in the Explanatory Supplement to the
  /// Astronomical Almanac).
  fileprivate static func easter(of year: Int) -> CivilDate? {
    let century = year / 100
    let golden = year % 19
    let correction = (century - 17) / 25
    var moon = (century - century / 4 - (century - correction) / 3 + 19 * golden + 15) % 30
    moon -= (moon / 28) * (1 - (moon / 28) * (29 / (moon + 1)) * ((21 - golden) / 11))
    let weekday = (year + year / 4 + moon + 2 - century + century / 4) % 7
    let distance = moon - weekday
    let month = 3 + (distance + 40) / 44
    return CivilDate(year: year, month: month, day: distance + 28 - 31 * (month / 4))
  }

  /// This day, or the first such weekday after it.
  fileprivate func next(_ weekday: Weekday) -> CivilDate {
    adding(days: (weekday.rawValue - self.weekday.rawValue + 7) % 7)
  }
}

// MARK: The days

extension HolidayRule {
  private static let newYear: HolidayRule = .fixed(1, 1)
  private static let berchtold: HolidayRule = .fixed(1, 2)
  private static let epiphany: HolidayRule = .fixed(1, 6)
  private static let joseph: HolidayRule = .fixed(3, 19)
  private static let goodFriday: HolidayRule = .easter(-2)
  private static let easterMonday: HolidayRule = .easter(1)
  private static let labour: HolidayRule = .fixed(5, 1)
  private static let ascension: HolidayRule = .easter(39)
  private static let whitMonday: HolidayRule = .easter(50)
  private static let corpusChristi: HolidayRule = .easter(60)
  private static let swissDay: HolidayRule = .fixed(8, 1)
  private static let assumption: HolidayRule = .fixed(8, 15)
  private static let reformation: HolidayRule = .fixed(10, 31)
  private static let allSaints: HolidayRule = .fixed(11, 1)
  private static let immaculate: HolidayRule = .fixed(12, 8)
  private static let christmas: HolidayRule = .fixed(12, 25)
  private static let stephen: HolidayRule = .fixed(12, 26)
  /// Not where it would make three days of rest in a row, or two beside a Saturday.
  private static let stephenApart: HolidayRule = .fixed(
    12, 26, on: [.monday, .wednesday, .thursday, .friday, .sunday])
  /// The Monday after the federal day of fasting, the third Sunday of September.
  private static let fastMonday: HolidayRule = .following(9, 15, .sunday, plus: 1)
  /// The Thursday after the first Sunday of September.
  private static let genevaFast: HolidayRule = .following(9, 1, .sunday, plus: 4)
  /// The Wednesday before 23 November.
  private static let repentance: HolidayRule = .following(11, 16, .wednesday)
}

// MARK: The regions

extension HolidayRule {
  static let codes =
    [
      "AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE", "NW", "OW", "SG", "SH",
      "SO",
      "SZ", "TG", "TI", "UR", "VD", "VS", "ZG", "ZH",
    ].map { "CH-" + $0 } + ["LI"]
    + [
      "BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH",
    ].map { "DE-" + $0 } + ["AT", "FR", "FR-57", "IT", "IT-BZ"]

  /// nil for a region that is not known.
  static func legal(_ code: String) -> [HolidayRule]? {
    if code.hasPrefix("CH-") {
      return swiss(code.dropFirst(3)).map { [newYear, ascension, swissDay, christmas] + $0 }
    }
    if code.hasPrefix("DE-") { return german(code.dropFirst(3)).map { germanDays + $0 } }
    return switch code {
    case "LI":
      [
        newYear, epiphany, easterMonday, labour, ascension, whitMonday, corpusChristi, assumption,
        .fixed(9, 8),
        allSaints, immaculate, christmas, stephen,
      ]
    case "AT":
      [
        newYear, epiphany, easterMonday, labour, ascension, whitMonday, corpusChristi, assumption,
        .fixed(10, 26),
        allSaints, immaculate, christmas, stephen,
      ]
    case "FR": frenchDays
    case "FR-57": frenchDays + [goodFriday, stephen]
    case "IT": italianDays
    case "IT-BZ": italianDays + [whitMonday]
    default: nil
    }
  }

  /// Beside 1 January, Ascension, 1 August and Christmas, which all have.
  private static func swiss(_ canton: Substring) -> [HolidayRule]? {
    switch canton {
    case "AG", "BE": [berchtold, goodFriday, easterMonday, whitMonday, stephen]
    case "AI":
      [goodFriday, easterMonday, whitMonday, corpusChristi, assumption, allSaints, immaculate, stephenApart]
    case "AR": [goodFriday, easterMonday, whitMonday, stephenApart]
    case "BL", "BS", "SH", "ZH": [goodFriday, easterMonday, labour, whitMonday, stephen]
    case "FR": [goodFriday, corpusChristi, assumption, allSaints, immaculate]
    case "GE": [goodFriday, easterMonday, whitMonday, genevaFast, .fixed(12, 31)]
    case "GL": [.naefelserFahrt, goodFriday, easterMonday, whitMonday, allSaints, stephen]
    case "GR": [goodFriday, easterMonday, whitMonday, stephen]
    case "JU":
      [
        berchtold, goodFriday, easterMonday, labour, whitMonday, corpusChristi, .fixed(6, 23), assumption,
        allSaints,
      ]
    case "LU": [goodFriday, corpusChristi, assumption, allSaints, immaculate, stephen]
    // 2 January and 26 December only behind a Sunday.
    case "NE": [.fixed(1, 2, on: [.monday]), .fixed(3, 1), goodFriday, labour, .fixed(12, 26, on: [.monday])]
    case "NW": [joseph, goodFriday, corpusChristi, assumption, allSaints, immaculate]
    case "OW": [goodFriday, corpusChristi, assumption, .fixed(9, 25), allSaints, immaculate]
    case "SG": [goodFriday, easterMonday, whitMonday, allSaints, stephen]
    case "SO": [goodFriday, corpusChristi, assumption, allSaints]
    case "SZ":
      [
        epiphany, joseph, goodFriday, easterMonday, whitMonday, corpusChristi, assumption, allSaints,
        immaculate,
        stephen,
      ]
    case "TG": [berchtold, goodFriday, easterMonday, labour, whitMonday, stephen]
    case "TI":
      [
        epiphany, joseph, easterMonday, labour, whitMonday, corpusChristi, .fixed(6, 29), assumption,
        allSaints,
        immaculate, stephen,
      ]
    case "UR":
      [
        epiphany, joseph, goodFriday, easterMonday, whitMonday, corpusChristi, assumption, allSaints,
        immaculate,
        stephenApart,
      ]
    case "VD": [berchtold, goodFriday, easterMonday, whitMonday, fastMonday]
    case "VS": [joseph, corpusChristi, assumption, allSaints, immaculate]
    case "ZG": [goodFriday, corpusChristi, assumption, allSaints, immaculate]
    default: nil
    }
  }

  private static let germanDays: [HolidayRule] = [
    newYear, goodFriday, easterMonday, labour, ascension, whitMonday, .fixed(10, 3), christmas, stephen,
  ]

  private static func german(_ land: Substring) -> [HolidayRule]? {
    switch land {
    case "BB", "HB", "HH", "NI", "SH": [reformation]
    // 75 years after 17 June 1953, once.
    case "BE": [.fixed(3, 8), .once(2028, 6, 17)]
    case "BW", "BY": [epiphany, corpusChristi, allSaints]
    case "HE": [corpusChristi]
    case "MV": [.fixed(3, 8), reformation]
    case "NW", "RP": [corpusChristi, allSaints]
    case "SL": [corpusChristi, assumption, allSaints]
    case "SN": [reformation, repentance]
    case "ST": [epiphany, reformation]
    case "TH": [.fixed(9, 20), reformation]
    default: nil
    }
  }

  private static let frenchDays: [HolidayRule] = [
    newYear, easterMonday, labour, .fixed(5, 8), ascension, whitMonday, .fixed(7, 14), assumption, allSaints,
    .fixed(11, 11), christmas,
  ]

  /// 4 October since 2026.
  private static let italianDays: [HolidayRule] = [
    newYear, epiphany, easterMonday, .fixed(4, 25), labour, .fixed(6, 2), assumption, .fixed(10, 4),
    allSaints,
    immaculate,
    christmas, stephen,
  ]

  /// Closed by custom beside the legal days; none where nothing of the kind is known.
  static func customary(_ code: String) -> [HolidayRule] {
    switch code {
    case "CH-FR", "CH-GL", "CH-SG", "CH-SH", "CH-VS", "CH-ZH": [berchtold]
    case "CH-LU": [berchtold, easterMonday, whitMonday]
    case "CH-NE": [easterMonday, whitMonday, fastMonday]
    case "CH-NW", "CH-OW", "CH-SO", "CH-ZG": [berchtold, easterMonday, whitMonday, stephen]
    default: []
    }
  }
}
