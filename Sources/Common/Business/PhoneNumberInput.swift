// PhoneNumberInput.swift - numbers as people type, paste and link them, brought to E.164.

extension PhoneNumber {
  /// Reads `079 123 45 67`, `0041 79 123 45 67`, `+41 (0)79 123 45 67`, `079/123.45.67`, `41791234567`,
  /// `tel:+41-79-123-45-67;ext=5` and the like, with digits of any script and invisible marks anywhere.
  ///
  /// A number without international prefix belongs to `defaultCountry` (CH, LI, DE, AT, FR or IT; others need the
  /// prefix). Only where it cannot be one of that country are its first digits a calling code that lost its plus:
  /// blank and digits are what `?phone=+41…` becomes in a form's query. nil where anything but digits and separators
  /// remains, or the plan has no number as long.
  package init?(userTyped text: String, defaultCountry: String) {
    guard let typed = TypedNumber(text),
      let number = typed.number(in: NumberingPlan.of(country: defaultCountry))
    else { return nil }
    self = number
  }
}

/// What stands in a text that is one number and nothing else.
private struct TypedNumber {
  /// Those after a plus sign or 00 are `isInternational`.
  private(set) var digits = ""
  private(set) var isInternational = false
  /// A blank stands where a plus sign may have been.
  private var followsBlank = false
  /// Nothing parts the digits, as in E.164.
  private var isUnbroken = true

  /// The longest number has 15 digits, its longest spelling some zeros more.
  private static let digitsAtMost = 24

  init?(_ text: String) {
    guard let text = NumberURI(text) else { return nil }
    var isBroken = false
    var hasPlus = false
    for scalar in text.number {
      switch Mark(scalar) {
      case .digit(let digit):
        guard digits.utf8.count < TypedNumber.digitsAtMost else { return nil }
        if isBroken { isUnbroken = false }
        digits.unicodeScalars.append(digit)
      case .plus:
        guard digits.isEmpty, !hasPlus else { return nil }
        hasPlus = true
      case .blank:
        if digits.isEmpty { followsBlank = true } else { isBroken = true }
      case .separator: if !digits.isEmpty { isBroken = true }
      case .invisible: continue
      case .other: return nil
      }
    }
    if let context = text.context, !hasPlus {
      digits = context + digits
      hasPlus = true
    }
    isInternational = hasPlus || digits.hasPrefix("00")
    if digits.hasPrefix("00") { digits.removeFirst(2) }
  }

  func number(in home: NumberingPlan?) -> PhoneNumber? {
    if isInternational { return TypedNumber.international(digits[...]) }
    if let lost = withoutPlus { return lost }
    guard let home else { return nil }
    let own = candidates(home)
    return own.first { $0.lineType != .excluded } ?? foreign(home) ?? own.first
  }

  /// Digits after a calling code; the zero of "+41 (0)79 …" is not dialled from abroad.
  private static func international(_ digits: Substring) -> PhoneNumber? {
    guard let plan = NumberingPlan.of(digits: digits) else {
      return digits.utf8.count >= shortest ? PhoneNumber(e164: "+" + digits) : nil
    }
    return national(digits.dropFirst(plan.code.utf8.count), plan)
  }

  /// Short codes, and numbers without their area code, are none to call back.
  private static let shortest = 8

  private static func national(_ digits: Substring, _ plan: NumberingPlan) -> PhoneNumber? {
    let national = plan.dropsTrunkZero && digits.hasPrefix("0") ? digits.dropFirst() : digits
    guard plan.allows(national), plan.code.utf8.count + national.utf8.count >= shortest else { return nil }
    return PhoneNumber(e164: "+" + plan.code + national)
  }

  /// What the digits may be at home: a national number, or an international one of the same country.
  private func candidates(_ home: NumberingPlan) -> [PhoneNumber] {
    let hasZero = digits.hasPrefix("0")
    var found: [PhoneNumber?] = []
    if home.country == "LI" {
      // Liechtenstein dials no zero of its own, but knows Swiss numbers by theirs.
      found.append(TypedNumber.national(hasZero ? digits.dropFirst() : digits[...], home))
      if hasZero, let swiss = NumberingPlan.of(country: "CH") {
        found.append(TypedNumber.national(digits[...], swiss))
      }
    } else {
      let number = TypedNumber.national(digits[...], home)
      // A zero that a spreadsheet dropped is missed in an open plan only where the range leaves no doubt.
      if hasZero || !home.isOpen || number?.lineType == .mobile { found.append(number) }
    }
    if digits.hasPrefix(home.code) { found.append(TypedNumber.international(digits[...])) }
    return found.compactMap { $0 }
  }

