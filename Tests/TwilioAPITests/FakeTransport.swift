// FakeTransport.swift - a transport that records requests and answers from a list.

import Curl
import TwilioAPI

final class FakeTransport: HTTPTransport {
  typealias Completion = (Result<HTTPReply, HTTPFailure>) -> Void

  private(set) var requests: [HTTPRequest] = []
  private var answers: [Result<HTTPReply, HTTPFailure>]
  private var pending: [Completion] = []

  init(_ answers: [Result<HTTPReply, HTTPFailure>]) { self.answers = answers }

  var inFlight: Int { pending.count }

  func submit(_ request: HTTPRequest, completion: @escaping Completion) {
    requests.append(request)
    pending.append(completion)
  }

  func poll(milliseconds: Int) {
    while !pending.isEmpty {
      let completion = pending.removeFirst()
      completion(answers.isEmpty ? .failure(.neverSent("no answer left")) : answers.removeFirst())
    }
  }

  func abandonAll() {
    let all = pending
    pending = []
    for completion in all { completion(.failure(.neverSent("abandoned"))) }
  }
}

extension Result where Success == HTTPReply, Failure == HTTPFailure {
  static func json(_ status: Int, _ text: String, _ headers: [String: String] = [:]) -> Self {
    .success(HTTPReply(status: status, headers: headers, body: Array(text.utf8)))
  }
}

let account = TwilioCredentials(accountSid: "AC0123456789abcdef0123456789abcdef", authToken: "s3cret")
let accountPath = "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/"

/// A client on a fake transport, and what one call on it ends in.
struct Bench {
  let transport: FakeTransport
  let client: TwilioClient

  init(
    _ answers: Result<HTTPReply, HTTPFailure>..., apiBase: String = "https://api.twilio.com",
    lookupsBase: String = "https://lookups.twilio.com"
  ) {
    transport = FakeTransport(answers)
    client = TwilioClient(
      transport: transport, apiBase: apiBase, lookupsBase: lookupsBase, timeoutMilliseconds: 7000)
  }

  var urls: [String] { transport.requests.map(\.url) }

  /// Runs one asynchronous call to its end.
  func wait<T>(_ call: (@escaping (T) -> Void) -> Void) -> T? {
    var result: T?
    call { result = $0 }
    transport.poll(milliseconds: 0)
    return result
  }
}

/// Twilio's answer to a new message: numbers as text, no price yet.
let createdMessage = """
  {"account_sid":"AC0123456789abcdef0123456789abcdef","api_version":"2010-04-01","body":"Grüezi 👋",
  "date_created":"Tue, 10 Feb 2026 08:15:30 +0000","date_sent":null,
  "date_updated":"Tue, 10 Feb 2026 08:15:30 +0000","direction":"outbound-api","error_code":null,
  "error_message":null,"from":"+41790000001","messaging_service_sid":null,"num_media":"0",
  "num_segments":"1","price":null,"price_unit":"usd","sid":"SM0123456789abcdef0123456789abcdef",
  "status":"queued","subresource_uris":{"media":"/2010-04-01/Accounts/AC0/Messages/SM0/Media.json"},
  "tags":null,"to":"+41791234567","uri":"/2010-04-01/Accounts/AC0/Messages/SM0.json"}
  """
