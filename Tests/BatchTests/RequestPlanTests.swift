// RequestPlanTests.swift - no request and no minute of the runner reads a whole table that grows.
//
// Handlers and runner are played, SQLite itself says which statements they run, and each one's plan is looked at. So
// nobody has to keep a list of statements; every scan must be named here, with its reason. (StoreTests look at each
// operation of the store by itself.)

import Business
import CGI
import Curl
import LocalTime
import Platform
import SQLite
import StandIn
import Store
import TestSupport
import Testing

struct RequestPlanTests {
  /// Scans that read no more than what they look for: the plan's line, what the statement has, and why it may.
  private static let allowed: [(line: String, sql: String?, reason: String)] = [
    ("SCAN CONSTANT ROW", nil, "no table"),
    ("SCAN callers", "callers (tenant) AS", "the tenants' names, found one by one in an index"),
    ("SCAN texters", "texters (tenant) AS", "the same"),
    ("SCAN sqlite_schema", nil, "health: the list of tables, which does not grow"),
    ("SCAN counts", nil, "metrics and tidying up: as many rows as tenants have words, whatever the calls"),
    ("SCAN duty_stand_ins", "until <=", "tidying up: a row a tenant at most"),
    ("SCAN holiday_calendars", nil, "as many rows as tenants name calendars"),
    ("SCAN copies", nil, "as many rows as copies are kept"),
    ("SCAN installation", nil, "one row"),
    ("SCAN runs", "ORDER BY id DESC LIMIT 1", "the last row by its number: one is read"),
  ]

  /// Partial indexes that hold only what waits; a row leaves them when it is done.
  private static let waiting = [
    "calls_due", "calls_open", "messages_due", "messages_unknown", "messages_unreported", "messages_dead",
    "tickets_to_escalate", "alerts_to_tell", "messages_held", "alerts_open", "alerts_solved_to_tell",
    "message_attempts_unpriced", "inbound_unpriced", "recordings_due", "tickets_open_list", "gaps_open",
  ]

  private static func isAllowed(_ line: String, of sql: String) -> Bool {
    guard line.hasPrefix("SCAN "), !line.hasPrefix("SCAN (") else { return true }
    if allowed.contains(where: { $0.line == line && $0.sql.map(sql.contains) ?? true }) { return true }
    return line.split(separator: " ").last.map { waiting.contains(String($0)) } ?? false
  }

  @Test func `every statement of handlers and runner finds its rows by an index`() throws {
    let story = try Story()
    let statements = ProcessStatements(path: story.world.home.database)
    try story.play()
    let played = statements.stop()
    let database = try Database(path: story.world.home.database, access: .readOnly)
    for sql in played {
      for line in try ProcessStatements.plan(sql, in: database)
      where !RequestPlanTests.isAllowed(line, of: sql) {
        Issue.record("\(line): \(sql)")
      }
    }
    // The story reaches every table that handlers and runner use.
    let tables = try database.rows(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ) {
      $0.text(0)
    }
    #expect(tables.count > 20)
    for table in tables { #expect(played.contains { $0.contains(" \(table)") }, "\(table)") }
    #expect(played.count > 100)
  }

  @Test func `a dial result takes at most twelve statements, and reads its call once`() throws {
    let world = try TestWorld()
    let fields = [("CallSid", "CA1"), ("From", TestWorld.caller), ("To", TestWorld.number)]
    _ = world.post("voice", fields + [("CallStatus", "ringing")])
    let statements = ProcessStatements(path: world.home.database)
    let reply = world.post(
      "dial-result", fields + [("CallStatus", "in-progress"), ("DialCallStatus", "no-answer")])
    let played = statements.stopInOrder().filter { !$0.hasPrefix("PRAGMA") }
    #expect(String(decoding: reply.body, as: UTF8.self).contains("SMS"))
    #expect(played.count <= 12, "\(played.count): \(played.joined(separator: "\n"))")
    #expect(played.count { $0.hasPrefix("SELECT id, call_sid") } == 1)
    #expect(played.first?.hasPrefix("BEGIN") == true)
  }

  @Test func `a scan would be seen`() throws {
    let world = try TestWorld()
    let statements = ProcessStatements(path: world.home.database)
    let database = try Database(path: world.home.database, access: .readOnly)
    _ = try database.integer("SELECT count(*) FROM calls WHERE reason = ?", "dedupe")
    let played = statements.stop()
    #expect(played.count == 1)
    let sql = try #require(played.first)
    let plan = try ProcessStatements.plan(sql, in: database)
    #expect(plan == ["SCAN calls"])
    #expect(!RequestPlanTests.isAllowed(plan[0], of: sql))
  }
}

/// One tenant's weeks: each handler is asked, each of the runner's jobs has something to do.
final class Story {
  static let boss = "+41796660001"
  static let second = "+41796660002"
  static let rung = "+41796660003"
  private static let calendar = "https://schule.example/ferien.ics"
  private static let secret = "0123456789abcdef0123"
  let world: TestWorld

