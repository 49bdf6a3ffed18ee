// PushTests.swift - people are told through an ntfy server: what they see, what fails, and what the server learns.

import Business
import Curl
import LocalTime
import Runner
import StandIn
import Store
import TestSupport
import Testing

struct PushTests {
  private static let boss = "+41796660009"
  private static let operatorNumber = "+41797770000"
  private let world: TestWorld
  private let server = NtfyServer()

  init() throws {
    let topic = server.topic()
    world = try TestWorld {
      $0.notify = [
        .init(
          channel: .ntfy, to: topic, on: [.new, .urgent, .escalation], name: "Anna",
          token: Secret("tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2"))
      ]
    }
    world.installation.trustedHosts = ["ntfy.example.ch"]
    try world.apply()
    server.listen(in: world)
  }

  private func rows() throws -> [[String: String]] {
    try world.list(.messages).filter { $0["channel"] == "ntfy" }
  }

  private func causes() throws -> [String] {
    try world.alerts(since: world.clock.now.adding(days: -1)).map(\.cause)
  }

  private func addBoss() throws {
    try world.changeTenant {
      $0.notify.append(.init(channel: .sms, to: Self.boss, on: [.new, .urgent], order: 2, name: "Chef"))
    }
  }

  private func plan(_ fault: NtfyServer.Fault, times: Int) {
    server.faults = Array(repeating: fault, count: times)
  }

  // MARK: what is seen

  @Test func `an urgent request is pushed with high priority, and a tap opens the ticket`() throws {
    try world.text("1")
    try world.run()
    let push = try #require(server.pushes.first)
    #expect(push.topic == "doerfler-x7Kq9mW2pL")
    #expect(push.priority == 4)
    #expect(push.title.contains("DRINGEND") && push.title.contains("079 123 45 67"))
    #expect(push.message.contains("Dörfler AG") && push.message.contains("Versprochen bis"))
    let link = try #require(push.click)
    #expect(link.hasPrefix("\(TestWorld.publicURL)/inbox?k=") && !push.message.contains("inbox"))
    let opened = world.browse("inbox", String(link.dropFirst("\(TestWorld.publicURL)/inbox?".count)))
    #expect(opened.status == 303)
    #expect(opened.headers.contains { $0.name == "Location" && $0.value.contains("id=1") })
    let row = try #require(try rows().first)
    #expect(row["state"] == "accepted" && row["kind"] == "notification" && row["to"] == server.topic())
  }

  @Test func `what is not urgent comes with the priority that everything has, and with the caller's words`()
    throws
  {
    try world.text("Das Rohr tropft \u{1F527}")
    try world.run()
    let push = try #require(server.pushes.first)
    #expect(push.priority == 3)
    #expect(push.message.contains("Das Rohr tropft \u{1F527}"))
  }

  @Test func `a request whose promise passes is pushed again`() throws {
    try world.text("1")
    try world.run()
    try world.run(after: 31 * 60)
    #expect(server.pushes.count == 2)
    #expect(server.pushes.last?.title.contains("noch nicht begonnen") == true)
    #expect(try rows().map { $0["kind"] }.contains("escalation"))
  }

  @Test func `in the night an urgent request is pushed at once and another one in the morning`() throws {
    world.clock.advance(seconds: 13 * 3600)
    try world.text("Bitte um Offerte")
    try world.run(after: 5)
    #expect(server.pushes.isEmpty)
    try world.text("1", from: "+41791112233")
    try world.run(after: 5)
    #expect(server.pushes.map(\.priority) == [4])
    world.clock.advance(seconds: 9 * 3600)
    try world.run()
    #expect(server.pushes.count { $0.priority == 3 } == 1)
  }

  @Test(arguments: [
    (Language.de, "Neue Anfrage"), (.fr, "Nouvelle demande"), (.it, "Nuova richiesta"), (.en, "New request"),
  ])
  func `a server that is not the operator's learns neither who has called nor what was said`(
    language: Language, title: String
  ) throws {
    world.installation.trustedHosts = []
    try world.changeTenant { $0.language = language }
    try world.text("Das Rohr tropft")
    try world.run()
    let push = try #require(server.pushes.first)
    #expect(push.title == title)
    #expect(!push.message.contains("Rohr") && !(push.title + push.message).contains("123 45"))
    #expect(push.click != nil)
    #expect(server.requests.map(\.destination) == [.stranger])
  }

  @Test func `a long text is cut at a character and stays a text`() throws {
    try world.text("x" + String(repeating: "é\u{1F1E8}\u{1F1ED}", count: 700))
    try world.run()
    let push = try #require(server.pushes.first)
    #expect(push.message.utf8.count <= 4096 && push.message.utf8.count > 4080)
    #expect(push.message.hasSuffix("\u{1F1E8}\u{1F1ED}…") || push.message.hasSuffix("é…"))
  }

