// ShippedInstallation.swift - one installation of the shipped programs in a temporary folder, as on a host:
// copies of the handlers with the file that names the home, lighttpd in front, the stand-in behind another.

import Glibc
import Platform
import StandIn
import TestSupport
import Testing

/// Removes its folder and ends its servers when it goes.
final class ShippedInstallation {
  static let account = "AC" + String(repeating: "2", count: 32)
  static let token = "secret-token-of-the-tests"
  static let number = "+41797770100"
  static let business = "+41434435200"
  static let caller = "+41791234567"

  let folder: String
  let home: Home
  let cgiBin: String
  let standIn: StandIn
  let web: WebServer
  let twilio: WebServer

  var publicURL: String { "\(web.url)/cgi-bin" }
  private var standInState: String { "\(folder)/twilio-state" }
  /// Whose home, programs and processes these are; nil = the tests' own user.
  private let owner: HostUser?
  private let website: String

  /// - Parameters:
  ///   - tenants: ID -> text of its file.
  ///   - software: the web server in front of the handlers.
  ///   - owner: the user of the host that it all belongs to.
  init(
    tenants: [String: String] = ["doerfler": ShippedInstallation.tenant()],
    software: WebServer.Software = .lighttpd, owner: HostUser? = nil
  ) throws {
    let name = "opsfabric-e2e-\(RandomSource.system.token(bytes: 8))"
    folder = "\(ProgramRunner.temporaryFolder)/\(name)"
    home = Home("\(folder)/home")
    // suexec runs nothing outside of the folder that is compiled into it.
    website = software == .apacheSuexec ? "/var/www/\(name)" : "\(folder)/www"
    cgiBin = "\(website)/cgi-bin"
    self.owner = owner
    try Files.makeFolder(folder, mode: 0o755)
    try Files.makeFolder(home.path)
    try ShippedInstallation.install(into: cgiBin, home: home, owner: owner)
    try owner?.own(home.path)
    web = try WebServer(
      .handlers(cgiBin: cgiBin), folder: "\(folder)/web", software: software, user: owner)
    standIn = try StandIn(directory: "\(folder)/twilio-state", now: WallClock.system.now)
    try standIn.addAccount(sid: Self.account, token: Self.token)
    twilio = try WebServer(
      .standIn(program: ShippedPrograms.standIn, state: "\(folder)/twilio-state"), folder: "\(folder)/twilio")
    try standIn.set("public_url", to: "\(web.url)/cgi-bin")
    try standIn.addNumber(Self.number, account: Self.account)

    let made = try opsfabric("init")
    try #require(made.exitCode == 0, "\(made.errors)")
    unlink("\(home.tenants)/example.json5")
    try writeConfiguration()
    for (id, text) in tenants { try writeTenant(id, text) }
    let applied = try opsfabric("apply")
    try #require(applied.exitCode == 0, "\(applied.errors)")
  }

