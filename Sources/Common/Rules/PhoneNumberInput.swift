// PhoneNumberInput.swift - numbers as people type them, brought to E.164.

extension PhoneNumber {
  /// Reads `079 123 45 67`, `0041 79 123 45 67`, `+41 (0)79 123 45 67`, `079/123.45.67` and the like.
  ///
  /// A number without an international prefix belongs to `defaultCountry` (CH, LI, DE, AT, FR or IT; others
  /// need the prefix). nil where anything but digits and separators remains, or the length is impossible.
  public init?(userTyped text: String, defaultCountry: String = "CH") {
    guard var digits = Typed.digits(of: text) else { return nil }
    let international: Bool
    if digits.hasPrefix("+") {
      digits.removeFirst()
      international = true
    } else if digits.hasPrefix("00") {
      digits.removeFirst(2)
      international = true
    } else {
      international = false
    }
    if !international {
      guard let plan = Typed.plans[defaultCountry] else { return nil }
      if plan.dropsTrunkZero {
        if digits.hasPrefix("0") {
          digits.removeFirst()
        } else if !plan.lengthsWithoutZero.contains(digits.count) {
          return nil  // short codes, and numbers without their area code
        }
      }
      digits = plan.code + digits
    } else if let plan = Typed.plans.values.first(where: { digits.hasPrefix($0.code + "0") }),
      plan.dropsTrunkZero
    {
      // "+41 (0)79 …" and "+41 079 …": the zero is not dialled from abroad.
      digits = plan.code + digits.dropFirst(plan.code.count + 1)
    }
    guard digits.count >= 8 else { return nil }
    self.init(e164: "+" + digits)
  }
}

extension PhoneNumber {
  /// The plan of the number's country, as far as national spellings are read.
  var trunkPlan: (code: String, dropsTrunkZero: Bool)? {
    Typed.plans.values.first { digits.hasPrefix($0.code) }.map { ($0.code, $0.dropsTrunkZero) }
  }
}

/// Helpers of the initialisers above.
private enum Typed {
  struct Plan {
    let code: String
    /// Whether a leading 0 is only for dialling inside the country.
    let dropsTrunkZero: Bool
    /// Lengths at which a number is complete though its leading 0 was left out.
    let lengthsWithoutZero: Set<Int>
  }

  static let plans: [String: Plan] = [
    "CH": Plan(code: "41", dropsTrunkZero: true, lengthsWithoutZero: [9]),
    "LI": Plan(code: "423", dropsTrunkZero: false, lengthsWithoutZero: []),
    "DE": Plan(code: "49", dropsTrunkZero: true, lengthsWithoutZero: []),
    "AT": Plan(code: "43", dropsTrunkZero: true, lengthsWithoutZero: []),
    "FR": Plan(code: "33", dropsTrunkZero: true, lengthsWithoutZero: [9]),
    "IT": Plan(code: "39", dropsTrunkZero: false, lengthsWithoutZero: []),
  ]

  /// The digits, with a plus sign where one stands before them; nil where other characters are present.
  static func digits(of text: String) -> String? {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x30...0x39: result.unicodeScalars.append(scalar)
      case 0xFF10...0xFF19: result.append(String(scalar.value - 0xFF10))  // full-width digits
      case 0x2B, 0xFF0B:
        guard result.isEmpty else { return nil }
        result = "+"
      case 0x28, 0x29, 0x2D, 0x2E, 0x2F, 0x2010...0x2015, 0x2212: continue  // ( ) - . / and dashes
      case 0x200B...0x200F, 0x202A...0x202E, 0x2060, 0x2066...0x2069, 0xFEFF: continue  // pasted marks
      default:
        guard scalar.properties.isWhitespace else { return nil }
      }
    }
    return result
  }
}