  init() throws {
    // Two days before a month ends: its reports are due in the story.
    world = try TestWorld(at: try #require(Timestamp(iso8601: "2026-02-27T09:00:00Z"))) {
      $0.quietHours = QuietHours(from: 22 * 60, to: 6 * 60, policy: .deferToEnd)
      $0.screening = true
      $0.spamMissedCallsPerDay = 4
      $0.blockDays = 1
      $0.reportEmail = ["buch@example.ch"]
      $0.holidays = [.calendar(url: Story.calendar)]
      $0.accounts = .init(debit: "6513", credit: "2000")
      $0.rotationFrom = CivilDate(iso8601: "2026-02-02")
      $0.rotationPeople = [Story.boss]
      $0.notify = [
        .init(channel: .sms, to: Story.boss, on: [.new, .urgent]),
        .init(channel: .email, to: "buero@example.ch", on: [.new, .escalation]),
        .init(channel: .sms, to: Story.second, on: [.escalation], order: 2),
        .init(channel: .call, to: Story.rung, on: [.urgent]),
      ]
    }
    world.installation.smtp = .init(url: "smtp://127.0.0.1:25", from: "telefon@example.ch")
    world.installation.alertNumbers = ["+41790000099"]
    world.installation.retentionDays = 20
    world.installation.metricsSecret = Secret(Story.secret)
    // A disk that is not mounted.
    world.installation.backup.to = "file:\(world.home.path)-copies"
    try world.apply()
    publishCalendar()
  }

  func play() throws {
    try calls()
    try replies()
    try faults()
    try ringing()
    try pages()
    try lostWebhooks()
    try inTheNight()
    try weeksLater()
  }

  /// Read anew with each change, then unchanged, then gone.
  private func publishCalendar() {
    let others = world.transport.otherSites
    var asked = 0
    world.transport.otherSites = { request in
      guard request.url == Story.calendar else { return others(request) }
      let status = [200, 304, 500][asked % 3]
      asked += 1
      let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260301\nEND:VEVENT\nEND:VCALENDAR\n"
      return .success(HTTPReply(status: status, headers: ["etag": "1"], body: Array(text.utf8)))
    }
  }

  private func settle() throws {
    for _ in 0..<3 {
      try world.run(after: 31)
      try world.standIn.deliverMessages()
      try world.deliverReports()
    }
  }

  private func calls() throws {
    try world.call()
    try world.call(.answered(seconds: 20))
    try world.call(from: "+41792220099", .answered(seconds: 20)) { $0.screenKey = "1" }
    try world.call(from: "+41434445566") { $0.pressed = ["1"] }
    try world.call(from: "anonymous", .busy)
    try world.call(from: "anonymous") {
      $0.pressed = ["0791230099", "1", "3"]
      $0.spoken = 9
    }
    try world.call(from: "+33912345678")
    for _ in 0..<6 {
      try world.call(from: "+41791110000")
      try world.run(after: 60)
    }
    try world.call(from: "+41791110000")
    try settle()
  }

  private func replies() throws {
    for body in ["1", "2", "3", "Wasser im Keller", "HELP", "STOP", "START"] {
      try world.text(body)
      try world.run(after: 20)
    }
    // A mailbox: nobody presses a key.
    _ = try world.ring(Story.rung, .picksUp(keys: []))
    try world.text("Foto", media: [(url: "https://api.twilio.com/ME1", type: "image/jpeg")])
    try settle()
    // Nobody begins: it is escalated.
    try world.run(after: 3600)
    try world.run(after: 6 * 3600)
  }

  private func ringing() throws {
    try world.changeTenant {
      $0.notify = [Tenant.Notify(channel: .call, to: "+41796660009", on: [.urgent, .escalation])] + $0.notify
    }
    try world.standIn.plan("calls.create", fault: .lostAnswer)
    try world.text("1", from: "+41794440001")
    for _ in 0..<2 { try world.run(after: 3) }
    try world.ring("+41796660009", .noAnswer)
    try world.run(after: 125)
    try world.ring("+41796660009", .picksUp(keys: ["2"]))
    try world.run(after: 125)
  }

  /// Who asked for it is rung; how the talk ended is lost on its way.
  private func calledBack() throws {
    try world.standIn.plan("calls.create", fault: .lostAnswer)
    for _ in 0..<2 { try world.run(after: 3) }
    try world.ring(Story.boss, .picksUp(keys: ["1"])) { $0.lost = [.dialResult] }
    for _ in 0..<3 { try world.run(after: 30) }
  }