  deinit {
    web.stop()
    twilio.stop()
    chmod(home.data, 0o700)
    _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder, website])
  }

  /// As `make install` leaves the programs' folder, and the website around it as docs/install.md says.
  private static func install(into cgiBin: String, home: Home, owner: HostUser?) throws {
    let website = Files.parent(of: cgiBin)
    try Files.makeFolder(cgiBin, mode: 0o755)
    for name in ShippedPrograms.handlers {
      let program = "\(cgiBin)/\(name)"
      if let owner {
        // A second name would be the same file, and give away the built program.
        try Files.writeAtomically(
          try Files.read("\(ShippedPrograms.cgiBin)/\(name)"), to: program, mode: 0o755)
        try owner.own(program)
      } else {
        try WebServer.copyProgram("\(ShippedPrograms.cgiBin)/\(name)", to: program)
      }
    }
    try Files.writeAtomically(Array("\(home.path)\n".utf8), to: "\(cgiBin)/\(Home.pointerName)", mode: 0o644)
    let access = try Files.read("\(ShippedPrograms.sources)/cgi-bin/.htaccess")
    try Files.writeAtomically(access, to: "\(cgiBin)/.htaccess", mode: 0o644)
    let rules = "RewriteEngine On\nRewriteRule ^anfrage$ /cgi-bin/anfrage [END]\n"
    try Files.writeAtomically(Array(rules.utf8), to: "\(website)/.htaccess", mode: 0o644)
    for path in [website, cgiBin] { try owner?.own(path) }
  }

  // MARK: configuration

  /// A tenant that is never quiet, whatever time the tests run at.
  static func tenant(
    _ name: String = "Dörfler AG", number: String = ShippedInstallation.number,
    forwardTo: String = ShippedInstallation.business, more: String = ""
  ) -> String {
    """
    // A business of the tests.
    {
      name: "\(name)", voice_numbers: ["\(number)"], forward_to: "\(forwardTo)",
      website_domain: "www.doerfler.example",
      quiet_hours: { from: "00:00", to: "00:00" },
      \(more)
    }

    """
  }

  func writeTenant(_ id: String, _ text: String) throws {
    try Files.writeAtomically(Array(text.utf8), to: "\(home.tenants)/\(id).json5")
    try owner?.own("\(home.tenants)/\(id).json5")
  }

  /// - Parameter more: further keys of the operator's file, each with its comma.
  func writeConfiguration(_ more: String = "") throws {
    let text = """
      {
        public_url: "\(publicURL)",
        twilio: {
          account_sid: "\(Self.account)", auth_token: "\(Self.token)",
          api_base: "\(twilio.url)", lookups_base: "\(twilio.url)",
        },
        \(more)
      }

      """
    try Files.writeAtomically(Array(text.utf8), to: "\(home.config)/opsfabric.json5")
    try owner?.own("\(home.config)/opsfabric.json5")
  }

  // MARK: programs

  /// What cron gives, and the home.
  var environment: [String: String] {
    [
      "OPSFABRIC_HOME": home.path, "PATH": "/usr/bin:/bin", "HOME": folder, "SHELL": "/bin/sh",
      "LOGNAME": "tests",
    ]
  }

  func opsfabric(_ arguments: String...) throws -> ProgramResult { try opsfabric(words: arguments) }

  func opsfabric(words arguments: [String]) throws -> ProgramResult {
    guard let owner else {
      return try ProgramRunner.run(ShippedPrograms.opsfabric, arguments, environment: environment)
    }
    // The checkout may lie where that user cannot look.
    let copy = "\(folder)/opsfabric"
    if !Files.exists(copy) { try WebServer.copyProgram(ShippedPrograms.opsfabric, to: copy) }
    let command = owner.running([copy] + arguments)
    return try ProgramRunner.run(command[0], Array(command.dropFirst()), environment: environment)
  }

  func startRunner(linger: Int) throws -> RunningProgram {
    try ProgramRunner.start(
      ShippedPrograms.opsfabric, ["run", "--linger", String(linger)], environment: environment)
  }

  /// The stand-in's own program.
  func standInProgram(_ arguments: String...) throws -> ProgramResult { try standInProgram(arguments) }

  func standInProgram(_ arguments: [String]) throws -> ProgramResult {
    try ProgramRunner.run(ShippedPrograms.standIn, arguments + ["--dir", standInState])
  }

  /// The rows of `opsfabric list NAME --json`, the oldest first.
  func list(_ name: String) throws -> [JSONLine] {
    let result = try opsfabric("list", name, "--json")
    try #require(result.exitCode == 0, "\(result.errors)")
    return try result.lines.map { try JSONLine($0) }.reversed()
  }

  /// The one ticket, event … there is.
  func only(_ name: String) throws -> JSONLine {
    let rows = try list(name)
    try #require(rows.count == 1, "\(name): \(rows)")
    return rows[0]
  }

  // MARK: webhooks

  /// Posts a webhook through the web server as Twilio does.
  /// - Parameter signature: nil = the right one.
  func post(
    _ kind: String, _ fields: [(String, String)], query: String = "", signature: String? = nil
  ) -> WebAnswer {
    WebClient.send(request(kind, fields, query: query, signature: signature))
  }

  func request(
    _ kind: String, _ fields: [(String, String)], query: String = "", signature: String? = nil
  ) -> WebRequest {
    let url = "\(publicURL)/\(kind)" + (query.isEmpty ? "" : "?\(query)")
    return WebRequest(
      "POST", url,
      headers: [
        ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),
        ("X-Twilio-Signature", signature ?? WebhookSigner.sign(url: url, params: fields, token: Self.token)),
      ], body: Array(FormCoding.encode(fields).utf8))
  }

  func callFields(_ sid: String, from: String = ShippedInstallation.caller) -> [(String, String)] {
    [
      ("CallSid", sid), ("AccountSid", Self.account), ("From", from), ("To", Self.number),
      ("CallStatus", "ringing"),
      ("Direction", "inbound"), ("FromCity", ""),
    ]
  }

  func smsFields(
    _ sid: String, _ body: String, from: String = ShippedInstallation.caller,
    to: String = ShippedInstallation.number
  ) -> [(String, String)] {
    [
      ("MessageSid", sid), ("AccountSid", Self.account), ("From", from), ("To", to), ("Body", body),
      ("NumMedia", "0"), ("NumSegments", "1"),
    ]
  }

  /// A webhook that is recorded, for each handler that takes one.
  func goodWebhook(_ kind: String) -> (fields: [(String, String)], query: String) {
    let call = callFields("CA" + String(repeating: "a", count: 32))
    switch kind {
    case "dial-result": return (call + [("DialCallStatus", "no-answer")], "")
    case "screen": return (call + [("Digits", "1")], "tenant=doerfler&call=CA1")
    case "recording":
      return (
        call + [("RecordingSid", "RE" + String(repeating: "c", count: 32)), ("RecordingDuration", "5")],
        "tenant=doerfler"
      )
    case "ring": return (call, "tenant=doerfler&m=1&step=question")
    case "menu": return (call + [("Digits", "1")], "")
    case "call-status": return (call.filter { $0.0 != "CallStatus" } + [("CallStatus", "no-answer")], "")
    case "sms": return (smsFields("SM" + String(repeating: "b", count: 32), "2"), "")
    case "sms-status": return ([("MessageSid", "SM1"), ("MessageStatus", "delivered")], "m=1")
    case "twilio-error": return ([("Sid", "NO1"), ("Level", "ERROR"), ("Payload", "{}")], "")
    default: return (call, "")
    }
  }

  /// Names of the webhooks waiting in the spool.
  func spooled() throws -> [String] { try Files.list(home.spool).filter { $0 != "rejected" } }

  /// The number that TwiML dials, nil where it dials none.
  static func dialled(_ twiML: String) -> String? {
    guard let start = twiML.firstRange(of: "<Number>"),
      let end = twiML[start.upperBound...].firstRange(of: "</Number>")
    else { return nil }
    return String(twiML[start.upperBound..<end.lowerBound])
  }
}
