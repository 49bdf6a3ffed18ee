// ObjectReader.swift - reads one object of a configuration file key by key and notes every fault.
//
// Each key that is asked for is known thereby; `finish` reports the others. So the list of known keys
// can never differ from what is really read. ObjectReader+Settings asks for what the table of settings lists.

/// One `{…}` of a file. A key whose value is null counts as not there.
final class ObjectReader {
  let file: String
  let path: String
  let faults: FaultList
  private let members: [String: JSONValue]
  private(set) var asked: [String] = []
  /// ISO code of the country that a number without prefix is taken to be of, in what is proposed for it.
  var country = "CH"
  /// Called with the dotted path of every key asked for; for the test of the sample files.
  private let onAsk: (String) -> Void

  init(
    file: String, path: String = "", members: [String: JSONValue], faults: FaultList,
    onAsk: @escaping (String) -> Void = { _ in }
  ) {
    self.file = file
    self.path = path
    self.members = members
    self.faults = faults
    self.onAsk = onAsk
  }

  func dotted(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  func fault(
    _ key: String, _ reason: String, _ expected: String, _ severity: ConfigurationFault.Severity = .error
  ) {
    faults.add(.init(file: file, key: dotted(key), reason: reason, expected: expected, severity: severity))
  }

  /// The value of a key, nil when it is not there or null.
  func value(_ key: String) -> JSONValue? {
    if !asked.contains(key) {
      asked.append(key)
      onAsk(dotted(key))
    }
    guard let value = members[key], value != .null else { return nil }
    return value
  }

  func has(_ key: String) -> Bool { value(key) != nil }

  /// Whether a key stands in a section, right or wrong.
  func has(_ key: String, in section: String) -> Bool {
    guard case .object(let members)? = value(section) else { return false }
    return members[key] != nil
  }

  /// Like `value`, but a missing key is a fault.
  func required(_ key: String, _ expected: String) -> JSONValue? {
    guard let value = value(key) else {
      fault(key, "is missing", expected)
      return nil
    }
    return value
  }

  // MARK: Kinds of values

  /// A text without line breaks; empty is a fault.
  func string(_ key: String, _ expected: String, required isRequired: Bool = false, multiline: Bool = false)
    -> String?
  {
    guard let value = isRequired ? required(key, expected) : value(key) else { return nil }
    return string(value, at: key, expected, multiline: multiline)
  }

  func string(_ value: JSONValue, at key: String, _ expected: String, multiline: Bool = false) -> String? {
    guard case .string(let text) = value else {
      fault(key, "is \(value.kind), not a text", "\(expected), in quotes")
      return nil
    }
    guard !text.allSatisfy(\.isWhitespace) else {
      fault(key, "is empty", expected)
      return nil
    }
    let isClean = text.unicodeScalars.allSatisfy { scalar in
      scalar.value >= 32 && scalar.value != 127 || multiline && "\n\r\t".unicodeScalars.contains(scalar)
    }
    guard isClean else {
      fault(key, "holds a line break or another control character", expected)
      return nil
    }
    return text
  }

  func boolean(_ key: String) -> Bool? {
    guard let value = value(key) else { return nil }
    if case .bool(let bool) = value { return bool }
    fault(key, "is \(value.kind)", "write true or false, without quotes")
    return nil
  }

  func integer(_ key: String, _ range: ClosedRange<Int>, unit: String) -> Int? {
    guard let value = value(key) else { return nil }
    let expected = "write a whole number of \(unit) from \(range.lowerBound) to \(range.upperBound)"
    guard case .integer(let number) = value else {
      fault(key, "is \(value.kind), not a whole number", expected)
      return nil
    }
    guard range.contains(number) else {
      fault(key, "\(number) is out of range", expected)
      return nil
    }
    return number
  }

  func number(_ key: String, _ range: ClosedRange<Double>) -> Double? {
    guard let value = value(key) else { return nil }
    let expected = "write a number from \(range.lowerBound) to \(range.upperBound)"
    let number: Double
    switch value {
    case .integer(let whole): number = Double(whole)
    case .number(let decimal): number = decimal
    default:
      fault(key, "is \(value.kind), not a number", expected)
      return nil
    }
    guard range.contains(number) else {
      fault(key, "\(number) is out of range", expected)
      return nil
    }
    return number
  }

  /// One of an enumeration's words.
  func choice<Choice: RawRepresentable & CaseIterable>(_ value: JSONValue, at key: String) -> Choice?
  where Choice.RawValue == String {
    word(value, at: key, among: Choice.allCases.map(\.rawValue)).flatMap(Choice.init)
  }

  func word(_ value: JSONValue, at key: String, among words: [String]) -> String? {
    let expected = "write one of: \(words.joined(separator: ", "))"
    guard let text = string(value, at: key, expected) else { return nil }
    if words.contains(text) { return text }
    fault(key, "\(quoted(text)) is not known", Suggestion.text(for: text, among: words) ?? expected)
    return nil
  }

  /// The elements with their keys (`notify[1]`); `single` also takes one value outside a list.
  func list(_ key: String, of what: String, single: Bool = false) -> [(key: String, value: JSONValue)]? {
    guard let value = value(key) else { return nil }
    switch value {
    case .array(let elements): return elements.enumerated().map { ("\(key)[\($0.offset)]", $0.element) }
    case .string where single: return [(key, value)]
    default:
      fault(key, "is \(value.kind), not a list", "write \(what) in square brackets, separated by commas")
      return nil
    }
  }

  func object(_ key: String, _ expected: String) -> ObjectReader? {
    guard let value = value(key) else { return nil }
    return object(value, at: key, expected)
  }

  func object(_ value: JSONValue, at key: String, _ expected: String) -> ObjectReader? {
    guard case .object(let members) = value else {
      fault(key, "is \(value.kind), not an object", expected)
      return nil
    }
    let reader = ObjectReader(file: file, path: dotted(key), members: members, faults: faults, onAsk: onAsk)
    reader.country = country
    return reader
  }

  /// Both or none.
  func checkPair(_ first: String, _ second: String) {
    func isGiven(_ key: String) -> Bool { members[key] ?? .null != .null }
    guard isGiven(first) != isGiven(second) else { return }
    fault(
      isGiven(first) ? second : first, "is missing", "give both \(first) and \(second), or none of them")
  }

  /// Reports the keys nobody asked for.
  func finish() {
    for key in members.keys.sorted() where !asked.contains(key) {
      let expected =
        Suggestion.text(for: key, among: asked) ?? "known here: \(asked.joined(separator: ", "))"
      fault(key, "is no known key", expected)
    }
  }
}

/// A value as it stands in a fault: in quotes, shortened.
func quoted(_ text: String) -> String {
  text.count > 60 ? "\"\(text.prefix(60))…\"" : "\"\(text)\""
}
