// ConnectTests.swift - numbers set up against the stand-in: what is changed, what is left, what is warned of.

import Business
import Curl
import Operations
import Platform
import StandIn
import TestSupport
import Testing
import TwilioAPI

struct ConnectTests {
  private static let sender = "+41797770100"
  private static let fragment = "#rc=3&rp=ct,rt,5xx"

  /// What one run said, and whether all is as it should be.
  private struct Outcome {
    var isWhole: Bool
    var said: String
    var warned: String
  }

  private func connect(
    _ world: TestWorld, dryRun: Bool = false, fallback: String? = nil
  ) -> Outcome {
    var (said, warned) = ("", "")
    let review = NumberReview(
      transport: world.transport, installation: world.installation, tenants: world.tenants)
    let isWhole = ConnectTenant(
      world.tenants[0], review: review, home: world.home, isDryRun: dryRun, fallback: fallback,
      say: { said += $0 + "\n" }, warn: { warned += $0 + "\n" }
    ).run()
    return Outcome(isWhole: isWhole, said: said, warned: warned)
  }

  private func updates(_ world: TestWorld) throws -> Int {
    try world.standIn.requests().filter { $0.action == "numbers.update" }.count
  }

  private func settings(_ world: TestWorld, _ number: String = TestWorld.number) throws -> [String: String] {
    try #require(try world.standIn.settings(ofNumber: number))
  }

  @Test func `a new number gets every address with the retry fragment, and a second run changes nothing`()
    throws
  {
    let world = try TestWorld()
    let first = connect(world)
    #expect(first.isWhole, "\(first.warned)")
    let set = try settings(world)
    for (field, handler) in [
      ("voice_url", "voice"), ("voice_fallback_url", "twilio-error"), ("status_callback", "call-status"),
      ("sms_url", "sms"), ("sms_fallback_url", "twilio-error"),
    ] {
      let after = "\(TestWorld.publicURL)/\(handler)\(Self.fragment)"
      #expect(set[field] == after)
      #expect(first.said.contains("\(field): not set\n    -> \(after)"), "\(first.said)")
    }
    #expect(set["voice_method"] == "POST" && set["sms_method"] == "POST")
    #expect(first.said.contains("read back") && first.warned.contains("host it is meant to replace"))
    #expect(try updates(world) == 1)

    let second = connect(world)
    #expect(second.isWhole && second.said.contains("nothing was changed"))
    #expect(try updates(world) == 1)
  }

  @Test func `only what differs is set, and what was there is shown`() throws {
    let world = try TestWorld()
    _ = connect(world)
    try world.standIn.change(number: TestWorld.number, "StatusCallback", to: "https://old.example.ch/x")
    try world.standIn.change(number: TestWorld.number, "VoiceMethod", to: "GET")
    let outcome = connect(world)
    #expect(outcome.said.contains("status_callback: https://old.example.ch/x\n    -> \(TestWorld.publicURL)"))
    let form = try #require(try world.standIn.requests().last { $0.action == "numbers.update" }).form
    #expect(Set(form.map(\.0)) == ["StatusCallback", "VoiceMethod"])
  }