  private func faults() throws {
    for (index, fault) in [
      Fault.lostAnswer, .http500, .rate429(retryAfter: 1), .refuse(httpStatus: 400, code: 21610),
      .refuse(httpStatus: 400, code: 21614), .unauthorized401, .refuse(httpStatus: 400, code: 21606),
      .refuse(httpStatus: 400, code: 21211),
    ].enumerated() {
      try world.standIn.plan("messages.create", fault: fault)
      world.miss(from: "+4179222000\(index)")
      for seconds in [31, 40, 130, 130] { try world.run(after: seconds) }
    }
    for (number, code) in [("+41793330001", 30003), ("+41793330002", 30006)] {
      try world.standIn.planDelivery(to: number, .init(.undelivered(code)))
      world.miss(from: number)
      try world.run(after: 31)
      try world.standIn.deliverMessages()
      try world.deliverReports()
      for _ in 0..<3 { try world.run(after: 121) }
    }
    world.miss(from: "+41793330003")
    try world.run(after: 31)
    // Its report never comes.
    try world.standIn.deliverMessages()
    try world.run(after: 700)
    let payload =
      "{\"resource_sid\":\"CA9\",\"webhook\":{\"request\":{\"parameters\":{\"CallSid\":\"CA9\"}}}}"
    _ = world.post("twilio-error", [("Sid", "NO1"), ("Level", "ERROR"), ("Payload", payload)])
    try settle()
  }

  private func pages() throws {
    _ = world.fillIn(text: "Rohr tropft", photo: .onePixel)
    _ = world.send("health", method: "GET")
    let figures = world.send("metrics", method: "GET", headers: ["AUTHORIZATION": "Bearer \(Story.secret)"])
    #expect(figures.status == 200)
    try world.run(after: 5)
    let operators = try world.operatorsCookie()
    let link = try #require(try world.texts(to: Story.boss).last)
    let start = try #require(link.range(of: "?k=")).upperBound
    let reply = world.browse("inbox", "k=\(link[start...])")
    let cookie = try #require(reply.headers.first { $0.name == "Set-Cookie" }?.value)
    let headers = ["COOKIE": String(cookie.prefix { $0 != ";" })]
    for query in [
      "", "page=2", "view=done", "view=all", "id=1", "id=2", "id=1&page=2", "photo=1", "recording=1",
      "view=search&q=rohr",
      "view=search&q=079", "view=figures", "duty=1",
    ] {
      _ = world.browse("inbox", query, headers: headers)
    }
    for query in ["", "page=2", "tenant=doerfler", "tenant=doerfler&page=2", "tenant=gone"] {
      _ = world.browse("operator", query, headers: operators)
    }
    for action in ["take-duty", "give-duty", "take-duty"] {
      let page = world.browse("inbox", "duty=1", headers: headers).text
      let until = "2026-02-28T08:00"
      let body =
        "csrf=\(percentEncoded(TestWorld.hidden("csrf", in: page) ?? ""))&do=\(action)&until=\(until)"
      let answer = world.browse(
        "inbox", method: "POST", body: Array(body.utf8), contentType: "application/x-www-form-urlencoded",
        headers: headers)
      #expect(answer.status == 303, "\(action)")
    }
    for action in ["start", "note", "done", "reopen", "call", "done"] {
      if action == "done" { try calledBack() }
      let page = world.browse("inbox", "id=1", headers: headers).text
      let fields = [
        ("csrf", TestWorld.hidden("csrf", in: page) ?? ""), ("id", "1"), ("do", action),
        ("note", "Schlüssel"),
        ("version", TestWorld.hidden("version", in: page) ?? ""), ("once", action),
      ]
      let body = fields.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&")
      let answer = world.browse(
        "inbox", method: "POST", body: Array(body.utf8), contentType: "application/x-www-form-urlencoded",
        headers: headers)
      #expect(answer.status == 303, "\(action)")
    }
  }

  /// What the sweep, the judging and the spool find.
  private func lostWebhooks() throws {
    let service = "MG" + String(repeating: "a", count: 32)
    try world.standIn.addService(service, numbers: ["+41791119999"])
    try world.addTenant("dienst", number: "+41435550900") {
      $0.smsSender = service
      $0.checkCall = .weekly
      $0.callbackPhone = "+41434440000"
    }
    try world.call(from: "+41794440001") { $0.lost = [.voice, .dialResult, .callStatus] }
    try world.call(from: "+41794440002") { $0.lost = [.dialResult] }
    _ = try world.standIn.receiveMessage(
      from: "+41794440003", to: TestWorld.number, body: "2", url: "https://elsewhere.example/sms")
    for _ in 0..<6 { try world.run(after: 200) }
    // Our check call, forwarded.
    _ = world.post(
      "voice",
      world.callFields("CAcheck", from: "+41435550900", to: "+41435550900", status: "ringing"))
    // What took it: a person, or a mailbox?
    try world.call(to: "+41435550900", .answered(seconds: 20))
    try world.run(after: 30)
    world.clock.set(bySeconds: -3600)
    try world.run(after: 1)
  }

  private func inTheNight() throws {
    world.clock.advance(seconds: 86_400 - 10 * 3600)
    world.miss(from: "+41795550001")
    try world.run(after: 31)
    world.clock.advance(seconds: 12 * 3600)
    try settle()
  }

  /// Reports are written, prices asked for, old rows purged.
  private func weeksLater() throws {
    try world.standIn.pricesReady()
    for _ in 0..<4 {
      world.clock.advance(seconds: 86_400)
      for _ in 0..<4 { try world.run(after: 70) }
    }
    world.clock.advance(seconds: 30 * 86_400)
    for _ in 0..<6 { try world.run(after: 70) }
    try world.changeTenant { $0.holidays = [] }
    try world.run(after: 70)
  }
}
