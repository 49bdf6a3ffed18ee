// APICall.swift - which resource of Twilio's API a request means, and with which parameters.

import LocalTime

/// A request, taken apart.
struct APICall {
  /// `messages.create` and so on, as in a fault plan; empty for an unknown address.
  private(set) var action = ""
  private(set) var account = ""
  /// The resource's Sid, or the number of a Lookup.
  private(set) var sid = ""
  /// The Sid of a picture below it.
  private(set) var subSid = ""
  /// Of the webhooks configuration API: `Rules` and the like.
  private(set) var kind = ""
  let path: String
  let body: [UInt8]
  let idempotencyKey: String?
  let query: Parameters
  let form: Parameters
  let credentials: (user: String, password: String)?

  init(_ request: StandIn.Request) {
    body = request.body
    idempotencyKey = request.headers["idempotency-key"]
    query = FormCoding.decode(request.query)
    form = FormCoding.decode(String(decoding: request.body, as: UTF8.self))
    credentials = APICall.basicCredentials(request.headers["authorization"])
    var path = request.path
    for root in ["/2010-04-01/", "/v2/", "/v1/"] {
      // The stand-in may be served from below some folder of a web server.
      if let start = path.firstRange(of: root) { path = String(path[start.lowerBound...]) }
    }
    self.path = path
    let segments = path.split(separator: "/").map { FormCoding.percentDecode(String($0)) }
    if segments.count == 3, segments[0] == "v2", segments[1] == "PhoneNumbers" {
      sid = segments[2]
      action = request.method == "GET" ? "lookup" : ""
      return
    }
    if segments.count >= 3, segments[0] == "v1", segments[1] == "Webhooks" {
      kind = segments[2]
      sid = segments.count == 4 ? segments[3] : ""
      switch (segments.count, request.method) {
      case (3, "GET"): action = "webhooks.list"
      case (4, "GET"): action = "webhooks.fetch"
      case (3, "POST"): action = "webhooks.\(kind).create"
      case (4, "PATCH"): action = "webhooks.\(kind).update"
      default: action = ""
      }
      return
    }
    if segments.first == "v1" {
      readProduct(segments, method: request.method)
      return
    }
    guard segments.count >= 3, segments[0] == "2010-04-01", segments[1] == "Accounts",
      let form = [".json", ".mp3"].first(where: segments[segments.count - 1].hasSuffix)
    else { return }
    var rest = Array(segments[2...])
    rest[rest.count - 1].removeLast(form.count)
    account = rest[0]
    sid = rest.count > 2 ? rest[2] : ""
    let kinds = [
      "Messages": "messages", "Calls": "calls", "IncomingPhoneNumbers": "numbers", "Recordings": "recordings",
    ]
    let kind = rest.count > 1 ? kinds[rest[1]] ?? "" : "account"
    switch (rest.count, kind, request.method) {
    case (1, "account", "GET"): action = "account.fetch"
    case (2, "calls", "GET"), (2, "messages", "GET"), (2, "numbers", "GET"), (2, "recordings", "GET"):
      action = kind + ".list"
    case (2, "calls", "POST"), (2, "messages", "POST"), (2, "numbers", "POST"): action = kind + ".create"
    case (3, "calls", "GET"), (3, "messages", "GET"), (3, "numbers", "GET"): action = kind + ".fetch"
    case (3, "messages", "POST"), (3, "numbers", "POST"): action = kind + ".update"
    case (3, "recordings", "GET") where form == ".mp3": action = "recordings.fetch"
    case (3, "recordings", "DELETE"): action = "recordings.delete"
    case (3, "messages", "DELETE"): action = "messages.delete"
    case (5, "messages", "DELETE") where rest[3] == "Media":
      action = "media.delete"
      subSid = rest[4]
    case (4, "messages", "GET") where rest[3] == "Media": action = "media.list"
    case (4, _, "GET") where rest[1] == "AvailablePhoneNumbers":
      subSid = rest[3]
      action = "numbers.forSale"
    default: action = ""
    }
  }

  /// Of the services beside the 2010 API, all at one address here.
  private mutating func readProduct(_ segments: [String], method: String) {
    guard method == "GET", segments.count >= 3 else { return }
    sid = segments[2]
    switch (segments[1], segments.count) {
    case ("Services", 3): action = "services.fetch"
    case ("Services", 4) where segments[3] == "PhoneNumbers": action = "services.numbers"
    case ("Messaging", 3) where segments[2] == "GeoPermissions": action = "permissions.sms"
    case ("DialingPermissions", 4) where segments[2] == "Countries":
      sid = segments[3]
      action = "permissions.voice"
    case ("PhoneNumbers", 4) where segments[2] == "Countries":
      sid = segments[3]
      action = "numbers.prices"
    default: action = ""
    }
  }

  /// Whom the request is about, for plans and counts that concern one number only.
  var recipient: String? { action == "lookup" ? sid : form["To"] ?? query["To"] }

  private static func basicCredentials(_ header: String?) -> (user: String, password: String)? {
    guard let words = header?.split(separator: " "), words.count == 2, words[0].lowercased() == "basic",
      let bytes = FormCoding.base64Decode(String(words[1]))
    else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let colon = text.firstIndex(of: ":") else { return nil }
    return (String(text[..<colon]), String(text[text.index(after: colon)...]))
  }
}

extension Parameters {
  /// The first value of a name.
  subscript(name: String) -> String? { first { $0.0 == name }?.1 }

  /// All values of a name.
  func all(_ name: String) -> [String] { filter { $0.0 == name }.map(\.1) }
}

extension StandIn.Reply {
  static func json(_ status: Int, _ value: JSONValue) -> Self {
    Self(
      status: status, headers: [("Content-Type", "application/json")], body: Array(value.written.utf8))
  }

  /// An error answer; the status is repeated inside, as Twilio does it.
  static func refusal(_ status: Int, _ code: Int, _ message: String) -> Self {
    json(
      status,
      .object([
        ("code", .number(code)), ("message", .text(message)),
        ("more_info", .text("https://www.twilio.com/docs/errors/\(code)")), ("status", .number(status)),
      ]))
  }

  static func notFound(_ path: String) -> Self {
    refusal(404, 20404, "The requested resource \(path) was not found")
  }
}
