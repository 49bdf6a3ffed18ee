// InboxTests.swift - the tenant's people in a phone's browser: link, session, tickets, changes, and nobody else.

import CGI
import LocalTime
import Platform
import Settings
import StandIn
import TestSupport
import Testing

struct InboxTests {
  static let boss = "+41796660001"

  /// A tenant with one open ticket, whose boss has been sent a link.
  private func world(_ body: String = "Heizung kalt") throws -> TestWorld {
    let world = try TestWorld {
      $0.notify = [.init(channel: .sms, to: InboxTests.boss, on: [.new, .urgent])]
    }
    try world.text(body)
    try world.run()
    return world
  }

  /// The key of the link in the boss's last SMS.
  private func key(_ world: TestWorld) throws -> String {
    let text = try #require(try world.texts(to: InboxTests.boss).last)
    return String(text[try #require(text.range(of: "?k=")).upperBound...])
  }

  /// Opens the link as a browser does; the Cookie header of what follows.
  private func signIn(_ world: TestWorld) throws -> [String: String] {
    let reply = world.browse("inbox", "k=\(try key(world))")
    #expect(reply.status == 303)
    #expect(reply.headers.contains(.init(name: "Location", value: "/inbox")))
    let cookie = try #require(reply.headers.first { $0.name == "Set-Cookie" }?.value)
    #expect(cookie.contains("HttpOnly") && cookie.contains("Secure") && cookie.contains("SameSite=Lax"))
    return ["COOKIE": String(cookie.prefix { $0 != ";" })]
  }

  private func post(_ world: TestWorld, _ fields: [(String, String)], _ headers: [String: String])
    -> CGIResponse
  {
    let body = fields.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&")
    return world.browse(
      "inbox", method: "POST", body: Array(body.utf8), contentType: "application/x-www-form-urlencoded",
      headers: headers)
  }

  /// What a browser sends with a button of the ticket's page.
  private func change(
    _ world: TestWorld, _ action: String, ticket: Int = 1, note: String = "", _ headers: [String: String]
  ) throws -> CGIResponse {
    let page = world.browse("inbox", "id=\(ticket)", headers: headers).text
    return post(
      world,
      [
        ("csrf", try #require(TestWorld.hidden("csrf", in: page))), ("id", String(ticket)), ("do", action),
        ("note", note),
        ("version", TestWorld.hidden("version", in: page) ?? ""),
      ], headers)
  }

  @Test func `the link in the notice opens the inbox, and the ticket can be worked`() throws {
    let world = try world()
    let cookie = try signIn(world)
    let list = world.browse("inbox", headers: cookie)
    #expect(list.status == 200)
    #expect(list.text.contains("Heizung kalt"))
    #expect(list.text.contains("href=\"tel:+41791234567\""))
    #expect(try change(world, "start", cookie).status == 303)
    #expect(try world.list(.tickets).first?["status"] == "IN_PROGRESS")
    #expect(try change(world, "note", note: "Schlüssel beim Nachbarn", cookie).status == 303)
    #expect(try world.list(.tickets).first?["summary"]?.contains("Schlüssel beim Nachbarn") == true)
    #expect(try change(world, "done", cookie).status == 303)
    #expect(try world.list(.tickets).first?["status"] == "DONE")
    #expect(!world.browse("inbox", headers: cookie).text.contains("Heizung kalt"))
    #expect(world.browse("inbox", "view=done", headers: cookie).text.contains("Heizung kalt"))
    #expect(try change(world, "reopen", cookie).status == 303)
    #expect(try world.list(.tickets).first?["status"] == "NEW")
  }

  @Test func `the database holds no key, only hashes`() throws {
    let world = try world()
    let key = try key(world)
    let cookie = try #require(try signIn(world)["COOKIE"]?.split(separator: "=").last)
    let bytes = try Files.read(world.home.database) + ((try? Files.read(world.home.database + "-wal")) ?? [])
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(!text.contains(key))
    #expect(!text.contains(cookie))
  }

  @Test(arguments: ["", "opsfabric_inbox=", "opsfabric_inbox=forged", "other=1"])
  func `without a session nothing is shown`(cookie: String) throws {
    let world = try world()
    for query in ["", "id=1", "view=done", "photo=1", "view=search&number=079"] {
      let reply = world.browse("inbox", query, headers: ["COOKIE": cookie])
      #expect(reply.status == 403)
      #expect(!reply.text.contains("Heizung"))
      #expect(!reply.text.contains("Dörfler"))
    }
    #expect(post(world, [("do", "done"), ("id", "1")], ["COOKIE": cookie]).status == 403)
  }

  @Test(arguments: ["forged", "", "AAAAAAAAAAAAAAAAAAAAAA"])
  func `a forged link opens nothing`(key: String) throws {
    let reply = try world().browse("inbox", "k=\(key)")
    #expect(reply.status == 403)
    #expect(!reply.headers.contains { $0.name == "Set-Cookie" })
  }

  @Test func `a link expires, and so does a session`() throws {
    let world = try world()
    let key = try key(world)
    let cookie = try signIn(world)
    world.clock.advance(seconds: 15 * 86_400)
    #expect(world.browse("inbox", "k=\(key)").status == 403)
    #expect(world.browse("inbox", headers: cookie).status == 200)
    world.clock.advance(seconds: 16 * 86_400)
    #expect(world.browse("inbox", headers: cookie).status == 403)
  }

  @Test func `revoking takes links and sessions away at once`() throws {
    let world = try world()
    let cookie = try signIn(world)
    #expect(
      try world.store().revokeInbox(tenant: "doerfler", person: InboxTests.boss, at: world.clock.now) == 2)
    #expect(world.browse("inbox", headers: cookie).status == 403)
    #expect(world.browse("inbox", "k=\(try key(world))").status == 403)
  }

  @Test func `signing out ends the session`() throws {
    let world = try world()
    let cookie = try signIn(world)
    let page = world.browse("inbox", headers: cookie).text
    let csrf = try #require(TestWorld.hidden("csrf", in: page))
    #expect(post(world, [("csrf", csrf), ("do", "sign-out")], cookie).status == 200)
    #expect(world.browse("inbox", headers: cookie).status == 403)
  }

  @Test(arguments: ["", "wrong"]) func `a change without the right token changes nothing`(csrf: String) throws
  {
    let world = try world()
    let cookie = try signIn(world)
    let reply = post(world, [("csrf", csrf), ("id", "1"), ("do", "done")], cookie)
    #expect(reply.status == 403)
    #expect(try world.list(.tickets).first?["status"] == "NEW")
  }

  @Test func `a tenant never sees or changes another's ticket or photo`() throws {
    let world = try world()
    try world.addTenant("muster", number: "+41435550200")
    try world.text(
      "Geheim", from: "+41781112233", to: "+41435550200", media: [("https://api.example/M1", "image/jpeg")])
    let cookie = try signIn(world)
    #expect(world.browse("inbox", "id=2", headers: cookie).status == 404)
    #expect(world.browse("inbox", "photo=1", headers: cookie).status == 404)
    #expect(!world.browse("inbox", headers: cookie).text.contains("Geheim"))
    #expect(!world.browse("inbox", "view=search&number=0781112233", headers: cookie).text.contains("Geheim"))
    let csrf = try #require(TestWorld.hidden("csrf", in: world.browse("inbox", headers: cookie).text))
    #expect(post(world, [("csrf", csrf), ("id", "2"), ("do", "done")], cookie).status == 404)
    #expect(try world.list(.tickets).last?["status"] == "NEW")
  }

  @Test func `who acts on an old view of the ticket is told, and the note is kept`() throws {
    let world = try world()
    let cookie = try signIn(world)
    let page = world.browse("inbox", "id=1", headers: cookie).text
    world.clock.advance(seconds: 5)
    try world.text("Jetzt läuft Wasser aus!")
    let reply = post(
      world,
      [
        ("csrf", try #require(TestWorld.hidden("csrf", in: page))), ("id", "1"), ("do", "done"),
        ("note", "rufe an"), ("version", TestWorld.hidden("version", in: page) ?? ""),
      ], cookie)
    #expect(reply.status == 409)
    #expect(reply.text.contains("Jetzt läuft Wasser aus!"))
    #expect(reply.text.contains("rufe an"))
    #expect(try world.list(.tickets).first?["status"] == "NEW")
  }

  @Test(arguments: ["079 123 45 67", "4567", "123 45 67", "+41791234567"])
  func `a number is found whole or by its end`(number: String) throws {
    let world = try world()
    let page = world.browse(
      "inbox", "view=search&number=\(percentEncoded(number))", headers: try signIn(world))
    #expect(page.text.contains("Heizung kalt"))
  }

  @Test func `a photo is served to the tenant's people only, as what it is`() throws {
    let world = try world()
    let cookie = try signIn(world)
    let form = world.browse("anfrage", WizardTests.link).text
    _ = world.submit(
      "anfrage",
      [
        FormPart("token", try #require(TestWorld.hidden("token", in: form))), FormPart("text", "Leck"),
        FormPart("urgency", "MED"), FormPart("phone", "0791234567"),
        FormPart(file: "photos", filename: "x.png", type: "text/html", bytes: WizardTests.png),
      ])
    let reply = world.browse("inbox", "photo=1", headers: cookie)
    #expect(reply.status == 200)
    #expect(reply.headers.contains(.init(name: "Content-Type", value: "image/png")))
    #expect(reply.body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(world.browse("inbox", "photo=1").status == 403)
  }

  @Test func `a picture that came by MMS is shown as a link to where it is`() throws {
    let world = try world()
    try world.text("Leck", media: [("https://api.example/M1", "image/jpeg")])
    let page = world.browse("inbox", "id=1", headers: try signIn(world)).text
    #expect(page.contains("https://api.example/M1"))
    #expect(!page.contains("<img"))
  }

  @Test func `what callers write is shown as text`() throws {
    let world = try world("<script>alert(1)</script><b>fett</b>")
    let cookie = try signIn(world)
    for query in ["", "id=1"] {
      let page = world.browse("inbox", query, headers: cookie).text
      #expect(!page.contains("<script"))
      #expect(page.contains("&lt;script&gt;"))
    }
  }

  @Test func `urgent tickets come first and a withheld number has nothing to tap`() throws {
    let world = try world()
    try world.call(from: "+41434445566") { $0.pressed = ["1"] }
    try world.call(from: "anonymous") { $0.pressed = ["1"] }
    let page = world.browse("inbox", headers: try signIn(world)).text
    let urgent = try #require(page.range(of: "id=2"))
    let other = try #require(page.range(of: "id=1"))
    #expect(urgent.lowerBound < other.lowerBound)
    #expect(!page.contains("tel:anonymous"))
  }

  @Test(arguments: ["before", "after", "both"]) func `a planted cookie of the same name locks nobody out`(
    _ place: String
  ) throws {
    let world = try world()
    let own = try #require(try signIn(world)["COOKIE"])
    let planted = "opsfabric_inbox=planted-by-a-neighbour"
    let cookies = [place != "after" ? planted : nil, own, place != "before" ? planted : nil].compactMap { $0 }
    let page = world.browse("inbox", headers: ["COOKIE": cookies.joined(separator: "; ")])
    #expect(page.status == 200 && page.text.contains("Heizung kalt"))
    // A flood of them costs a few look-ups, not one for each.
    let flood = (0..<500).map { "opsfabric_inbox=\($0)" }.joined(separator: "; ")
    #expect(world.browse("inbox", headers: ["COOKIE": flood]).status != 200)
  }
}
