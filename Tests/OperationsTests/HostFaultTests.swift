// HostFaultTests.swift - faults of this machine, each brought about for real, each found alone and with its cure.

import Business
import Curl
import Glibc
import LocalTime
import Operations
import Platform
import Settings
import Spool
import StandIn
import Store
import TestSupport
import Testing

private func flipBit(_ path: String) throws {
  var bytes = try Files.read(path)
  bytes[bytes.count / 2] ^= 4
  try Files.writeAtomically(bytes, to: path, mode: 0o600)
}

/// One thing that breaks, and what the doctor must say.
struct Injury: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var check: String
  var status: Finding.Status
  /// Parts of detail and cure.
  var detail: String
  var cure: String
  var inflict: @Sendable (DoctorWorld) throws -> Void

  init(
    _ name: String, _ check: String, _ status: Finding.Status = .fault, detail: String, cure: String,
    _ inflict: @escaping @Sendable (DoctorWorld) throws -> Void
  ) {
    testDescription = name
    self.check = check
    self.status = status
    self.detail = detail
    self.cure = cure
    self.inflict = inflict
  }

  func examine() throws {
    let patient = try DoctorWorld()
    try inflict(patient)
    let found = try patient.onlyComplaint(check, status)
    #expect(found.detail.contains(detail), "\(found)")
    #expect(found.cure.contains(cure), "\(found)")
  }
}

