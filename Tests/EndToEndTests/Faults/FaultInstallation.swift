// FaultInstallation.swift - the shipped programs on a clock of the test's, each run under the fault tracer.
//
// No web server: the handlers are started as one starts them, with CGI's variables and the form on standard
// input. Twilio is the stand-in behind a socket. All in memory where the machine has a file system there:
// a kill does not care, and thousands of syncs cost nothing.

import Glibc
import LocalTime
import Platform
import SQLite
import StandIn
import TestSupport
import Testing

/// Removes its folder and ends its server when it goes.
final class FaultInstallation {
  static let account = "AC" + String(repeating: "3", count: 32)
  static let token = "secret-token-of-the-faults"
  static let number = "+41797770100"
  static let business = "+41434435200"
  static let staff = "+41791112233"
  /// Rung for urgent requests, one after the other.
  static let onCall = (anna: "+41796660001", ben: "+41796660002")
  static let publicURL = "https://hooks.example.ch/cgi-bin"
  /// Tuesday, 10 February 2026, 10:00 in Zurich.
  static let start = Timestamp(milliseconds: 1_770_714_000_000)

  /// Where worlds are made.
  static let memory: String = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : ProgramRunner.temporaryFolder

  let folder: String
  let home: Home
  /// The true time, which is Twilio's.
  let clock: VirtualClock
  /// By how much this host's clock is ahead of it, in milliseconds.
  private(set) var clockError: Int64 = 0
  let standIn: StandIn
  let server: StandInServer
  /// Programs that were killed, and runs of programs in all.
  private(set) var kills = 0
  private(set) var runs = 0

  /// - Parameters:
  ///   - tenant: more lines for the tenant's file.
  ///   - quietHours: from and to; the same twice: never quiet.
  ///   - rings: people are rung for urgent requests.
  init(
    in place: String = FaultInstallation.memory, at start: Timestamp = FaultInstallation.start,
    tenant: String = "", quietHours: (String, String) = ("00:00", "00:00"), installation: String = "",
    rings: Bool = false
  ) throws {
    folder = "\(place)/opsfabric-faults-\(RandomSource.system.token(bytes: 8))"
    home = Home("\(folder)/home")
    clock = VirtualClock(start)
    let clock = clock
    try Files.makeFolder(folder)
    try Files.writeAtomically([UInt8](repeating: 0, count: 8), to: "\(folder)/clock")
    standIn = try StandIn(directory: "\(folder)/twilio") { clock.now }
    try standIn.addAccount(sid: Self.account, token: Self.token)
    try standIn.addNumber(Self.number, account: Self.account)
    server = try StandInServer(directory: "\(folder)/twilio", clock: clock)
    try #require(try opsfabric("init").exitCode == 0)
    unlink("\(home.tenants)/example.json5")
    try writeConfiguration(tenant: tenant, quietHours: quietHours, installation: installation, rings: rings)
    let applied = try opsfabric("apply")
    try #require(applied.exitCode == 0, "\(applied.errors)")
  }

  deinit { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }

  /// Leaves a copy for whoever looks into a failure, where FAULT_KEEP names a folder.
  func keep(as name: String) {
    guard let place = Environment.process["FAULT_KEEP"], !place.isEmpty else { return }
    _ = try? ProgramRunner.run("/bin/cp", ["-r", folder, "\(place)/\(name)"])
  }

  private func writeConfiguration(
    tenant: String, quietHours: (String, String), installation: String, rings: Bool
  ) throws {
    let people = """
      { channel: "call", to: "\(Self.onCall.anna)", on: ["urgent"], name: "Anna" },
      { channel: "call", to: "\(Self.onCall.ben)", on: ["urgent"], name: "Ben", order: 2 },
      """
    let main = """
      {
        public_url: "\(Self.publicURL)",
        twilio: {
          account_sid: "\(Self.account)", auth_token: "\(Self.token)",
          api_base: "\(server.url)", lookups_base: "\(server.url)", messages_per_second: 100,
        },
        \(installation)
      }

      """
    let business = """
      {
        name: "Dörfler AG", voice_numbers: ["\(Self.number)"], forward_to: "\(Self.business)",
        website_domain: "www.doerfler.example", quiet_hours: { from: "\(quietHours.0)", to: "\(quietHours.1)" },
        sla: { high_minutes: 600, callback_minutes: 240 },
        notify: [
          { channel: "sms", to: "\(Self.staff)", on: ["new", "urgent"] },
          \(rings ? people : "")
        ],
        \(tenant)
      }

      """
    try Files.writeAtomically(Array(main.utf8), to: "\(home.config)/opsfabric.json5")
    try Files.writeAtomically(Array(business.utf8), to: "\(home.tenants)/doerfler.json5")
  }

