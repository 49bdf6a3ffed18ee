// PhoneNumberFormat.swift - numbers as people write them: each spaced as its own country does.
//
// The groups are libphonenumber's; tests compare them with it.

extension PhoneNumber {
  /// As somebody in `country` writes it: a number of the country as it is dialled there (`079 123 45 67`), any other
  /// with its calling code (`+49 171 2345678`). As E.164 where the number has no country, or no number is as long.
  package func written(in country: String) -> String {
    guard let plan else { return groupedByThrees }
    let national = digits.dropFirst(plan.code.utf8.count)
    guard plan.allows(national) else { return e164 }
    let groups = PhoneNumber.grouped(Array(national.utf8), as: plan)
    guard plan.country == NumberingPlan.of(country: country)?.country, !isTakenForForeign(national, plan)
    else {
      return "+\(plan.code) " + PhoneNumber.spaced(groups)
    }
    guard plan.dropsTrunkZero else { return PhoneNumber.spaced(groups) }
    // France sets the zero of a number with a charge of its own apart: 0 800 12 34 56.
    let isApart = plan.country == "FR" && national.hasPrefix("8")
    return (isApart ? "0 " : "0") + PhoneNumber.spaced(groups)
  }

  /// Where no zero stands in front, what is no number of the country may read as one of another behind its code.
  private func isTakenForForeign(_ national: Substring, _ plan: NumberingPlan) -> Bool {
    guard !plan.dropsTrunkZero, lineType == .excluded else { return false }
    return national.utf8.count > 10 || national.hasPrefix("3") || national.hasPrefix("4")
  }

  /// By hand: the library's `joined` makes its types at run time, a twentieth of a page.
  private static func spaced(_ groups: [String]) -> String {
    var text = ""
    for group in groups {
      if !text.isEmpty { text += " " }
      text += group
    }
    return text
  }

  private var groupedByThrees: String {
    guard country != nil, let code = CallingCodes.length(of: digits) else { return e164 }
    return (["+" + digits.prefix(code)] + PhoneNumber.threes(digits.dropFirst(code))).joined(separator: " ")
  }

  /// Threes, and twos at the end.
  static func threes(_ digits: Substring) -> [String] {
    var rest = digits
    var groups: [String] = []
    while !rest.isEmpty {
      let size = rest.count > 6 || rest.count == 5 ? 3 : min(2, rest.count)
      groups.append(String(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    return groups
  }

  private static func grouped(_ digits: [UInt8], as plan: NumberingPlan) -> [String] {
    var groups: [String] = []
    var start = 0
    for size in Grouping(digits: digits).sizes(plan.country) where start + size < digits.count {
      groups.append(String(decoding: digits[start..<start + size], as: UTF8.self))
      start += size
    }
    return groups + [String(decoding: digits[start...], as: UTF8.self)]
  }
}

/// The sizes of a national number's groups but the last, which takes what is left.
private struct Grouping {
  let digits: [UInt8]

  func sizes(_ country: String) -> [Int] {
    switch country {
    case "CH": swiss
    case "LI": liechtenstein
    case "DE": german
    case "AT": austrian
    case "FR": starts("8") ? [3, 2, 2] : [1, 2, 2, 2]
    default: italian
    }
  }

  private func starts(_ prefixes: StaticString...) -> Bool { prefixes.contains(where: begins) }

  private func begins(with prefix: StaticString) -> Bool {
    prefix.withUTF8Buffer { digits.starts(with: $0) }
  }

  /// 0800, 084x, 0878 and 090x numbers are written 4 + 3 + 3, mailboxes 4 + 2 + 3 + 2 + 2, all others 3 + 3 + 2 + 2.
  private var swiss: [Int] {
    if digits.count == 12 { return [3, 2, 3, 2] }
    return starts("80", "84", "87", "90") ? [3, 3] : [2, 3, 2]
  }

  private var liechtenstein: [Int] {
    if digits.count == 7 { return [3, 2] }
    return starts("69") ? [2, 3] : [3, 3]
  }

  /// Area code or network, then the number in one piece.
  private var german: [Int] {
    switch digits[0] {
    case UInt8(ascii: "1"): germanServices
    case UInt8(ascii: "7") where starts("700"): [3, 4]
    case UInt8(ascii: "8") where starts("800"): [3]
    case UInt8(ascii: "9") where starts("900"): [3, 1]
    default: [GermanAreas.length(of: digits)]
    }
  }

  private var germanServices: [Int] {
    let isMailbox = digits.count >= 12
    if starts("138") && digits.count == 7 { return [3] }
    if starts("13", "180") { return [3, 1] }
    if starts("18500") { return [5] }
    if starts("186", "188") { return [4] }
    if starts("18") { return [3] }
    if starts("151", "152", "157", "159") {
      if !isMailbox { return [4] }
      return starts("151") ? [3, 2] : [4, 2]
    }
    if starts("15") { return isMailbox ? [3, 2] : [5] }
    return isMailbox && starts("160", "162", "163", "17") ? [3, 2] : [3]
  }

  private var austrian: [Int] {
    if starts("1") { return [1] }
    if starts("517") && digits.count == 5 { return [3] }
    if starts("50", "57", "59") {
      if digits.count <= 7 { return [2] }
      return digits.count <= 9 ? [2, 3] : [2, 4]
    }
    let hasThree =
      starts("316", "46", "51", "6485", "650", "651", "652", "653", "655", "657", "659")
      || starts("66", "67", "68", "69", "720", "732", "78", "8", "9")
    return hasThree ? [3] : [4]
  }

  private var italian: [Int] {
    let count = digits.count
    if starts("02", "06") {
      if count <= 8 { return [2] }
      return count <= 10 ? [2, count - 6] : count == 11 ? [2, 4] : [3, 4]
    }
    if starts("0") {
      if count == 12 { return [3, 4] }
      // Area codes of three digits end in 0, 1, 5 or 9.
      if "0159".utf8.contains(digits[2]) { return count <= 9 ? [3] : [3, count - 7] }
      return count <= 10 ? [4] : [4, 3]
    }
    if starts("55") { return [2, 4] }
    if count <= 8 { return starts("894") && count == 8 ? [4] : [3] }
    return count <= 10 ? [3, 3] : [3, 4]
  }
}
