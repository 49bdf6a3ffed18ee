// LineType.swift - which numbers can receive an SMS, by numbering plan.
//
// Switzerland completely (patterns: Twilio reference, section 8), its neighbours by their ranges, other
// countries not at all. "Excluded" is a number nobody should text: premium, shared cost, freephone,
// personal, pager, mailbox, short and service numbers, and what does not exist in its plan.

public enum LineType: String, CaseIterable, Sendable {
  case mobile
  /// Also corporate and VoIP numbers, which receive no SMS either.
  case landline
  case excluded
  /// The plan does not say; the number may be mobile.
  case unknown

  init(byPlanOf number: PhoneNumber) {
    let digits = number.digits
    guard digits.count >= 8 else {
      self = .excluded
      return
    }
    func national(_ codeLength: Int) -> NationalNumber {
      NationalNumber(digits: digits.dropFirst(codeLength))
    }
    switch number.country {
    case "CH": self = national(2).swiss
    case "LI": self = national(3).liechtenstein
    case "DE": self = national(2).german
    case "AT": self = national(2).austrian
    case "FR": self = national(2).french
    // San Marino's and the Vatican's numbers of code 39 belong to the Italian plan.
    case "IT", "VA", "SM": self = digits.hasPrefix("39") ? national(2).italian : .unknown
    case nil: self = digits.hasPrefix("1") ? .excluded : .unknown
    default: self = .unknown
    }
  }
}

/// The digits after the calling code.
private struct NationalNumber {
  let digits: Substring

  func starts(_ prefixes: String...) -> Bool { prefixes.contains { digits.hasPrefix($0) } }

  /// Closed plan: 9 digits; every other length is a short, mailbox or impossible number.
  var swiss: LineType {
    guard digits.count == 9 else { return .excluded }
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

  /// Mobile: 9 digits from 6 (697 is mailboxes), or 7 digits from 7.
  var liechtenstein: LineType {
    if digits.count == 9, starts("6") { return starts("697") ? .excluded : .mobile }
    guard digits.count == 7 else { return .excluded }
    if starts("7") { return .mobile }
    if starts("2", "3") { return .landline }
    return starts("8", "9", "0", "1") ? .excluded : .unknown
  }

  /// Open plan of the Bundesnetzagentur; a mobile number's mailbox is the number with two digits more.
  var german: LineType {
    if starts("15") { return 10...11 ~= digits.count ? .mobile : .excluded }
    if starts("160", "162", "163", "17") { return 10...11 ~= digits.count ? .mobile : .excluded }
    if starts("181", "182", "183", "184", "185", "186", "187", "188", "189") { return .landline }
    if starts("0", "1", "700", "800", "900") { return .excluded }
    return 5...13 ~= digits.count ? .landline : .excluded
  }

  /// Mobile numbers begin with 6, as do Salzburg (662) and other area codes.
  var austrian: LineType {
    guard 5...13 ~= digits.count else { return .excluded }
    if starts("67", "68", "69", "650", "651", "652", "653", "655", "657", "659", "660", "661") {
      return digits.count >= 8 ? .mobile : .excluded
    }
    if starts("663", "664", "665", "666", "667", "668", "669", "6485") {
      return digits.count >= 8 ? .mobile : .excluded
    }
    if starts("0", "10", "710", "711", "718", "8", "9") { return .excluded }
    return .landline
  }

  /// 9 digits: 6 and 73 to 79 mobile, 1 to 5 geographic, 9 VoIP, 8 value-added, 70 machines.
  var french: LineType {
    guard digits.count == 9 else { return .excluded }
    if starts("6", "73", "74", "75", "76", "77", "78", "79") { return .mobile }
    if starts("1", "2", "3", "4", "5", "9") { return .landline }
    return .excluded
  }

  /// Landlines keep their 0; mobile numbers begin with 3, their mailboxes are longer.
  var italian: LineType {
    if starts("3") { return 9...10 ~= digits.count ? .mobile : .excluded }
    if starts("0") { return 6...11 ~= digits.count ? .landline : .excluded }
    if starts("55") { return .landline }
    return starts("1", "7", "8") ? .excluded : .unknown
  }
}