  // MARK: programs

  private func start(
    _ program: String, _ arguments: [String], plan: FaultPlan, environment: [String: String],
    input: [UInt8] = []
  ) throws -> RunningProgram {
    var plan = plan
    if plan.clock == nil && plan.clockFile == nil { plan.clock = clock.now.adding(milliseconds: clockError) }
    runs += 1
    return try FaultTracer.start(
      program, arguments, plan: plan, root: home.path,
      environment: environment.merging(["OPSFABRIC_HOME": home.path]) { first, _ in first }, input: input,
      scratch: folder)
  }

  /// Waits; a kill that was planned is counted, any other end by a signal is a failure.
  func end(_ program: RunningProgram, plan: FaultPlan) throws -> ProgramResult {
    let result = try #require(program.wait(seconds: 120), "a program hangs")
    if result.exitCode == nil {
      kills += 1
      #expect(plan.killAt != nil, "a program died: \(result.errors)")
    }
    #expect(result.exitCode != 99, "\(result.errors)")
    return result
  }

  /// - Parameter other: another home than this installation's.
  func startOpsfabric(_ arguments: [String], plan: FaultPlan = FaultPlan(), home other: String? = nil) throws
    -> RunningProgram
  {
    try start(
      ShippedPrograms.opsfabric, arguments, plan: plan,
      environment: ["PATH": "/usr/bin:/bin", "HOME": folder, "OPSFABRIC_HOME": other ?? home.path])
  }

  /// A runner whose clock `setClock` also sets while it runs. It lingers in real time.
  func startRunner(linger seconds: Int) throws -> RunningProgram {
    try setClock(bySeconds: 0)
    var plan = FaultPlan()
    plan.clockFile = "\(folder)/clock"
    return try startOpsfabric(["run", "--linger", String(seconds)], plan: plan)
  }

