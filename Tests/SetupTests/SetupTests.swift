// SetupTests.swift - the guided set-up against the stand-in for Twilio and our own handlers: answered, wrong, broken off
// at every question, run again.

import Business
import Configuration
import Curl
import Glibc
import LocalTime
import Operations
import Platform
import StandIn
import TestSupport
import Testing

@testable import Setup

struct SetupTests {
  /// What a newcomer types, question by question.
  private static let answers = [
    TestWorld.account, TestWorld.token, TestWorld.publicURL, "doerfler", "Dörfler AG", "043 443 52 00", "1",
    "",
    "Petra 079 123 45 99, chef@example.ch", "079 123 45 67",
  ]

  /// An unpacked and untouched installation; one number that can do all.
  private func world() throws -> TestWorld {
    let world = try TestWorld()
    let sample = SampleFiles.installation.replacing("https://api.twilio.com", with: "http://twilio.test")
      .replacing("https://lookups.twilio.com", with: "http://twilio.test")
    try Files.writeAtomically(Array(sample.utf8), to: "\(world.home.config)/opsfabric.json5")
    try Files.writeAtomically(Array(SampleFiles.tenant.utf8), to: "\(world.home.tenants)/example.json5")
    return world
  }

  private func setup(
    _ world: TestWorld, _ console: ScriptedConsole, given: [SetupQuestion: String] = [:],
    takesAll: Bool = false
  ) -> GuidedSetup {
    let scene = Surroundings(
      home: world.home, user: geteuid(), clock: world.clock.wallClock, zones: TimeZones(),
      transport: world.transport,
      libcurl: LibcurlFeatures(version: "8.0", tls: "OpenSSL", protocols: ["https"]),
      environment: Environment([:]))
    return GuidedSetup(
      home: world.home, scene: scene, transport: world.transport, console: console, given: given,
      takesAll: takesAll)
  }

  private func loaded(_ world: TestWorld) throws -> LoadedConfiguration {
    let (loaded, faults) = ConfigurationLoader(home: world.home.path).load()
    return try #require(loaded, "\(faults)")
  }

  private static var given: [SetupQuestion: String] {
    [
      .accountSID: TestWorld.account, .authToken: TestWorld.token, .publicURL: TestWorld.publicURL,
      .tenant: "doerfler", .name: "Dörfler AG", .forwardTo: TestWorld.business, .number: TestWorld.number,
      .website: "www.doerfler.example", .notify: "+41791234599", .testTo: TestWorld.caller,
    ]
  }

  @Test func `ten answers make an installation that apply takes`() throws {
    let world = try world()
    let console = ScriptedConsole(Self.answers)
    let outcome = try setup(world, console).run()
    #expect(outcome == GuidedSetup.Outcome(tenant: "doerfler", testTo: TestWorld.caller))
    #expect(console.isSpent && console.warned == [] && console.secrets == 1, "\(console.warned)")
    #expect(
      !console.said.contains { $0.contains(TestWorld.token) }
        && !console.asked.contains { $0.contains(TestWorld.token) })

