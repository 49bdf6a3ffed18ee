// WebhookRulesTests.swift - Twilio's webhook rules set up and their key changed, against the stand-in.

import Business
import Operations
import Platform
import StandIn
import TestSupport
import Testing
import Twilio
import TwilioAPI

struct WebhookRulesTests {
  private struct Outcome {
    var isWhole: Bool
    var said = ""
    var warned = ""
  }

  private func world() throws -> TestWorld {
    let world = try TestWorld()
    try world.standIn.allowWebhookRules()
    return world
  }

  private func connect(_ world: TestWorld, dryRun: Bool = false, newKey: Bool = false) -> Outcome {
    var outcome = Outcome(isWhole: false)
    let review = NumberReview(
      transport: world.transport, installation: world.installation, tenants: world.tenants)
    outcome.isWhole = ConnectWebhookRules(
      world.tenants[0], review: review, isDryRun: dryRun, wantsNewKey: newKey, now: { world.clock.now },
      sleep: { world.clock.advance(milliseconds: $0) }, say: { outcome.said += $0 + "\n" },
      warn: { outcome.warned += $0 + "\n" }
    ).run()
    return outcome
  }

  private func changes(_ world: TestWorld) throws -> Int {
    try world.standIn.requests().filter { $0.action.hasPrefix("webhooks.") && $0.method != "GET" }.count
  }

  /// What the operator does with the line that is shown: into the settings, behind what is there.
  @discardableResult
  private func takeOver(_ outcome: Outcome, _ world: TestWorld) throws -> String {
    let words = outcome.said.split(separator: "\"")
    try #require(words.count > 4, "\(outcome)")
    let key = Installation.Key(id: String(words[1]), secret: Secret(String(words[3])))
    world.installation.webhookKeys.append(key)
    try world.apply()
    return key.id
  }

  /// A world whose rule is in force, and its key.
  private func signedWorld() throws -> (TestWorld, key: String) {
    let world = try world()
    let key = try takeOver(connect(world), world)
    #expect(connect(world).isWhole)
    return (world, key)
  }

  /// The statuses of SMS signed with each key that Twilio may use just now.
  private func answers(_ world: TestWorld) throws -> [String: Int] {
    var answers: [String: Int] = [:]
    let url = "\(TestWorld.publicURL)/sms"
    for signer in try world.standIn.signers(of: url) {
      let fields = [
        ("MessageSid", newSid("SM")), ("AccountSid", TestWorld.account), ("From", TestWorld.caller),
        ("To", TestWorld.number), ("Body", "Guten Tag"), ("NumMedia", "0"),
      ]
      let body = FormCoding.encode(fields)
      answers[signer.id] =
        world.send(
          "sms", body: Array(body.utf8),
          headers: [
            "X_TWILIO_SIGNATURE": WebhookSigner.sign(
              url: url, params: fields, token: signer.secret, isSHA256: true),
            "X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS": "key=\(signer.id),algorithm=HMAC_SHA256",
          ]
        ).status
    }
    return answers
  }

  @Test func `an account without the beta is told what to do, and nothing is changed`() throws {
    for fault in [nil, Fault.refuse(httpStatus: 403, code: 20003), .refuse(httpStatus: 404, code: 20404)] {
      let world = try TestWorld()
      if let fault {
        try world.standIn.allowWebhookRules()
        try world.standIn.plan("webhooks.list", fault: fault, times: 1)
      }
      let outcome = connect(world)
      #expect(!outcome.isWhole && outcome.said.isEmpty)
      #expect(outcome.warned.split(separator: "\n").count == 1, "\(outcome.warned)")
      #expect(outcome.warned.contains("nothing was changed; they are a public beta: ask Twilio"))
      #expect(try changes(world) == 0)
    }
  }

  @Test func `a key is made and shown once, then the rule signs with it, and a second run changes nothing`()
    throws
  {
    let world = try world()
    let first = connect(world)
    #expect(!first.isWhole && first.said.contains("twilio.webhook_keys"), "\(first)")
    #expect(try changes(world) == 1 && world.standIn.signers(of: "\(TestWorld.publicURL)/sms").isEmpty)
    // Broken off here, no second key is made.
    let again = connect(world)
    #expect(!again.isWhole && again.warned.contains("is not in twilio.webhook_keys"), "\(again)")
    #expect(try changes(world) == 1)

    let key = try takeOver(first, world)
    let second = connect(world)
    #expect(second.isWhole && second.warned.isEmpty, "\(second)")
    #expect(second.said.contains("no rule: signed with the auth token\n  -> \(key) 100 %"), "\(second)")
    #expect(try changes(world) == 3 && answers(world) == [key: 200])

    let third = connect(world)
    #expect(third.isWhole && third.said.contains("all as it should be, nothing was changed"), "\(third)")
    #expect(try changes(world) == 3)
  }

