// TwilioChecks.swift - Twilio's side: each account, this machine's clock beside Twilio's, each tenant's numbers.

import Business
import Curl
import LocalTime
import Platform
import TwilioAPI

extension Doctor {
  func checkTwilio(
    _ installation: Installation, _ transport: any HTTPTransport, _ home: Home
  ) -> [Finding] {
    let review = NumberReview(transport: transport, installation: installation, tenants: activeTenants)
    var findings: [Finding] = []
    var refused: Set<String> = []
    var offset: Int64?
    for (account, owner) in accounts(installation) {
      let (finding, time) = checkAccount(account, owner: owner, transport, installation)
      findings.append(finding)
      if finding.status == .fault { refused.insert(account.accountSid) }
      if let time, offset == nil { offset = now.milliseconds(since: time) }
    }
    if let offset { findings.append(checkClock(offset)) }
    findings.append(checkKeys(installation, transport))
    for tenant in activeTenants where !refused.contains(review.credentials(tenant).accountSid) {
      findings += checkNumbers(tenant, review, installation, home)
    }
    return findings
  }

  /// What asks and what signs, and whether the second token is of use still.
  private func checkKeys(_ installation: Installation, _ transport: any HTTPTransport) -> Finding {
    let asks = installation.apiKey.map { "API key \($0.id)" } ?? "auth_token"
    let shared = installation.webhookKeys.count
    let signs =
      (["auth_token"] + (installation.authToken2 == nil ? [] : ["auth_token_2"])
      + (shared == 0 ? [] : [counted(shared, "shared key")])).joined(separator: ", ")
    let who = "requests by \(asks); signatures by \(signs)"
    guard let second = installation.authToken2 else { return .ok("keys", who) }
    let credentials = TwilioCredentials(
      accountSid: installation.account.accountSid, authToken: second.value)
    let client = TwilioClient(
      transport: transport, apiBase: installation.apiBase, lookupsBase: installation.lookupsBase)
    let result = transport.wait { done in
      client.fetchAccount(as: credentials) { result, _ in done(result) }
    }
    if case .failure(.credentials)? = result {
      return .warning(
        "keys", "\(who); Twilio takes auth_token_2 no more",
        cure: "an hour after the new token was promoted take the old one out, then: opsfabric apply")
    }
    return .ok("keys", "\(who); auth_token_2 may go an hour after one of the two was promoted")
  }

  /// The installation's account, and the tenants' own.
  private func accounts(_ installation: Installation) -> [(TwilioAccount, owner: String?)] {
    var result: [(TwilioAccount, owner: String?)] = [(installation.account, nil)]
    for tenant in activeTenants {
      if let own = tenant.twilio, !result.contains(where: { $0.0.accountSid == own.accountSid }) {
        result.append((own, tenant.id))
      }
    }
    return result
  }

  private func checkAccount(
    _ account: TwilioAccount, owner: String?, _ transport: any HTTPTransport, _ installation: Installation
  ) -> (Finding, serverTime: Timestamp?) {
    let client = TwilioClient(
      transport: transport, apiBase: installation.apiBase, lookupsBase: installation.lookupsBase)
    let credentials = installation.credentials(account)
    let (result, time) =
      transport.wait { done in client.fetchAccount(as: credentials) { done(($0, $1)) } }
      ?? (.failure(.unavailable("no answer")), nil)
    let name = "\(account.accountSid)\(owner.map { " (\($0))" } ?? "")"
    let file = owner.map { "config/tenants/\($0).json5" } ?? "config/opsfabric.json5"
    func fault(_ detail: String, _ cure: String) -> Finding {
      .fault("twilio", "\(name): \(detail)", cure: cure)
    }
    switch result {
    case .success(let resource) where resource.status != "active" && !resource.status.isEmpty:
      return (
        fault("the account is \(resource.status)", "settle it in Twilio's console (balance, compliance)"),
        time
      )
    case .success(let resource) where resource.type.lowercased() == "trial":
      return (
        .warning(
          "twilio",
          "\(name): a trial account texts and calls verified numbers only, with words of its own before ours",
          cure: "upgrade the account in Twilio's console"), time
      )
    case .success: return (.ok("twilio", "\(name): active"), time)
    case .failure(.credentials(let reason)):
      return (
        fault("refused: \(reason)", "correct account_sid and auth_token in \(file), then: opsfabric apply"),
        time
      )
    case .failure(.refused(404, _, _)):
      return (
        fault("Twilio knows no such account", "correct account_sid in \(file), then: opsfabric apply"), time
      )
    case .failure(let failure):
      return (fault(failure.reason, "check this machine's way to the internet; status.twilio.com"), time)
    }
  }

  /// Due times, quiet hours and promises are as right as this machine's clock.
  private func checkClock(_ offset: Int64) -> Finding {
    let detail = "\(spoken(milliseconds: abs(offset))) \(offset > 0 ? "ahead of" : "behind") Twilio's"
    let cure = "switch time synchronisation on (timedatectl set-ntp true), or tell the host"
    switch abs(offset) {
    // A Date header has whole seconds, and the answer took a moment.
    case ...5000: return .ok("clock", "as Twilio's")
    case ...60_000: return .warning("clock", detail, cure: cure)
    default: return .fault("clock", detail, cure: cure)
    }
  }

  private func checkNumbers(
    _ tenant: Tenant, _ review: NumberReview, _ installation: Installation, _ home: Home
  ) -> [Finding] {
    let account = review.credentials(tenant)
    let owned: [PhoneNumberResource]
    switch review.numbers(of: account) {
    case .success(let numbers): owned = numbers
    case .failure(let failure):
      return [
        .fault(
          "numbers", "\(tenant.id): the numbers of \(account.accountSid) cannot be read: \(failure.reason)",
          cure: "try again later; does the auth_token have access to phone numbers?")
      ]
    }
    var advice: [Advice] = []
    var findings: [Finding] = []
    for (number, roles) in tenant.numberRoles {
      guard let resource = owned.first(where: { $0.phoneNumber == number }) else {
        advice.append(review.absence(of: number, tenant: tenant))
        continue
      }
      advice += review.advice(on: resource, roles: roles)
      let plan = NumberPlan(publicURL: installation.publicURL, number: resource, roles: roles)
      if !plan.changes.isEmpty {
        let names = plan.changes.map { change in
          change.before.isEmpty
            ? "\(change.setting.rawValue) is not set" : "\(change.setting.rawValue) is \(change.before)"
        }
        findings.append(
          .fault(
            "numbers", "\(tenant.id) \(number): \(names.joined(separator: "; "))",
            cure: "opsfabric connect \(tenant.id)"))
      }
      advice += review.advice(onFallback: plan, tenant: tenant, home: home)
    }
    advice += review.adviceOnService(tenant)
    advice += review.adviceOnCountries(tenant)
    findings += advice.map {
      Finding(
        check: "numbers", status: $0.isFault ? .fault : .warning, detail: "\(tenant.id): \($0.what)",
        cure: $0.cure)
    }
    guard findings.isEmpty else { return findings }
    return [.ok("numbers", "\(tenant.id): \(tenant.numberRoles.map(\.number).joined(separator: ", "))")]
  }
}
