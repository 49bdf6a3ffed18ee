// AfterMiss.swift - what a caller hears once nobody has taken the call.

import Business
import Desk
import LocalTime
import Twilio

extension CallWebhook {
  /// The announcement, or the menu for a caller who cannot get an SMS. An SMS is promised only when the
  /// rules, asked as of the time it is due, will send it, and the number is known to be able to get it.
  func afterMiss(_ context: AnswerContext) -> [TwiML] {
    let spoken = context.spoken
    switch outlook(context) {
    case .promise: return announcement(promise(spoken, context.tenant), context)
    case .alreadyTexted: return announcement(spoken.announcementAlreadyTexted, context)
    case .nothing: return announcement(spoken.announcementPlain, context)
    case .menu:
      return context.tenant.voiceMenu
        ? Menu(webhook).question(context) : announcement(spoken.announcementPlain, context)
    }
  }

  private func promise(_ spoken: SpokenText, _ tenant: Tenant) -> String {
    tenant.mode == .carrierForwarding
      ? spoken.optionBAnnouncement(promisingSMS: true) : spoken.announcementWithSMS
  }

  private func outlook(_ context: AnswerContext) -> Reason.Heard {
    let tenant = context.tenant
    guard let (found, intake) = context.recorded, let call = found.call, let due = call.dueAt,
      let (decision, isKnownMobile) = try? intake.outlook(
        for: call, tenant: tenant, lookup: LookupPolicy(isOn: context.installation.lookup), at: due)
    else {
      let caller = webhook.fields["From"] ?? ""
      // Without the database: only what the number itself tells.
      guard !PhoneNumber.isWithheld(caller), let number = PhoneNumber(e164: caller) else { return .menu }
      return number.lineType == .landline || number.lineType == .excluded ? .menu : .nothing
    }
    let heard = decision.reason.heard
    guard heard == .promise else { return heard }
    return !intake.isAboveLimit(tenant: tenant, at: webhook.receivedAt) && isKnownMobile ? .promise : .menu
  }

  private func announcement(_ standard: String, _ context: AnswerContext) -> [TwiML] {
    switch context.tenant.announcement {
    case .none: [.hangup]
    case .standard: [context.say(standard), .hangup]
    case .text(let own): [context.say(own), .hangup]
    }
  }
}