  @Test func `the token goes to the server and is printed nowhere`() throws {
    server.tokens["doerfler-x7Kq9mW2pL"] = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2"
    try world.text("1")
    try world.run()
    #expect(server.pushes.count == 1)
    #expect(server.requests.allSatisfy { $0.destination == .trusted && $0.timeoutMilliseconds == 20_000 })
    let seen = try world.list(.messages) + world.list(.events)
    #expect(!"\(seen)\(world.log.lines)\(world.tenants)".contains("tk_Ag"))
  }

  @Test func `a push costs nothing`() throws {
    try world.text("1")
    try world.run()
    #expect(try rows().allSatisfy { $0["segments"] == "0" && $0["price"] ?? "" == "" })
  }

  // MARK: what fails

  @Test(arguments: [
    (401, 40101, "write a token"), (403, 40301, "write a token"), (413, 41303, "length"),
    (400, 40009, "HTTP 400 (ntfy 40009)"), (404, 40401, "the topic's own address"),
    (301, 0, "the topic's own address"),
  ])
  func `what is refused is never tried again: the next is told at once, and the alert says what mends it`(
    status: Int, code: Int, cure: String
  ) throws {
    try addBoss()
    plan(.refuse(status, code: code), times: 9)
    try world.text("1")
    try world.run()
    try world.run(after: 400)
    #expect(server.requests.count == 1)
    #expect(try world.texts(to: Self.boss).count == 1)
    #expect(try rows().map { $0["state"] } == ["dead"])
    let alert = try #require(
      try world.alerts(since: world.clock.now.adding(days: -1)).first { $0.cause == "notice_refused" })
    #expect(alert.detail.contains(cure))
    #expect(!alert.detail.contains("x7Kq9mW2pL"), "the topic may be the password")
  }

  @Test func `a page that is no ntfy server's has taken nothing`() throws {
    plan(.page, times: 1)
    try world.text("1")
    try world.run()
    #expect(try rows().map { $0["state"] } == ["dead"])
    #expect(try causes().contains("nobody_told"))
  }

  @Test func `an error of the server is tried twice more, and then the next is told`() throws {
    try addBoss()
    plan(.refuse(500, code: 50001), times: 9)
    try world.text("1")
    try world.run()
    for tries in 2...3 {
      try world.run(after: 110)
      #expect(server.requests.count == tries - 1)
      try world.run(after: 15)
      #expect(server.requests.count == tries)
    }
    try world.run(after: 5)
    #expect(try rows().map { $0["state"] } == ["dead"])
    #expect(try world.texts(to: Self.boss).count == 1)
  }

  @Test func `who asks to be left alone is, and no try is used up`() throws {
    plan(.refuse(429, code: 42901, headers: ["retry-after": "90"]), times: 1)
    try world.text("1")
    try world.run()
    try world.run(after: 80)
    #expect(server.requests.count == 1)
    try world.run(after: 15)
    #expect(server.pushes.count == 1)
    #expect(try rows().map { $0["attempts"] } == ["1"])
  }

  @Test func `when the answer was lost the push is made once more, and no more`() throws {
    plan(.takeAndFallSilent, times: 1)
    try world.text("1")
    try world.run()
    #expect(server.pushes.count == 1)
    #expect(try rows().map { $0["state"] } == ["failed"])
    try world.run(after: 125)
    #expect(server.pushes.count == 2)
    try world.run(after: 300)
    #expect(server.pushes.count == 2)
    #expect(try rows().map { $0["state"] } == ["accepted"])
  }

  @Test func `a server that cannot be reached is seen, and what waits arrives when it is back`() throws {
    plan(.unreachable, times: 7)
    try world.text("2")
    try world.run()
    for _ in 0..<6 { try world.run(after: 300) }
    #expect(try causes() == ["push_unreachable"])
    #expect(try world.store().health(at: world.clock.now).held == 1)
    server.faults = []
    try world.run(after: 301)
    #expect(server.pushes.count == 1)
    #expect(try rows().first?["attempts"] == "1")
    try world.run(after: 11)
    #expect(try world.store().openConditions().isEmpty)
  }

  @Test func `a topic that is taken out of the settings is told nothing more, and the next is told`() throws {
    try addBoss()
    plan(.unreachable, times: 1)
    try world.text("1")
    try world.run()
    try world.changeTenant { $0.notify.removeFirst() }
    try world.run(after: 10)
    #expect(server.requests.count == 1)
    #expect(try world.texts(to: Self.boss).count == 1)
  }

  @Test func `a server that takes no more is asked one at a time, while every request is kept`() throws {
    try world.changeTenant { tenant in
      tenant.notify = (0..<70).map {
        .init(channel: .ntfy, to: self.server.topic("topic-of-person-number-\($0)"), on: [.urgent])
      }
    }
    try world.text("1")
    for _ in 0..<2 { try world.run(linger: 55) }
    #expect(Set(server.pushes.map(\.topic)).count == 70)
    #expect(server.requests.count == 70, "the rate was kept: no 429")
  }
}
