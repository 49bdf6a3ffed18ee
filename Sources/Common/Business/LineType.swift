// LineType.swift - which numbers can receive an SMS, by numbering plan.
//
// The six countries by their ranges, others not at all. Mobile is exactly what libphonenumber takes for mobile, since
// only mobile numbers are texted; tests compare the two. "Excluded" is a number nobody should text: premium, shared
// cost, freephone, personal, pager, mailbox, short and service numbers, and what does not exist in its plan.

package enum LineType: String, CaseIterable, Sendable {
  case mobile
  /// Also corporate and VoIP numbers, which receive no SMS either.
  case landline
  case excluded
  /// The plan does not say; the number may be mobile.
  case unknown

  init(byPlanOf number: PhoneNumber) {
    let digits = number.digits
    guard digits.utf8.count >= 8 else {
      self = .excluded
      return
    }
    // San Marino's and the Vatican's numbers of code 39 belong to the Italian plan.
    guard let plan = number.plan else {
      self = number.country == nil && digits.hasPrefix("1") ? .excluded : .unknown
      return
    }
    let national = NationalNumber(digits: digits.dropFirst(plan.code.utf8.count))
    switch plan.country {
    case "CH": self = national.swiss
    case "LI": self = national.liechtenstein
    case "DE": self = national.german
    case "AT": self = national.austrian
    case "FR": self = national.french
    default: self = national.italian
    }
  }
}

/// The digits after the calling code.
private struct NationalNumber {
  let digits: Substring
  let count: Int

  init(digits: Substring) {
    self.digits = digits
    count = digits.utf8.count
  }

  func starts(_ prefixes: String...) -> Bool { prefixes.contains { digits.hasPrefix($0) } }

  /// Closed plan: 9 digits; every other length is a short, mailbox or impossible number.
  var swiss: LineType {
    guard count == 9 else { return .excluded }
    // 074 is pagers and machines, 071 and 081 are geographic; 043 and 044 are Zürich, 058 and 051 corporate.
    if starts("68", "69", "72", "73", "75", "76", "77", "78", "79") { return .mobile }
    if starts(
      "21", "22", "24", "26", "27", "31", "32", "33", "34", "41", "43", "44", "51", "52", "55", "56",
      "58", "61", "62", "71", "81", "91")
    {
      return .landline
    }
    return .excluded
  }

  /// Mobile: 9 digits from 6 (69 is mailboxes), or 7 digits from 7, as far as they are assigned.
  var liechtenstein: LineType {
    if count == 9, starts("6") {
      let isAssigned =
        starts("645", "646", "647", "648", "649", "65", "660", "662", "664", "665", "666", "668")
        || starts("6610", "6611", "6637", "6638", "6639", "6670", "6672")
      return isAssigned ? .mobile : .excluded
    }
    guard count == 7 else { return .excluded }
    if starts("73", "742", "756", "77", "78", "79") { return .mobile }
    return starts("2", "3") ? .landline : .excluded
  }

  /// Open plan of the Bundesnetzagentur. 015 has 11 digits, and 153 and 154 are handed out in small blocks; 016 and
  /// 017 have 10 or 11. A mobile number's mailbox is the number with two digits more.
  var german: LineType {
    if starts("15") {
      guard count == 11 else { return .excluded }
      if starts("153", "154") { return starts("15310", "15333", "15410") ? .mobile : .excluded }
      return .mobile
    }
    if starts("160", "162", "163", "17") { return 10...11 ~= count ? .mobile : .excluded }
    if starts("181", "182", "183", "184", "185", "186", "187", "188", "189") { return .landline }
    if starts("0", "1", "700", "800", "900") { return .excluded }
    return 5...13 ~= count ? .landline : .excluded
  }

  /// Mobile numbers begin with 6, as do Salzburg (662) and other area codes.
  var austrian: LineType {
    guard 4...13 ~= count else { return .excluded }
    if starts(
      "6485", "650", "651", "652", "653", "655", "657", "659", "660", "661", "663", "664", "665", "666",
      "667",
      "668", "669", "67", "68", "69")
    {
      return count >= 7 ? .mobile : .excluded
    }
    if starts("0", "10", "710", "711", "718", "8", "9") { return .excluded }
    return .landline
  }

  /// 9 digits: 6 and 73 to 79 mobile, 1 to 5 geographic, 9 VoIP, 8 value-added, 70 machines. 639 and most of 69 are
  /// dialled in France only, to mobile numbers of its territories overseas, which have calling codes of their own.
  var french: LineType {
    guard count == 9 else { return .excluded }
    if starts("639") { return .excluded }
    if starts("69") { return starts("695", "698", "699") ? .mobile : .excluded }
    if starts("6", "73", "74", "75", "76", "77", "78", "79") { return .mobile }
    return starts("1", "2", "3", "4", "5", "9") ? .landline : .excluded
  }

  /// Landlines keep their 0 (0878 is premium); mobile numbers begin with 3 or 43, their mailboxes are longer.
  var italian: LineType {
    if starts("31", "43") { return count == 10 ? .mobile : .excluded }
    if starts("30", "00") { return .excluded }
    if starts("3") { return 9...10 ~= count ? .mobile : .excluded }
    if starts("0") { return 6...12 ~= count && !starts("0878") ? .landline : .excluded }
    return starts("55") && count == 10 ? .landline : .excluded
  }
}
