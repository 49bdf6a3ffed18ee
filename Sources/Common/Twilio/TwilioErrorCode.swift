// TwilioErrorCode.swift - what a Twilio error code means for the message it befell: again or never.
//
// Source: Twilio's error dictionary as read for this project. A code that is not in the table is
// judged by its HTTP status; on a delivery report it is worth the ordinary retries.

/// What to do after a failed send or a failed delivery.
public enum SendVerdict: Hashable, Sendable {
  /// This recipient or this text: never again.
  case permanent
  /// A landline: never again, and worth remembering for this number.
  case landline
  /// The recipient opted out: never again, and worth remembering for this pair.
  case optedOut
  /// Ours to mend: hold the message, alert the operator, use up no retry.
  case configuration
  /// Account or credentials: hold the whole queue, alert the operator, use up no retry.
  case credentials
  /// Too many requests: back off, use up no retry. Twilio did not process the request.
  case rateLimited
  /// Try again, not before `afterSeconds`, at most `maxRetries` times.
  case transient(afterSeconds: Int, maxRetries: Int)
  /// Too old by our own validity period: no retry.
  case expired
  /// The message may exist at Twilio: find out before any second request.
  case unknown

  /// After an ordinary failure.
  public static let ordinaryRetry = SendVerdict.transient(afterSeconds: 120, maxRetries: 2)
}

/// The classification table.
public enum TwilioErrorCode {
  /// Of an incoming message: two machines were answering each other, and Twilio ended it. No webhook comes of it.
  public static let loopBroken = 30039

  /// For the HTTP answer to the request that was to create a message.
  public static func onCreate(httpStatus: Int, code: Int?) -> SendVerdict {
    let known = code.flatMap { table[$0]?.verdict }
    // A server error says nothing certain about the message, except where Twilio promises that
    // the request was not processed.
    if httpStatus >= 500 { return known == .rateLimited ? .rateLimited : .unknown }
    if let known { return known }
    switch httpStatus {
    case 401, 403: return .credentials
    case 404: return .configuration
    case 429: return .rateLimited
    case 400..<500: return .permanent
    default: return .unknown
    }
  }

  /// For a message in the state `failed` or `undelivered`.
  public static func onDelivery(code: Int?) -> SendVerdict {
    guard let verdict = code.flatMap({ table[$0]?.verdict }), verdict != .unknown else {
      return .ordinaryRetry  // that the message failed is certain; only the reason is not known
    }
    return verdict
  }

  /// A short phrase for alerts and lists; nil for a code that is not in the table.
  public static func meaning(_ code: Int) -> String? { table[code]?.meaning ?? obsolete[code] }

  private struct Row {
    let verdict: SendVerdict
    let meaning: String

    init(_ verdict: SendVerdict, _ meaning: String) {
      self.verdict = verdict
      self.meaning = meaning
    }
  }

  private static let halfAnHour = 1800

  private static let table: [Int: Row] = [
    // The account and the API
    20001: Row(.configuration, "unknown request parameter"),
    20003: Row(.credentials, "authentication failed or permission missing"),
    20005: Row(.credentials, "account not active"),
    20404: Row(.configuration, "wrong SID or path"),
    20429: Row(.rateLimited, "too many requests at once"),
    20500: Row(.unknown, "internal error at Twilio"),
    20503: Row(.unknown, "Twilio is unavailable"),
    90010: Row(.credentials, "account not active"),

    // Refused when sending
    14107: Row(.permanent, "reply loop between two numbers stopped"),
    21211: Row(.permanent, "invalid recipient number"),
    21212: Row(.configuration, "invalid sender number"),
    21214: Row(.permanent, "recipient cannot be reached"),
    21217: Row(.permanent, "recipient number is not valid"),
    21408: Row(.configuration, "sending to this country is not enabled for the account"),
    21601: Row(.configuration, "sender cannot send SMS"),
    21602: Row(.configuration, "message text is missing"),
    21603: Row(.configuration, "sender is missing"),
    21604: Row(.configuration, "recipient is missing"),
    21606: Row(.configuration, "sender is not valid for this destination"),
    21608: Row(.configuration, "trial account or no compliance profile: recipient not verified"),
    21609: Row(.configuration, "invalid status callback URL"),
    21610: Row(.optedOut, "recipient has opted out"),
    21611: Row(.transient(afterSeconds: halfAnHour, maxRetries: 2), "sender's queue is full"),
    21612: Row(.permanent, "no route from this sender to this recipient"),
    21614: Row(.landline, "recipient is not a mobile number"),
    21617: Row(.configuration, "message text is over 1600 characters"),
    21618: Row(.permanent, "text is filtered by all carriers"),
    21619: Row(.configuration, "message has neither text nor media"),
    21635: Row(.landline, "recipient is a landline"),
    21703: Row(.configuration, "messaging service has no fitting sender"),
    21704: Row(.configuration, "messaging service has no sender"),
    21705: Row(.configuration, "messaging service is not valid"),

    // Failed on the way
    30001: Row(.ordinaryRetry, "queue overflow"),
    30002: Row(.credentials, "account suspended"),
    30003: Row(.transient(afterSeconds: halfAnHour, maxRetries: 1), "handset off or unreachable"),
    30004: Row(.permanent, "blocked by carrier or recipient"),
    30005: Row(.permanent, "unknown number"),
    30006: Row(.landline, "landline or unreachable carrier"),
    30007: Row(.permanent, "filtered for its content"),
    30008: Row(.transient(afterSeconds: 120, maxRetries: 1), "unknown error at the carrier"),
    30017: Row(.ordinaryRetry, "carrier network is congested"),
    30018: Row(.configuration, "sender is not registered in the destination country"),
    30022: Row(.configuration, "US 10DLC rate limit"),
    30023: Row(.configuration, "US 10DLC daily limit"),
    30024: Row(.configuration, "sender is not provisioned with the carrier"),
    30027: Row(.configuration, "US carrier's daily limit"),
    30032: Row(.configuration, "toll-free sender is not verified"),
    30034: Row(.configuration, "US 10DLC sender is not registered"),
    30036: Row(.expired, "validity period expired"),
    30037: Row(.configuration, "outbound messaging is disabled for the account"),
    30044: Row(.configuration, "text is too long for a trial account"),
    30410: Row(.permanent, "provider timed out; the message may have been delivered"),
    30450: Row(.transient(afterSeconds: halfAnHour, maxRetries: 2), "held back by SMS-pumping protection"),
    63038: Row(.configuration, "account's daily message limit reached"),
  ]

  /// Known by name, without an action of its own.
  private static let obsolete = [30010: "price limit exceeded"]
}
