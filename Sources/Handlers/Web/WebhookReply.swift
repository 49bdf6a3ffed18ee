// WebhookReply.swift - what each webhook is answered: TwiML for calls, nothing for messages and reports.

import Business
import CGI
import Intake
import LocalTime
import Spool
import Store
import Twilio

struct WebhookReply {
  let webhook: Webhook
  let tenant: Tenant?
  let installation: Installation
  let context: EndpointContext
  let rawQuery: String

  /// What the database had of the webhook's call, and where more of it can be asked.
  struct Recorded {
    let found: Intake.Found
    let intake: Intake
  }

  /// The answer.
  /// - Parameter recorded: nil when the spool or a queue has the webhook: then nothing that would need the database.
  func answer(_ recorded: Recorded?) -> CGIResponse {
    guard let tenant else { return withoutTenant() }
    switch webhook.kind {
    case .voice: return incomingCall(tenant, recorded)
    case .dialResult: return .xml(TwiML.response(afterDial(tenant, recorded)))
    case .screen: return .xml(TwiML.response(screening(tenant)))
    case .menu: return .xml(TwiML.response(afterMenuKey(tenant)))
    case .callStatus, .smsStatus: return .noContent
    case .twilioError:
      return webhook.fields["CallSid"] == nil ? .xml(TwiML.response()) : incomingCall(tenant, recorded)
    case .sms: return .xml(TwiML.response())
    }
  }

  /// The answer for a tenant that is switched off: the phone rings, that is all.
  func withoutRecording() -> CGIResponse {
    guard webhook.kind == .voice || webhook.kind == .twilioError, let tenant, let forwardTo = tenant.forwardTo
    else {
      return isReport ? .noContent : .xml(TwiML.response())
    }
    return .xml(ForwardingTwiML(forwardTo: forwardTo, ringSeconds: tenant.ringSeconds).document)
  }

  private var isReport: Bool { [.callStatus, .smsStatus].contains(webhook.kind) }

  private func withoutTenant() -> CGIResponse {
    // A fallback request for a number we do not know still wants a document; a report wants nothing.
    webhook.kind == .twilioError && webhook.fields["CallSid"] != nil ? .xml(TwiML.response()) : .noContent
  }

  // MARK: voice

  private func incomingCall(_ tenant: Tenant, _ recorded: Recorded?) -> CGIResponse {
    guard tenant.mode == .frontNumber, let forwardTo = tenant.forwardTo else {
      return .xml(
        TwiML.response(
          tenant.announcement == .none ? [.element("Reject")] : afterMiss(tenant, recorded)))
    }
    // Without the database nobody is rejected: the phone must ring.
    if recorded?.found.isRejected == true { return .xml(TwiML.response([.element("Reject")])) }
    let screen =
      tenant.screening
      ? url(
        .screen,
        query: "tenant=\(percentEncoded(tenant.id))&call=\(percentEncoded(webhook.fields["CallSid"] ?? ""))")
      : nil
    return .xml(
      ForwardingTwiML(
        forwardTo: forwardTo, ringSeconds: tenant.ringSeconds, action: url(.dialResult), screeningURL: screen
      ).document)
  }

  // MARK: after the miss

  private func afterDial(_ tenant: Tenant, _ recorded: Recorded?) -> [TwiML] {
    isAnswered(recorded) ? [.hangup] : afterMiss(tenant, recorded)
  }

  /// Without the database the dial result must do. Whether the key of the screening was pressed it says only
  /// by `DialBridged`; where that is missing, silence is better than a wrong announcement to two people who have
  /// just spoken. What is recorded later is decided with the key.
  private func isAnswered(_ recorded: Recorded?) -> Bool {
    recorded?.found.call.map { $0.outcome == .answered } ?? webhook.isDialConnected
  }

  /// The announcement, or the menu for a caller who cannot get an SMS. An SMS is promised only when the
  /// rules, asked as of the time it is due, will send it, and the number is known to be able to get it.
  private func afterMiss(_ tenant: Tenant, _ recorded: Recorded?) -> [TwiML] {
    let spoken = SpokenText(business: tenant.name, language: tenant.language)
    switch outlook(tenant, recorded) {
    case .sms: return announcement(tenant, standard: promise(spoken, tenant))
    case .alreadyTexted: return announcement(tenant, standard: spoken.announcementAlreadyTexted)
    case .nothing: return announcement(tenant, standard: spoken.announcementPlain)
    case .noSMS:
      return tenant.voiceMenu ? menu(tenant) : announcement(tenant, standard: spoken.announcementPlain)
    }
  }

