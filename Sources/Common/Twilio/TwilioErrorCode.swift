// TwilioErrorCode.swift - what a Twilio error code means for the message it befell: again, never, or once we have
// mended something.
//
// The codes are in TwilioErrorTable.swift. One that is not there is judged by its family, else by its HTTP status; on a
// delivery report it is worth the ordinary retries.

/// Whose the fault is: the question behind every verdict.
package enum SendFault: String, CaseIterable, Sendable {
  /// This number, or this pair of numbers.
  case recipient
  /// These words.
  case text
  /// Neither: the network, or Twilio, at this moment.
  case moment
  /// Our account, sender, set-up or request: nobody is to suffer from it, so the message is held.
  case ours
}

/// What to do after a failed send or a failed delivery.
package enum SendVerdict: Hashable, Sendable {
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
  package static let ordinaryRetry = SendVerdict.transient(afterSeconds: 120, maxRetries: 2)
}

/// How codes are judged.
package enum TwilioErrorCode {
  /// Of an incoming message: two machines were answering each other, and Twilio ended it. No webhook comes of it.
  package static let loopBroken = 30039

  /// For the HTTP answer to the request that was to create a message.
  package static func onCreate(httpStatus: Int, code: Int?) -> SendVerdict {
    let known = code.flatMap { entry($0)?.verdict }
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
  package static func onDelivery(code: Int?) -> SendVerdict {
    guard let verdict = code.flatMap({ entry($0)?.verdict }), verdict != .unknown else {
      return .ordinaryRetry  // that the message failed is certain; only the reason is not known
    }
    return verdict
  }

  /// A short phrase for alerts and lists; nil for a code that is neither in the table nor of a known family.
  package static func meaning(_ code: Int) -> String? { entry(code)?.meaning }

  /// Whose the fault is; nil for a code that is neither in the table nor of a known family.
  package static func fault(_ code: Int) -> SendFault? { entry(code)?.fault }

  /// Every code of the table.
  package static var codes: [Int] { rows.map(\.code) }

  private static func entry(_ code: Int) -> Row? { table[code] ?? family(of: code) }

  private static let table = Dictionary(rows.map { ($0.code, $0) }) { first, _ in first }
}