  @Test func `a dry run shows the same and sends nothing`() throws {
    let world = try TestWorld()
    let before = try settings(world)
    let outcome = connect(world, dryRun: true)
    #expect(
      outcome.isWhole && outcome.said.contains("dry run") && outcome.said.contains("voice_url: not set"))
    #expect(try settings(world) == before)
    #expect(try updates(world) == 0)
  }

  @Test func `an application that would take the calls is taken out`() throws {
    let world = try TestWorld()
    try world.standIn.change(number: TestWorld.number, "VoiceApplicationSid", to: "AP1")
    #expect(connect(world).said.contains("voice_application_sid: AP1\n    -> not set"))
    #expect(try settings(world)["voice_application_sid"] == "")
  }

  @Test func `a fallback on another host is kept, by GET, and given once with the option`() throws {
    let world = try TestWorld()
    let url = "https://static.example.org/doerfler.xml"
    world.transport.otherSites = { request in
      guard request.url == url else { return nil }
      return .success(HTTPReply(status: 200, headers: ["content-type": "text/xml"], body: []))
    }
    let given = connect(world, fallback: url)
    #expect(given.isWhole && !given.warned.contains("host it is meant to replace"), "\(given.warned)")
    #expect(try settings(world)["voice_fallback_url"] == url + Self.fragment)
    #expect(try settings(world)["voice_fallback_method"] == "GET")
    #expect(connect(world).said.contains("nothing was changed"))
    // One that was set by hand stays letter for letter.
    try world.standIn.change(number: TestWorld.number, "VoiceFallbackUrl", to: url)
    #expect(connect(world).said.contains("nothing was changed"))
  }

  @Test func `a number without SMS is set up for calls, and a warning tells it as the sender`() throws {
    let world = try TestWorld()
    try world.standIn.addNumber(TestWorld.number, account: TestWorld.account, sms: false)
    let outcome = connect(world)
    #expect(outcome.isWhole && outcome.said.contains("voice yes, SMS no; voice number, sender"))
    #expect(outcome.warned.contains("is a geographic number and cannot do SMS"), "\(outcome.warned)")
    let set = try settings(world)
    #expect(set["sms_url"] == "" && set["voice_url"]?.isEmpty == false)
    #expect(connect(world).said.contains("nothing was changed"))
  }

  @Test func `several voice numbers and a sender of its own are all set up`() throws {
    let world = try TestWorld()
    try world.changeTenant {
      $0.voiceNumbers.append("+41435550199")
      $0.smsSender = Self.sender
    }
    try world.standIn.addNumber("+41435550199", account: TestWorld.account, sms: false)
    try world.standIn.addNumber(Self.sender, account: TestWorld.account, voice: false)
    let outcome = connect(world)
    #expect(outcome.isWhole, "\(outcome.warned)")
    #expect(
      try settings(world, "+41435550199")["voice_url"] == "\(TestWorld.publicURL)/voice\(Self.fragment)")
    let sender = try settings(world, Self.sender)
    #expect(sender["sms_url"] == "\(TestWorld.publicURL)/sms\(Self.fragment)" && sender["voice_url"] == "")
    #expect(!outcome.warned.contains("cannot do SMS"))
  }

  @Test func `a number that is not in the account is an error, and the others are set up all the same`()
    throws
  {
    let world = try TestWorld()
    try world.changeTenant { $0.voiceNumbers.insert("+41435550177", at: 0) }
    let outcome = connect(world)
    #expect(!outcome.isWhole && outcome.warned.contains("error: +41435550177 is not among the numbers"))
    #expect(try settings(world)["voice_url"]?.isEmpty == false)
  }

  @Test func `a tenant's own subaccount is asked and changed with its own token`() throws {
    let world = try TestWorld()
    let own = "AC" + String(repeating: "5", count: 32)
    try world.changeTenant { $0.twilio = TwilioAccount(accountSid: own, authToken: Secret("own-token")) }
    try world.standIn.addAccount(sid: own, token: "own-token", parent: TestWorld.account)
    let elsewhere = connect(world)
    #expect(!elsewhere.isWhole)
    #expect(
      elsewhere.warned.contains("is in account \(TestWorld.account), not in \(own)"), "\(elsewhere.warned)")
    try world.standIn.addNumber(TestWorld.number, account: own)
    #expect(connect(world).isWhole)
    let update = try #require(try world.standIn.requests().last { $0.action == "numbers.update" })
    #expect(update.path.contains(own))
  }

  @Test func `wrong credentials are an error that names the file`() throws {
    let world = try TestWorld()
    try world.standIn.addAccount(sid: TestWorld.account, token: "another")
    let outcome = connect(world)
    #expect(!outcome.isWhole && outcome.warned.contains("config/opsfabric.json5"), "\(outcome.warned)")
    #expect(outcome.said.isEmpty)
  }

  @Test(arguments: [
    Fault.http500, .garbage(httpStatus: 200), .refuse(httpStatus: 400, code: 21402), .unauthorized401,
  ])
  func `a change that Twilio did not take is an error, not a success`(_ fault: Fault) throws {
    let world = try TestWorld()
    try world.standIn.plan("numbers.update", fault: fault, times: 1)
    let outcome = connect(world)
    #expect(!outcome.isWhole && outcome.warned.contains("was not changed"), "\(outcome.warned)")
    #expect(connect(world).isWhole)
  }

  @Test func `what cannot be read back is no success`() throws {
    let world = try TestWorld()
    try world.standIn.plan("numbers.fetch", fault: .http500, times: 1)
    let outcome = connect(world)
    #expect(!outcome.isWhole && outcome.warned.contains("cannot be read back"), "\(outcome.warned)")
  }

  @Test func `missing permissions and a service that drops replies are warned of`() throws {
    let world = try TestWorld()
    let service = "MG" + String(repeating: "4", count: 32)
    try world.changeTenant {
      $0.smsSender = service
      $0.notify = [.init(channel: .call, to: "+41796660001", on: [.urgent], name: "Anna")]
    }
    try world.standIn.addService(service, numbers: [TestWorld.number])
    try world.standIn.set("sms_countries", to: "CH LI")
    try world.standIn.set("voice_countries", to: "DE")
    let outcome = connect(world)
    #expect(outcome.isWhole && outcome.said.contains("; voice number, rings your people"))
    for words in [
      "may not text to DE, AT, FR, IT", "may not call CH", "the country of Anna: never rung",
      "may not call callers in CH, LI, AT, FR, IT", "drops replies",
    ] {
      #expect(outcome.warned.contains(words), "\(words) in \(outcome.warned)")
    }
    // Replies that go to the numbers' own addresses arrive, once the numbers are set up.
    try world.standIn.addService(service, usesWebhookOfNumber: true, numbers: [TestWorld.number])
    #expect(!connect(world).warned.contains(service))
  }
}