  /// A blank before unbroken digits is a plus sign that a query's decoding took away.
  private var withoutPlus: PhoneNumber? {
    guard followsBlank, isUnbroken, !digits.hasPrefix("0"), digits.utf8.count >= 10,
      let number = TypedNumber.international(digits[...]), number.country != nil,
      number.lineType != .excluded
    else { return nil }
    return number
  }

  /// No number of the country, but with its calling code one of another: `491711234567` in Switzerland.
  private func foreign(_ home: NumberingPlan) -> PhoneNumber? {
    guard let number = TypedNumber.international(digits[...]), number.country != nil else { return nil }
    let count = digits.utf8.count
    if let plan = number.plan {
      return number.lineType == .mobile && (count >= 11 || !plan.isOpen && plan.country == "LI")
        ? number : nil
    }
    return !home.isOpen && isUnbroken && count >= 11 && number.lineType != .excluded ? number : nil
  }
}

/// A number as it stands in a text or behind `tel:` (RFC 3966).
private struct NumberURI {
  /// Without scheme and parameters.
  let number: [Unicode.Scalar]
  /// The calling code and more of `;phone-context=+41`, without the plus sign.
  let context: String?

  /// nil where something else than parameters follows a semicolon.
  init?(_ text: String) {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
    var context: String?
    for parameter in parts.dropFirst() {
      guard let equals = parameter.firstIndex(of: "="), equals > parameter.startIndex,
        parameter[..<equals].utf8.allSatisfy(NumberURI.isNameByte)
      else { return nil }
      let value = parameter[parameter.index(after: equals)...]
      if parameter[..<equals].lowercased() == "phone-context", value.hasPrefix("+"),
        value.dropFirst().utf8.allSatisfy({ 48...57 ~= $0 })
      {
        context = String(value.dropFirst())
      }
    }
    self.context = context
    number = NumberURI.percentDecoded(NumberURI.withoutScheme(Array(parts[0].unicodeScalars)))
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, 45: true
    default: false
    }
  }

  private static func withoutScheme(_ scalars: [Unicode.Scalar]) -> ArraySlice<Unicode.Scalar> {
    // The longest scheme has six letters; what is invisible may stand before it.
    let visible = scalars.drop { Mark($0).isUnseen }
    guard let colon = visible.prefix(7).firstIndex(of: ":") else { return scalars[...] }
    let scheme = String(String.UnicodeScalarView(visible[..<colon])).lowercased()
    return ["tel", "callto", "sms", "smsto"].contains(scheme) ? visible[(colon + 1)...] : scalars[...]
  }

  /// `%2B` and `%20` of a link that was encoded twice.
  private static func percentDecoded(_ scalars: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
    guard scalars.contains("%") else { return Array(scalars) }
    var result: [Unicode.Scalar] = []
    var rest = scalars
    while let first = rest.popFirst() {
      let code = rest.prefix(2)
      guard first == "%", code.count == 2, code.allSatisfy(\.isASCII),
        let byte = UInt8(String(String.UnicodeScalarView(code)), radix: 16), byte < 128
      else {
        result.append(first)
        continue
      }
      result.append(Unicode.Scalar(byte))
      rest = rest.dropFirst(2)
    }
    return result
  }
}

/// What a character means within a number.
private enum Mark {
  /// In ASCII, whatever its script.
  case digit(Unicode.Scalar)
  case plus
  case blank
  case separator
  case invisible
  case other

  init(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x30...0x39: self = .digit(scalar)
    case 0x2B, 0xFE62, 0xFF0B: self = .plus
    case 0x20, 0x09, 0xA0: self = .blank
    // ( ) - . / [ ] _ and their wide forms, dashes, dots in the middle
    case 0x28, 0x29, 0x2D, 0x2E, 0x2F, 0x5B, 0x5D, 0x5F, 0xB7, 0x2010...0x2015, 0x2022, 0x2043, 0x2212,
      0x30FB,
      0xFE63, 0xFF08, 0xFF09, 0xFF0D, 0xFF0E, 0xFF0F:
      self = .separator
    // What enclosed a digit (keycap), and what stands for a pasted object
    case 0x20E3, 0xFFFC: self = .invisible
    case ..<0x80: self = scalar.properties.isWhitespace ? .blank : .other
    default: self = Mark(beyondASCII: scalar.properties)
    }
  }

  private init(beyondASCII properties: Unicode.Scalar.Properties) {
    if properties.isWhitespace {
      self = .blank
    } else if properties.isDefaultIgnorableCodePoint || properties.generalCategory == .format {
      self = .invisible
    } else if properties.numericType == .decimal, let value = properties.numericValue {
      self = .digit(Unicode.Scalar(UInt8(48 + Int(value))))
    } else {
      self = .other
    }
  }

  var isUnseen: Bool {
    switch self {
    case .blank, .invisible: true
    default: false
    }
  }
}
