// TestCallTests.swift - a played missed call from the webhook to the telephone, and each place where it can stop.

import Business
import Curl
import Desk
import LocalTime
import Operations
import Platform
import Settings
import Spool
import StandIn
import Store
import TestSupport
import Testing
import Webhooks

struct TestCallTests {
  private static let phone = TestWorld.caller

  /// One test call: its steps by name, whether the SMS was delivered.
  private struct Outcome {
    var isDelivered: Bool
    var steps: [TestCallStep]
    /// What to do.
    var cure: String

    func detail(_ name: String) -> String { steps.last { $0.name == name }?.detail ?? "" }
    /// The steps that were not good.
    var bad: [String] { steps.filter { !$0.isGood }.map(\.name) }
  }

  /// Time passes with a runner at work and Twilio's reports coming in.
  private func call(
    _ world: TestWorld, to: String = TestCallTests.phone, withRunner: Bool = true, withReports: Bool = true
  ) throws -> Outcome {
    var steps: [TestCallStep] = []
    let test = try TestCall(
      world.tenants[0], number: TestWorld.number, to: to, settings: SettingsReader(path: world.home.settings),
      store: world.store(), zones: TimeZones(), transport: world.transport, clock: world.clock.wallClock,
      sleep: { milliseconds in
        world.clock.advance(milliseconds: milliseconds)
        if withRunner { _ = try? world.run() }
        if withReports { try? world.deliverReports() }
      }, say: { steps.append($0) })
    let isDelivered = try test.run()
    return Outcome(isDelivered: isDelivered, steps: steps, cure: test.cure)
  }

  private func world(_ change: (inout Tenant) -> Void = { _ in }) throws -> TestWorld {
    let world = try TestWorld(change)
    try world.run()
    return world
  }

