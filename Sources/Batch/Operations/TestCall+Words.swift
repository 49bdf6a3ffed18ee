// TestCall+Words.swift - what the caller hears, what a rule means, why a message failed: for people.

import Business
import Store
import Twilio

extension TestCall {
  /// What the caller hears.
  func heard(_ twiML: String) -> String {
    if twiML.contains("<Reject") { return "the call is rejected" }
    let isMenu = twiML.contains("<Gather")
    guard let start = twiML.firstRange(of: "<Say"),
      let open = twiML[start.upperBound...].firstIndex(of: ">"),
      let end = twiML[open...].firstRange(of: "</Say>")
    else { return "the caller hears nothing" }
    let words = unescaped(String(twiML[twiML.index(after: open)..<end.lowerBound]))
    return "the caller \(isMenu ? "is offered the menu" : "hears"): «\(words)»"
  }

  private func unescaped(_ text: String) -> String {
    var text = text
    for (entity, character) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&"),
    ] {
      text = text.replacing(entity, with: character)
    }
    return text
  }

  func explain(_ call: CallRow) throws -> String {
    switch call.decision {
    case .deferred:
      return "quiet hours: held until \(call.dueAt.map(local) ?? "their end"), then the SMS goes out"
    default:
      return "no SMS, rule \(call.reason ?? ""): \(reason(of: call).meaning(tenant))"
    }
  }

  /// A code that is no rule's, as `dead`, is explained like an SMS that was decided on.
  private func reason(of call: CallRow) -> Reason { call.reason.flatMap { Reason(code: $0) } ?? .sent }

  // MARK: what to do

  static let startRunner = "if no cron starts it, run in another window: opsfabric run --linger 120"

  /// A handler did not take the webhook.
  func cure(of status: Int, _ text: String) -> String {
    switch status {
    case 403 where text.contains("X-Twilio-Signature"):
      "the handlers there have another home, public_url or token: opsfabric.home beside them must name this home, "
        + "and public_url lead to them; then: opsfabric apply"
    case 300..<400: "write the address it leads to as public_url, then: opsfabric apply"
    case 503: "opsfabric doctor says what the handlers cannot use; the web server's error log too"
    default: "opsfabric doctor says what is wrong with this address"
    }
  }

  func cure(of call: CallRow) -> String { reason(of: call).cure(tenant, to) }

  func cure(of message: MessageProgress) -> String {
    let verdict =
      message.state == .queued || message.sid == nil
      ? TwilioErrorCode.onCreate(httpStatus: 400, code: message.errorCode)
      : TwilioErrorCode.onDelivery(code: message.errorCode)
    guard message.errorCode != nil else {
      return "docs/faults.md; opsfabric doctor asks Twilio and looks at the runner"
    }
    switch verdict {
    case .configuration:
      return
        "set it right in Twilio's console (sender, countries, compliance): the SMS then leaves by itself, for an hour"
    case .credentials:
      return
        "correct account_sid and auth_token, or settle the account in Twilio's console; then: opsfabric apply"
    case .optedOut: return "text START from that telephone to \(message.sender), or take another one"
    case .permanent, .landline, .expired: return "take another telephone"
    case .rateLimited, .transient, .unknown:
      return "the runner tries again by itself: opsfabric list messages shows it"
    }
  }

  func failure(_ message: MessageProgress) -> String {
    let code = message.errorCode.map { code in
      ", \(code)\(TwilioErrorCode.meaning(code).map { ": \($0)" } ?? "")"
    }
    return "\(code ?? "")\(message.error.map { " (\($0))" } ?? "")"
  }
}
