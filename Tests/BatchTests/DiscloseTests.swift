// DiscloseTests.swift - `disclose`: whatever `forget` erases, and nothing of others.

import Business
import Desk
import Erasing
import Glibc
import JSON
import LocalTime
import Platform
import SQLite
import Settings
import Spool
import Store
import TestSupport
import Testing

struct DiscloseTests {
  private static let boss = "+41796660001"
  private static let other = "+41781112233"

  /// The caller is in every table that knows callers; another caller's words name the number too.
  private func busyDay() throws -> TestWorld {
    let world = try TestWorld {
      $0.notify = [.init(channel: .sms, to: DiscloseTests.boss, on: [.new, .urgent], name: "Xaver Chef")]
    }
    for caller in [TestWorld.caller, DiscloseTests.other] {
      world.miss(from: caller)
      try world.run(after: 31)
      try world.text("1", from: caller)
      try world.text(
        caller == TestWorld.caller ? "Rohr geplatzt" : "Geheimwort, ruft 079 123 45 67 an", from: caller)
      try world.run(after: 5)
    }
    #expect(world.fillIn(text: "Wasserrohr im Keller geplatzt", photo: .onePixel).status == 200)
    try world.run(after: 60)
    _ = world.browse("anfrage", "ref=missed_call&phone=%2B41791234567")
    let store = try world.store()
    let now = world.clock.now
    try store.note(ticket: 1, text: "Schlüssel beim Nachbarn", by: "Xaver Chef", at: now)
    try store.write {
      for phone in [TestWorld.caller, DiscloseTests.other] {
        try store.block(tenant: "doerfler", phone: phone, reason: .manual, at: now, until: nil)
        try store.saveContact(
          ContactRow(
            tenant: "doerfler", phone: phone, name: phone == TestWorld.caller ? "Ada Muster" : "Otto Fremd",
            note: "<b>Hund</b>", source: .desk, updatedAt: now))
      }
      try store.learnLineType(phone: TestWorld.caller, type: .mobile, from: "lookup", at: now)
      try store.raiseAlert(cause: "odd", tenant: nil, detail: "+41 79 123 45 67 rief an", at: now)
      try store.logEvent(
        .contactNamed, tenant: "doerfler", phone: TestWorld.caller, detail: "Xaver Chef", at: now)
      try store.logEvent(
        .wizardLinkOpened, tenant: "doerfler", at: now,
        onceKey: "link:doerfler:\(TestWorld.caller):2026-02-10")
      // Of one of a tenant's people who left.
      for person in [TestWorld.caller, DiscloseTests.boss] {
        let access = InboxPerson(tenant: "doerfler", person: person)
        try store.addInboxLink(
          hash: "link-\(person)", person: access, at: now, expiresAt: now.adding(days: 9))
        try store.addInboxSession(
          hash: "session-\(person)", person: access, at: now, expiresAt: now.adding(days: 9))
      }
    }
    try Files.writeAtomically(Array("ID3 said".utf8), to: "\(world.home.uploads)/doerfler/said.mp3")
    try store.write {
      let call = try #require(try store.call(id: 1))
      try store.addRecording(call: call, ticket: 1, sid: "RE1", seconds: 9, isReady: true, at: now)
      let recording = try #require(try store.recording(ofCall: 1))
      #expect(try store.storeRecording(ifWaiting: recording, file: "doerfler/said.mp3", at: now))
    }
    try store.noteRates(
      keys: [TestWorld.caller, DiscloseTests.other].map {
        Intake.rateKey("phone:\($0)", tenant: "doerfler")
      }, at: now)
    try Files.writeAtomically(
      Array("warning: number=+41791234567 twice\nother=+41781112233\n".utf8),
      to: "\(world.home.log)/run.log")
    try Files.writeAtomically(
      KeptWebhook(
        kind: "sms", query: "", body: Array("From=%2B41791234567&Body=Noch+etwas".utf8), receivedAt: now
      ).bytes,
      to: "\(world.home.spoolRejected)/1.webhook")
    return world
  }

