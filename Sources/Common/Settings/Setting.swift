// Setting.swift - one setting: its key in the files, what may stand there, where it is kept, and what it means.
//
// The rows are in TenantSettings and InstallationSettings. The tables of the settings file, what `apply` writes and
// handlers read, the checks of `config/`, the samples of `opsfabric init` and docs/settings.md all follow from them.

import SQLite

/// What has settings: a tenant, or the installation.
package protocol SettingsOwner: Sendable {
  static var settings: [Setting<Self>] { get }
  static var sections: [SettingsSection] { get }
  /// At the defaults, and empty where there is none.
  static var blank: Self { get }
}

/// A row of the table of settings: what each webhook needs, and apart from it what only people do.
package struct Setting<Owner>: Sendable {
  private let name: StaticString
  /// Its column, where that is not called like the key.
  private let column: StaticString
  let access: SettingAccess<Owner>
  private let about: @Sendable () -> SettingAbout

  init(
    _ key: StaticString, _ access: SettingAccess<Owner>, column: StaticString = "",
    _ about: @escaping @Sendable () -> SettingAbout
  ) {
    name = key
    self.column = column
    self.access = access
    self.about = about
  }

  /// As in the file, its section before a dot: `quiet_hours.from`.
  package var key: String { name.description }
  package var kind: SettingKind { about().kind }
  /// Meaning and unit; `{limits}` are those of the kind.
  package var comment: String { about().comment }
  package var sample: SettingSample { about().sample }
  /// Behind the value in the sample.
  package var remark: String { about().remark }
  package var isRequired: Bool { about().isRequired }
}

/// What may stand behind a setting's key, and how it is explained.
package struct SettingAbout: Sendable {
  let kind: SettingKind
  let comment: String
  let sample: SettingSample
  let remark: String
  let isRequired: Bool

  init(
    _ kind: SettingKind, _ comment: String = "", sample: SettingSample = .standard, remark: String = "",
    required: Bool = false
  ) {
    self.kind = kind
    self.comment = comment
    self.sample = sample
    self.remark = remark
    isRequired = required
  }
}

/// What may stand behind a key. `expected` says what to write.
package enum SettingKind: Sendable {
  case flag
  /// "on" or "off".
  case onOff
  case whole(ClosedRange<Int>, unit: String)
  case number(ClosedRange<Double>)
  case choice(@Sendable () -> [String])
  case text(expected: String)
  /// A text that may have several lines.
  case lines(expected: String)
  case secret(expected: String, atLeast: Int = 0)
  case url(expected: String, URLForm = .base)
  /// HH:MM, kept as minutes of the day.
  case time
  /// YYYY-MM-DD.
  case date
  case phone
  /// E.164 numbers; `single` also takes one outside a list.
  case phones(single: Bool)
  case mail
  case mails
  case accountSid
  // Of one setting each.
  case announcement, answers, apiKey, businessHours, copyPlace, countries, currency, holidays, hosts,
    ledgerAccount,
    people,
    persons, receivers, region, sender, timezone, voiceNumbers, webhookKeys, website
  case intake(expected: String)

  package enum URLForm: Sendable {
    /// A whole address of a web server.
    case address
    /// A beginning to which paths are added.
    case base
    case mailServer
  }

  /// `5 to 60`; empty where there are none.
  package var limits: String {
    switch self {
    case .whole(let range, _): "\(range.lowerBound) to \(range.upperBound)"
    case .number(let range): "\(plain(range.lowerBound)) to \(plain(range.upperBound))"
    default: ""
    }
  }
}

/// Without decimals where there are none: `10`, `0.1`.
package func plain(_ number: Double) -> String {
  Int(exactly: number).map { String($0) } ?? "\(number)"
}

/// The words of an enumeration.
func words<Choice: CaseIterable & RawRepresentable<String>>(_ type: Choice.Type) -> [String] {
  Choice.allCases.map(\.rawValue)
}

/// How a setting stands in the sample, in JSON5.
package enum SettingSample: Sendable {
  /// With its default.
  case standard
  case shown(String)
  /// Switched off, as an example.
  case off(String)
}

/// What stands around settings: `quiet_hours: {…}`.
package struct SettingsSection: Sendable {
  package let key: String
  package let comment: String
  /// What to write where something else than an object stands.
  package let expected: String

  init(_ key: String, _ comment: String, expected: String) {
    self.key = key
    self.comment = comment
    self.expected = expected
  }
}

/// A setting's value, whatever it is of.
package enum SettingValue: Hashable, Sendable {
  case flag(Bool)
  case whole(Int)
  case number(Double)
  case text(String)
  case list([String])
}

/// How a setting is got from its owner and set on it. Not by key path: that takes a handler twice as long.
enum SettingAccess<Owner>: Sendable {
  case flag(@Sendable (Owner) -> Bool, @Sendable (inout Owner, Bool) -> Void)
  case whole(@Sendable (Owner) -> Int, @Sendable (inout Owner, Int) -> Void)
  case optionalWhole(@Sendable (Owner) -> Int?, @Sendable (inout Owner, Int?) -> Void)
  case number(@Sendable (Owner) -> Double, @Sendable (inout Owner, Double) -> Void)
  case text(@Sendable (Owner) -> String, @Sendable (inout Owner, String) -> Void)
  case optionalText(@Sendable (Owner) -> String?, @Sendable (inout Owner, String?) -> Void)
  case list(@Sendable (Owner) -> [String], @Sendable (inout Owner, [String]) -> Void)
  /// Kept as a text that not every text is; false: this one is not.
  case coded(
    @Sendable (Owner) throws(SettingsError) -> String, @Sendable (inout Owner, String) -> Bool)
}

