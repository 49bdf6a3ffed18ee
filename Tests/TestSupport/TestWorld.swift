// TestWorld.swift - one installation in a temporary folder: handlers and runner on a test's clock, with the
// stand-in for Twilio.

import Business
import CGI
import Crypto
import Curl
import Glibc
import LocalTime
import Operations
import Platform
import Runner
import SQLite
import Settings
import StandIn
import Store
import Web

import enum Webhooks.WebhookList

/// The stand-in's webhooks, as against the product's.
package typealias TwilioWebhook = Webhook

func base64Text(_ text: String) -> String { base64(Array(text.utf8)) }

/// Removes its folder when it goes.
package final class TestWorld {
  package static let publicURL = "https://hooks.example.ch/cgi-bin"
  package static let account = "AC" + String(repeating: "1", count: 32)
  package static let token = "secret-token"
  /// What the account's requests carry.
  package static let authorization = "Basic " + base64Text("\(account):\(token)")
  /// The tenant's Twilio number, the business behind it, and a caller who can get SMS.
  package static let number = "+41435550100"
  package static let business = "+41434435200"
  package static let caller = "+41791234567"

  package let home: Home
  package let clock: TestClock
  package let standIn: StandIn
  package let transport: StandInTransport
  package let log = LineBox()
  /// How long the runner waits for the database, in real milliseconds.
  package var storePatience = 2000
  package var installation: Installation
  /// The way to a queue that handlers have in a function; nil: none, as under CGI.
  package var queue: WebhookQueue?
  package var tenants: [Tenant]
  /// Called before a program begins, with its name: a handler's, or `run`.
  package var onProgram: (String) -> Void = { _ in }

  /// Tuesday, 10 February 2026, 10:00 in Zurich, where the tenant is.
  package static let tuesdayMorning = Timestamp(iso8601: "2026-02-10T09:00:00Z") ?? Timestamp(milliseconds: 0)

  /// - Parameter parent: where the folder is made.
  package init(
    at start: Timestamp = TestWorld.tuesdayMorning, in parent: String = "/tmp",
    _ change: (inout Tenant) -> Void = { _ in }
  ) throws {
    let folder = "\(parent)/opsfabric-test-\(RandomSource.system.token(bytes: 8))"
    home = Home(folder)
    for path in home.folders { try Files.makeFolder(path) }
    clock = TestClock(start)
    let clock = clock
    standIn = try StandIn(directory: folder) { clock.trueNow }
    try standIn.addAccount(sid: TestWorld.account, token: TestWorld.token)
    try standIn.addNumber(TestWorld.number, account: TestWorld.account)
    transport = StandInTransport(standIn: standIn, clock: clock)
    installation = Installation(
      publicURL: TestWorld.publicURL,
      account: TwilioAccount(accountSid: TestWorld.account, authToken: Secret(TestWorld.token)))
    installation.apiBase = "http://twilio.test"
    installation.lookupsBase = "http://twilio.test"
    var tenant = TestWorld.tenant("doerfler", name: "Dörfler AG", number: TestWorld.number)
    change(&tenant)
    tenants = [tenant]
    try apply()
    _ = try store()
    transport.otherSites = { [weak self] request in self?.answer(request).map { .success($0) } }
  }

  /// What our handlers answer to a request at the public URL; nil for one elsewhere.
  package func answer(_ request: HTTPRequest) -> HTTPReply? {
    guard request.url.hasPrefix(TestWorld.publicURL + "/") else { return nil }
    var headers: [String: String] = [:]
    for header in request.headers {
      headers[String(header.name.uppercased().map { $0 == "-" ? "_" : $0 })] = header.value
    }
    return HTTPReply(
      send(
        String(request.url.dropFirst(TestWorld.publicURL.count + 1)), method: request.method,
        body: request.body ?? [], contentType: headers["CONTENT_TYPE"] ?? "", headers: headers))
  }

  deinit {
    let path = home.path
    for name in [
      "/data/copies", "/data/restore/data", "/data/restore", "", "/data", "/spool/rejected", "/spool",
      "/config/tenants", "/config",
    ] {
      emptyFolder(path + name)
    }
    for month in (try? Files.list(home.reports)) ?? [] { emptyFolder("\(home.reports)/\(month)") }
    for name in ["reports", "uploads", "fallback", "log"] { emptyFolder("\(path)/\(name)") }
    rmdir(path)
  }

  private func emptyFolder(_ path: String) {
    chmod(path, 0o700)
    for name in (try? Files.list(path)) ?? [] { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  package static func tenant(_ id: String, name: String, number: String) -> Tenant {
    var tenant = Tenant(
      id: id, name: name, smsSender: number, callbackPhone: number, websiteDomain: "\(id).example.ch")
    tenant.voiceNumbers = [number]
    tenant.forwardTo = TestWorld.business
    return tenant
  }

  /// Takes `installation` and `tenants` over, as `opsfabric apply` does.
  package func apply() throws {
    try SettingsSnapshot.write(installation, tenants, appliedAt: clock.now, to: home.settings)
  }

  /// Adds a tenant with a number of its own.
  package func addTenant(_ id: String, number: String, _ change: (inout Tenant) -> Void = { _ in }) throws {
    var tenant = TestWorld.tenant(id, name: id.uppercased(), number: number)
    change(&tenant)
    tenants.append(tenant)
    try standIn.addNumber(number, account: TestWorld.account)
    try apply()
  }

  package func changeTenant(_ change: (inout Tenant) -> Void) throws {
    change(&tenants[0])
    try apply()
  }

  package func store() throws -> Store {
    try Store.openMigrating(
      home, journalMode: installation.journalMode == .wal ? .wal : .delete, patience: storePatience)
  }

  // MARK: webhooks

  package var endpointContext: EndpointContext {
    let log = log
    var context = EndpointContext(
      home: home, clock: clock.wallClock, log: Log(program: "test") { log.add($0) })
    context.patience = 200
    context.queue = queue
    return context
  }

  /// Posts a webhook to a handler as Twilio does.
  /// - Parameter signature: nil = the right one.
  package func post(
    _ kind: String, _ fields: [(String, String)], query: String = "", token: String = TestWorld.token,
    signature: String? = nil
  ) -> CGIResponse {
    let url = "\(TestWorld.publicURL)/\(kind)" + (query.isEmpty ? "" : "?\(query)")
    let signature = signature ?? WebhookSigner.sign(url: url, params: fields, token: token)
    let body = fields.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&")
    return send(kind, body: Array(body.utf8), query: query, headers: ["X_TWILIO_SIGNATURE": signature])
  }

  /// Posts a body as it is, signed over what its escapes stand for.
  package func post(_ kind: String, body: String, query: String = "") -> CGIResponse {
    let url = "\(TestWorld.publicURL)/\(kind)" + (query.isEmpty ? "" : "?\(query)")
    return send(
      kind, body: Array(body.utf8), query: query,
      headers: ["X_TWILIO_SIGNATURE": WebhookSigner.sign(url: url, body: body, token: TestWorld.token)])
  }

  /// Sends a request as it is.
  package func send(
    _ kind: String, method: String = "POST", body: [UInt8] = [], query: String = "",
    contentType: String = "application/x-www-form-urlencoded", contentLength: String? = nil,
    headers: [String: String] = [:]
  ) -> CGIResponse {
    var variables = [
      "REQUEST_METHOD": method, "QUERY_STRING": query, "CONTENT_TYPE": contentType,
      "CONTENT_LENGTH": contentLength ?? String(body.count),
    ]
    for (name, value) in headers { variables["HTTP_" + name] = value }
    let request = CGIRequest(variables: { variables[$0] }, readInput: { Array(body.prefix($0)) })
    onProgram(kind)
    if kind == "health" { return HealthEndpoint(context: endpointContext).respond(to: request) }
    if kind == "calendar" { return CalendarEndpoint(context: endpointContext).respond(to: request) }
    if kind == "metrics" { return MetricsEndpoint(context: endpointContext).respond(to: request) }
    guard let type = WebhookList[kind] else { return .plain(404, "no such handler") }
    return WebhookEndpoint(type, context: endpointContext).respond(to: request)
  }

  /// Sends a webhook of the stand-in to its handler.
  package func deliver(_ webhook: TwilioWebhook) -> CGIResponse {
    let path = webhook.address.dropFirst(TestWorld.publicURL.count + 1)
    let parts = path.split(separator: "?", maxSplits: 1)
    let token = (try? standIn.token(of: webhook.accountSid)) ?? TestWorld.token
    return post(
      String(parts.first ?? ""), webhook.parameters, query: parts.count > 1 ? String(parts[1]) : "",
      token: token)
  }

  /// Plays a whole call; the clock moves with it.
  @discardableResult
  package func call(
    from: String = TestWorld.caller, to: String = TestWorld.number, _ outcome: CallScript.Outcome = .noAnswer,
    _ change: (inout CallScript) -> Void = { _ in }
  ) throws -> PlayedCall {
    var script = CallScript(from: from, to: to, publicURL: TestWorld.publicURL, outcome: outcome)
    change(&script)
    let clock = clock
    func wait(_ seconds: Int) { clock.advance(seconds: seconds) }
    return try standIn.play(script, wait: wait, post: answer)
  }

  /// What a handler answers to a webhook of a played call.
  private func answer(_ url: String, _ params: Parameters) -> WebhookAnswer {
    let path = WebhookSigner.withoutFragment(url).dropFirst(TestWorld.publicURL.count + 1)
      .split(separator: "?", maxSplits: 1)
    let response = post(
      String(path.first ?? ""), params, query: path.count > 1 ? String(path[1]) : "", token: TestWorld.token)
    var headers: [String: String] = [:]
    for header in response.headers { headers[header.name.lowercased()] = header.value }
    return WebhookAnswer(
      status: response.status, headers: headers, body: String(decoding: response.body, as: UTF8.self))
  }

  /// Makes the calls to a number that wait at Twilio; the clock moves with them.
  /// - Parameter change: what becomes of the caller who is connected (60 seconds are talked), and of the webhooks.
  @discardableResult
  package func ring(
    _ number: String, _ person: CalledPerson, _ change: (inout CallScript) -> Void = { _ in }
  ) throws -> [PlayedCall] {
    let clock = clock
    return try standIn.placedCalls(to: number).map {
      try standIn.play(
        $0, to: person, publicURL: TestWorld.publicURL, change, wait: { clock.advance(seconds: $0) },
        post: answer)
    }
  }

  /// The quick way to a missed call: only the dial result. Returns its CallSid.
  @discardableResult
  package func miss(from: String = TestWorld.caller, to: String = TestWorld.number) -> String {
    let sid = newSid("CA")
    _ = post("voice", callFields(sid, from: from, to: to, status: "ringing"))
    _ = post(
      "dial-result",
      callFields(sid, from: from, to: to, status: "in-progress") + [
        ("DialCallStatus", "no-answer"), ("DialBridged", "false"),
      ])
    return sid
  }

  package func callFields(
    _ sid: String, from: String = TestWorld.caller, to: String = TestWorld.number, status: String
  ) -> [(String, String)] {
    [
      ("CallSid", sid), ("AccountSid", TestWorld.account), ("From", from), ("To", to), ("CallStatus", status),
      ("Direction", "inbound"), ("ApiVersion", "2010-04-01"), ("FromCity", ""),
    ]
  }

  /// An SMS from a caller.
  @discardableResult
  package func text(
    _ body: String, from: String = TestWorld.caller, to: String = TestWorld.number,
    media: [(url: String, type: String)] = []
  ) throws -> CGIResponse {
    deliver(
      try standIn.receiveMessage(
        from: from, to: to, body: body, media: media, url: "\(TestWorld.publicURL)/sms"))
  }

  /// Delivers every status callback that Twilio owes.
  package func deliverReports() throws {
    for webhook in try standIn.pendingStatusCallbacks() { _ = deliver(webhook) }
  }

  // MARK: the runner

  /// One `opsfabric run`.
  @discardableResult
  package func run(linger: Int = 0) throws -> RunSummary {
    onProgram("run")
    let context = try batchContext()
    let runner = Runner(
      TheMinute.jobs(context), context: context, monotonic: { [clock] in clock.trueNow.milliseconds })
    // A program that another test is just starting holds our lock for the moment between fork and exec.
    for attempt in 0..<100 {
      if attempt > 0 { usleep(2000) }
      if case .done(let summary) = try runner.run(lingerSeconds: linger) { return summary }
    }
    return RunSummary()
  }

  /// Lets time pass, then runs.
  @discardableResult
  package func run(after seconds: Int) throws -> RunSummary {
    clock.advance(seconds: seconds)
    return try run()
  }

  // MARK: what is to be seen

  /// The rows of `opsfabric list`, key -> text, the oldest first.
  package func list(_ name: ListName) throws -> [[String: String]] {
    var rows: [[String: String]] = []
    try store().listCells(name, ListFilter()) { cells in
      rows.append(Dictionary(zip(name.keys, cells)) { first, _ in first })
    }
    return rows.reversed()
  }

  /// Texts that Twilio accepted for a number, oldest first.
  package func texts(to number: String = TestWorld.caller) throws -> [String] {
    try standIn.messages(to: number).filter { $0.direction != "inbound" }.map(\.body)
  }

  /// Everything in the database, row by row: what must stay the same where nothing may happen.
  package func dump() throws -> [String] {
    let database = try Database(path: home.database, access: .readOnly)
    let tables = try database.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") {
      $0.text(0)
    }
    return try tables.flatMap { table in
      let columns = try database.rows("SELECT name FROM pragma_table_info('\(table)')") { $0.text(0) }
      let row = columns.map { "quote(\($0))" }.joined(separator: " || ' ' || ")
      return try database.rows("SELECT \(row) AS line FROM \(table) ORDER BY line") {
        "\(table): \($0.text(0))"
      }
    }
  }

  package func eventTypes() throws -> [String] { try list(.events).map { $0["type"] ?? "" } }
}

/// Lines of a log.
package final class LineBox: @unchecked Sendable {
  public private(set) var lines: [String] = []
  package init() {}
  func add(_ line: String) { lines.append(line) }
}

extension HTTPReply {
  /// A handler's answer as a client sees it.
  package init(_ response: CGIResponse) {
    var headers: [String: String] = [:]
    for header in response.headers { headers[header.name.lowercased()] = header.value }
    self.init(status: response.status, headers: headers, body: response.body)
  }
}

extension CGIResponse {
  package var text: String { String(decoding: body, as: UTF8.self) }
}
