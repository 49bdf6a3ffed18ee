// KeyRotationTests.swift - tokens and shared keys while they are changed: nothing refused that Twilio signed, nothing lost,
// and nothing taken that it did not.

import Business
import CGI
import Crypto
import LocalTime
import StandIn
import TestSupport
import Testing
import Twilio

struct KeyRotationTests {
  private static let new = "new-token"
  private static let rule = "X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS"

  private func world(_ change: (inout Installation) -> Void) throws -> TestWorld {
    let world = try TestWorld()
    change(&world.installation)
    try world.apply()
    return world
  }

  /// A reply by SMS, signed so.
  private func text(
    _ world: TestWorld, signedBy secret: String, _ algorithm: WebhookSignature.Algorithm = .sha1,
    rule: String? = nil, words: String = "Guten Tag"
  ) -> CGIResponse {
    let fields = [
      ("MessageSid", newSid("SM")), ("AccountSid", TestWorld.account), ("From", TestWorld.caller),
      ("To", TestWorld.number), ("Body", words), ("NumMedia", "0"),
    ]
    let signature = WebhookSignature.compute(
      url: "\(TestWorld.publicURL)/sms",
      fields: FormFields(fields.map { FormFields.Field(name: $0.0, value: $0.1) }),
      authToken: secret, algorithm: algorithm)
    let body = fields.map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
    var headers = ["X_TWILIO_SIGNATURE": signature]
    if let rule { headers[Self.rule] = rule }
    return world.send("sms", body: Array(body.utf8), headers: headers)
  }

  @Test func `the token is changed, and whatever Twilio signs meanwhile is taken`() throws {
    let world = try world { _ in }
    var taken: [String] = []
    let tokens: [(String, String?)] = [
      (TestWorld.token, nil), (TestWorld.token, Self.new), (Self.new, TestWorld.token), (Self.new, nil),
    ]
    for (first, second) in tokens {
      world.installation.account.authToken = Secret(first)
      world.installation.authToken2 = second.map { Secret($0) }
      try world.apply()
      for token in [TestWorld.token, Self.new, "stranger"] {
        let isGood = token == first || token == second
        let words = "Wort \(first) \(token)."
        #expect(text(world, signedBy: token, words: words).status == (isGood ? 200 : 403))
        if isGood { taken.append(words) }
      }
    }
    let summary = try #require(try world.list(.tickets).first?["summary"])
    for text in taken { #expect(summary.contains(text)) }
    #expect(taken.count == 6)
  }

  @Test func `a form that lies open while the token is changed is not lost`() throws {
    let world = try world { _ in }
    let token = try #require(TestWorld.hidden("token", in: world.browse("anfrage").text))
    world.installation.account.authToken = Secret(Self.new)
    world.installation.authToken2 = Secret(TestWorld.token)
    try world.apply()
    let form = [
      FormPart("token", token), FormPart("lang", "de"), FormPart("text", "Leitung tropft"),
      FormPart("urgency", "MED"),
      FormPart("phone", "079 123 45 67"), FormPart("name", "Ada"), FormPart("address", ""),
      FormPart("leer_lassen", ""),
    ]
    #expect(world.submit("anfrage", form).status == 200)
    #expect(try world.list(.tickets).count == 1)
  }

  @Test func `a shared key is good where a rule names it, for as many keys as there are`() throws {
    let world = try world {
      $0.webhookKeys = [
        .init(id: "k1", secret: Secret("shared-one")), .init(id: "k2", secret: Secret("shared-two")),
      ]
    }
    #expect(text(world, signedBy: "shared-one", .sha256, rule: "key=k1,algorithm=HMAC_SHA256").status == 200)
    #expect(text(world, signedBy: "shared-two", .sha256, rule: "algorithm=HMAC_SHA256, key=k2").status == 200)
    #expect(text(world, signedBy: "shared-two", .sha1, rule: "key=k2,algorithm=HMAC_SHA1").status == 200)
    // Without a rule Twilio signs with the token, as before.
    #expect(text(world, signedBy: TestWorld.token).status == 200)
  }

  @Test(arguments: [
    ("shared-one", "key=k2,algorithm=HMAC_SHA256"), ("shared-one", "key=k1,algorithm=HMAC_MD5"),
    ("shared-one", "algorithm=HMAC_SHA256"), ("shared-one", ""),
    (TestWorld.token, "key=k1,algorithm=HMAC_SHA256"),
    (TestWorld.token, "key=k9"), ("", "key=k1,algorithm=HMAC_SHA256"), ("shared-one", nil),
  ])
  func `what no key of ours signed is refused, and the token never stands in for a key`(
    secret: String, rule: String?
  )
    throws
  {
    let world = try world { $0.webhookKeys = [.init(id: "k1", secret: Secret("shared-one"))] }
    #expect(text(world, signedBy: secret, .sha256, rule: rule).status == 403)
    #expect(text(world, signedBy: secret, .sha1, rule: rule).status == 403)
    #expect(try world.list(.tickets).isEmpty)
  }

  @Test func `a rule is refused where no key is configured`() throws {
    let world = try world { _ in }
    let reply = text(world, signedBy: TestWorld.token, rule: "key=k1,algorithm=HMAC_SHA256")
    #expect(reply.status == 403 && reply.text.contains("twilio.webhook_keys"))
  }

  @Test func `an API key asks in the account's name, and the token does not`() throws {
    let key = "SK" + String(repeating: "7", count: 32)
    let world = try world { $0.apiKey = .init(id: key, secret: Secret("key-secret")) }
    try world.standIn.addAccount(sid: TestWorld.account, token: "another token")
    try world.standIn.addAPIKey(sid: key, secret: "key-secret", account: TestWorld.account)
    world.miss()
    try world.run(after: 30)
    // The stand-in no longer knows the token.
    #expect(try world.texts().count == 1)
  }
}