    let loaded = try loaded(world)
    #expect(loaded.installation.publicURL == TestWorld.publicURL)
    #expect(loaded.installation.account.authToken.value == TestWorld.token)
    let tenant = try #require(loaded.tenants.first { $0.id == "doerfler" })
    #expect(tenant.active && tenant.name == "Dörfler AG" && tenant.forwardTo == TestWorld.business)
    #expect(tenant.voiceNumbers == [TestWorld.number] && tenant.websiteDomain == "hooks.example.ch")
    #expect(tenant.notify.map(\.to) == ["+41791234599", "chef@example.ch"])
    #expect(tenant.notify.map(\.channel) == [.sms, .email] && tenant.notify.first?.name == "Petra")
    // The sample's explanations are still there.
    let text = String(decoding: try Files.read("\(world.home.tenants)/doerfler.json5"), as: UTF8.self)
    #expect(text.contains("// Where the telephone rings.") && text.contains("quiet_hours:"))
    #expect(Files.mode("\(world.home.config)/opsfabric.json5").map { $0 & 0o777 } == 0o600)
    #expect(try !Files.list(world.home.path).contains(".setup-draft"))
  }

  @Test func `with all options nobody is asked`() throws {
    let world = try world()
    let console = ScriptedConsole([])
    #expect(try setup(world, console, given: Self.given, takesAll: true).run().tenant == "doerfler")
    #expect(console.asked == [] && console.warned == [])
    #expect(
      try loaded(world).tenants.contains { $0.id == "doerfler" && $0.websiteDomain == "www.doerfler.example" }
    )
  }

  /// Ended after each number of answers, it goes on with what was kept: Enter is enough for that.
  @Test(arguments: 0..<10) func `broken off at a question, the next call offers what was answered`(
    _ count: Int
  ) throws {
    let world = try world()
    let first = ScriptedConsole(Array(Self.answers.prefix(count)))
    #expect(throws: SetupStop.brokenOff) { try setup(world, first).run() }
    // Nothing half-made is active.
    let tenants = ConfigurationLoader(home: world.home.path).load().0?.tenants ?? []
    #expect(!tenants.contains { $0.active })

    // The account and the short name are offered as they stand, the rest as far as it was answered.
    let kept = (0..<10).map { $0 < count ? "" : Self.answers[$0] }
    let second = ScriptedConsole(kept)
    let outcome = try setup(world, second).run()
    #expect(outcome.tenant == "doerfler" && second.isSpent, "\(second.asked)")
    #expect(try loaded(world).tenants.first { $0.id == "doerfler" }?.forwardTo == TestWorld.business)
  }

  @Test func `every wrong answer is refused with its reason, and asked again`() throws {
    let world = try world()
    try world.standIn.addNumber("+41435550177", account: TestWorld.account)
    let wrong = [
      "AC123", TestWorld.account, "no-token-of-it", TestWorld.account, TestWorld.token, "hooks.example.ch",
      "https://elsewhere.example.org/cgi-bin", TestWorld.publicURL, "Dörfler AG", "example", "doerfler", "",
      "Dörfler AG", "12", TestWorld.business, "9", "+41791234567", "2", "http://", "www.doerfler.example",
      "nobody",
      "079 12", "079 123 45 99", "none", "",
    ]
    world.transport.otherSites = { [weak world] request in
      request.url.hasPrefix("https://elsewhere.example.org/")
        ? .failure(.neverSent("there is no such host")) : world?.answer(request).map { .success($0) }
    }
    let console = ScriptedConsole(wrong)
    let outcome = try setup(world, console).run()
    #expect(outcome.testTo == nil && console.isSpent, "\(console.asked.count) \(console.asked)")
    #expect(console.warned.count >= 12, "\(console.warned)")
    #expect(console.warned.contains { $0.contains("Twilio refuses this account and token") })
    #expect(console.warned.contains { $0.contains("there is no such host") })
    #expect(console.warned.contains { $0.contains("an answer is needed") })
    #expect(!console.warned.contains { $0.contains("no-token-of-it") })
  }

  @Test(arguments: SetupQuestion.allCases.filter { ![.testTo, .website, .number, .notify].contains($0) })
  func `with --yes a missing answer is named by its option`(_ question: SetupQuestion) throws {
    let world = try world()
    var given = Self.given
    given[question] = nil
    #expect(throws: SetupStop.unanswered(question, reason: "is missing")) {
      try setup(world, ScriptedConsole([]), given: given, takesAll: true).run()
    }
  }

  @Test func `an installation that is at work is offered as it is, and stays so`() throws {
    let world = try world()
    _ = try setup(world, ScriptedConsole(Self.answers)).run()
    let path = "\(world.home.tenants)/doerfler.json5"
    var text = String(decoding: try Files.read(path), as: UTF8.self)
    text = text.replacing("on: [\"new\", \"urgent\", \"escalation\"]", with: "on: [\"urgent\"]")
    text = text.replacing("sms_delay_seconds: 30", with: "sms_delay_seconds: 45")
    try Files.writeAtomically(Array(text.utf8), to: path)
    let console = ScriptedConsole(Array(repeating: "", count: 10))
    _ = try setup(world, console).run()
    #expect(console.isSpent && console.warned == [])
    #expect(String(decoding: try Files.read(path), as: UTF8.self) == text)

    // A second business beside it does not touch the first.
    try world.standIn.addNumber("+41445550199", account: TestWorld.account)
    let more = [
      "", "", "", "meier", "Meier Gipser", "044 555 66 77", "2", "www.meier.example", "079 222 33 44", "",
    ]
    #expect(try setup(world, ScriptedConsole(more)).run().tenant == "meier")
    #expect(String(decoding: try Files.read(path), as: UTF8.self) == text)
    #expect(try loaded(world).tenants.filter(\.active).map(\.id) == ["doerfler", "meier"])
  }

  @Test func `a number that another business has is refused`() throws {
    let world = try world()
    _ = try setup(world, ScriptedConsole(Self.answers)).run()
    var given = Self.given
    (given[.tenant], given[.name]) = ("meier", "Meier")
    #expect {
      try setup(world, ScriptedConsole([]), given: given, takesAll: true).run()
    } throws: { error in
      guard case .unanswered(.number, let reason)? = error as? SetupStop else { return false }
      return reason.contains("doerfler")
    }
  }

  @Test func `a number without SMS gets a sender beside it`() throws {
    let world = try world()
    try world.standIn.addNumber(TestWorld.number, account: TestWorld.account, sms: false)
    try world.standIn.addNumber("+41797770100", account: TestWorld.account)
    let console = ScriptedConsole(Self.answers)
    _ = try setup(world, console).run()
    #expect(try loaded(world).tenants.first { $0.id == "doerfler" }?.smsSender == "+41797770100")
    #expect(console.said.contains { $0.contains("it cannot do SMS, so +41797770100 sends them") })
  }

  @Test func `an account without a number that texts is told what to buy, and looked at again`() throws {
    let world = try world()
    try world.standIn.addNumber(TestWorld.number, account: TestWorld.account, sms: false)
    var answers = Self.answers
    answers.insert("", at: 6)
    let console = ScriptedConsole(answers)
    console.onAnswer = { prompt in
      if prompt.hasPrefix("Buy one") {
        _ = try? world.standIn.addNumber("+41797770100", account: TestWorld.account)
      }
    }
    _ = try setup(world, console).run()
    let offers = console.said.filter { $0.hasPrefix("  CH ") }
    #expect(
      offers.first == "  CH mobile: voice, SMS, 9.00 USD a month  <- does all that is needed", "\(offers)")
    #expect(offers.contains("  CH local: voice, no SMS, 1.00 USD a month, needs an address"))

    var given = Self.given
    given[.tenant] = "meier"
    let other = "AC" + String(repeating: "9", count: 32)
    try world.standIn.addAccount(sid: other, token: "t")
    for number in [TestWorld.number, "+41797770100"] { try world.standIn.addNumber(number, account: other) }
    #expect {
      try setup(world, ScriptedConsole([]), given: given, takesAll: true).run()
    } throws: {
      $0 as? SetupStop
        == .failed("the account has no number: buy one in Twilio's console, then the same command again")
    }
  }

  @Test func `where Twilio cannot be asked nothing is guessed`() throws {
    let world = try world()
    try world.standIn.plan("account.fetch", fault: .http500, times: 9)
    #expect {
      try setup(world, ScriptedConsole(Self.answers)).run()
    } throws: { error in
      guard case .failed(let reason)? = error as? SetupStop else { return false }
      return reason.hasPrefix("Twilio cannot be asked")
    }
  }

  @Test func `a file that is broken is left as it is`() throws {
    let world = try world()
    let path = "\(world.home.config)/opsfabric.json5"
    try Files.writeAtomically(Array("{ public_url: \n".utf8), to: path)
    #expect {
      try setup(world, ScriptedConsole(Self.answers)).run()
    } throws: { error in
      guard case .failed(let reason)? = error as? SetupStop else { return false }
      return reason.contains("opsfabric apply --check")
    }
    #expect(try Files.read(path) == Array("{ public_url: \n".utf8))
  }

  @Test func `people are read from one line as it is typed`() throws {
    let people = try PeopleToTell(
      "Petra Dörfler: 079 123 45 67; +49 151 1234 5678, Büro <buero@example.ch>, x@example.ch", country: "CH")
    #expect(
      people.entries.map(\.to) == ["+41791234567", "+4915112345678", "buero@example.ch", "x@example.ch"])
    #expect(people.entries.map(\.name) == ["Petra Dörfler", nil, "Büro", nil])
    #expect(throws: PeopleToTell.Fault.self) { try PeopleToTell(" , ", country: "CH") }
    #expect(throws: PeopleToTell.Fault.self) { try PeopleToTell("Petra", country: "CH") }
    #expect(throws: PeopleToTell.Fault.self) { try PeopleToTell("Petra 12", country: "CH") }
  }
}
