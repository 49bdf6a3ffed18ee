// ConnectTenant.swift - leads a tenant's numbers to our handlers, at Twilio, and reads back whether they do.
//
// Only what differs is set; where all is right nothing is sent. A number that cannot be set up does not keep the
// others from being.

import Business
import Platform
import TwilioAPI

package struct ConnectTenant {
  private let review: NumberReview
  private let tenant: Tenant
  private let home: Home
  private let isDryRun: Bool
  private let fallback: String?
  /// What is or would be changed.
  private let say: (String) -> Void
  /// What needs the operator.
  private let warn: (String) -> Void

  package init(
    _ tenant: Tenant, review: NumberReview, home: Home, isDryRun: Bool, fallback: String?,
    say: @escaping (String) -> Void, warn: @escaping (String) -> Void
  ) {
    self.tenant = tenant
    self.review = review
    self.home = home
    self.isDryRun = isDryRun
    self.fallback = fallback
    self.say = say
    self.warn = warn
  }

  /// True when every number leads where it should, or would after a dry run.
  package func run() -> Bool {
    let account = review.credentials(tenant)
    let owned: [PhoneNumberResource]
    switch review.numbers(of: account) {
    case .success(let numbers): owned = numbers
    case .failure(let failure):
      warn("error: account \(account.accountSid): \(failure.reason)")
      if case .credentials = failure {
        let file = tenant.twilio == nil ? "config/opsfabric.json5" : "config/tenants/\(tenant.id).json5"
        warn("  correct account_sid and auth_token in \(file), then: opsfabric apply")
      }
      return false
    }
    var isWhole = true
    for (number, roles) in tenant.numberRoles {
      if let resource = owned.first(where: { $0.phoneNumber == number }) {
        isWhole = connect(resource, roles, as: account) && isWhole
      } else {
        tell(review.absence(of: number, tenant: tenant), as: "error")
        isWhole = false
      }
    }
    for advice in review.adviceOnService(tenant) + review.adviceOnCountries(tenant) { tell(advice) }
    if !tenant.active {
      warn("warning: \(tenant.id) is not active: its calls are forwarded, and nothing is recorded")
    }
    return isWhole
  }

  private func connect(
    _ number: PhoneNumberResource, _ roles: Set<NumberRole>, as account: TwilioCredentials
  ) -> Bool {
    let publicURL = review.installation.publicURL
    let plan = NumberPlan(publicURL: publicURL, number: number, roles: roles, fallback: fallback)
    say("\(number.phoneNumber): voice \(word(number.canVoice)), SMS \(word(number.canSMS))\(purpose(roles))")
    for change in plan.changes {
      say("  \(change.setting.rawValue): \(change.before.isEmpty ? "not set" : change.before)")
      say("    -> \(change.after.isEmpty ? "not set" : change.after)")
    }
    let isRight = plan.changes.isEmpty || isDryRun || change(number, plan, roles, as: account)
    if plan.changes.isEmpty { say("  all as it should be, nothing was changed") }
    if !plan.changes.isEmpty, isDryRun { say("  dry run: nothing was changed") }
    for advice in review.advice(on: number, roles: roles) { tell(advice) }
    for advice in review.advice(onFallback: plan, tenant: tenant, home: home) { tell(advice) }
    return isRight
  }

  private func change(
    _ number: PhoneNumberResource, _ plan: NumberPlan, _ roles: Set<NumberRole>, as account: TwilioCredentials
  ) -> Bool {
    let (client, transport) = (review.client, review.transport)
    let changes = plan.changes.map { (setting: $0.setting, value: $0.after) }
    if case .failure(let failure) = transport.wait(for: {
      client.updateNumber(number.sid, changes, as: account, completion: $0)
    }) {
      warn("error: \(number.phoneNumber) was not changed: \(failure.reason)")
      return false
    }
    // The answer to a change is what Twilio was asked for; what it keeps is what counts.
    switch transport.wait(for: { client.fetchNumber(number.sid, as: account, completion: $0) }) {
    case .success(let kept):
      let wrong = plan.changes.filter { kept[$0.setting] != $0.after }
      if wrong.isEmpty {
        say("  changed, and read back: Twilio has it so")
        return true
      }
      let names = wrong.map {
        "\($0.setting.rawValue) is \(kept[$0.setting].isEmpty ? "not set" : kept[$0.setting])"
      }
      warn(
        "error: \(number.phoneNumber) was changed, but reads back otherwise: \(names.joined(separator: "; "))"
      )
    case .failure(let failure):
      warn("error: \(number.phoneNumber) was changed, but cannot be read back: \(failure.reason)")
    case nil: warn("error: \(number.phoneNumber) was changed, but cannot be read back")
    }
    return false
  }

  private func tell(_ advice: Advice, as level: String = "warning") {
    warn("\(level): \(advice.what)")
    warn("  \(advice.cure)")
  }

  private func word(_ capability: Bool?) -> String { capability.map { $0 ? "yes" : "no" } ?? "unknown" }

  private func purpose(_ roles: Set<NumberRole>) -> String {
    let parts = [
      roles.contains(.voice) ? "voice number" : nil, roles.contains(.ringing) ? "rings your people" : nil,
      roles.contains(.sender) ? "sender" : nil,
    ].compactMap { $0 }
    return "; " + parts.joined(separator: ", ")
  }
}
