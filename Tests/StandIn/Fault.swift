// Fault.swift - what may go wrong between the product and Twilio, and the plan of when it does.

import SQLite

/// One thing that goes wrong with one request.
package enum Fault: Hashable, Sendable {
  /// 500 with Twilio's JSON; nothing was done.
  case http500
  /// 503 with a page for people instead of JSON; nothing was done.
  case http503html
  /// 429, code 20429; nothing was done.
  case rate429(retryAfter: Int?)
  /// Carried out, but the answer does not arrive.
  case lostAnswer
  /// Nothing happens for that many seconds, then the connection ends; nothing was done.
  case hang(seconds: Int)
  /// Carried out; then nothing for that many seconds, then the connection ends.
  case acceptThenHang(seconds: Int)
  /// Carried out, and answered that many seconds late.
  case slow(seconds: Int)
  /// Carried out, but answered with 500.
  case acceptThen500
  /// 401, code 20003; nothing was done.
  case unauthorized401
  /// Refused with this HTTP status and Twilio code; nothing was done.
  case refuse(httpStatus: Int, code: Int)
  /// A success status with a body that is no JSON. 201: carried out; others: nothing was done.
  case garbage(httpStatus: Int)

  /// As written in the database and on the command line: the name and its numbers, `refuse:400:21610`.
  package var text: String {
    switch self {
    case .http500: "http500"
    case .http503html: "http503html"
    case .rate429(let seconds): "rate429" + (seconds.map { ":\($0)" } ?? "")
    case .lostAnswer: "lostAnswer"
    case .hang(let seconds): "hang:\(seconds)"
    case .acceptThenHang(let seconds): "acceptThenHang:\(seconds)"
    case .slow(let seconds): "slow:\(seconds)"
    case .acceptThen500: "acceptThen500"
    case .unauthorized401: "unauthorized401"
    case .refuse(let status, let code): "refuse:\(status):\(code)"
    case .garbage(let status): "garbage:\(status)"
    }
  }

  /// Reads `text` back; also `garbage200` and `garbage201`.
  package init?(text: String) {
    let words = text.split(separator: ":")
    let numbers = words.dropFirst().compactMap { Int($0) }
    guard let name = words.first, numbers.count == words.count - 1 else { return nil }
    switch (name, numbers.count) {
    case ("http500", 0): self = .http500
    case ("http503html", 0): self = .http503html
    case ("rate429", 0): self = .rate429(retryAfter: nil)
    case ("rate429", 1): self = .rate429(retryAfter: numbers[0])
    case ("lostAnswer", 0): self = .lostAnswer
    case ("hang", 1): self = .hang(seconds: numbers[0])
    case ("acceptThenHang", 1): self = .acceptThenHang(seconds: numbers[0])
    case ("slow", 1): self = .slow(seconds: numbers[0])
    case ("acceptThen500", 0): self = .acceptThen500
    case ("unauthorized401", 0): self = .unauthorized401
    case ("refuse", 2): self = .refuse(httpStatus: numbers[0], code: numbers[1])
    case ("garbage", 1): self = .garbage(httpStatus: numbers[0])
    case ("garbage200", 0): self = .garbage(httpStatus: 200)
    case ("garbage201", 0): self = .garbage(httpStatus: 201)
    default: return nil
    }
  }

  /// The reply where the request is not carried out at all.
  var replyInstead: StandIn.Reply? {
    switch self {
    case .http500: return .refusal(500, 20500, "An internal server error has occurred")
    case .http503html:
      let page = "<html><head><title>503</title></head><body><h1>Service Unavailable</h1></body></html>\n"
      return .init(status: 503, headers: [("Content-Type", "text/html")], body: Array(page.utf8))
    case .rate429(let seconds):
      var reply = StandIn.Reply.refusal(429, 20429, "Too Many Requests")
      if let seconds { reply.headers.append(("Retry-After", String(seconds))) }
      return reply
    case .unauthorized401: return .refusal(401, 20003, "Authenticate")
    case .refuse(let status, let code): return .refusal(status, code, errorMessage(code))
    case .hang(let seconds):
      var reply = StandIn.Reply(status: 503)
      reply.delayMilliseconds = seconds * 1000
      reply.isLost = true
      return reply
    case .garbage(let status) where status != 201: return Fault.garbageReply(status)
    case .lostAnswer, .acceptThenHang, .slow, .acceptThen500, .garbage: return nil
    }
  }

  /// Changes the reply to a request that was carried out.
  func spoil(_ reply: inout StandIn.Reply) {
    switch self {
    case .lostAnswer: reply.isLost = true
    case .acceptThenHang(let seconds):
      reply.delayMilliseconds = seconds * 1000
      reply.isLost = true
    case .slow(let seconds): reply.delayMilliseconds = seconds * 1000
    case .acceptThen500: reply = .refusal(500, 20500, "An internal server error has occurred")
    case .garbage(let status): reply = Fault.garbageReply(status)
    default: break
    }
  }

  private static func garbageReply(_ status: Int) -> StandIn.Reply {
    .init(
      status: status, headers: [("Content-Type", "application/json")],
      body: Array("{\"sid\": \"SM12".utf8) + [0xff, 0xfe, 0x00] + Array("<p>".utf8))
  }
}

extension StandIn {
  /// Plans a fault for the next `times` requests that match.
  ///
  /// Plans are consumed in the order they were made; among several that match, the oldest goes first.
  /// - Parameters:
  ///   - match: `messages.create`, `messages.list`, `messages.fetch`, `messages.update`,
  ///     `messages.delete`, `media.list`, `media.delete`, `calls.create`, `calls.list`, `calls.fetch`, `numbers.list`, `numbers.fetch`,
  ///     `numbers.create`, `numbers.update`, `recordings.list`, `recordings.fetch`, `recordings.delete`, `account.fetch`, `lookup`, `messages.*`, or `*` for all.
  ///   - to: only requests about this number.
  package func plan(_ match: String, fault: Fault, times: Int = 1, to recipient: String? = nil) throws {
    try database.execute(
      "INSERT INTO faults (match, fault, times_left, recipient) VALUES (?, ?, ?, ?)",
      .text(match), .text(fault.text), .integer(times), .text(recipient))
  }

  /// Faults that are planned and have not happened yet.
  package func faultsLeft() throws -> Int {
    try database.integer("SELECT coalesce(sum(times_left), 0) FROM faults") ?? 0
  }

  /// From now on nothing planned happens.
  package func forgetFaults() throws { try database.execute("DELETE FROM faults") }

  func takeFault(action: String, recipient: String?) throws -> Fault? {
    let family = action.split(separator: ".").first.map { $0 + ".*" } ?? "*"
    let taken = try database.first(
      """
      UPDATE faults SET times_left = times_left - 1 WHERE id = (
        SELECT id FROM faults
        WHERE times_left > 0 AND match IN (?, ?, '*') AND (recipient IS NULL OR recipient = ?)
        ORDER BY id LIMIT 1)
      RETURNING fault
      """, .text(action), .text(family), .text(recipient), as: { $0.text(0) })
    return taken.flatMap { Fault(text: $0) }
  }
}