  private func disclosing(_ world: TestWorld, _ number: String = TestWorld.caller) throws -> DiscloseNumber {
    DiscloseNumber(
      home: world.home, store: try world.store(), settings: try SettingsReader(path: world.home.settings),
      number: try #require(PhoneNumber(e164: number)))
  }

  /// Every row of every table, cell by cell.
  private func cells(_ world: TestWorld) throws -> [String: [[String: String]]] {
    let database = try Database(path: world.home.database, access: .readOnly)
    var tables: [String: [[String: String]]] = [:]
    for table in try database.rows(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
      as: { $0.text(0) })
    {
      let columns = try database.rows("SELECT name FROM pragma_table_info(?)", .text(table)) { $0.text(0) }
      tables[table] = try database.rows("SELECT \(columns.joined(separator: ", ")) FROM \(table)") { row in
        Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, row.text($0)) })
      }
    }
    return tables
  }

  private func remove(_ folder: String) {
    for name in (try? Files.list(folder)) ?? [] {
      let path = "\(folder)/\(name)"
      if Files.isFolder(path) { remove(path) } else { try? Files.remove(path) }
    }
    rmdir(folder)
  }

  // MARK: whole

  @Test func `whatever forget erases or changes in a row is disclosed`() throws {
    let world = try busyDay()
    let disclosure = try disclosing(world).gather(at: world.clock.now)
    let before = try cells(world)
    try world.forget()
    let after = try cells(world)
    // What forget itself writes down, and what it decides: nothing of it was known before.
    let own: Set = ["erasures", "purges", "runs", "done_counts", "counts", "month_figures"]
    var changed: Set<String> = []
    for (table, rows) in before where !own.contains(table) {
      let gone = rows.filter { row in after[table]?.contains(row) == false }
      guard !gone.isEmpty else { continue }
      changed.insert(table)
      let ids = Set((after[table] ?? []).compactMap { $0["id"] })
      for row in gone {
        let now = after[table]?.first { $0["id"] != nil && $0["id"] == row["id"] }
        let columns = row.filter { now == nil || now?[$0.key] != $0.value }.keys
        let isMention = disclosure.mentions.contains {
          $0["table"]?.text == table && $0["id"]?.integer.map { String($0) } == row["id"]
            && columns.contains($0["column"]?.text ?? "")
        }
        let held = disclosure.rows(HeldTable(rawValue: table) ?? .contacts).filter { held in
          HeldTable(rawValue: table) != nil
            && (row["id"] == nil || table == "rate_hits"
              || held["id"]?.integer.map { String($0) } == row["id"])
        }
        #expect(isMention || !held.isEmpty, "\(table) \(row["id"] ?? "") \(ids.count)")
        guard !isMention, let shown = held.first?.members else { continue }
        // Secrets, and hashes of the number, are the only cells that go and are not shown.
        let secret: Set = ["hash", "key", table == "rate_hits" ? "id" : ""]
        let machinery: Set = ["escalate_at", "look_at"]
        for column in columns where !secret.contains(column) && !machinery.contains(column) {
          #expect(shown[column] != nil, "\(table).\(column)")
        }
      }
    }
    // A table that forget writes is played here: it cannot be added without being disclosed.
    let folder = "\(SwiftSource.repository)/Sources/Common/Store"
    let written = try Files.list(folder).flatMap { name in
      String(decoding: try Files.read("\(folder)/\(name)"), as: UTF8.self)
        .matches(of: /func forget[\s\S]*?\n  }\n/).flatMap {
          $0.output.matches(of: /(?:UPDATE|DELETE FROM) ([a-z_]+)/).map { String($0.output.1) }
        }
    }
    #expect(written.count > 10)
    #expect(Set(written).subtracting(changed).sorted() == [])
    #expect(disclosure.files.count == 2)
    #expect(disclosure.files.contains { $0.lines.contains("Body: Noch etwas") })
    #expect(disclosure.files.contains { $0.lines == ["warning: number=+41791234567 twice"] })
  }

  @Test func `page and JSON say the same, without secrets, staff and others`() throws {
    let world = try busyDay()
    let command = try disclosing(world)
    let disclosure = try command.gather(at: world.clock.now)
    let folder = "\(world.home.path)-disclosed"
    defer { remove(folder) }
    let copies = try command.write(disclosure, to: folder, zones: TimeZones())
    #expect(copies == 2)
    #expect(try Files.list("\(folder)/photos") == ["1.png"])
    #expect(try Files.read("\(folder)/recordings/1.mp3") == Array("ID3 said".utf8))
    #expect(Files.mode(folder) == 0o700)
    for name in ["disclosure.html", "disclosure.json", "photos/1.png"] {
      #expect(Files.mode("\(folder)/\(name)") == 0o600)
    }
    let json = String(decoding: try Files.read("\(folder)/disclosure.json"), as: UTF8.self)
    let page = String(decoding: try Files.read("\(folder)/disclosure.html"), as: UTF8.self)
    for text in [json, page] {
      for word in ["Rohr geplatzt", "Wasserrohr im Keller", "Ada Muster", "Schlüssel beim Nachbarn", "Hund"] {
        #expect(text.contains(word), "\(word)")
      }
      for word in ["Geheimwort", "Otto Fremd", "Xaver", DiscloseTests.boss, DiscloseTests.other, "session-"] {
        #expect(!text.contains(word), "\(word)")
      }
    }
    #expect(page.contains("&lt;b&gt;Hund") && page.contains("<html lang=\"de\">"))
    #expect(!page.contains("<script") && !page.contains("http://") && !page.contains("src=\"http"))
    #expect(page.contains("<img src=\"photos/1.png\""))
    #expect(page.contains("<audio controls src=\"recordings/1.mp3\""))
    let read = try JSONDocument(Array(json.utf8))
    #expect(
      read.members?.keys.sorted()
        == (HeldTable.allCases.map(\.rawValue) + ["number", "made_at", "mentions", "files"]).sorted())
    #expect(read["calls"]?.items?.count == 1)
  }

  @Test func `of another's text only the number is shown`() throws {
    let world = try busyDay()
    let disclosure = try disclosing(world).gather(at: world.clock.now)
    #expect(!disclosure.mentions.isEmpty)
    #expect(disclosure.mentions.allSatisfy { $0["words"]?.text?.contains("79") == true })
    #expect(disclosure.mentions.contains { $0["table"]?.text == "alerts" })
  }

  @Test func `of a number nobody knows nothing is held, and nothing is changed`() throws {
    let world = try busyDay()
    let before = try cells(world)
    #expect(try disclosing(world, "+41763334455").gather(at: world.clock.now).isEmpty)
    _ = try disclosing(world).gather(at: world.clock.now)
    #expect(try cells(world) == before)
  }

  @Test(arguments: ["de", "fr", "it", "en"])
  func `every column has a name in the tenant's language`(_ language: String) throws {
    let world = try busyDay()
    world.tenants[0].language = try #require(Language(rawValue: language))
    try world.apply()
    let command = try disclosing(world)
    let folder = "\(world.home.path)-\(language)"
    defer { remove(folder) }
    _ = try command.write(command.gather(at: world.clock.now), to: folder, zones: TimeZones())
    let page = String(decoding: try Files.read("\(folder)/disclosure.html"), as: UTF8.self)
    #expect(page.contains("<html lang=\"\(language)\">"))
    let labels = page.matches(of: /<dt>([^<]*)<\/dt>/).map { String($0.1) }
    #expect(labels.count > 50)
    #expect(Set(labels.filter { $0.contains("_") || $0.first?.isLowercase == true }) == [])
  }
}
