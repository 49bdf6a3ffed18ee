// OperatorPageTests.swift - the operator at all tenants: who may look, what comes first, and in which words.

import Business
import CGI
import LocalTime
import Platform
import SQLite
import StandIn
import Store
import TestSupport
import Testing

struct OperatorPageTests {
  private static let start = "2026-02-25T09:00:00Z"

  /// Four tenants: one whose SMS are held, one whose line is silent, one with a promise overdue, one that is fine.
  private func town() throws -> TestWorld {
    let world = try TestWorld(at: try #require(Timestamp(iso8601: OperatorPageTests.start))) {
      $0.notify = []
    }
    for (index, id) in ["abel", "broken", "calm", "slow"].enumerated() {
      try world.addTenant(id, number: "+4179777010\(index)") { $0.notify = [] }
    }
    // Slow: a request nobody begins.
    world.miss(to: "+41797770103")
    try world.run(after: 31)
    _ = try world.text("2", to: "+41797770103")
    try world.run(after: 48 * 3600)
    // Calm: a missed call that got its SMS.
    world.miss(from: "+41791110001", to: "+41797770102")
    try world.run(after: 31)
    // Held: Twilio refuses the sender.
    try world.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: 21660), times: 99)
    world.miss(from: "+41791110002")
    world.miss(from: "anonymous")
    for _ in 0..<3 { try world.run(after: 61) }
    try world.store().raiseAlert(
      cause: AlertCause.lineSilent, tenant: "broken", detail: "no call for 4 days", at: world.clock.now)
    return world
  }

  private func page(_ world: TestWorld, _ query: String = "") throws -> CGIResponse {
    world.browse("operator", query, headers: try world.operatorsCookie())
  }

  /// The articles of the list, by the tenant they lead to.
  private func cards(_ page: String) -> [(id: String, text: String)] {
    page.split(separator: "<article").dropFirst().map { card in
      let id = card.firstRange(of: "?tenant=").map { card[$0.upperBound...].prefix { $0 != "\"" } }
      return (String(id ?? ""), String(card))
    }
  }

  @Test func `tenants with trouble come first, the gravest before all, each said in words`() throws {
    let world = try town()
    let shown = try page(world)
    #expect(shown.status == 200)
    let cards = cards(shown.text)
    #expect(cards.map(\.id).prefix(3) == ["broken", "doerfler", "slow"])
    #expect(Set(cards.map(\.id).dropFirst(3)) == ["abel", "calm"])
    #expect(cards[0].text.contains("Line silent"))
    #expect(cards[1].text.contains("1 message held"))
    #expect(cards[2].text.contains("1 promise overdue"))
    for card in cards.dropFirst(3) { #expect(card.text.contains("Nothing wrong"), "\(card.id)") }
    #expect(shown.text.contains("3 of 5 tenants with trouble"))
    let calm = try #require(cards.first { $0.id == "calm" })
    #expect(calm.text.contains("1 missed call in 30 days, most on 2026-02-27: 1"), "\(calm.text)")
    // The same query is status's.
    let troubles = try world.store().troubles(of: world.tenants.map(\.id), at: world.clock.now)
    #expect(troubles.map(\.tenant) == cards.map(\.id))
    // health counts, and names nobody.
    world.clock.advance(seconds: 300)
    let health = world.send("health", method: "GET")
    #expect(health.status == 503 && health.text.contains("\"held\":1"))
    #expect(!world.tenants.contains { health.text.contains($0.id) })
  }

  @Test func `a tenant's page says what was decided about each call and why a message waits`() throws {
    let world = try town()
    let held = try page(world, "tenant=doerfler").text
    #expect(held.contains("Text is held") && held.contains("21660") && held.contains("missed_call by sms to"))
    #expect(held.contains("<bdi>withheld</bdi>") && held.contains(Reason.withheld.said(.en)))
    let silent = try page(world, "tenant=broken").text
    #expect(silent.contains("line_silent") && silent.contains("no call for 4 days"))
    #expect(silent.contains("No calls in 30 days.") && silent.contains("No message is held"))
    let calm = try page(world, "tenant=calm").text
    #expect(calm.contains("+41 79 111 00 01") || calm.contains("079 111 00 01"))
    #expect(calm.contains(Reason.sent.said(.en)))
    // Mended: the trouble ends by itself.
    try world.standIn.forgetFaults()
    for _ in 0..<16 { try world.run(after: 61) }
    #expect(try !page(world, "tenant=doerfler").text.contains("Text is held"))
  }

  @Test func `a message given up is named with its reason for a week`() throws {
    let world = try TestWorld()
    world.miss()
    try world.run(after: 31)
    try HeldDatabase.run(
      """
      UPDATE messages SET state = 'dead', due_at = NULL, finished_at = \(world.clock.now.milliseconds),
        error_code = 30006, error = 'landline or <b>unreachable</b>'
      """, on: world.home.database)
    #expect(try page(world).text.contains("1 message given up in 7 days"))
    let one = try page(world, "tenant=doerfler").text
    #expect(one.contains("30006 landline or &lt;b&gt;unreachable&lt;/b&gt;"), "\(one)")
    world.clock.advance(seconds: 7 * 86_400 + 1)
    #expect(try !page(world).text.contains("given up in 7 days"))
  }

  @Test func `the cost of the month is what became known of it, and the month before does not count`() throws
  {
    let world = try TestWorld()
    func pay(_ sid: String, _ price: Double) throws {
      try world.store().recordLookup(tenant: "doerfler", price: price, unit: "chf", at: world.clock.now)
    }
    try pay("1", 5)
    world.clock.advance(seconds: 31 * 86_400)
    try pay("2", 0.004)
    try pay("3", 0.0461)
    #expect(try page(world).text.contains("CHF 0.05 this month"))
    try world.store().purgeCosts(at: world.clock.now)
    #expect(try page(world).text.contains("CHF 0.05 this month"))
  }

  // MARK: who may look

  @Test func `a desk's link and session do not open the page, and the operator's open no desk`() throws {
    let world = try TestWorld {
      $0.notify = [.init(channel: .sms, to: InboxTests.boss, on: [.new, .urgent])]
    }
    try world.text("Heizung kalt")
    try world.run()
    let text = try #require(try world.texts(to: InboxTests.boss).last)
    let key = String(text[try #require(text.range(of: "?k=")).upperBound...])
    #expect(world.browse("operator", "k=\(key)").status == 403)
    let desk = try #require(
      world.browse("inbox", "k=\(key)").headers.first { $0.name == "Set-Cookie" }?.value.prefix { $0 != ";" })
    let stolen = desk.replacing("opsfabric_inbox", with: "opsfabric_operator")
    #expect(world.browse("operator", headers: ["COOKIE": String(stolen)]).status == 403)
    let own = try #require(try world.operatorsCookie()["COOKIE"])
    #expect(own.hasPrefix("opsfabric_operator="))
    #expect(world.browse("operator", headers: ["COOKIE": own]).status == 200)
    let turned = own.replacing("opsfabric_operator", with: "opsfabric_inbox")
    #expect(world.browse("inbox", headers: ["COOKIE": String(turned)]).status == 403)
    #expect(world.browse("inbox", headers: ["COOKIE": String(desk)]).status == 200)
  }

  @Test func `whoever guesses at links is not heard after ten, and nobody is shown a page without a session`()
    throws
  {
    let world = try TestWorld()
    for query in ["", "tenant=doerfler", "tenant=nobody", "page=9"] {
      let answer = world.browse("operator", query)
      #expect(answer.status == 403 && !answer.text.contains("doerfler"), "\(query)")
    }
    for _ in 0..<10 { #expect(world.browse("operator", "k=wrong").status == 403) }
    #expect(world.browse("operator", "k=wrong").status == 429)
    // The desk's own guesses are counted apart.
    #expect(world.browse("inbox", "k=wrong").status == 403)
  }

  @Test func `signing out ends the session, and nothing else can be posted`() throws {
    let world = try TestWorld()
    let cookie = try world.operatorsCookie()
    let token = TestWorld.hidden("csrf", in: world.browse("operator", headers: cookie).text) ?? ""
    func post(_ body: String) -> CGIResponse {
      world.browse(
        "operator", method: "POST", body: Array(body.utf8),
        contentType: "application/x-www-form-urlencoded", headers: cookie)
    }
    for body in ["", "do=sign-out", "do=sign-out&csrf=x", "do=done&id=1&csrf=\(percentEncoded(token))", "%"] {
      #expect(post(body).status == 404, "\(body)")
    }
    #expect(world.browse("operator", headers: cookie).status == 200)
    let gone = post("do=sign-out&csrf=\(percentEncoded(token))")
    #expect(gone.status == 200)
    #expect(gone.headers.contains { $0.name == "Set-Cookie" && $0.value.contains("Max-Age=0") })
    #expect(world.browse("operator", headers: cookie).status == 403)
    #expect(world.browse("operator", method: "PUT", headers: cookie).status == 405)
  }

  // MARK: bad input

  @Test(arguments: ["nobody", "", "%00", "..%2F", "%3Cb%3E", "doerfler%27--", "%FF", "DOERFLER"])
  func `an unknown or forged tenant is not found`(id: String) throws {
    let world = try TestWorld()
    let answer = try page(world, "tenant=\(id)")
    #expect(answer.status == 404)
    #expect(!answer.text.contains("<b>"))
  }

  @Test
  func `a tenant removed while something of it waits stays in the list, and one without a call has a page`()
    throws
  {
    let world = try TestWorld { $0.notify = [] }
    try world.addTenant("new", number: "+41797770101") {
      $0.name = "Müller <script>alert(1)</script> & Söhne"
      $0.notify = []
    }
    try world.text("2")
    try world.run()
    world.tenants.removeAll { $0.id == "doerfler" }
    try world.apply()
    #expect(cards(try page(world).text).map(\.id) == ["new"], "its promise is not overdue yet")
    world.clock.advance(seconds: 40 * 3600)
    let list = try page(world).text
    #expect(cards(list).map(\.id) == ["doerfler", "new"])
    #expect(list.contains("Not configured any more") && !list.contains("<script>"))
    #expect(list.contains("Müller &lt;script&gt;"))
    let removed = try page(world, "tenant=doerfler")
    #expect(removed.status == 200 && removed.text.contains("1 promise overdue"))
    let new = try page(world, "tenant=new")
    #expect(new.status == 200 && new.text.contains("0 missed calls in 30 days"))
  }

  @Test(arguments: [-40, 40]) func `a clock that was set by weeks breaks no page`(days: Int) throws {
    let world = try TestWorld()
    world.miss()
    try world.run(after: 31)
    world.clock.advance(seconds: days * 86_400)
    #expect(try page(world).status == 200)
    #expect(try page(world, "tenant=doerfler").status == 200)
  }

  @Test func `two hundred tenants are read a page at a time, and every one is counted`() throws {
    let world = try TestWorld()
    for number in 100..<230 {
      world.tenants.append(TestWorld.tenant("t\(number)", name: "T\(number)", number: "+41797770\(number)"))
    }
    try world.apply()
    var seen: Set<String> = []
    for number in 1...3 {
      let text = try page(world, "page=\(number)").text
      let ids = cards(text).map(\.id)
      #expect(ids.count == (number == 3 ? 31 : 50))
      #expect(text.contains("None of 131 tenants has trouble."))
      seen.formUnion(ids)
    }
    #expect(seen.count == 131)
    // Beyond the end is the last page.
    #expect(try cards(page(world, "page=99").text).count == 31)
    #expect(try cards(page(world, "page=-1").text).count == 50)
  }
}
