// ConnectWebhookRules.swift - lets Twilio sign our webhooks with a shared key instead of the account's token, by a rule for
// everything below the public URL.
//
// Nothing Twilio signs meanwhile is refused: a rule names only keys that handlers know already, those of the settings
// in force, and handlers go on taking the token and the older keys. What is there already is used, so a second run
// changes nothing.

import Business
import JSON
import LocalTime
import Platform
import TwilioAPI

package struct ConnectWebhookRules {
  /// As the fragment of the numbers' addresses has it; a setting stands before the fragment.
  static let retryCount = 3
  static let retryOn = ["CONNECTION_TIMEOUT", "READ_TIMEOUT", "HTTP_5XX"]
  static let algorithm = "HMAC_SHA256"
  /// Twilio's longest time until a key or a setting is known everywhere.
  static let spreadMilliseconds = 60_000
  static let pollMilliseconds = 5000
  /// How long a rule is waited for: it takes 30 to 60 seconds.
  static let patienceMilliseconds = 180_000

  private let tenant: Tenant
  private let review: NumberReview
  private let isDryRun: Bool
  private let wantsNewKey: Bool
  private let now: () -> Timestamp
  private let sleep: (_ milliseconds: Int) -> Void
  private let say: (String) -> Void
  private let warn: (String) -> Void
  private let account: TwilioCredentials

  /// - Parameter wantsNewKey: a key is made though one is in use: the first step of changing it.
  package init(
    _ tenant: Tenant, review: NumberReview, isDryRun: Bool, wantsNewKey: Bool,
    now: @escaping () -> Timestamp, sleep: @escaping (_ milliseconds: Int) -> Void,
    say: @escaping (String) -> Void, warn: @escaping (String) -> Void
  ) {
    self.tenant = tenant
    self.review = review
    self.isDryRun = isDryRun
    self.wantsNewKey = wantsNewKey
    self.now = now
    self.sleep = sleep
    self.say = say
    self.warn = warn
    account = review.credentials(tenant)
  }

  private struct Stop: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  /// True when Twilio signs with the newest key we know, or would after a dry run.
  package func run() -> Bool {
    do {
      return try signWithNewestKey()
    } catch {
      warn("error: webhook rules of account \(account.accountSid): \(error.reason)")
      return false
    }
  }

  private func signWithNewestKey() throws(Stop) -> Bool {
    let rules = try rules()
    let keys = try ask("the shared keys") { review.client.listSharedKeys(as: account, completion: $0) }
    // A tenant's own subaccount has keys of its own among those of the settings.
    let known = review.installation.webhookKeys.map(\.id).filter { id in keys.contains { $0.id == id } }
    guard let key = known.last, !wantsNewKey else {
      try makeKey(keys, known: known)
      return isDryRun
    }
    let settings = try ask("the settings") {
      review.client.listWebhookSettings(as: account, completion: $0)
    }
    let prefix = review.installation.publicURL + "/"
    let rule = rules.first { $0.isPrefix && $0.pattern == prefix }
    for other in rules where other.id != rule?.id && other.pattern?.hasPrefix(prefix) == true {
      warn("warning: Twilio's webhook rule for \(other.pattern ?? "") stands before ours")
      warn("  take it out at Twilio, or see to it that its key is in twilio.webhook_keys")
    }
    let setting = settings.first { isRight($0, key: key) }
    let before = rule.map { describe($0, settings) } ?? "no rule: signed with the auth token"
    if let rule, let setting, rule.shares == [setting.id: 100] {
      if let operation = try lastOperation(of: rule) {
        if operation.isUnderWay, !isDryRun { try follow(operation.id) }
        if operation.isUnderWay || operation.status == .completed {
          return isAsItShouldBe(prefix, key, known)
        }
        say("webhook rule for \(prefix): saved, but not in force everywhere (\(operation.status.rawValue))")
      } else {
        return isAsItShouldBe(prefix, key, known)
      }
    } else {
      say("webhook rule for \(prefix): \(before)")
      say("  -> \(key) 100 %")
    }
    if isDryRun {
      say("  dry run: nothing was changed")
      return true
    }
    let target: String
    if let setting { target = setting.id } else { target = try makeSetting(key, settings) }
    try point(rule, at: target, prefix: prefix)
    say("  changed, and in force everywhere")
    tellOldKeys(known.filter { $0 != key })
    return true
  }

  private func isAsItShouldBe(_ prefix: String, _ key: String, _ known: [String]) -> Bool {
    say("webhook rule for \(prefix): \(key) 100 %")
    say("  all as it should be, nothing was changed")
    tellOldKeys(known.filter { $0 != key })
    return true
  }

  private func rules() throws(Stop) -> [WebhookRule] {
    switch review.transport.wait(for: { review.client.listWebhookRules(as: account, completion: $0) }) {
    case .success(let rules)?: return rules
    case .failure(.refused(let status, _, _))? where status == 403 || status == 404:
      throw Stop(
        "Twilio has none for it (\(status)), nothing was changed; they are a public beta: ask Twilio to switch "
          + "them on, or leave --webhook-rules away")
    case .failure(let failure)?: throw Stop("they cannot be read: \(failure.reason)")
    case nil: throw Stop("they cannot be read")
    }
  }

  /// The secret is shown here and never again.
  private func makeKey(_ keys: [SharedKeyResource], known: [String]) throws(Stop) {
    let name = "opsfabric \(review.installation.publicURL)"
    let next = "opsfabric connect \(tenant.id) --webhook-rules"
    if !wantsNewKey, let lost = keys.last(where: { $0.name == name }) {
      throw Stop(
        "\(lost.id) was made before, but is not in twilio.webhook_keys: write it there, then: opsfabric apply, then: "
          + "\(next). Where its secret is lost, \(next) --new-key makes another")
    }
    guard !isDryRun else {
      say("a shared key would be made at Twilio, to be written in twilio.webhook_keys")
      say("  dry run: nothing was changed")
      return
    }
    let key = try ask("a new shared key") {
      review.client.makeSharedKey(named: name, as: account, completion: $0)
    }
    let place = known.isEmpty ? "as" : "behind what stands there, in"
    say(
      "Twilio made a shared key and shows its secret only now. Write it in config/opsfabric.json5, \(place)")
    say(
      "  twilio.webhook_keys: [{ id: \(JSONDocument.quoted(key.id)), secret: \(JSONDocument.quoted(key.secret)) }]"
    )
    say("then: opsfabric apply, then: \(next). Until then Twilio signs as before.")
  }

  private func isRight(_ setting: WebhookSetting, key: String) -> Bool {
    setting.sharedKeyID == key && setting.algorithm == Self.algorithm && setting.retryCount == Self.retryCount
      && setting.retryOn == Set(Self.retryOn)
  }

  private func makeSetting(_ key: String, _ settings: [WebhookSetting]) throws(Stop) -> String {
    // Besides the signature Twilio proves itself as it did: its own setting says how.
    guard let auth = settings.first(where: \.isSystem)?.auth else {
      throw Stop("Twilio's own setting is not among the settings, so no other can be made like it")
    }
    let id = try ask("a new setting") {
      review.client.makeWebhookSetting(
        named: "opsfabric", auth: auth, sharedKey: key, algorithm: Self.algorithm,
        retryCount: Self.retryCount, retryOn: Self.retryOn, as: account, completion: $0)
    }
    say("  a setting was made; a minute until Twilio knows it everywhere")
    sleep(Self.spreadMilliseconds)
    return id
  }

  private func point(_ rule: WebhookRule?, at setting: String, prefix: String) throws(Stop) {
    let once = uuidVersion7(now(), random: RandomSource.system.bytes(10))
    let operation = try ask("the change of the rule") {
      review.client.setWebhookRule(
        rule?.id, prefix: prefix, setting: setting, key: once, as: account, completion: $0)
    }
    try follow(operation)
  }

  private func follow(_ id: String) throws(Stop) {
    var waited = 0
    while true {
      let operation = try ask("operation \(id)") {
        review.client.fetchWebhookOperation(id, as: account, completion: $0)
      }
      switch operation.status {
      case .completed: return
      case .pending, .running: break
      case .cancelled, .failed:
        throw Stop(
          "the change is saved, but \(operation.status.rawValue.lowercased()) on its way"
            + "\(operation.reason.map { " (\($0))" } ?? ""); the older key is good still: run it again")
      }
      guard waited < Self.patienceMilliseconds else {
        throw Stop("the change is still under way after \(waited / 60_000) minutes: run it again later")
      }
      sleep(Self.pollMilliseconds)
      waited += Self.pollMilliseconds
    }
  }

  private func lastOperation(of rule: WebhookRule) throws(Stop) -> WebhookOperation? {
    try ask("the operations") {
      review.client.listWebhookOperations(ofRule: rule.id, as: account, completion: $0)
    }.max { $0.createdAt < $1.createdAt }
  }

  private func tellOldKeys(_ old: [String]) {
    guard !old.isEmpty else { return }
    say("  a minute from now these may go from twilio.webhook_keys, then: opsfabric apply:")
    for key in old { say("    \(key)") }
  }

  private func describe(_ rule: WebhookRule, _ settings: [WebhookSetting]) -> String {
    rule.shares.sorted { $0.key < $1.key }.map { id, share in
      "\(settings.first { $0.id == id }?.sharedKeyID ?? "auth token") \(share) %"
    }.joined(separator: ", ")
  }

  private func ask<Answer>(
    _ what: String, _ request: (@escaping (Result<Answer, APIFailure>) -> Void) -> Void
  ) throws(Stop) -> Answer {
    switch review.transport.wait(for: request) {
    case .success(let answer)?: return answer
    case .failure(let failure)?: throw Stop("\(what): \(failure.reason)")
    case nil: throw Stop("\(what): no answer")
    }
  }
}