  private func promise(_ spoken: SpokenText, _ tenant: Tenant) -> String {
    tenant.mode == .carrierForwarding
      ? spoken.optionBAnnouncement(promisingSMS: true) : spoken.announcementWithSMS
  }

  private enum Outlook { case sms, alreadyTexted, noSMS, nothing }

  private func outlook(_ tenant: Tenant, _ recorded: Recorded?) -> Outlook {
    guard let recorded, let call = recorded.found.call, let due = call.dueAt,
      let (decision, isKnownMobile) = try? recorded.intake.outlook(
        for: call, tenant: tenant, lookup: LookupPolicy(isOn: installation.lookup), at: due)
    else {
      let caller = webhook.fields["From"] ?? ""
      // Without the database: only what the number itself tells.
      guard !PhoneNumber.isWithheld(caller), let number = PhoneNumber(e164: caller) else { return .noSMS }
      return number.lineType == .landline || number.lineType == .excluded ? .noSMS : .nothing
    }
    switch decision {
    case .send:
      let canGoOut = !recorded.intake.isAboveLimit(tenant: tenant, at: webhook.receivedAt)
      return canGoOut && isKnownMobile ? .sms : .noSMS
    case .deferUntil: return .nothing
    case .skip(.withheld), .skip(.landline), .skip(.country), .skip(.optedOut): return .noSMS
    case .skip(.dedupe), .skip(.throttle): return .alreadyTexted
    case .skip: return .nothing
    }
  }

  private func announcement(_ tenant: Tenant, standard: String) -> [TwiML] {
    switch tenant.announcement {
    case .none: [.hangup]
    case .standard: [.say(standard, language: tenant.language.sayLanguage), .hangup]
    case .text(let own): [.say(own, language: tenant.language.sayLanguage), .hangup]
    }
  }

  // MARK: menu

  private func menu(_ tenant: Tenant) -> [TwiML] {
    let spoken = SpokenText(business: tenant.name, language: tenant.language)
    let language = tenant.language.sayLanguage
    return [
      .element(
        "Gather", ["numDigits": "1", "timeout": "8", "action": url(.menu), "method": "POST"],
        [
          .say(
            webhook.hasCallerNumber ? spoken.menuPrompt : spoken.menuPromptWithheld, language: language)
        ]),
      .say(spoken.menuNothingPressed, language: language), .hangup,
    ]
  }

  private func afterMenuKey(_ tenant: Tenant) -> [TwiML] {
    let spoken = SpokenText(business: tenant.name, language: tenant.language)
    let language = tenant.language.sayLanguage
    switch webhook.fields["Digits"] {
    case "1" where !webhook.hasCallerNumber, "2" where !webhook.hasCallerNumber:
      return [.say(spoken.menuThanksWithheld, language: language), .hangup]
    case "1": return [.say(spoken.menuThanksUrgent, language: language), .hangup]
    case "2":
      let zone = context.zones.zone(tenant.timezone) ?? .utc
      let now = webhook.receivedAt
      let due = tenant.slaDue(.medium, from: now, zone: zone)
      let sla = Texts(tenant: tenant, zone: zone).sla(due, now: now)
      return [.say(spoken.menuThanksCallback(sla: sla), language: language), .hangup]
    default: return menu(tenant)
    }
  }

  // MARK: screening

  private func screening(_ tenant: Tenant) -> [TwiML] {
    if webhook.fields.nonEmpty("Digits") != nil { return [] }
    let spoken = SpokenText(business: tenant.name, language: tenant.language)
    return [
      .element(
        "Gather",
        ["numDigits": "1", "timeout": "8", "action": url(.screen, query: rawQuery), "method": "POST"],
        [.say(spoken.screeningPrompt, language: tenant.language.sayLanguage)]),
      .hangup,
    ]
  }

  private func url(_ kind: WebhookKind, query: String = "") -> String {
    WebhookAddress.url(installation.publicURL, kind.rawValue, query: query)
  }
}
