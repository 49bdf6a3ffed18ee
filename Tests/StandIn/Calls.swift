// Calls.swift - the Calls resource: list and fetch, and the records a played call leaves.

import LocalTime
import SQLite

/// One leg of a call as the stand-in keeps it.
package struct StoredCall: Sendable {
  package var sid: String
  package var accountSid: String
  package var parentSid: String?
  package var from: String
  package var to: String
  /// Twilio's CallStatus.
  package var status: String
  /// `inbound`, `outbound-dial` or `outbound-api`.
  package var direction: String
  package var forwardedFrom: String?
  /// Seconds; nil while the call lasts.
  package var duration: Int?
  package var price: String?
  package var startedAt: Timestamp
  package var endedAt: Timestamp?

  package init(
    sid: String = newSid("CA"), accountSid: String, parentSid: String? = nil, from: String, to: String,
    status: String, direction: String = "inbound", forwardedFrom: String? = nil, duration: Int? = nil,
    startedAt: Timestamp, endedAt: Timestamp? = nil
  ) {
    self.sid = sid
    self.accountSid = accountSid
    self.parentSid = parentSid
    self.from = from
    self.to = to
    self.status = status
    self.direction = direction
    self.forwardedFrom = forwardedFrom
    self.duration = duration
    self.startedAt = startedAt
    self.endedAt = endedAt
  }

  static let columns = """
    sid, account_sid, parent_sid, caller, called, status, direction, forwarded_from, duration, price, \
    started_at, ended_at
    """

  init(_ row: Row) {
    self.init(
      sid: row.text(0), accountSid: row.text(1), parentSid: row.optionalText(2), from: row.text(3),
      to: row.text(4), status: row.text(5), direction: row.text(6), forwardedFrom: row.optionalText(7),
      duration: row.optionalInteger(8), startedAt: Timestamp(milliseconds: Int64(row.integer(10))),
      endedAt: row.optionalInteger(11).map { Timestamp(milliseconds: Int64($0)) })
    price = row.optionalText(9)
  }

  /// As the API shows it; `numberSid` is the Sid of the account's own number in it.
  package func json(numberSid: String?) -> JSONValue {
    let uri = "/2010-04-01/Accounts/\(accountSid)/Calls/\(sid)"
    let updated = (endedAt ?? startedAt).rfc2822
    // One that waits has no time at all.
    let started = status == "queued" ? nil : startedAt.rfc2822
    return .object([
      ("date_updated", .text(updated)), ("price_unit", .text("USD")), ("parent_call_sid", .text(parentSid)),
      ("caller_name", .null), ("duration", .text(duration.map(String.init))), ("from", .text(from)),
      ("to", .text(to)), ("annotation", .null), ("answered_by", .null), ("sid", .text(sid)),
      ("queue_time", .text("0")), ("price", .text(price)), ("api_version", .text("2010-04-01")),
      ("status", .text(status)), ("direction", .text(direction)), ("start_time", .text(started)),
      ("date_created", .text(started)), ("from_formatted", .text(from)), ("group_sid", .null),
      ("trunk_sid", .null), ("uri", .text(uri + ".json")), ("account_sid", .text(accountSid)),
      ("end_time", .text(endedAt?.rfc2822)), ("to_formatted", .text(to)),
      ("phone_number_sid", .text(numberSid)), ("forwarded_from", .text(forwardedFrom)),
      (
        "subresource_uris",
        .object([
          ("notifications", .text(uri + "/Notifications.json")),
          ("recordings", .text(uri + "/Recordings.json")), ("events", .text(uri + "/Events.json")),
        ])
      ),
    ])
  }
}

extension StandIn {
  /// Writes a leg, or writes it anew: so a test may also make calls up without playing them.
  package func record(_ call: StoredCall) throws {
    try database.execute(
      """
      INSERT INTO calls (sid, account_sid, parent_sid, caller, called, status, direction, forwarded_from,
        duration, price, started_at, ended_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
      ON CONFLICT (sid) DO UPDATE SET status = ?6, duration = ?9, price = ?10, started_at = ?11,
        ended_at = ?12, updated_at = ?13
      """,
      .text(call.sid), .text(call.accountSid), .text(call.parentSid), .text(call.from), .text(call.to),
      .text(call.status), .text(call.direction), .text(call.forwardedFrom), .integer(call.duration),
      .text(call.price), .integer(call.startedAt.milliseconds), .integer(call.endedAt?.milliseconds),
      .integer(now().milliseconds))
  }

  /// All legs, oldest first; `from` only those of one caller.
  package func calls(from caller: String? = nil) throws -> [StoredCall] {
    try database.rows(
      "SELECT \(StoredCall.columns) FROM calls WHERE ?1 IS NULL OR caller = ?1 ORDER BY id", .text(caller),
      as: { StoredCall($0) })
  }

  func listCalls(_ call: APICall) throws -> Reply {
    var filter = ListFilter()
    filter.equal("account_sid", call.account)
    filter.equal("called", call.query["To"])
    filter.equal("caller", call.query["From"])
    filter.equal("status", call.query["Status"])
    filter.equal("parent_sid", call.query["ParentCallSid"])
    filter.time("iif(status = 'queued', NULL, started_at)", "StartTime", in: call.query)
    filter.time("ended_at", "EndTime", in: call.query)
    return try page(of: "calls", named: "calls", filter: filter, call: call) {
      try callJSON($0, call.account)
    }
  }

  func fetchCall(_ call: APICall) throws -> Reply {
    guard let json = try callJSON(call.sid, call.account) else { return .notFound(call.path) }
    return .json(200, json)
  }

  private func callJSON(_ sid: String, _ account: String) throws -> JSONValue? {
    let stored = try database.first(
      "SELECT \(StoredCall.columns) FROM calls WHERE sid = ? AND account_sid = ?", .text(sid), .text(account),
      as: { StoredCall($0) })
    guard let stored else { return nil }
    let numberSid = try database.first(
      "SELECT sid FROM numbers WHERE phone_number IN (?, ?)", .text(stored.to), .text(stored.from),
      as: { $0.text(0) })
    return stored.json(numberSid: numberSid)
  }
}
