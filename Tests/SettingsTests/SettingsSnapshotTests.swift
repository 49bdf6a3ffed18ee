// SettingsSnapshotTests.swift - what is written can be read, found and replaced.

import Business
import Glibc
import LocalTime
import SQLite
import Testing

@testable import Settings

@Suite struct SettingsSnapshotTests {
  let folder: TemporaryFolder
  var path: String { folder.path + "/settings.sqlite3" }
  let noon = Timestamp(milliseconds: 1_770_000_000_123)

  init() throws { folder = try TemporaryFolder() }

  @Test func `nothing is lost on the way through the file`() throws {
    try SettingsSnapshot.write(Examples.installation, [Examples.tenant], appliedAt: noon, to: path)
    let reader = try SettingsReader(path: path)
    let (installation, tenants) = (try reader.installation(), try reader.tenants())
    #expect(reader.appliedAt == noon)
    #expect(installation == Examples.installation)
    #expect(tenants == [Examples.tenant])
  }

  @Test func `defaults survive as they are`() throws {
    let installation = Installation(
      publicURL: "https://a.example", account: .init(accountSid: Examples.sid, authToken: Secret("t")))
    var tenant = Examples.plainTenant("a", number: "+41434435200")
    tenant.announcement = .none
    tenant.businessHours = WeeklyHours()
    try SettingsSnapshot.write(installation, [tenant], appliedAt: noon, to: path)
    let reader = try SettingsReader(path: path)
    let (readInstallation, readTenant) = (try reader.installation(), try reader.tenant(id: "a"))
    #expect(readInstallation == installation)
    #expect(readTenant == tenant)
  }