  /// Somebody sets this host's clock; Twilio's goes on.
  func setClock(bySeconds seconds: Int) throws {
    clockError += Int64(seconds) * 1000
    // In place: the program has the file mapped.
    let descriptor = open("\(folder)/clock", O_WRONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var offset = clock.offsetFromMonotonic + clockError
    guard pwrite(descriptor, &offset, 8, 0) == 8 else { throw SystemError("write", "\(folder)/clock") }
  }

  @discardableResult
  func opsfabric(_ arguments: String..., plan: FaultPlan = FaultPlan(), home other: String? = nil) throws
    -> ProgramResult
  {
    try end(try startOpsfabric(arguments, plan: plan, home: other), plan: plan)
  }

  /// Starts a handler with a webhook of Twilio's.
  /// - Parameter other: another home than this installation's.
  func startHandler(_ webhook: Webhook, plan: FaultPlan = FaultPlan(), home other: String? = nil) throws
    -> RunningProgram
  {
    let target = webhook.address.dropFirst(Self.publicURL.count + 1).split(separator: "?", maxSplits: 1)
    let signed = webhook.signed(token: Self.token)
    var environment = [
      "REQUEST_METHOD": "POST", "QUERY_STRING": target.count > 1 ? String(target[1]) : "",
      "CONTENT_LENGTH": String(signed.body.count), "GATEWAY_INTERFACE": "CGI/1.1",
    ]
    environment["OPSFABRIC_HOME"] = other ?? home.path
    for (name, value) in signed.headers {
      let key = name.uppercased().replacing("-", with: "_")
      environment[key == "CONTENT_TYPE" ? key : "HTTP_" + key] = value
    }
    return try start(
      "\(ShippedPrograms.cgiBin)/\(target[0])", [], plan: plan, environment: environment, input: signed.body)
  }

  @discardableResult
  func deliver(_ webhook: Webhook, plan: FaultPlan = FaultPlan(), home other: String? = nil) throws
    -> HandlerAnswer
  {
    HandlerAnswer(try end(try startHandler(webhook, plan: plan, home: other), plan: plan))
  }

  /// One of our pages, asked for by a browser; with a form, sent by it.
  func browse(
    _ page: String, _ query: String, cookie: String = "", form: [UInt8]? = nil, plan: FaultPlan = FaultPlan()
  ) throws -> HandlerAnswer {
    let host = Self.publicURL.split(separator: "/").dropFirst().first.map(String.init) ?? ""
    let program = try start(
      "\(ShippedPrograms.cgiBin)/\(page)", [], plan: plan,
      environment: [
        "REQUEST_METHOD": form == nil ? "GET" : "POST", "QUERY_STRING": query, "GATEWAY_INTERFACE": "CGI/1.1",
        "SCRIPT_NAME": "/cgi-bin/\(page)", "HTTP_HOST": host, "HTTP_COOKIE": cookie,
        "CONTENT_LENGTH": String(form?.count ?? 0), "CONTENT_TYPE": "application/x-www-form-urlencoded",
      ], input: form ?? [])
    return HandlerAnswer(try end(program, plan: plan))
  }

  func health(plan: FaultPlan = FaultPlan()) throws -> HandlerAnswer {
    let program = try start(
      "\(ShippedPrograms.cgiBin)/health", [], plan: plan, environment: ["REQUEST_METHOD": "GET"])
    return HandlerAnswer(try end(program, plan: plan))
  }

  func doctor(plan: FaultPlan = FaultPlan()) throws -> DoctorsWord {
    try DoctorsWord(try opsfabric("doctor", "--offline", "--json", plan: plan))
  }

  /// Lets time pass, then one run of the runner.
  @discardableResult
  func run(after seconds: Int = 0, plan: FaultPlan = FaultPlan()) throws -> ProgramResult {
    clock.advance(milliseconds: Int64(seconds) * 1000)
    return try opsfabric("run", plan: plan)
  }

  // MARK: what is to be seen

  func list(_ name: String) throws -> [JSONLine] {
    let result = try opsfabric("list", name, "--json")
    try #require(result.exitCode == 0, "\(result.errors)")
    return try result.lines.map { try JSONLine($0) }.reversed()
  }

  /// SMS that Twilio took for a number and did not fail to deliver.
  func goodTexts(to number: String) throws -> [String] {
    try standIn.messages(to: number, direction: "outbound-api")
      .filter { $0.status != "failed" && $0.status != "undelivered" }.map(\.body)
  }

  func spooled() throws -> [String] {
    try Files.list(home.spool).filter { $0.hasSuffix(".webhook") }
  }

  /// Empty when SQLite finds nothing wrong with the database.
  func damage() throws -> [String] {
    let database = try Database(path: home.database, access: .readWrite)
    let verdict = try database.rows("PRAGMA integrity_check") { $0.text(0) }.filter { $0 != "ok" }
    return try verdict + database.rows("PRAGMA foreign_key_check") { "foreign key of \($0.text(0))" }
  }

  // MARK: webhooks

  func url(_ handler: String) -> String { "\(Self.publicURL)/\(handler)" }

  func leg(_ caller: String) -> StoredCall {
    StoredCall(
      accountSid: Self.account, from: caller, to: Self.number, status: "ringing", startedAt: clock.now)
  }

  /// The leg to the business, which ends now.
  func child(of leg: StoredCall, dialStatus: String, talking seconds: Int = 0) -> StoredCall {
    StoredCall(
      accountSid: leg.accountSid, parentSid: leg.sid, from: leg.from, to: Self.business, status: dialStatus,
      direction: "outbound-dial", duration: seconds, startedAt: leg.startedAt, endedAt: clock.now)
  }

  func sms(_ body: String, from caller: String) throws -> Webhook {
    try standIn.receiveMessage(from: caller, to: Self.number, body: body, url: url("sms"))
  }
}

/// What a handler said.
struct HandlerAnswer {
  /// nil: it died, or said nothing.
  var status: Int?
  var text: String
  var errors: String
  var milliseconds: Int64

  init(_ result: ProgramResult) {
    text = result.output
    errors = result.errors
    milliseconds = result.milliseconds
    // An answer that broke off counts for nothing, as at a web server.
    let isWhole = result.output.contains("\r\n\r\n") || result.output.contains("\n\n")
    status = isWhole ? result.output.split(separator: " ").dropFirst().first.flatMap { Int($0) } : nil
  }

  var isGood: Bool { status.map { 200..<300 ~= $0 } ?? false }

  /// As Twilio takes it.
  var forTwilio: WebhookAnswer {
    let (head, body) =
      text.firstRange(of: "\r\n\r\n").map { (text[..<$0.lowerBound], text[$0.upperBound...]) } ?? ("", "")
    var headers: [String: String] = [:]
    for line in head.split(separator: "\r\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingPrefix(" ").description : ""
    }
    return WebhookAnswer(status: status ?? 0, headers: headers, body: String(body))
  }
}
