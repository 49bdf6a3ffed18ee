// NumberingPlan.swift - the six countries whose numbers are read and written as at home.
//
// Lengths and ranges are those of the national plans as libphonenumber keeps them (Twilio reference, section 8, for
// Switzerland). Tests compare them with it.

/// How a country numbers its telephones.
struct NumberingPlan: Sendable {
  /// ISO 3166 code.
  let country: String
  /// The calling code.
  let code: String
  /// Whether a leading 0 is only for dialling inside the country.
  let dropsTrunkZero: Bool
  /// An open plan has numbers of many lengths: without its zero, a number cannot be told from another one.
  let isOpen: Bool

  static let all = [
    NumberingPlan(country: "CH", code: "41", dropsTrunkZero: true, isOpen: false),
    NumberingPlan(country: "LI", code: "423", dropsTrunkZero: false, isOpen: false),
    NumberingPlan(country: "DE", code: "49", dropsTrunkZero: true, isOpen: true),
    NumberingPlan(country: "AT", code: "43", dropsTrunkZero: true, isOpen: true),
    NumberingPlan(country: "FR", code: "33", dropsTrunkZero: true, isOpen: false),
    NumberingPlan(country: "IT", code: "39", dropsTrunkZero: false, isOpen: false),
  ]

  /// nil where national spellings are not known. The Vatican and San Marino dial as Italy does.
  static func of(country: String) -> NumberingPlan? {
    let country = country == "VA" || country == "SM" ? "IT" : country
    return all.first { $0.country == country }
  }

  /// The plan that the digits of an E.164 number belong to.
  static func of(digits: Substring) -> NumberingPlan? { all.first { digits.hasPrefix($0.code) } }

  /// Whether a number of the plan may be as long: `national` without calling code and trunk zero.
  func allows(_ national: Substring) -> Bool {
    // Italy's landlines keep their zero, but 00 leads abroad.
    if national.hasPrefix(country == "IT" ? "00" : "0") { return false }
    let length = national.utf8.count
    return switch country {
    // The mailbox of a number is 860 and the number.
    case "CH": length == 9 || length == 12 && national.hasPrefix("860")
    case "LI": length == 7 || length == 9
    case "FR": length == 9
    case "DE": 5...13 ~= length
    case "AT": 4...13 ~= length
    default: 6...12 ~= length
    }
  }
}

extension PhoneNumber {
  /// One of the six plans; nil for numbers of other countries.
  var plan: NumberingPlan? { NumberingPlan.of(digits: digits) }
}