struct HostFaultTests {
  @Test func `a healthy installation has nothing to complain of`() throws {
    let patient = try DoctorWorld()
    #expect(patient.complaints().isEmpty, "\(patient.complaints())")
    let checks = Set(patient.examine().map(\.check))
    for check in [
      "home", "libcurl", "folders", "disk", "configuration", "secrets", "settings", "tenants", "time-zones",
      "database", "journal", "handlers", "cron", "public-url", "twilio", "clock", "numbers", "form", "work",
      "ledger", "sums",
    ] { #expect(checks.contains(check), "\(check)") }
  }

  @Test func `offline nothing is asked over the network`() throws {
    let patient = try DoctorWorld()
    patient.scene.transport = nil
    let before = try patient.world.standIn.requests().count
    #expect(patient.complaints().isEmpty)
    #expect(try patient.world.standIn.requests().count == before)
  }

  static let injuries: [Injury] = [
    Injury("SMS held for their sender", "held", detail: "doerfler: 1 message held", cure: "error 21660") {
      try wait($0, code: 21660, seconds: 310)
    },
    Injury("SMS held for the account", "held", detail: "20010 action disabled", cure: "opsfabric apply") {
      try wait($0, code: 20010, seconds: 310)
    },
    Injury("one of notify has opted out", "people", detail: "+41790000021 has opted out", cure: "START") {
      try $0.world.store().optOut(tenant: "doerfler", phone: "+41790000021", at: $0.world.clock.now)
    },
    Injury("one of notify has a landline", "people", detail: "is a landline", cure: "mobile number") {
      try $0.world.store().learnLineType(
        phone: "+41790000021", type: .landline, from: "21614", at: $0.world.clock.now)
    },
    Injury("the operator has opted out", "people", detail: "alerts.sms: +41790000051", cure: "START") {
      try $0.world.store().optOut(tenant: "doerfler", phone: "+41790000051", at: $0.world.clock.now)
    },
    Injury("home open to others", "home", detail: "mode 0755", cure: "chmod 700") {
      chmod($0.world.home.path, 0o755)
    },
    Injury("folder missing", "folders", detail: "reports is missing", cure: "opsfabric init") {
      rmdir($0.world.home.reports)
    },
    Injury(
      "a file where voice messages should go", "uploads", .warning, detail: "photos and voice messages",
      cure: "move the file away"
    ) {
      try $0.write("uploads/doerfler", "")
    },
    Injury("settings readable by all", "secrets", detail: "mode 0644", cure: "chmod 600") {
      chmod($0.world.home.settings, 0o644)
    },
    Injury("configuration readable by the group", "secrets", detail: "opsfabric.json5", cure: "chmod 600") {
      chmod("\($0.world.home.config)/opsfabric.json5", 0o640)
    },
    Injury("inbox key cut off", "inbox-key", detail: "has 3 bytes, not 32", cure: "move it away") {
      try $0.write("data/inbox.key", "abc")
    },
    Injury("inbox key that is a folder", "inbox-key", detail: "is no file", cure: "move it away") {
      let path = "\($0.world.home.data)/inbox.key"
      unlink(path)
      try Files.makeFolder(path)
    },
    Injury("nobody to tell", "configuration", .warning, detail: "notify: names nobody", cure: "list who") {
      try $0.write("config/tenants/doerfler.json5", DoctorWorld.tenant(more: "notify: [],", notify: ""))
      try $0.applyFiles()
    },
    Injury(
      "a number of the sample", "configuration", .warning, detail: "still the sample's",
      cure: "the business's own"
    ) {
      try $0.write(
        "config/tenants/doerfler.json5", DoctorWorld.tenant(more: "staff_numbers: [\"+41790000012\"],"))
      try $0.applyFiles()
    },
    Injury("disk nearly full", "disk", detail: "9 MiB free", cure: "free some space") {
      $0.scene.freeSpace = { _ in FreeSpace(bytes: 9 << 20, files: nil) }
    },
    Injury("no room for files", "disk", .warning, detail: "room for 2000 files", cure: "free some space") {
      $0.scene.freeSpace = { _ in FreeSpace(bytes: 9 << 30, files: 2000) }
    },
    Injury("libcurl without TLS", "libcurl", detail: "cannot do TLS", cure: "libcurl4") {
      $0.scene.libcurl = LibcurlFeatures(version: "7.1", tls: nil, protocols: ["http"])
    },
    Injury("error in the configuration", "configuration", detail: "ring_seconds", cure: "5") {
      try $0.write("config/tenants/doerfler.json5", DoctorWorld.tenant(more: "ring_seconds: 1,"))
    },
    Injury(
      "settings older than the files", "settings", detail: "doerfler.json5 changed", cure: "opsfabric apply"
    ) {
      try $0.write("config/tenants/doerfler.json5", DoctorWorld.tenant(more: "ring_seconds: 20,"))
    },
    Injury("a tenant's file added", "settings", detail: "meier.json5 changed", cure: "opsfabric apply") {
      try $0.write(
        "config/tenants/meier.json5",
        DoctorWorld.tenant("+41435550101", more: "quiet_hours: {from: \"20:00\", to: \"07:00\"},").replacing(
          "doerfler", with: "meier"))
    },
    Injury("one bit of the settings flipped", "settings", detail: "its copy serves", cure: "opsfabric apply")
    {
      try flipBit($0.world.home.settings)
    },
    Injury(
      "the settings' copy damaged", "settings", .warning, detail: "copy is lost or damaged",
      cure: "opsfabric apply"
    ) {
      try flipBit(SettingsSnapshot.copyPath($0.world.home.settings))
    },
    Injury("settings lost, and a copy serves", "settings", detail: "its copy serves", cure: "opsfabric apply")
    {
      unlink($0.world.home.settings)
    },
    Injury("no tenant active", "tenants", detail: "no tenant is active", cure: "active: true") {
      try $0.write(
        "config/tenants/doerfler.json5", DoctorWorld.tenant().replacing("active: true", with: "active: false")
      )
      try $0.applyFiles()
    },
    Injury("database damaged at its head", "database", detail: "SQLite error 26", cure: "last copy") {
      try overwrite($0.world.home.database, at: 0)
      unlink($0.world.home.database + "-wal")
    },
    Injury("database of an older program", "database", detail: "schema 2", cure: "opsfabric apply") {
      try HeldDatabase.run("PRAGMA user_version = 2", on: $0.world.home.database)
    },
    Injury("database of a newer program", "database", detail: "newer", cure: "newer programs") {
      try HeldDatabase.run("PRAGMA user_version = 99", on: $0.world.home.database)
    },
    Injury("journal mode not as set", "journal", detail: "uses delete", cure: "opsfabric apply") {
      try HeldDatabase.run("PRAGMA journal_mode = DELETE", on: $0.world.home.database)
    },
    Injury("WAL on a network file system", "journal", detail: "NFS", cure: "journal_mode: \"delete\"") {
      $0.scene.networkFileSystem = { _ in "NFS" }
    },
    Injury("WAL grown", "wal", detail: "300 MiB", cure: "runner") { patient in
      let wal = patient.world.home.database + "-wal"
      try Files.writeAtomically([], to: wal)
      truncate(wal, 300 << 20)
    },
    Injury("handlers' folder writable for the group", "handlers", detail: "mode 0775", cure: "chmod 755") {
      chmod($0.handlers, 0o775)
    },
    Injury("a program missing", "handlers", detail: "missing in", cure: "copy") {
      unlink("\($0.handlers)/menu")
    },
    Injury("a program not executable", "handlers", detail: "sms has mode 0644", cure: "chmod 755") {
      chmod("\($0.handlers)/sms", 0o644)
    },
    Injury("a program that is a link", "handlers", detail: "is a link", cure: "copy the program") {
      unlink("\($0.handlers)/inbox")
      symlink("\($0.handlers)/voice", "\($0.handlers)/inbox")
    },
    Injury("no pointer to the home", "handlers", detail: "is missing", cure: "printf") {
      unlink("\($0.handlers)/\(Home.pointerName)")
    },
    Injury("pointer to another home", "handlers", detail: "names another home: /tmp", cure: "printf") {
      try Files.writeAtomically(Array("/tmp\n".utf8), to: "\($0.handlers)/\(Home.pointerName)", mode: 0o644)
    },
    Injury("handlers not to be found", "handlers", .warning, detail: "not known", cure: "--handlers") {
      unlink("\($0.world.home.data)/\(Doctor.folderPointer)")
    },
    Injury("the runner never ran", "cron", detail: "never ran", cure: "run --linger 55") {
      try HeldDatabase.run("DELETE FROM runs", on: $0.world.home.database)
    },
    Injury("no runner for long", "cron", detail: "2 h ago", cure: "crontab -l") {
      $0.world.clock.advance(seconds: 2 * 3600)
    },
    Injury("gaps between runs", "cadence", .warning, detail: "up to 4 min", cure: "--linger") { patient in
      for _ in 0..<3 {
        patient.world.clock.advance(seconds: 280)
        try patient.world.run()
      }
    },
    Injury("a webhook in the spool for long", "spool", detail: "10 min old", cure: "opsfabric run") {
      patient in
      let received = patient.world.clock.now.adding(minutes: -10)
      try Spool(home: patient.world.home).keep(
        KeptWebhook(kind: "voice", query: "", body: [], receivedAt: received), random: .system)
    },
    Injury("a rejected webhook", "spool", detail: "1 webhook in spool/rejected", cure: "spool/") {
      try $0.write("spool/rejected/x.webhook", "?")
    },
    Injury("an alert of today", "alerts", .warning, detail: "smtp_unreachable", cure: "docs/faults.md") {
      patient in
      let (store, now) = (try patient.world.store(), patient.world.clock.now)
      _ = try store.raiseAlert(cause: "smtp_unreachable", tenant: nil, detail: "no route", at: now)
    },
    Injury(
      "a reason no report knows", "ledger",
      detail: "doerfler for 2026-02 does not balance: 1 missed calls, 0 accounted", cure: "book"
    ) {
      try decideOne($0)
      try HeldDatabase.run("UPDATE calls SET reason = 'odd'", on: $0.world.home.database)
    },
    Injury(
      "a report changed afterwards", "sums", .warning,
      detail: "reports/2026-01/report_a_2026-01.csv was changed", cure: "opsfabric report 2026-01"
    ) {
      let folder = "\($0.world.home.reports)/2026-01"
      try Files.makeFolder(folder)
      let sum = String(repeating: "0", count: 64)
      try Files.writeAtomically(Array("a;b\r\n".utf8), to: "\(folder)/report_a_2026-01.csv")
      try Files.writeAtomically(
        Array("\(sum)  report_a_2026-01.csv\n".utf8), to: "\(folder)/sums_2026-01.txt")
    },
    Injury(
      "an SMS the outbox does not have", "ledger", detail: "1 decided to be sent, 0 messages", cure: "book"
    ) {
      try decideOne($0)
      try HeldDatabase.run(
        "UPDATE calls SET decision = 'sent', reason = 'sent'", on: $0.world.home.database)
    },
  ]

  @Test(arguments: injuries) func `each fault of the host is found alone, with its cure`(_ injury: Injury)
    throws
  {
    try injury.examine()
  }

  @Test func `without a home the doctor says how to make one`() throws {
    let patient = try DoctorWorld()
    patient.scene.home = nil
    #expect(try patient.onlyComplaint("home").cure.contains("OPSFABRIC_HOME"))
    patient.scene.home = Home("/tmp/opsfabric-not-there")
    #expect(try patient.onlyComplaint("home").cure.contains("opsfabric init"))
  }

  @Test func `somebody else's home is not touched`() throws {
    let patient = try DoctorWorld()
    patient.scene.user += 1
    let found = try patient.onlyComplaint("home")
    #expect(found.detail.contains("another user") && patient.examine().count == 2)
  }

  @Test func `settings never applied or of another version ask for apply`() throws {
    let patient = try DoctorWorld()
    // Without its hash, as earlier versions wrote it.
    let settings = patient.world.home.settings
    try Files.writeAtomically(Array(try Files.read(settings).dropLast(16)), to: settings)
    try HeldDatabase.run("PRAGMA user_version = 1", on: settings)
    #expect(try patient.onlyComplaint("settings").cure == "opsfabric apply")
    unlink(patient.world.home.settings)
    unlink(SettingsSnapshot.copyPath(patient.world.home.settings))
    let found = try patient.onlyComplaint("settings")
    #expect(found.detail == "nothing was applied yet" && found.cure == "opsfabric apply")
  }

  @Test func `a fresh home is walked through in the order of the work`() throws {
    let patient = try DoctorWorld()
    patient.scene.transport = nil
    let home = patient.world.home
    for path in [
      home.settings, SettingsSnapshot.copyPath(home.settings), home.database, home.database + "-wal",
      home.database + "-shm",
    ] {
      unlink(path)
    }
    try patient.write("config/opsfabric.json5", "{ public_url: \"\", twilio: {} }")
    unlink("\(home.tenants)/doerfler.json5")
    unlink("\(home.data)/\(Doctor.folderPointer)")
    let checks = patient.complaints().map(\.check)
    let order = ["configuration", "settings", "database", "handlers", "cron"]
    #expect(checks.filter(order.contains).removingRepeats == order, "\(checks)")
  }

  @Test func `a time zone this machine lacks is named with its tenant`() throws {
    let patient = try DoctorWorld()
    try patient.world.changeTenant { $0.timezone = "Europe/Nowhere" }
    let found = try #require(patient.complaints().first { $0.check == "time-zones" })
    #expect(found.detail.contains("Europe/Nowhere (doerfler)") && found.cure.contains("tzdata"))
  }

  @Test func `a damaged page is found by the check of the whole`() throws {
    let patient = try DoctorWorld()
    for _ in 0..<40 { patient.world.miss(from: "+4179\(Int.random(in: 1_000_000...9_999_999))") }
    try HeldDatabase.run("PRAGMA wal_checkpoint(TRUNCATE)", on: patient.world.home.database)
    let size = try #require(Files.size(patient.world.home.database))
    for page in 10..<size / 4096 { try overwrite(patient.world.home.database, at: page * 4096) }
    let found = try #require(patient.complaints().first { $0.check == "database" })
    #expect(found.detail.hasPrefix("damaged") || found.detail.contains("malformed"), "\(found)")
  }

  @Test func `a database that another program holds is said to be locked`() throws {
    let patient = try DoctorWorld()
    try HeldDatabase.run("PRAGMA journal_mode = DELETE", on: patient.world.home.database)
    let held = try HeldDatabase(patient.world.home.database)
    let found = try #require(patient.complaints().first { $0.check == "database" })
    #expect(found.detail.contains("locked"), "\(found)")
    held.release()
  }

  @Test func `overdue work and messages given up are told`() throws {
    let patient = try DoctorWorld()
    patient.world.miss()
    patient.world.clock.advance(seconds: 600)
    #expect(patient.complaints().contains { $0.check == "overdue" && $0.detail.contains("1 row overdue") })
    try patient.world.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: 21211), times: 1)
    try patient.world.run()
    let dead = try #require(patient.complaints().first { $0.check == "dead-letters" })
    #expect(dead.status == .warning && dead.detail.contains("1 message given up"), "\(dead)")
  }

  @Test func `the ledger holds over months, and late sends are told`() throws {
    let patient = try DoctorWorld()
    patient.world.miss()
    try patient.world.run(after: 31)
    patient.world.clock.advance(seconds: 40 * 86_400)
    patient.world.miss(from: "+41791234568")
    try patient.world.run(after: 200)
    let ledger = try #require(patient.examine().first { $0.check == "ledger" })
    #expect(ledger.status == .ok && ledger.detail == "balanced, 2 months of 1 tenant", "\(ledger)")
    let late = try #require(patient.complaints().first { $0.check == "lateness" })
    #expect(late.detail.contains("p95 170 s"), "\(late)")
  }
}

