// NorthAmerica.swift - the countries that share calling code 1, by area code (NANPA's list).

enum NorthAmerica {
  /// nil for freephone, premium and personal codes, and for what is no number of the plan.
  static func country(of national: Substring) -> String? {
    let digits = Array(national.utf8)
    // NXX-NXX-XXXX, N from 2 to 9.
    guard digits.count == 10, 50...57 ~= digits[0], 50...57 ~= digits[3],
      let area = Int(national.prefix(3))
    else { return nil }
    if digits[1] == 57 { return nil }  // N9X is kept for longer numbers
    if digits[1] == digits[2] && !geographicDoubles.contains(area) { return nil }
    if noCountry.contains(area) { return nil }
    if let island = islands[area] { return island }
    return canada.contains(area) ? "CA" : "US"
  }

  /// Codes with two equal last digits are services (800 freephone, 900 premium, 500 and 533 personal);
  /// these are Canada's own non-geographic codes, which belong to a country.
  private static let geographicDoubles: Set<Int> = [600, 622, 633, 644, 655, 677, 688]

  /// Personal numbers and machines, and the government's 710.
  private static let noCountry: Set<Int> = [
    521, 523, 524, 525, 526, 527, 528, 529, 532, 535, 538, 542, 543, 545, 546, 547, 549, 550, 552, 553,
    554, 556, 558, 569, 578, 589, 700, 710,
  ]

  private static let islands: [Int: String] = [
    242: "BS", 246: "BB", 264: "AI", 268: "AG", 284: "VG", 340: "VI", 345: "KY", 441: "BM", 473: "GD",
    649: "TC", 658: "JM", 664: "MS", 670: "MP", 671: "GU", 684: "AS", 721: "SX", 758: "LC", 767: "DM",
    784: "VC", 787: "PR", 809: "DO", 829: "DO", 849: "DO", 868: "TT", 869: "KN", 876: "JM", 939: "PR",
  ]

  private static let canada: Set<Int> = [
    204, 226, 236, 249, 250, 257, 263, 273, 289, 306, 343, 354, 365, 367, 368, 382, 387, 403, 416, 418, 428,
    431, 437, 438, 450, 460, 468, 474, 506, 514, 519, 537, 548, 568, 579, 581, 584, 587, 600, 604, 613,
    622, 633, 639, 644, 647, 655, 672, 677, 683, 688, 705, 709, 742, 753, 778, 780, 782, 807, 819, 825,
    867, 873, 879, 902, 905, 942,
  ]
}
