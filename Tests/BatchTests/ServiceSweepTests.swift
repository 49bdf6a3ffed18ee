// ServiceSweepTests.swift - replies whose webhooks were lost, where the sender is a messaging service: they came to one
// of its numbers, which no setting names. And incoming messages that Twilio itself has failed.

import LocalTime
import StandIn
import Store
import TestSupport
import Testing

struct ServiceSweepTests {
  private static let service = "MG" + String(repeating: "a", count: 32)
  private static let pool = ["+41791110001", "+41791110002"]

  private func world() throws -> TestWorld {
    let world = try TestWorld { $0.smsSender = Self.service }
    for number in Self.pool { try world.standIn.addNumber(number, account: TestWorld.account) }
    try world.standIn.addService(Self.service, numbers: Self.pool)
    return world
  }

  /// A message whose webhook never reached us.
  @discardableResult
  private func lost(
    _ world: TestWorld, _ body: String, to number: String, from caller: String = TestWorld.caller
  ) throws -> TwilioWebhook {
    try world.standIn.receiveMessage(
      from: caller, to: number, body: body, url: "\(TestWorld.publicURL)/sms")
  }

  private func sid(_ webhook: TwilioWebhook) -> String {
    webhook.parameters.first { $0.0 == "MessageSid" }?.1 ?? ""
  }

  private func minutes(_ count: Int, _ world: TestWorld) throws {
    for _ in 0..<count { try world.run(after: 60) }
  }

  @Test func `a lost reply to a number of the service is found, once`() throws {
    let world = try world()
    world.miss()
    try world.run(after: 31)
    let webhook = try lost(world, "1", to: Self.pool[1])
    try minutes(9, world)
    #expect(try world.list(.tickets).map { $0["urgency"] } == ["HIGH"])
    #expect(try world.list(.tickets).map { $0["source"] } == ["missed_call"])
    #expect(try world.texts().count == 2)
    // Its webhook comes after all, and the lists are read again.
    #expect(world.deliver(webhook).status == 200)
    try minutes(12, world)
    #expect(try world.list(.tickets).count == 1)
    #expect(try world.texts().count == 2)
  }

  @Test func `a reply whose webhook came is not doubled`() throws {
    let world = try world()
    try world.run()
    #expect(world.deliver(try lost(world, "2", to: Self.pool[0])).status == 200)
    try minutes(12, world)
    #expect(try world.list(.tickets).count == 1)
    #expect(try world.eventTypes().filter { $0 == "reply" }.count == 1)
  }

  @Test func `the first look already reads the lists of a service that nobody has asked about`() throws {
    let world = try world()
    try lost(world, "1", to: Self.pool[0])
    world.clock.advance(seconds: 180)
    try world.run(linger: 5)
    #expect(try world.list(.tickets).count == 1)
  }

  @Test func `of tenants that share a service the one that texted last is answered`() throws {
    let world = try world()
    try world.addTenant("muster", number: "+41435550200") { $0.smsSender = Self.service }
    world.miss(to: "+41435550200")
    try world.run(after: 31)
    try lost(world, "2", to: Self.pool[0])
    try minutes(9, world)
    #expect(try world.list(.tickets).map { $0["tenant"] } == ["muster"])
  }

  @Test func `a service of a subaccount is asked for with its own credentials`() throws {
    let sub = "AC" + String(repeating: "2", count: 32)
    let world = try TestWorld {
      $0.smsSender = Self.service
      $0.twilio = .init(accountSid: sub, authToken: .init("sub-token"))
    }
    try world.standIn.addAccount(sid: sub, token: "sub-token")
    try world.standIn.addNumber(Self.pool[0], account: sub)
    try world.standIn.addService(Self.service, numbers: [Self.pool[0]])
    try world.run()
    try lost(world, "2", to: Self.pool[0])
    try minutes(9, world)
    #expect(try world.list(.tickets).count == 1)
  }

  @Test func `the numbers are asked for once an hour, and a number that joins is read from then on`() throws {
    let world = try world()
    try minutes(59, world)
    #expect(try world.standIn.requests("services.numbers").count == 1)
    let joined = "+41791110003"
    try world.standIn.addNumber(joined, account: TestWorld.account)
    try world.standIn.addService(Self.service, numbers: Self.pool + [joined])
    try lost(world, "2", to: joined)
    try minutes(12, world)
    #expect(try world.standIn.requests("services.numbers").count == 2)
    #expect(try world.list(.tickets).count == 1)
  }

  @Test func `an account that may not read the service keeps what is known, and asks again`() throws {
    let world = try world()
    try world.run()
    try world.standIn.plan("services.numbers", fault: .refuse(httpStatus: 403, code: 20003), times: 99)
    try minutes(70, world)
    let asked = try world.standIn.requests("services.numbers").count
    #expect(asked > 1 && asked < 6)
    try lost(world, "2", to: Self.pool[0])
    try minutes(9, world)
    #expect(try world.list(.tickets).count == 1)
    #expect(try world.store().serviceNumbers(Self.service)?.numbers == Self.pool)
  }

  // MARK: incoming messages that failed

  @Test func `a loop that Twilio broke is logged once, and nobody is answered or told`() throws {
    let world = try TestWorld {
      $0.notify = [.init(channel: .sms, to: "+41797777777", on: [.new, .urgent], when: .always, order: 1)]
    }
    try world.run()
    let webhook = try lost(world, "Ihre Nachricht ist eingegangen.", to: TestWorld.number)
    try world.standIn.failInbound(sid(webhook), code: 30039)
    try minutes(20, world)
    #expect(try world.list(.tickets).isEmpty)
    #expect(try world.list(.messages).isEmpty)
    #expect(try world.eventTypes().filter { $0 == "loop_broken" }.count == 1)
    #expect(try !world.eventTypes().contains("reply"))
    // Said in a webhook or at the fallback it is the same.
    for kind in ["sms", "twilio-error"] {
      #expect(world.post(kind, webhook.parameters + [("ErrorCode", "30039")]).status == 200)
    }
    #expect(try world.list(.tickets).isEmpty)
  }

  @Test(arguments: [30011, 30008]) func `any other incoming message that failed is a person's, and is kept`(
    _ code: Int
  ) throws {
    let world = try TestWorld()
    try world.run()
    let webhook = try lost(world, "Foto folgt", to: TestWorld.number)
    try world.standIn.failInbound(sid(webhook), code: code)
    try minutes(9, world)
    #expect(try world.list(.tickets).map { $0["summary"] } == ["Foto folgt"])
  }
}