/// A missed call that was skipped.
private func decideOne(_ patient: DoctorWorld) throws {
  patient.world.miss(from: "+41434435200")
  for _ in 0..<3 { try patient.world.run(after: 12) }
}

private func overwrite(_ path: String, at offset: Int) throws {
  let descriptor = open(path, O_WRONLY)
  defer { close(descriptor) }
  let bytes = [UInt8](repeating: 0x55, count: 64)
  guard pwrite(descriptor, bytes, bytes.count, offset) == bytes.count else {
    throw SystemError("write", path)
  }
}

extension Array where Element: Hashable {
  fileprivate var removingRepeats: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}

/// An SMS waits because of a code, and nothing else is wrong: the alert of it counts as solved.
private func wait(_ patient: DoctorWorld, code: Int, seconds: Int) throws {
  let store = try patient.world.store()
  let now = patient.world.clock.now
  let id = try store.enqueue(
    NewMessage(
      tenant: "doerfler", recipient: "+41791234567", sender: "+41797770100", kind: .confirmation,
      text: .init("Hallo"), dueAt: now.adding(seconds: -seconds), expiresAt: now.adding(hours: 1)), at: now)
  let message = try #require(id)
  let row = try #require(try store.claim(ifWaiting: message, at: now, lookAt: now))
  try store.postpone(
    row, until: now.adding(minutes: 5), code: code,
    error: code == 20010 ? "20010 action disabled for the account" : "x", at: now)
}
