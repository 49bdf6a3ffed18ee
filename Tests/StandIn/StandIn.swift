// StandIn.swift - the core of the Twilio stand-in: one request of the REST API in, one reply out.
//
// It answers with the shapes, codes and headers of Twilio's API, keeps everything in one SQLite file that
// several processes may share, and breaks on purpose where a fault was planned. It waits for nothing and
// opens no connection: delays and lost answers are only stated in the reply, for the caller to carry out.

import LocalTime
import Platform
import SQLite

/// Names and values in the order of the form; a name may occur more than once.
package typealias Parameters = [(String, String)]

/// Twilio's REST API, played from a folder.
package final class StandIn {
  /// One HTTP request as the web server saw it; header names in lower case.
  package struct Request: Sendable {
    package var method: String
    /// Still percent-encoded. What stands before `/2010-04-01/` or `/v2/` is ignored.
    package var path: String
    /// Without the question mark.
    package var query: String
    package var headers: [String: String]
    package var body: [UInt8]

    package init(
      method: String, path: String, query: String = "", headers: [String: String] = [:], body: [UInt8] = []
    ) {
      self.method = method
      self.path = path
      self.query = query
      self.headers = headers
      self.body = body
    }
  }

  /// One HTTP reply, and what is to go wrong on its way.
  package struct Reply: Sendable {
    package var status: Int
    package var headers: [(String, String)]
    package var body: [UInt8]
    /// To be waited before anything is answered.
    package var delayMilliseconds = 0
    /// The answer must not reach the client.
    package var isLost = false

    package init(status: Int, headers: [(String, String)] = [], body: [UInt8] = []) {
      self.status = status
      self.headers = headers
      self.body = body
    }

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }
  }

  let database: Database
  let now: () -> Timestamp
  /// The folder with `standin.sqlite3`.
  package let directory: String

  /// Opens the state below `directory`; both are made when they are not there.
  package init(directory: String, now: @escaping () -> Timestamp) throws {
    self.directory = directory
    self.now = now
    try Files.makeFolder(directory, mode: 0o755)
    database = try Database(
      path: directory + "/standin.sqlite3", access: .create, busyTimeout: 5000)
    try database.execute(script: "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL")
    if try database.integer("PRAGMA user_version") != standInSchemaVersion {
      try database.transaction { try database.execute(script: standInSchema) }
    }
  }

  /// Answers one request of the API, as planned or as Twilio would.
  package func handle(_ request: Request) -> Reply {
    do {
      return try database.transaction { try answer(request) }
    } catch {
      // Not one of Twilio's answers: a fault of the stand-in itself has to be seen as such.
      return .json(500, .object([("stand_in", .text("\(error)"))]))
    }
  }

  private func answer(_ request: Request) throws -> Reply {
    try advanceWithTime()
    let call = APICall(request)
    let fault = try takeFault(action: call.action, recipient: call.recipient)
    var reply: Reply
    if let fault, let instead = fault.replyInstead {
      reply = instead
    } else {
      reply = try respond(to: call)
      fault?.spoil(&reply)
    }
    let offset = Int(try setting("clock_offset_seconds") ?? "") ?? 0
    reply.headers += [
      ("Date", now().adding(seconds: offset).rfc2822),
      ("Twilio-Request-Id", newSid("RQ")), ("Twilio-Concurrent-Requests", "1"),
      ("Twilio-Request-Duration", "0.031"), ("X-Powered-By", "twilio-standin"),
    ]
    try log(call, request: request, status: reply.status, fault: fault)
    return reply
  }

  private func respond(to call: APICall) throws -> Reply {
    guard try isAuthorized(call) else { return .refusal(401, 20003, "Authenticate") }
    switch call.action {
    case "messages.create": return try createMessage(call)
    case "messages.list": return try listMessages(call)
    case "recordings.list": return try listRecordings(call)
    case "recordings.fetch": return try fetchRecording(call)
    case "recordings.delete": return try deleteRecording(call)
    case "messages.fetch": return try fetchMessage(call)
    case "messages.update": return try updateMessage(call)
    case "messages.delete": return try deleteMessage(call)
    case "media.delete": return try deleteMedia(call)
    case "media.list": return try listMedia(call)
    case "calls.create": return try placeCall(call)
    case "calls.list": return try listCalls(call)
    case "calls.fetch": return try fetchCall(call)
    case "numbers.list": return try listNumbers(call)
    case "numbers.create": return try createNumber(call)
    case "numbers.fetch": return try fetchNumber(call)
    case "numbers.update": return try updateNumber(call)
    case "account.fetch": return try fetchAccount(call)
    case "lookup": return try lookUp(call)
    case "services.fetch": return try fetchService(call)
    case "services.numbers": return try listServiceNumbers(call)
    case "permissions.sms": return try smsPermissions(call)
    case "permissions.voice": return try voicePermission(call)
    case "numbers.forSale": return try numbersForSale(call)
    case "numbers.prices": return numberPrices(call)
    case let action where action.hasPrefix("webhooks."): return try webhookResource(call)
    default: return .notFound(call.path)
    }
  }

  /// Basic authentication with an account's own token or API key, or with the token of the account above it.
  private func isAuthorized(_ call: APICall) throws -> Bool {
    guard let (user, password) = call.credentials else { return false }
    let parent = try database.first(
      "SELECT token FROM accounts WHERE sid = ?", .text(user), as: { $0.text(0) })
    guard let parent, parent == password else { return false }
    if call.account.isEmpty || call.account == user { return true }
    if user.hasPrefix("SK") {
      return try database.integer(
        "SELECT 1 FROM accounts WHERE sid = ? AND parent_sid = ?", .text(user), .text(call.account)) == 1
    }
    return try database.integer(
      "SELECT 1 FROM accounts WHERE sid = ? AND parent_sid = ?", .text(call.account), .text(user)) == 1
  }

  private func log(_ call: APICall, request: Request, status: Int, fault: Fault?) throws {
    try database.execute(
      """
      INSERT INTO requests (at, method, path, query, form, status, action, recipient, fault)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      .integer(now().milliseconds), .text(request.method), .text(request.path), .text(request.query),
      .text(String(decoding: request.body, as: UTF8.self)), .integer(status), .text(call.action),
      .text(call.recipient), .text(fault?.text))
  }
}

/// `SM` and the like with 32 random hexadecimal digits.
package func newSid(_ prefix: String) -> String {
  var generator = SystemRandomNumberGenerator()
  let digits = Array("0123456789abcdef")
  var sid = prefix
  for _ in 0..<32 { sid.append(digits[Int(generator.next() & 15)]) }
  return sid
}
