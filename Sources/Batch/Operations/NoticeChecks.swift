// NoticeChecks.swift - messages that wait because of us, and people whom no SMS can reach.

import Business
import Desk
import LocalTime
import Store
import Twilio

extension Doctor {
  /// What is held, by tenant and cause: nobody who was to get it knows of it.
  func checkHeld(_ store: Store) throws -> [Finding] {
    let held = try store.heldMessages(dueBefore: now.adding(milliseconds: -Doctor.toleranceMilliseconds))
    return held.map { some in
      let whose = some.tenant.isEmpty ? "mail to the operator" : some.tenant
      let why = some.error.isEmpty ? "" : ": \(some.error)"
      return .fault(
        "held",
        "\(whose): \(counted(some.count, "message")) held, the oldest since \(some.since.iso8601)\(why)",
        cure: cure(of: some))
    }
  }

  private func cure(of held: HeldMessages) -> String {
    guard let code = held.errorCode else {
      return "see the alerts and the other findings; what waits leaves by itself once the cause is mended"
    }
    switch TwilioErrorCode.onDelivery(code: code) {
    case .credentials:
      return
        "correct account_sid and auth_token, or settle the account in Twilio's console; then: opsfabric apply"
    case .configuration:
      return
        "set sender, countries or compliance right in Twilio's console (error \(code)), or sms_sender, then: "
        + "opsfabric apply; what waits leaves by itself"
    default: return "the runner tries again by itself; what waits leaves by itself"
    }
  }

  /// People of `notify` and `alerts` to whom Twilio, or their telephone, takes no SMS.
  func checkPeople(_ store: Store) throws -> [Finding] {
    var findings: [Finding] = []
    for tenant in activeTenants {
      // A landline that is only rung is as good as any.
      for entry in tenant.notify where entry.channel == .sms {
        findings += try checkPerson(entry.to, "notify of \(tenant.id)", [tenant], store)
      }
    }
    for number in installation?.alertNumbers ?? [] {
      findings += try checkPerson(number, "alerts.sms", activeTenants, store)
    }
    return findings
  }

  private func checkPerson(_ number: String, _ place: String, _ senders: [Tenant], _ store: Store) throws
    -> [Finding]
  {
    if let tenant = try senders.first(where: { try store.isOptedOut(tenant: $0.id, phone: number) }) {
      return [
        .fault(
          "people", "\(place): \(number) has opted out and gets no SMS",
          cure: "text START from that telephone to \(tenant.smsSender), or take another number or e-mail")
      ]
    }
    let learnt = try store.lineType(
      phone: number, since: now.adding(days: -LookupPolicy(isOn: true).cacheDays))
    guard (learnt ?? PhoneNumber(e164: number)?.lineType) == .landline else { return [] }
    return [
      .fault(
        "people", "\(place): \(number) is a landline and gets no SMS",
        cure: "take a mobile number or e-mail, then: opsfabric apply")
    ]
  }
}