  @Test func `a missed call is followed from the webhook to the delivered SMS`() throws {
    let world = try world()
    let outcome = try call(world)
    #expect(outcome.isDelivered && outcome.bad.isEmpty && outcome.cure.isEmpty, "\(outcome.steps)")
    #expect(
      outcome.steps.map(\.name) == [
        "call", "voice", "dial-result", "call-status", "row", "forecast", "decision", "accepted", "delivered",
      ])
    #expect(outcome.detail("voice").contains(TestWorld.business))
    #expect(outcome.detail("dial-result").contains("the caller hears: «"), "\(outcome.steps)")
    #expect(try world.texts(to: Self.phone).count == 1)
    let row = try #require(try world.list(.calls).first)
    #expect(row["call_sid"]?.hasPrefix("CA7e57ca117e57ca11") == true && row["call_sid"]?.count == 34)
    #expect(row["decision"] == "sent")
  }

  @Test func `with carrier forwarding the call itself is the miss`() throws {
    let world = try world {
      $0.mode = .carrierForwarding
      $0.forwardTo = nil
    }
    let outcome = try call(world)
    #expect(outcome.isDelivered, "\(outcome.steps)")
    #expect(!outcome.steps.contains { $0.name == "dial-result" })
  }

  @Test func `a subaccount's call is signed with its own token`() throws {
    let own = "AC" + String(repeating: "5", count: 32)
    let world = try world { $0.twilio = TwilioAccount(accountSid: own, authToken: Secret("own-token")) }
    try world.standIn.addAccount(sid: own, token: "own-token", parent: TestWorld.account)
    try world.standIn.addNumber(TestWorld.number, account: own)
    #expect(try call(world).isDelivered)
  }

  @Test(arguments: ["quiet hours", "dedupe", "own number", "blocked", "landline"])
  func `a rule that holds the SMS back is said with its meaning`(_ rule: String) throws {
    let world = try world()
    var phone = Self.phone
    let (words, cure): (String, String)
    switch rule {
    case "quiet hours":
      world.clock.now = world.clock.now.adding(hours: 13)
      try world.run()
      (words, cure) = ("quiet hours: held until 2026-02-11 07:00:00", "change quiet_hours")
    case "dedupe":
      world.miss()
      try world.run(after: 31)
      (words, cure) = ("rule dedupe: it got an SMS less than 15 minutes ago", "wait, or")
    case "own number":
      phone = TestWorld.business
      (words, cure) = ("rule own_number: it is a number of the tenant", "another telephone")
    case "blocked":
      let (store, now) = (try world.store(), world.clock.now)
      try store.write {
        try store.block(tenant: "doerfler", phone: phone, reason: .manual, at: now, until: nil)
      }
      (words, cure) = ("rule blocked: the number is on the block list", "opsfabric unblock doerfler \(phone)")
    default:
      phone = "+41443332211"
      (words, cure) = ("rule landline: it is a landline", "another telephone")
    }
    let before = try world.texts(to: phone).count
    let outcome = try call(world, to: phone)
    #expect(!outcome.isDelivered && outcome.bad == ["forecast", "decision"], "\(outcome.steps)")
    #expect(outcome.detail("decision").contains(words), "\(outcome.steps)")
    #expect(outcome.cure.contains(cure), "\(outcome.cure)")
    #expect(try world.texts(to: phone).count == before)
  }

  @Test func `without a runner nothing is played, with a silent one it is told`() throws {
    let fresh = try TestWorld()
    let never = try call(fresh)
    #expect(!never.isDelivered && never.bad == ["runner"] && never.detail("runner").contains("never ran"))
    #expect(never.cure.contains("crontab"))
    #expect(try fresh.list(.calls).isEmpty)

    let world = try world()
    world.clock.advance(seconds: 600)
    let silent = try call(world, withRunner: false)
    #expect(silent.bad == ["runner", "decision"], "\(silent.steps)")
    #expect(silent.detail("decision").contains("no runner decided it within 90 s"))
    #expect(silent.cure.contains("opsfabric run --linger"))
  }

  @Test func `a tenant that is switched off is not called`() throws {
    let world = try world { $0.active = false }
    let outcome = try call(world)
    #expect(outcome.bad == ["tenant"] && outcome.cure.contains("active: true"), "\(outcome)")
    #expect(try world.list(.calls).isEmpty)
  }

  @Test func `handlers that cannot be reached, or have another token, end the test at once`() throws {
    let world = try world()
    world.transport.otherSites = { request in
      request.url.hasPrefix(TestWorld.publicURL) ? .failure(.neverSent("connection refused")) : nil
    }
    let outcome = try call(world)
    #expect(
      outcome.bad == ["voice"] && outcome.detail("voice").contains("connection refused"), "\(outcome.steps)")
    #expect(outcome.cure.hasPrefix("start the web server"))

    let other = try TestWorld()
    other.installation.account.authToken = Secret("another")
    try other.apply()
    let strange = try self.world()
    strange.transport.otherSites = { request in other.answer(request).map { .success($0) } }
    let refused = try call(strange)
    #expect(refused.detail("voice").contains("answered 403: X-Twilio-Signature is wrong"), "\(refused.steps)")
    #expect(refused.cure.contains("another home, public_url or token"), "\(refused.cure)")
  }

  @Test func `a call that the spool has is waited for`() throws {
    let world = try world()
    let spool = Spool(home: world.home)
    world.transport.otherSites = { request in
      guard let name = request.url.split(separator: "/").last, WebhookList[String(name)] != nil,
        request.url.hasPrefix(TestWorld.publicURL)
      else { return nil }
      let kept = KeptWebhook(
        kind: String(name), query: "", body: request.body ?? [], receivedAt: world.clock.now)
      try? spool.keep(kept, random: .system)
      world.clock.advance(milliseconds: 5)
      return .success(HTTPReply(status: 200, body: Array("<Response><Dial/></Response>".utf8)))
    }
    let outcome = try call(world)
    #expect(
      outcome.isDelivered && outcome.steps.contains { $0.detail.contains("the spool has it") },
      "\(outcome.steps)")
  }

  @Test func `what Twilio refuses, and what the carrier does not deliver, is told with its code`() throws {
    let refusing = try world()
    try refusing.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: 21408), times: 50)
    let before = refusing.clock.now
    let refused = try call(refusing)
    #expect(refused.cure.contains("Twilio's console"), "\(refused.cure)")
    // 30 s until it is due, and no minute of waiting for what cannot come.
    #expect(refusing.clock.now < before.adding(seconds: 60))
    #expect(refused.bad == ["message"] && refused.detail("message").contains("21408"), "\(refused.steps)")

    let losing = try world()
    try losing.standIn.planDelivery(to: Self.phone, DeliveryPlan(.undelivered(30005)))
    let lost = try call(losing)
    #expect(lost.bad.count == 1 && lost.steps.last?.detail.contains("30005") == true, "\(lost.steps)")
    #expect(lost.cure == "take another telephone")
  }

  @Test func `a report that never comes is told apart from an SMS that never arrives`() throws {
    let deaf = try world()
    try deaf.standIn.set("delivery_seconds", to: "5")
    let unreported = try call(deaf, withReports: false)
    #expect(unreported.isDelivered && unreported.bad == ["report"], "\(unreported.steps)")

    let slow = try world()
    try slow.standIn.planDelivery(to: Self.phone, DeliveryPlan(.sentOnly))
    let waiting = try call(slow)
    #expect(
      !waiting.isDelivered && waiting.detail("delivery").contains("Twilio says sent"), "\(waiting.steps)")
  }

  @Test func `a test call that broke off is closed as answered, and Twilio is not asked about it`() throws {
    let world = try world()
    let sid = TestCallSid.new(.system)
    #expect(TestCallSid.isTest(sid) && !TestCallSid.isTest(newSid("CA")))
    _ = world.post("voice", world.callFields(sid, status: "ringing"))
    try world.run(after: 700)
    try world.run(after: 10)
    let row = try #require(try world.list(.calls).first)
    #expect(row["outcome"] == "answered" && row["decision"] == "none", "\(row)")
    #expect(try world.standIn.requests().allSatisfy { !$0.path.contains(sid) && !$0.query.contains(sid) })
    #expect(try world.list(.tickets).isEmpty)
  }
}
