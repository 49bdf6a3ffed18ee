// ErrorReply.swift - what Twilio said when it did not do what was asked.

import Curl
import LocalTime
import Twilio

struct ErrorReply {
  let httpStatus: Int
  let code: Int?
  /// For logs: numbers are shortened in it.
  let message: String
  let retryAfterSeconds: Int?
  /// False for what a proxy or a load balancer says in Twilio's place: not Twilio's verdict.
  let isTwilioJSON: Bool

  init(_ reply: HTTPReply) {
    let error = decoded(WireError.self, reply.body)
    httpStatus = reply.status
    code = error?.code?.value
    isTwilioJSON = error != nil
    let text =
      error?.message?.value ?? error?.detail?.value ?? code.flatMap { TwilioErrorCode.meaning($0) }
      ?? "HTTP \(reply.status)"
    message = shortened(withoutWholeNumbers(text))
    retryAfterSeconds = reply.retryAfterSeconds
  }

  /// `HTTP 500, code 20500: …`.
  var summary: String {
    "HTTP \(httpStatus)\(code.map { ", code \($0)" } ?? "")\(isTwilioJSON ? ": \(message)" : ", not JSON")"
  }

  /// The failure of a read.
  var failure: APIFailure {
    switch TwilioErrorCode.onCreate(httpStatus: httpStatus, code: code) {
    case .credentials: return .credentials(summary)
    case .rateLimited: return .rateLimited(retryAfterSeconds: retryAfterSeconds)
    case _ where 400..<500 ~= httpStatus:
      return .refused(httpStatus: httpStatus, code: code, message: message)
    default: return .unavailable(summary)
    }
  }

  /// What it says about the message that was to be created.
  func outcome<Resource>() -> CreateOutcome<Resource> {
    let verdict = TwilioErrorCode.onCreate(httpStatus: httpStatus, code: code)
    // "Never again" must come from Twilio itself; a middle box's 4xx page proves nothing.
    if verdict == .unknown || (verdict == .permanent && !isTwilioJSON) { return .unknown(summary) }
    return .refused(
      verdict: verdict, httpStatus: httpStatus, code: code, message: message,
      retryAfterSeconds: retryAfterSeconds)
  }
}

/// Runs of seven and more digits keep their last two: Twilio's messages quote whole phone numbers,
/// and logs must not.
func withoutWholeNumbers(_ text: String) -> String {
  var result = ""
  var run = ""
  func flush() {
    result += run.count >= 7 ? "…" + run.suffix(2) : run
    run = ""
  }
  for character in text {
    if character.isASCII, character.isNumber {
      run.append(character)
    } else {
      flush()
      result.append(character)
    }
  }
  flush()
  return result
}

private func shortened(_ text: String) -> String { text.count > 300 ? text.prefix(300) + "…" : text }

extension HTTPReply {
  /// How long the other side wants to be left alone, a day at most: seconds, or an HTTP date, which is compared with its own
  /// clock in `Date`. nil where it does not say.
  package var retryAfterSeconds: Int? {
    let longest = 86_400
    guard let text = headers["retry-after"] else { return nil }
    if let seconds = Int(text) { return min(max(0, seconds), longest) }
    guard let until = Timestamp(rfc2822: text), let now = headers["date"].flatMap(Timestamp.init(rfc2822:))
    else { return nil }
    return min(max(0, Int(until.seconds - now.seconds)), longest)
  }
}