  @Test func `the example differs from the defaults in every field`() {
    let plain = Mirror(reflecting: Examples.plainTenant("a", number: "+41434435200"))
    for (default_, example) in zip(plain.children, Mirror(reflecting: Examples.tenant).children) {
      #expect(
        String(reflecting: default_.value) != String(reflecting: example.value), "\(example.label ?? "")")
    }
    let bare = Installation(publicURL: "", account: .init(accountSid: "", authToken: Secret("")))
    let full = Mirror(reflecting: Examples.installation)
    for (default_, example) in zip(Mirror(reflecting: bare).children, full.children) {
      #expect(
        String(reflecting: default_.value) != String(reflecting: example.value), "\(example.label ?? "")")
    }
  }

  @Test func `a tenant is found by number, by sender and by account`() throws {
    var shared = Examples.plainTenant("shared", number: "+41434435210")
    shared.smsSender = Examples.tenant.smsSender
    let all = [shared, Examples.tenant]
    try SettingsSnapshot.write(Examples.installation, all, appliedAt: noon, to: path)
    let reader = try SettingsReader(path: path)
    let byNumber = try reader.tenants(voiceNumber: "+41434435299")
    let byStranger = try reader.tenants(voiceNumber: "+41440000000")
    let byService = try reader.tenants(sender: Examples.tenant.smsSender)
    let byOwnNumber = try reader.tenants(sender: "+41434435210")
    let (all_, unknown) = (try reader.tenants(), try reader.tenant(id: "nobody"))
    let own = try reader.account(sid: Examples.ownSid)
    let main = try reader.account(sid: Examples.sid)
    let stranger = try reader.account(sid: "AC")
    #expect(byNumber == [Examples.tenant])
    #expect(byStranger.isEmpty)
    #expect(byService.map(\.id) == ["doerfler", "shared"])
    #expect(byOwnNumber.map(\.id) == ["shared"])
    #expect(all_.map(\.id) == ["doerfler", "shared"])
    #expect(unknown == nil)
    #expect(own?.account == Examples.tenant.twilio)
    #expect(own?.tenantID == "doerfler")
    #expect(main?.account == Examples.installation.account)
    #expect(main?.tenantID == nil)
    #expect(stranger == nil)
  }

  @Test(arguments: [
    ("+41434435200", true, "own voice number"), ("+41434435210", true, "another tenant's voice number"),
    ("+41790000001", true, "alert number"), ("+41791112233", true, "forwarding target"),
    ("+41434435201", true, "callback number"), ("+41790000008", true, "staff"),
    ("+41790000007", true, "person to notify"), ("+41791234567", false, "a customer"),
    ("+41790000055", false, "another tenant's staff"),
  ])
  func `own numbers are told from customers`(number: String, own: Bool, what: String) throws {
    var other = Examples.plainTenant("other", number: "+41434435210")
    other.staffNumbers = ["+41790000055"]
    try SettingsSnapshot.write(Examples.installation, [Examples.tenant, other], appliedAt: noon, to: path)
    let found = try SettingsReader(path: path).isOwnNumber(number, tenant: "doerfler")
    #expect(found == own, "\(what)")
  }

  @Test func `every look-up uses an index`() throws {
    try SettingsSnapshot.write(Examples.installation, [Examples.tenant], appliedAt: noon, to: path)
    let database = try Database(path: path, access: .immutable)
    let queries = [
      "SELECT tenant.* FROM voice_number JOIN tenant ON tenant.id = voice_number.tenant WHERE number = '1'",
      "SELECT tenant.* FROM sender JOIN tenant ON tenant.id = sender.tenant WHERE address = '1'",
      "SELECT 1 FROM own_number WHERE number = '1' AND tenant IN ('', 'a')",
      "SELECT sid FROM account WHERE sid = '1'",
    ]
    for query in queries {
      let plan = try database.rows("EXPLAIN QUERY PLAN " + query) { $0.text(3) }
      #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(plan)")
    }
  }

  @Test func `the file belongs to its owner alone and leaves nothing beside it`() throws {
    try SettingsSnapshot.write(Examples.installation, [], appliedAt: noon, to: path)
    try SettingsSnapshot.write(Examples.installation, [Examples.tenant], appliedAt: noon, to: path)
    _ = try SettingsReader(path: path).tenants()
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(folder.names == ["settings.sqlite3", "settings.sqlite3-copy"])
  }

  @Test func `a failed write leaves the old settings`() throws {
    try SettingsSnapshot.write(Examples.installation, [Examples.tenant], appliedAt: noon, to: path)
    var broken = Examples.tenant
    broken.staffNumbers = ["+41 79 000 00 00"]
    let later = noon.adding(days: 1)
    #expect(throws: SettingsError.unstorable(key: "tenant doerfler: staff_numbers")) {
      try SettingsSnapshot.write(Examples.installation, [broken], appliedAt: later, to: path)
    }
    #expect(throws: SQLiteError.self) {
      let twins = [Examples.tenant, Examples.tenant]
      try SettingsSnapshot.write(Examples.installation, twins, appliedAt: later, to: path)
    }
    let reader = try SettingsReader(path: path)
    #expect(reader.appliedAt == noon)
    #expect(folder.names == ["settings.sqlite3", "settings.sqlite3-copy"])
  }

  @Test func `a reader keeps the settings it opened`() throws {
    try SettingsSnapshot.write(Examples.installation, [Examples.tenant], appliedAt: noon, to: path)
    let reader = try SettingsReader(path: path)
    try SettingsSnapshot.write(Examples.installation, [], appliedAt: noon, to: path)
    let (old, new) = (try reader.tenants(), try SettingsReader(path: path).tenants())
    #expect(old == [Examples.tenant])
    #expect(new.isEmpty)
  }

  @Test func `leftovers of a killed apply are removed, fresh ones are not`() throws {
    try folder.write("", to: ".settings.sqlite3.new-1-1")
    try folder.write("", to: ".settings.sqlite3.new-2-2")
    var old = [timespec(tv_sec: 1_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000, tv_nsec: 0)]
    #expect(utimensat(AT_FDCWD, folder.path + "/.settings.sqlite3.new-1-1", &old, 0) == 0)
    try SettingsSnapshot.write(Examples.installation, [], appliedAt: noon, to: path)
    #expect(folder.names == [".settings.sqlite3.new-2-2", "settings.sqlite3", "settings.sqlite3-copy"])
  }

  @Test func `missing, foreign and damaged files say what to do`() throws {
    #expect(throws: SettingsError.notApplied(path: path)) { try SettingsReader(path: path) }
    try folder.write("", to: "empty")
    #expect(throws: SettingsError.self) { try SettingsReader(path: folder.path + "/empty") }
    try folder.write("this is no database, whatever its name says", to: "text")
    #expect(throws: SettingsError.self) { try SettingsReader(path: folder.path + "/text") }
    try SettingsSnapshot.write(Examples.installation, [Examples.tenant], appliedAt: noon, to: path)
    try folder.unseal("settings.sqlite3")
    let database = try Database(path: path, access: .readWrite)
    try database.execute(script: "UPDATE tenant SET mode = 'smoke_signals'")
    let reader = try SettingsReader(path: path)
    #expect(throws: SettingsError.damaged(path: path, detail: "tenant doerfler, column 5")) {
      try reader.tenants()
    }
    try database.execute(script: "PRAGMA user_version = 1")
    #expect(throws: SettingsError.otherVersion(path: path)) { try SettingsReader(path: path) }
    #expect("\(SettingsError.otherVersion(path: path))".contains("opsfabric apply"))
  }

  @Test func `a file that is lost or broken is replaced by its copy, one of another version is not`() throws {
    try SettingsSnapshot.write(Examples.installation, [Examples.tenant], appliedAt: noon, to: path)
    let whole = try SettingsReader(path: path)
    #expect(!whole.isCopy)
    for damage in ["", "nonsense", nil] {
      if let damage { try folder.write(damage, to: "settings.sqlite3") } else { unlink(path) }
      let reader = try SettingsReader(path: path)
      let tenants = try reader.tenants()
      #expect(reader.isCopy)
      #expect(tenants == [Examples.tenant])
    }
    try SettingsSnapshot.write(Examples.installation, [Examples.tenant], appliedAt: noon, to: path)
    try folder.unseal("settings.sqlite3")
    try Database(path: path, access: .readWrite).execute(script: "PRAGMA user_version = 1")
    #expect(throws: SettingsError.otherVersion(path: path)) { try SettingsReader(path: path) }
  }

  @Test func `a path with odd characters works, a missing folder is an error`() throws {
    let odd = folder.path + "/a b?c#d%20.sqlite3"
    try SettingsSnapshot.write(Examples.installation, [], appliedAt: noon, to: odd)
    let time = try SettingsReader(path: odd).appliedAt
    #expect(time == noon)
    #expect(throws: SettingsError.self) {
      try SettingsSnapshot.write(
        Examples.installation, [], appliedAt: noon, to: folder.path + "/none/settings.sqlite3")
    }
  }

  @Test func `five hundred tenants are written and found`() throws {
    let many = (0..<500).map { Examples.plainTenant("t\($0)", number: "+4143\(1_000_000 + $0)") }
    try SettingsSnapshot.write(Examples.installation, many, appliedAt: noon, to: path)
    let reader = try SettingsReader(path: path)
    let found = try reader.tenants(voiceNumber: "+41431000499")
    #expect(found.map(\.id) == ["t499"])
  }
}