/// Sets an enumeration by its word.
func take<Choice: RawRepresentable<String>>(_ word: String, _ place: inout Choice) -> Bool {
  take(Choice(rawValue: word), &place)
}

func take<Element>(_ value: Element?, _ place: inout Element) -> Bool {
  guard let value else { return false }
  place = value
  return true
}

extension Setting {
  /// nil where there is none.
  package func value(of owner: Owner) throws(SettingsError) -> SettingValue? {
    switch access {
    case .flag(let get, _): .flag(get(owner))
    case .whole(let get, _): .whole(get(owner))
    case .optionalWhole(let get, _): get(owner).map { .whole($0) }
    case .number(let get, _): .number(get(owner))
    case .text(let get, _): .text(get(owner))
    case .optionalText(let get, _): get(owner).map { .text($0) }
    case .list(let get, _): .list(get(owner))
    case .coded(let get, _): .text(try get(owner))
    }
  }

  /// - Returns: false where the setting cannot have such a value.
  package func set(_ value: SettingValue, on owner: inout Owner) -> Bool {
    switch (access, value) {
    case (.flag(_, let set), .flag(let flag)): set(&owner, flag)
    case (.whole(_, let set), .whole(let number)): set(&owner, number)
    case (.optionalWhole(_, let set), .whole(let number)): set(&owner, number)
    case (.number(_, let set), .number(let number)): set(&owner, number)
    case (.text(_, let set), .text(let text)): set(&owner, text)
    case (.optionalText(_, let set), .text(let text)): set(&owner, text)
    case (.list(_, let set), .list(let list)): set(&owner, list)
    case (.coded(_, let set), .text(let text)): return set(&owner, text)
    default: return false
    }
    return true
  }

  // MARK: In the settings file

  /// `quiet_from INTEGER NOT NULL`
  var declaration: String { "\(columnName) \(type.name)\(type.isOptional ? "" : " NOT NULL")" }

  var columnName: String {
    column.utf8CodeUnitCount == 0 ? String(key.map { $0 == "." ? "_" : $0 }) : column.description
  }

  /// The name that tells its column from others, without making it.
  var columnMark: StaticString { column.utf8CodeUnitCount == 0 ? name : column }

  private var type: (name: String, isOptional: Bool) {
    switch access {
    case .flag, .whole: ("INTEGER", false)
    case .optionalWhole: ("INTEGER", true)
    case .number: ("REAL", false)
    case .text, .list, .coded: ("TEXT", false)
    case .optionalText: ("TEXT", true)
    }
  }

  /// - Parameter place: whose settings they are, for the fault.
  func stored(of owner: Owner, place: String) throws(SettingsError) -> Value {
    switch try value(of: owner) {
    case nil: .null
    case .flag(let flag): .boolean(flag)
    case .whole(let number): .integer(number)
    case .number(let number): .real(number)
    case .text(let text): .text(text)
    case .list(let words): .text(try SettingsText.list(words, key: place + key))
    }
  }
}

extension SettingAccess {
  /// Tells what is kept in a column, for the fingerprint.
  var mark: UInt64 {
    switch self {
    case .flag, .whole: 1
    case .optionalWhole: 2
    case .number: 3
    case .text, .list, .coded: 4
    case .optionalText: 5
    }
  }

  /// - Returns: false where the column makes no sense.
  func read(_ row: Row, _ column: Int, into owner: inout Owner) -> Bool {
    switch self {
    case .flag(_, let set): set(&owner, row.boolean(column))
    case .whole(_, let set): set(&owner, row.integer(column))
    case .optionalWhole(_, let set): set(&owner, row.optionalInteger(column))
    case .number(_, let set): set(&owner, row.real(column))
    case .text(_, let set): set(&owner, row.text(column))
    case .optionalText(_, let set): set(&owner, row.optionalText(column))
    case .list(_, let set): set(&owner, SettingsText.list(row.text(column)))
    case .coded(_, let set): return set(&owner, row.text(column))
    }
    return true
  }
}

extension SettingsOwner {
  /// The columns of a row behind its first one, in the order of the table.
  func stored(place: String = "") throws(SettingsError) -> [Value] {
    var values: [Value] = []
    for setting in Self.settings { values.append(try setting.stored(of: self, place: place)) }
    return values
  }

  /// Takes a row over.
  /// - Parameter inOrder: the row has the columns of the table; else they are found by their names, and a setting that
  ///   has none keeps its default.
  /// - Returns: the number of the first column that makes no sense.
  mutating func read(_ row: Row, inOrder: Bool) -> Int? {
    let names = inOrder ? [] : row.names
    var fault: Int?
    for index in Self.settings.indices {
      // Not a copy of the whole setting: each webhook reads two rows.
      let access = Self.settings[index].access
      if inOrder {
        if !access.read(row, index + 1, into: &self) { fault = fault ?? index + 1 }
      } else if let column = names.firstIndex(of: Self.settings[index].columnName) {
        if !access.read(row, column, into: &self) { fault = fault ?? column }
      } else if Self.settings[index].isRequired {
        fault = fault ?? index + 1
      }
    }
    return fault
  }
}
