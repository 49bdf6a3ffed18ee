// SettingsTableTests.swift - each setting is one row: what follows from it, and files written by other rows.

import Business
import LocalTime
import Platform
import SQLite
import Testing

@testable import Settings

@Suite struct SettingsTableTests {
  let folder: TemporaryFolder
  var path: String { folder.path + "/settings.sqlite3" }
  let noon = Timestamp(milliseconds: 1_770_000_000_123)

  init() throws { folder = try TemporaryFolder() }

  @Test func `keys and columns are told apart, and each section is explained once`() {
    func check<Owner: SettingsOwner>(_ owner: Owner.Type) {
      let keys = Owner.settings.map(\.key)
      #expect(Set(keys).count == keys.count)
      #expect(Set(Owner.settings.map(\.columnName)).count == keys.count)
      let sections = keys.compactMap { key in
        key.firstIndex(of: ".").map { String(key[..<$0]) }
      }
      // Those of one section stand together.
      let inOrder = sections.enumerated().filter { $0.offset == 0 || sections[$0.offset - 1] != $0.element }
        .map(\.element)
      #expect(inOrder.sorted() == Owner.sections.map(\.key).sorted())
    }
    check(Tenant.self)
    check(Installation.self)
  }

  @Test func `a property without a row is noticed, and so is a value that does not come back`() throws {
    func check<Owner: SettingsOwner & Equatable>(_ example: Owner, but ownKeys: Set<String>) throws {
      var copy = Owner.blank
      for setting in Owner.settings {
        guard let value = try setting.value(of: example) else { continue }
        #expect(setting.set(value, on: &copy), "\(setting.key)")
      }
      for (left, right) in zip(Mirror(reflecting: copy).children, Mirror(reflecting: example).children)
      where !ownKeys.contains(left.label ?? "") {
        #expect(String(reflecting: left.value) == String(reflecting: right.value), "\(left.label ?? "")")
      }
    }
    try check(Examples.tenant, but: ["id"])
    try check(Examples.installation, but: [])
  }

  // MARK: Files of other versions

  @Test func `settings written before there was a table serve as they were`() throws {
    let here = String(#filePath.dropLast("SettingsTests/SettingsTableTests.swift".utf8.count))
    let script = try Files.read(here + "Golden/settings/settings-before.sql")
    try folder.write("", to: "settings.sqlite3")
    try Database(path: path, access: .readWrite).execute(script: String(decoding: script, as: UTF8.self))
    try SettingsSeal.append(to: path)
    let reader = try SettingsReader(path: path)
    let (installation, tenants) = (try reader.installation(), try reader.tenants())
    let called = try reader.tenants(voiceNumber: "+41434435299")
    let plain = Examples.plainTenant("plain", number: "+41434435210")
    #expect(!reader.isCurrent && !reader.isCopy && reader.appliedAt == noon)
    #expect(known(installation) == known(Examples.installation))
    // Nobody was pushed to then.
    var example = Examples.tenant
    example.notify.removeAll { $0.channel == .ntfy }
    #expect(tenants.map(known) == [example, plain].map(known))
    #expect(called.map(known) == [example].map(known))
    #expect(try reader.account(sid: Examples.sid)?.account == Examples.installation.account)
  }

  /// With what that file could not know at its default.
  private func known<Owner: SettingsOwner>(_ owner: Owner) -> Owner {
    var result = Owner.blank
    let names = Set(columnsBefore)
    for setting in Owner.settings where names.contains(setting.columnName) {
      if let value = try? setting.value(of: owner) { _ = setting.set(value, on: &result) }
    }
    return result
  }

  private var columnsBefore: [String] {
    let tables = try? Database(path: path, access: .readOnly).rows(
      "SELECT name FROM pragma_table_info('tenant') UNION SELECT name FROM pragma_table_info('installation')"
    ) { $0.text(0) }
    return tables ?? []
  }

  @Test func `a setting that the file does not know is at its default, one it must know makes it damaged`()
    throws
  {
    try write(user: SettingsSchema.version ^ 1, "ALTER TABLE tenant DROP COLUMN ring_seconds")
    let reader = try SettingsReader(path: path)
    var expected = Examples.tenant
    expected.ringSeconds = 18
    let tenants = try reader.tenants()
    #expect(!reader.isCurrent && tenants == [expected])
    try write(user: SettingsSchema.version ^ 1, "ALTER TABLE tenant DROP COLUMN voice_numbers")
    #expect(throws: SettingsError.self) { try SettingsReader(path: path).tenants() }
  }

  @Test func `a setting that the program does not know is passed over`() throws {
    try write(user: SettingsSchema.version ^ 1, "ALTER TABLE tenant ADD COLUMN of_tomorrow TEXT")
    let tenants = try SettingsReader(path: path).tenants()
    #expect(tenants == [Examples.tenant])
  }

  /// Settings, then changed, without a seal.
  private func write(user version: Int, _ change: String) throws {
    try SettingsSnapshot.write(Examples.installation, [Examples.tenant], appliedAt: noon, to: path)
    try folder.unseal("settings.sqlite3")
    try Database(path: path, access: .readWrite)
      .execute(script: "\(change); PRAGMA user_version = \(version)")
  }
}
