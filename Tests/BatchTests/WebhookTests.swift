// WebhookTests.swift - other programs are told of what happens: each event arrives, and nobody waits for a slow one.

import Business
import Curl
import JSON
import LocalTime
import Operations
import Outbox
import Platform
import Runner
import Settings
import StandIn
import Store
import TestSupport
import Testing

struct WebhookTests {
  private let world: TestWorld
  private let crm = ToldProgram()

  init() throws {
    let receiver = crm.receiver
    world = try TestWorld { $0.webhooks = [receiver] }
    crm.listen(in: world)
  }

  private func webhooks() throws -> [[String: String]] {
    try world.list(.messages).filter { $0["channel"] == "webhook" }
  }

  private func ok(_ status: Int, _ headers: [String: String] = [:]) -> Result<HTTPReply, HTTPFailure> {
    .success(HTTPReply(status: status, headers: headers))
  }

  // MARK: what is told

  @Test
  func `a missed call that becomes a request is told from the call to the end, with the keys of the lists`()
    throws
  {
    world.miss()
    try world.run(after: 31)
    try world.text("Das Rohr tropft, \"dringend\" – Müller €")
    try world.run(after: 5)
    let ticket = try #require(try world.store().ticket(id: 1))
    let store = try world.store()
    store.receivers = WebhookReceivers(world.installation, world.tenants)
    _ = try store.move(ticket, .finish(.won, amount: 10_000), by: "Anna", at: world.clock.now)
    try world.run(after: 1)

    #expect(
      crm.types.sorted() == [
        "call.handled", "call.missed", "message.received", "message.sent", "message.sent", "ticket.created",
        "ticket.done",
      ])
    #expect(crm.badSignatures == 0)
    let created = try #require(crm.taken.first { $0.type == "ticket.created" })
    #expect(Set(created.data.members?.keys.map { $0 } ?? []) == Set(ListName.tickets.keys))
    #expect(created.data["phone"]?.text == TestWorld.caller)
    #expect(created.data["summary"]?.text == "Das Rohr tropft, \"dringend\" – Müller €")
    let missed = try #require(crm.taken.first { $0.type == "call.missed" })
    #expect(Set(missed.data.members?.keys.map { $0 } ?? []) == Set(ListName.calls.keys))
    let sent = try #require(crm.taken.first { $0.type == "message.sent" })
    #expect(Set(sent.data.members?.keys.map { $0 } ?? []) == Set(ListName.messages.keys))
    let received = try #require(crm.taken.first { $0.type == "message.received" })
    #expect(received.data["from"]?.text == TestWorld.caller)
    #expect(received.data["ticket"]?.integer == 1)
    let done = try #require(crm.taken.first { $0.type == "ticket.done" })
    #expect(done.data["status"]?.text == "DONE")
    #expect(done.data["outcome"]?.text == "won")
    #expect(
      try webhooks().allSatisfy { $0["state"] == "delivered" && $0["kind"] == "event" && $0["to"] == crm.url }
    )
  }

  @Test func `an attempt is signed for itself, as the standard says`() throws {
    world.miss()
    try world.run()
    let post = try #require(crm.posts.first)
    #expect(post.request.method == "POST")
    #expect(post.request.headers.contains { $0.name == "Content-Type" && $0.value == "application/json" })
    #expect(post.timestamp == post.at.seconds || post.timestamp == post.at.seconds - 1)
    #expect(!post.id.contains("."))
    #expect(post.request.timeoutMilliseconds == 20_000)
    #expect(post.request.connectTimeoutMilliseconds == 5000)
    #expect(post.request.maxReplyBytes == 64 << 10)
  }

  @Test func `a receiver that verifies no signature has a header of its own`() throws {
    try world.changeTenant { $0.webhooks[0].header = Secret("Authorization: Bearer abc def") }
    world.miss()
    try world.run()
    let post = try #require(crm.posts.first)
    #expect(post.request.headers.contains { $0.name == "Authorization" && $0.value == "Bearer abc def" })
    #expect(crm.badSignatures == 0)
    #expect(!"\(world.log.lines)\(world.tenants)".contains("abc def"))
  }

  @Test func `while a secret is exchanged both sign, and one space stands between`() throws {
    try world.changeTenant {
      $0.webhooks[0].secret2 = $0.webhooks[0].secret
      $0.webhooks[0].secret = Secret("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    }
    world.miss()
    try world.run()
    let post = try #require(crm.posts.first)
    #expect(post.signature.split(separator: " ", omittingEmptySubsequences: false).count == 2)
    #expect(crm.badSignatures == 0)
  }

  @Test func `who asks for few types, or for ids, gets no more`() throws {
    try world.changeTenant {
      $0.webhooks[0].on = [.ticketCreated]
      $0.webhooks[0].isThin = true
    }
    world.miss()
    try world.run(after: 31)
    try world.text("1")
    try world.run(after: 5)
    #expect(crm.types == ["ticket.created"])
    #expect(crm.taken.first?.data.members?.keys.sorted() == ["id", "tenant"])
  }

  @Test func `the operator's program is told of every tenant, and of what is no tenant's`() throws {
    let own = ToldProgram("https://ops.example.ch/hook")
    own.listen(in: world)
    own.receiver.on = [.callMissed, .alertRaised]
    world.installation.webhooks = [own.receiver]
    try world.addTenant("other", number: "+41435550111")
    world.miss()
    world.miss(to: "+41435550111")
    let store = try world.store()
    store.receivers = WebhookReceivers(world.installation, world.tenants)
    try store.raiseAlert(cause: "odd", tenant: nil, detail: "x", at: world.clock.now)
    try world.run()
    #expect(own.types.sorted() == ["alert.raised", "call.missed", "call.missed"])
    #expect(Set(own.taken.compactMap { $0.data["tenant"]?.text }) == ["doerfler", "other"])
    // A tenant's program hears of no other tenant.
    #expect(crm.taken.allSatisfy { $0.data["tenant"]?.text == "doerfler" })
  }

  @Test func `a month that is closed is told with its files`() throws {
    let receiver = crm.receiver
    let world = try TestWorld(at: try #require(Timestamp(iso8601: "2026-02-27T09:00:00Z"))) {
      $0.webhooks = [receiver]
    }
    crm.listen(in: world)
    world.miss()
    try world.run(after: 31)
    for _ in 0..<4 { try world.run(after: 86_400) }
    let closed = crm.taken.filter { $0.type == "report.closed" }
    #expect(closed.count == 1)
    #expect(closed.first?.data["month"]?.text == "2026-02")
    let files = try #require(closed.first?.data["files"]?.items).compactMap(\.text)
    #expect(files.contains("2026-02/report_doerfler_2026-02.csv"))
    #expect(files.allSatisfy { Files.exists("\(world.home.reports)/\($0)") })
  }

  @Test func `where nobody is told there is no row and no statement more`() throws {
    func statements(_ world: TestWorld) throws -> [String] {
      let heard = ProcessStatements(path: world.home.database)
      world.miss()
      try world.run(after: 31)
      try world.text("1")
      try world.run(after: 5)
      return heard.stop()
    }
    let plain = try TestWorld()
    let played = try statements(plain)
    #expect(
      !played.contains { $0.contains("json_object('type'") || $0.contains("max(id), 0) + 1 FROM messages") })
    #expect(try plain.list(.messages).allSatisfy { $0["channel"] != "webhook" })
    // With a receiver both are there: the search above would have found them.
    let told = try statements(world)
    #expect(
      told.contains { $0.contains("json_object('type'") }
        && told.contains { $0.contains("max(id), 0) + 1 FROM messages") })
  }

  // MARK: when it is not taken

  @Test func `what fails is tried again by the schedule, with one id, another time and another signature`()
    throws
  {
    crm.answer = { [self] _ in ok(500) }
    try world.changeTenant { $0.webhooks[0].on = [.callMissed] }
    world.miss()
    let start = world.clock.now
    let pauses = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
    var sum = 0
    for (index, pause) in pauses.enumerated() {
      // Not before its time, and with at most a tenth more.
      sum += pause
      if index > 0 {
        world.clock.advance(seconds: pause - 2)
        try world.run()
        #expect(crm.posts.count == index, "\(index)")
        world.clock.advance(seconds: pause / 10 + 3)
      }
      try world.run()
      #expect(crm.posts.count == index + 1)
    }
    #expect(Set(crm.posts.map(\.id)).count == 1)
    #expect(Set(crm.posts.map(\.body)).count == 1)
    #expect(Set(crm.posts.map(\.signature)).count == pauses.count)
    #expect(crm.badSignatures == 0)
    let row = try #require(try webhooks().first)
    #expect(row["state"] == "dead")
    #expect(row["attempts"] == "10")
    let alert = try #require(try world.alerts(since: start).first { $0.cause == AlertCause.webhookDead })
    #expect(alert.tenant == "doerfler" && alert.detail.contains("HTTP 500"))
    try world.run(after: 100_000)
    #expect(crm.posts.count == pauses.count)
    #expect(sum < 4 * 86_400)
  }

  @Test(arguments: [301, 302, 400, 404, 500])
  func `an answer that is no success is tried again, and leads nowhere`(status: Int) throws {
    crm.answer = { [self] _ in ok(status, ["location": "https://elsewhere.example/"]) }
    try world.changeTenant { $0.webhooks[0].on = [.callMissed] }
    world.miss()
    try world.run()
    #expect(try webhooks().first?["state"] == "failed")
    #expect(try webhooks().first?["error_code"] == "\(status)")
    crm.answer = { [self] _ in ok(204) }
    try world.run(after: 6)
    #expect(crm.types == ["call.missed"])
  }

  @Test(arguments: [429, 502, 503, 504])
  func `who asks to be left alone is, with everything that is due to him`(status: Int) throws {
    crm.answer = { [self] _ in ok(status, ["retry-after": "600"]) }
    try world.changeTenant { $0.webhooks[0].on = [.callMissed] }
    world.miss()
    try world.run()
    world.miss(from: "+41791112233")
    world.miss(from: "+41791112244")
    try world.run(after: 300)
    let before = crm.posts.count
    crm.answer = { [self] _ in ok(200) }
    try world.run(after: 290)
    #expect(crm.posts.count == before)
    try world.run(after: 400)
    #expect(crm.types == ["call.missed", "call.missed", "call.missed"])
  }

  @Test func `an address that is down for hours costs few tries, and everything arrives when it is back`()
    throws
  {
    crm.answer = { _ in .failure(.neverSent("could not connect")) }
    try world.changeTenant { $0.webhooks[0].on = [.callMissed] }
    for number in 0..<40 { world.miss(from: "+4179123\(4000 + number)") }
    for _ in 0..<60 { try world.run(after: 60) }
    #expect(crm.posts.count < 120)
    crm.answer = { [self] _ in ok(200) }
    for _ in 0..<200 { try world.run(after: 60) }
    #expect(crm.taken.count == 40)
    #expect(try webhooks().allSatisfy { $0["state"] == "delivered" })
  }

  @Test func `410 switches the address off with an alert, and what waits leaves when it is on again`() throws
  {
    crm.answer = { [self] _ in ok(410) }
    try world.changeTenant { $0.webhooks[0].on = [.callMissed] }
    let start = world.clock.now
    world.miss()
    try world.run()
    world.miss(from: "+41791112233")
    crm.answer = { [self] _ in ok(200) }
    for _ in 0..<10 { try world.run(after: 3600) }
    #expect(crm.posts.count == 1)
    let alert = try #require(
      try world.alerts(since: start).first { $0.cause.hasPrefix(AlertCause.webhookOff) })
    #expect(
      alert.detail.contains("https://crm.example.ch/…") && alert.detail.contains("webhook resume doerfler"))
    #expect(!alert.detail.contains("secret-part"))
    // Nobody is kept from sleep by it.
    let health = world.send("health", method: "GET")
    #expect(health.status == 200, "\(health.text)")

    let store = try world.store()
    try store.write {
      for condition in try store.openConditions() { try store.solve(condition, at: world.clock.now) }
      #expect(try store.resumeWebhooks(to: crm.url, tenant: "doerfler", at: world.clock.now) == 2)
    }
    try world.run(after: 1)
    #expect(crm.types == ["call.missed", "call.missed"])
  }

  @Test func `an address that is taken out of the settings is told nothing more, and its alert ends`() throws
  {
    crm.answer = { [self] _ in ok(410) }
    world.miss()
    try world.run()
    #expect(try !world.store().openConditions().isEmpty)
    try world.changeTenant { $0.webhooks = [] }
    try world.run(after: 7200)
    #expect(try world.store().openConditions().isEmpty)
    #expect(try webhooks().allSatisfy { $0["state"] == "dead" })
    #expect(crm.posts.count == 1)
  }

  @Test func `an alert that cannot be told makes no alert`() throws {
    crm.answer = { [self] _ in ok(500) }
    try world.changeTenant { $0.webhooks[0].on = [.alertRaised] }
    let start = world.clock.now
    let store = try world.store()
    store.receivers = WebhookReceivers(world.installation, world.tenants)
    try store.raiseAlert(cause: "odd", tenant: "doerfler", detail: "x", at: start)
    for _ in 0..<200 { try world.run(after: 3600) }
    #expect(try webhooks().map { $0["state"] } == ["dead"])
    #expect(try !world.alerts(since: start).contains { $0.cause == AlertCause.webhookDead })
  }

  // MARK: crashes

  @Test func `a program that makes a task of each request has each once, however often an answer is lost`()
    throws
  {
    var lost = 0
    // Each third answer is lost on its way: the program has taken the event, and we do not know.
    crm.answer = { [self] post in
      lost += 1
      return lost % 3 == 0 ? .failure(.ambiguous("the line broke")) : ok(200)
    }
    var polls = 0
    for number in 0..<12 {
      world.miss(from: "+4179123\(4000 + number)")
      try world.text("2", from: "+4179123\(4000 + number)")
      // What is under way is let go of, as at a run's end.
      world.transport.onPoll = { [transport = world.transport] in
        polls += 1
        if polls % 5 == 0 { transport.abandonAll() }
      }
      try world.run(after: 40)
    }
    world.transport.onPoll = {}
    let store = try world.store()
    store.receivers = WebhookReceivers(world.installation, world.tenants)
    for row in try world.list(.tickets) {
      let ticket = try #require(try row["id"].flatMap { Int($0) }.flatMap { try store.ticket(id: $0) })
      _ = try store.move(ticket, .finish(), by: "Anna", at: world.clock.now)
    }
    for _ in 0..<300 { try world.run(after: 60) }

    // What a receiver does: a task for each request, closed by its end. What was lost may come after what was not.
    for type in ["ticket.created", "ticket.done"] {
      let ids = crm.taken.filter { $0.type == type }.compactMap { $0.data["id"]?.integer }
      #expect(ids.sorted() == Array(1...12))
    }
    #expect(try webhooks().allSatisfy { $0["state"] == "delivered" })
    #expect(crm.badSignatures == 0)
  }

  // MARK: privacy

  @Test func `who is forgotten is forgotten in what others were told, and who asks learns whom`() throws {
    world.miss()
    try world.run(after: 31)
    try world.text("Rohr geplatzt bei Ada")
    try world.run(after: 5)
    let bodies = try webhooks().compactMap { $0["body"] }
    #expect(bodies.contains { $0.contains("Ada") })
    let phone = try #require(PhoneNumber(e164: TestWorld.caller))
    let held = try world.store().held(.messages, of: phone, isOurs: false, rateKeys: [])
      .filter { $0.contains(#""channel":"webhook""#) }
    #expect(held.count >= 4)
    #expect(held.allSatisfy { $0.contains("https://crm.example.ch") && !$0.contains("secret-part") })
    #expect(held.contains { $0.contains("Rohr geplatzt bei Ada") })
    try world.forget()
    #expect(try world.remains(of: TestWorld.caller, ["Rohr geplatzt", "Ada"]) == [])
    #expect(try webhooks().allSatisfy { $0["to"] == crm.url })
  }

  // MARK: addresses

  @Test func `nothing leaves to a private address, unless the operator trusts the host`() throws {
    try withServer(.reply(httpReply())) { server in
      let url = "http://127.0.0.1:\(server.port)/hook"
      func outcome() -> WebhookOutcome? {
        let request = WebhookPost.request(
          to: WebhookReceiver(url: url, secret: Secret(ToldProgram.secret)), id: "evt_1", body: "{}",
          isTrusted: world.installation.trusts(url), at: world.clock.now)
        let transport = CurlTransport()
        return transport.answers(to: [request]).first.map(WebhookPost.outcome)
      }
      #expect(outcome() != .taken)
      #expect(server.seen.connections == 0)
      world.installation.trustedHosts = ["127.0.0.1:\(server.port)"]
      #expect(outcome() == .taken)
      world.installation.trustedHosts = ["127.0.0.1"]
      #expect(outcome() == .taken)
      #expect(server.seen.requests.count == 2)
      #expect(server.seen.requests.first?.head.lowercased().contains("webhook-signature: v1,") == true)
    }
  }

  @Test(arguments: [
    "https://trusted.example@evil.example/", "https://trusted.example\\@evil.example/",
    "https://evil.example/trusted.example", "https://evil.example#trusted.example", "trusted.example",
    "https://trusted.example.evil.example/",
  ])
  func `an address that only names a trusted host is not trusted`(url: String) {
    var installation = Installation.blank
    installation.trustedHosts = ["trusted.example"]
    #expect(!installation.trusts(url))
    #expect(installation.trusts("https://Trusted.example:8443/x?y"))
  }

  @Test func `a test event says at once what the program answers`() throws {
    func send() -> String? {
      TryWebhooks.send(
        to: crm.receiver, tenant: "doerfler", installation: world.installation, id: "evt_test_1",
        by: world.transport, at: world.clock.now)
    }
    #expect(send() == nil)
    #expect(crm.types == ["test"] && crm.badSignatures == 0)
    crm.answer = { _ in .failure(.neverSent(HTTPFailure.privateAddress)) }
    #expect(send() == "refused: private address")
    crm.answer = { [self] _ in ok(404) }
    #expect(send() == "HTTP 404")
    #expect(try webhooks().isEmpty)
  }
}
