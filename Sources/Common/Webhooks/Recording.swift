// Recording.swift - recording: a caller has left a voice message.
//
// Twilio tells of it twice, in any order: the `action` of <Record> when the caller has done (or has hung up), and the
// recording's own callback when the audio is ready, or when there is none. Whichever comes first makes the request; the
// audio follows, or never comes. It is fetched by the recording's Sid, never from an address that a webhook names.

import Business
import CGI
import Desk
import LocalTime
import Settings
import Store
import Twilio

package struct Recording: WebhookType {
  package static let name = "recording"
  package static let requiredFields = ["CallSid"]

  package let webhook: Webhook
  package init(_ webhook: Webhook) { self.webhook = webhook }

  /// The longest message.
  static let maxSeconds = 120
  /// Silence that ends it.
  private static let silenceSeconds = 5

  /// The callback of a recording names no `To`; our address carries the tenant.
  package func tenants(in settings: SettingsReader) throws -> [Tenant] {
    try webhook.query["tenant"].flatMap { try settings.tenant(id: $0) }.map { [$0] } ?? []
  }

  package var sequence: String { webhook.field("CallSid") }

  /// The audio's callback, not the caller's next step.
  private var isCallback: Bool { webhook.fields.nonEmpty("RecordingStatus") != nil }

  /// nil = there is no audio: the caller said nothing.
  private var sid: String? {
    let sid = webhook.field("RecordingSid")
    let isAbsent = ["absent", "failed"].contains(webhook.field("RecordingStatus").lowercased())
    let hex = sid.dropFirst(2).utf8
    let isSid =
      sid.hasPrefix("RE") && hex.count == 32
      && hex.allSatisfy { 48...57 ~= $0 || 97...102 ~= $0 || 65...70 ~= $0 }
    return isSid && !isAbsent ? sid : nil
  }

  private var seconds: Int {
    max(0, min(webhook.fields["RecordingDuration"].flatMap { Int($0) } ?? 0, Recording.maxSeconds))
  }

  /// As our address says it; before anybody was asked it is the call's own number.
  private var caller: VoiceCaller {
    let keyed = webhook.query["keyed"] == "1" ? webhook.query["number"] : nil
    let from = webhook.query["number"] ?? webhook.field("From")
    return VoiceCaller(from: keyed == nil ? from : "", keyed: keyed.flatMap { PhoneNumber(e164: $0) })
  }

  /// One request a call, one row an audio, whatever comes how often in which order.
  package func record(for tenants: [Tenant], by intake: Intake) throws -> Found {
    guard let tenant = tenants.first else { return Found() }
    let (store, now) = (intake.store, webhook.receivedAt)
    try store.write {
      guard let call = try call(tenant: tenant, in: store) else { return }
      let known = try store.recording(ofCall: call.id)
      // Nobody who cannot be called back and has said nothing can be helped.
      guard known != nil || sid != nil || caller.hasNumber else { return }
      let language = tenant.language
      let isSilent = sid == nil || (isCallback && seconds == 0)
      let summary = isSilent ? language.emptyVoiceMessage : language.voiceMessage(seconds: seconds)
      if let known {
        try store.noteRecording(ifWaiting: known.id, sid: sid, seconds: seconds, isReady: isCallback, at: now)
        return
      }
      let ticket = try intake.takeInVoiceMessage(
        summary, caller: caller, tenant: tenant, call: call, at: now)
      try store.addRecording(
        call: call, ticket: ticket, sid: sid, seconds: seconds, isReady: isCallback, at: now)
      try store.logEvent(
        .voiceMessage, tenant: tenant.id, ticket: ticket, call: call.id, detail: "\(seconds) s", at: now)
    }
    return Found()
  }

  /// Should the call's own webhooks come later, the message finds a row all the same.
  private func call(tenant: Tenant, in store: Store) throws -> CallRow? {
    let sid = webhook.field("CallSid")
    try store.recordCall(
      sid: sid, tenant: tenant.id,
      caller: String(
        (webhook.fields.nonEmpty("From") ?? (caller.origin == .caller ? caller.phone : "")).prefix(64)),
      called: webhook.fields.nonEmpty("To") ?? tenant.voiceNumbers.first ?? "", startedAt: webhook.receivedAt)
    return try store.call(sid: sid).flatMap { $0.tenant == tenant.id ? $0 : nil }
  }

  package func answer(_ context: AnswerContext) -> CGIResponse {
    guard !isCallback else { return .noContent }
    let spoken = context.spoken
    let thanks =
      caller.hasNumber ? context.callbackPromise(at: webhook.receivedAt) : spoken.recordThanksWithheld
    return .xml(TwiML.response([context.say(thanks), .hangup]))
  }

  /// The beep, and what is said after it, at most two minutes.
  /// - Parameters:
  ///   - action: asked next, once something was said; without anything the verb behind this one is played.
  ///   - callback: told when the audio is ready, or that there is none; nil: nobody is.
  package static func element(action: String, method: String, callback: String?) -> TwiML {
    .element(
      "Record",
      [
        "maxLength": String(maxSeconds), "timeout": String(silenceSeconds), "playBeep": "true",
        "finishOnKey": "#", "action": action, "method": method, "recordingStatusCallback": callback,
        "recordingStatusCallbackMethod": callback == nil ? nil : "POST",
        "recordingStatusCallbackEvent": callback == nil ? nil : "completed absent",
      ])
  }

  /// What lets the caller speak: announced as recorded before anything is.
  static func verbs(callSid: String, caller: VoiceCaller, _ context: AnswerContext) -> [TwiML] {
    let number = caller.hasNumber ? "&number=\(percentEncoded(caller.phone))" : ""
    let query = "tenant=\(context.tenant.id)\(number)\(caller.origin == .keyed ? "&keyed=1" : "")"
    let url = context.url(Recording.self, query: query)
    return [
      context.say(context.spoken.recordPrompt(canCallBack: caller.hasNumber)),
      element(action: url, method: "POST", callback: url),
      context.say(context.spoken.menuNothingPressed), .hangup,
    ]
  }
}