  @Test func `the setting repeats webhooks as the fragment of the addresses does`() throws {
    let (world, key) = try signedWorld()
    let made = try #require(
      try world.standIn.requests().last { $0.action == "webhooks.Settings.create" }
    ).form.map { $0.0 + $0.1 }.joined()
    for words in [
      key, #""retryCount":3"#, #""retryOn":["CONNECTION_TIMEOUT","READ_TIMEOUT","HTTP_5XX"]"#, "HMAC_SHA256",
    ] { #expect(made.contains(words), "\(made)") }
  }

  @Test func `a dry run says what would be done, at each step, and changes nothing`() throws {
    let world = try world()
    let first = connect(world, dryRun: true)
    #expect(first.isWhole && first.said.contains("a shared key would be made"), "\(first)")
    #expect(try changes(world) == 0)
    let key = try takeOver(connect(world), world)
    let second = connect(world, dryRun: true)
    #expect(second.isWhole && second.said.contains("-> \(key) 100 %") && second.said.contains("dry run"))
    #expect(try changes(world) == 1)
  }

  @Test func `a key is changed, and whatever Twilio signs with meanwhile is taken`() throws {
    let (world, old) = try signedWorld()
    let made = connect(world, newKey: true)
    #expect(try answers(world) == [old: 200])
    let new = try takeOver(made, world)
    #expect(try answers(world) == [old: 200], "Twilio signs as before until the rule is shifted")

    // While the rule is under way both are in use.
    var seen: Set<String> = []
    world.onProgram = { _ in }
    var outcome = Outcome(isWhole: false)
    let review = NumberReview(
      transport: world.transport, installation: world.installation, tenants: world.tenants)
    outcome.isWhole = ConnectWebhookRules(
      world.tenants[0], review: review, isDryRun: false, wantsNewKey: false, now: { world.clock.now },
      sleep: { pause in
        let answers = (try? answers(world)) ?? [:]
        #expect(answers.values.allSatisfy { $0 == 200 }, "\(answers)")
        seen.formUnion(answers.keys)
        world.clock.advance(milliseconds: pause)
      }, say: { outcome.said += $0 + "\n" }, warn: { outcome.warned += $0 + "\n" }
    ).run()
    #expect(outcome.isWhole && seen == [old, new], "\(outcome)")
    #expect(outcome.said.contains("\(old) 100 %\n  -> \(new) 100 %"), "\(outcome.said)")
    #expect(outcome.said.hasSuffix("opsfabric apply:\n    \(old)\n"), "\(outcome.said)")

    world.installation.webhookKeys.removeAll { $0.id == old }
    try world.apply()
    #expect(try answers(world) == [new: 200])
    #expect(connect(world).said.contains("nothing was changed"))
  }

  @Test func `a change that fails on its way is an error, and the next run makes it again`() throws {
    let world = try world()
    let key = try takeOver(connect(world), world)
    try world.standIn.set("webhook_operation", to: "FAILED")
    let failed = connect(world)
    #expect(!failed.isWhole && failed.warned.contains("failed on its way (a region did not answer)"))
    try world.standIn.set("webhook_operation", to: nil)
    let before = try changes(world)
    let again = connect(world)
    #expect(again.isWhole && again.said.contains("not in force everywhere (FAILED)"), "\(again)")
    #expect(try changes(world) == before + 1 && answers(world) == [key: 200])
    #expect(connect(world).said.contains("nothing was changed"))
  }

  @Test func `a change that never ends is told, and the next run waits for it without another`() throws {
    let world = try world()
    try takeOver(connect(world), world)
    try world.standIn.set("webhook_rule_seconds", to: "300")
    let slow = connect(world)
    #expect(!slow.isWhole && slow.warned.contains("under way after 3 minutes"), "\(slow)")
    let before = try changes(world)
    #expect(connect(world).isWhole)
    #expect(try changes(world) == before)
  }

  @Test(arguments: ["webhooks.SharedKeys.create", "webhooks.Settings.create", "webhooks.Rules.create"])
  func `what Twilio refuses or breaks is an error, and the next run goes on`(_ action: String) throws {
    for fault in [Fault.http500, .refuse(httpStatus: 400, code: 20001), .garbage(httpStatus: 200)] {
      let world = try world()
      try world.standIn.plan(action, fault: fault, times: 1)
      var outcome = connect(world)
      if action != "webhooks.SharedKeys.create" {
        try takeOver(outcome, world)
        outcome = connect(world)
      }
      #expect(!outcome.isWhole && outcome.warned.hasPrefix("error: webhook rules of"), "\(outcome)")
      let next = connect(world)
      #expect(next.isWhole == (action != "webhooks.SharedKeys.create") && next.warned.isEmpty, "\(next)")
    }
  }

  @Test func `a lost answer makes no second setting and no second rule`() throws {
    let world = try world()
    try takeOver(connect(world), world)
    for action in ["webhooks.Settings.create", "webhooks.Rules.create"] {
      try world.standIn.plan(action, fault: .lostAnswer, times: 1)
      #expect(!connect(world).isWhole)
    }
    #expect(connect(world).isWhole)
    #expect(try changes(world) == 3)
  }
}
