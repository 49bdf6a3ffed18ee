// Webhook.swift - the webhooks Twilio sends, with all their parameters, the empty ones too.

import LocalTime

/// A webhook to be sent by POST.
package struct Webhook: Sendable {
  /// `voice`, `dial-result`, `screen`, `gather`, `call-status`, `child-status`, `sms`, `message-status`,
  /// `fallback`, `debugger`.
  package var kind: String
  /// May have a fragment, which is not sent.
  package var url: String
  package var parameters: Parameters
  package var accountSid: String
  /// Of a message's status changes, from 1.
  package var sequence: Int

  package init(kind: String, url: String, parameters: Parameters, accountSid: String, sequence: Int = 0) {
    self.kind = kind
    self.url = url
    self.parameters = parameters
    self.accountSid = accountSid
    self.sequence = sequence
  }

  /// Where it is sent.
  package var address: String { WebhookSigner.withoutFragment(url) }

  /// What goes over the wire.
  package struct Signed: Sendable {
    package var url: String
    package var headers: [(String, String)]
    package var body: [UInt8]
  }

  /// With Twilio's headers and signature.
  package func signed(token: String) -> Signed {
    Signed(
      url: address,
      headers: [
        ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"), ("Accept", "*/*"),
        ("User-Agent", "TwilioProxy/1.1"), ("X-Home-Region", "us1"),
        ("I-Twilio-Idempotency-Token", String(newSid("").prefix(8)) + "-" + newSid("").prefix(12)),
        ("X-Twilio-Signature", WebhookSigner.sign(url: url, params: parameters, token: token)),
      ], body: Array(FormCoding.encode(parameters).utf8))
  }

  /// The parameters every request about a leg carries.
  package static func callParameters(_ leg: StoredCall, status: String) -> Parameters {
    var result: Parameters = [
      ("AccountSid", leg.accountSid), ("ApiVersion", "2010-04-01"), ("CallSid", leg.sid),
      ("CallStatus", status), ("Called", leg.to), ("Caller", leg.from), ("Direction", leg.direction),
      ("From", leg.from), ("To", leg.to),
    ]
    for (role, number) in [("Called", leg.to), ("Caller", leg.from), ("From", leg.from), ("To", leg.to)] {
      result += place(role, number)
    }
    if let parent = leg.parentSid { result.append(("ParentCallSid", parent)) }
    if let number = leg.forwardedFrom { result.append(("ForwardedFrom", number)) }
    return result
  }

  /// Twilio's guess where a number is; outside the USA mostly the country only.
  private static func place(_ role: String, _ number: String) -> Parameters {
    [
      (role + "City", ""), (role + "Country", callingCountry(of: number)?.name ?? ""),
      (role + "State", ""), (role + "Zip", ""),
    ]
  }

  /// Incoming call.
  package static func incomingCall(_ leg: StoredCall, url: String) -> Webhook {
    let token: Parameters = [("CallToken", "%7B%22parentCallInfoToken%22%3A%22eyJhbGciOiJFUzI1NiJ9%22%7D")]
    return Webhook(
      kind: "voice", url: url, parameters: callParameters(leg, status: "ringing") + token,
      accountSid: leg.accountSid)
  }

  /// End of a `<Dial>`, to its `action`.
  package static func dialResult(
    _ leg: StoredCall, status: String, url: String, dialStatus: String, childSid: String?,
    childDuration: Int?, isBridged: Bool?
  ) -> Webhook {
    var parameters = callParameters(leg, status: status) + [("DialCallStatus", dialStatus)]
    if let childSid { parameters.append(("DialCallSid", childSid)) }
    if let childDuration { parameters.append(("DialCallDuration", String(childDuration))) }
    if let isBridged { parameters.append(("DialBridged", isBridged ? "true" : "false")) }
    return Webhook(kind: "dial-result", url: url, parameters: parameters, accountSid: leg.accountSid)
  }

  /// TwiML for whoever picked up, to the `url` of `<Number>`.
  package static func screening(_ child: StoredCall, url: String) -> Webhook {
    Webhook(
      kind: "screen", url: url, parameters: callParameters(child, status: "in-progress"),
      accountSid: child.accountSid)
  }

  /// Keys pressed, to the `action` of `<Gather>`; empty after a time-out with actionOnEmptyResult.
  package static func digits(_ leg: StoredCall, digits: String, url: String) -> Webhook {
    Webhook(
      kind: "gather", url: url,
      parameters: callParameters(leg, status: "in-progress") + [
        ("msg", "Gather End"), ("Digits", digits), ("FinishedOnKey", ""),
      ], accountSid: leg.accountSid)
  }

  /// What was recorded, to the `action` of `<Record>`.
  package static func recorded(
    _ leg: StoredCall, sid: String, seconds: Int, digits: String, status: String, url: String
  ) -> Webhook {
    Webhook(
      kind: "record", url: url,
      parameters: callParameters(leg, status: status) + [
        ("RecordingUrl", recordingURL(leg, sid)), ("RecordingSid", sid),
        ("RecordingDuration", String(seconds)), ("Digits", digits),
      ], accountSid: leg.accountSid)
  }

  /// The audio is there, or there is none: neither number nor state of the call.
  package static func recordingStatus(
    _ leg: StoredCall, sid: String, seconds: Int, status: String, url: String
  ) -> Webhook {
    Webhook(
      kind: "recording-status", url: url,
      parameters: [
        ("AccountSid", leg.accountSid), ("CallSid", leg.sid), ("RecordingSid", sid),
        ("RecordingUrl", recordingURL(leg, sid)), ("RecordingStatus", status),
        ("RecordingDuration", String(seconds)), ("RecordingChannels", "1"), ("RecordingSource", "RecordVerb"),
        ("ErrorCode", status == "absent" ? "16102" : "0"),
      ], accountSid: leg.accountSid)
  }

  private static func recordingURL(_ leg: StoredCall, _ sid: String) -> String {
    "https://api.twilio.com/2010-04-01/Accounts/\(leg.accountSid)/Recordings/\(sid)"
  }

  /// End of a leg: `call-status` for the number's status callback, `child-status` for that of `<Number>`.
  package static func callStatus(_ leg: StoredCall, url: String, at time: Timestamp) -> Webhook {
    var parameters = callParameters(leg, status: leg.status)
    let seconds = leg.duration ?? 0
    if leg.parentSid == nil || leg.status == "completed" {
      parameters += [("CallDuration", String(seconds)), ("Duration", String((seconds + 59) / 60))]
    }
    parameters += [
      ("Timestamp", time.rfc2822), ("CallbackSource", "call-progress-events"), ("SequenceNumber", "0"),
    ]
    return Webhook(
      kind: leg.parentSid == nil ? "call-status" : "child-status", url: url, parameters: parameters,
      accountSid: leg.accountSid)
  }

  /// Incoming text message, with pictures.
  package static func incomingMessage(
    sid: String, account: String, from: String, to: String, body: String,
    media: [(url: String, type: String)] = [], url: String, serviceSid: String? = nil,
    optOutType: String? = nil
  ) -> Webhook {
    var parameters: Parameters = [
      ("ToCountry", callingCountry(of: to)?.name ?? ""), ("ToState", ""), ("SmsMessageSid", sid),
      ("NumMedia", String(media.count)), ("ToCity", ""), ("FromZip", ""), ("SmsSid", sid),
      ("FromState", ""), ("SmsStatus", "received"), ("FromCity", ""), ("Body", body),
      ("FromCountry", callingCountry(of: from)?.name ?? ""), ("To", to), ("ToZip", ""),
      ("NumSegments", String(Segments.count(body))), ("MessageSid", sid), ("AccountSid", account),
      ("From", from), ("ApiVersion", "2010-04-01"),
    ]
    for (index, item) in media.enumerated() {
      parameters += [("MediaContentType\(index)", item.type), ("MediaUrl\(index)", item.url)]
    }
    if let serviceSid { parameters.append(("MessagingServiceSid", serviceSid)) }
    if let optOutType { parameters.append(("OptOutType", optOutType)) }
    return Webhook(kind: "sms", url: url, parameters: parameters, accountSid: account)
  }

  /// A message's status has changed.
  package static func messageStatus(_ message: StoredMessage, url: String, at time: Timestamp) -> Webhook {
    var parameters: Parameters = [
      ("SmsSid", message.sid), ("SmsStatus", message.status), ("MessageStatus", message.status),
      ("To", message.to), ("MessageSid", message.sid), ("AccountSid", message.accountSid),
      ("From", message.from ?? ""), ("ApiVersion", "2010-04-01"),
    ]
    if let service = message.serviceSid { parameters.append(("MessagingServiceSid", service)) }
    if let code = message.errorCode { parameters.append(("ErrorCode", String(code))) }
    if ["delivered", "undelivered"].contains(message.status) {
      let digits = time.iso8601.filter { $0.isNumber }
      parameters.append(("RawDlrDoneDate", String(digits.dropFirst(2).prefix(10))))
    }
    return Webhook(
      kind: "message-status", url: url, parameters: parameters, accountSid: message.accountSid,
      sequence: message.sequence)
  }

  /// The voice webhook could not be used: the same request again, to the fallback URL.
  package static func fallback(
    _ leg: StoredCall, status: String, url: String, code: Int, failedURL: String
  ) -> Webhook {
    Webhook(
      kind: "fallback", url: url,
      parameters: callParameters(leg, status: status) + [
        ("ErrorCode", String(code)), ("ErrorUrl", WebhookSigner.withoutFragment(failedURL)),
      ], accountSid: leg.accountSid)
  }

  /// An event of the console's debugger.
  package static func debuggerEvent(
    account: String, code: Int, resource: String, level: String = "ERROR", message: String,
    failedURL: String, url: String, at time: Timestamp
  ) -> Webhook {
    let payload = JSONValue.object([
      ("resource_sid", .text(resource)), ("service_sid", .null), ("error_code", .text(String(code))),
      (
        "more_info",
        .object([
          ("Msg", .text(message)), ("sourceComponent", .text("12000")), ("ErrorCode", .text(String(code))),
          ("httpResponse", .text("502")), ("url", .text(failedURL)), ("LogLevel", .text(level)),
        ])
      ),
      (
        "webhook",
        .object([
          (
            "request",
            .object([
              ("method", .text("POST")), ("url", .text(failedURL)), ("headers", .object([])),
              ("parameters", .object([("CallSid", .text(resource))])),
            ])
          ),
          (
            "response",
            .object([("status_code", .number(502)), ("headers", .object([])), ("body", .text("Bad Gateway"))])
          ),
        ])
      ),
    ])
    return Webhook(
      kind: "debugger", url: url,
      parameters: [
        ("AccountSid", account), ("ParentAccountSid", ""), ("Sid", newSid("NO")),
        ("Timestamp", time.iso8601), ("Level", level), ("PayloadType", "application/json"),
        ("Payload", payload.written),
      ], accountSid: account)
  }
}
