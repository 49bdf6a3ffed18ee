// InboxTests.swift - the tenant's people in a phone's browser: link, session, tickets, changes, and nobody else.

import Business
import CGI
import LocalTime
import Platform
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
    #expect(reply.headers.contains(.init(name: "Location", value: "inbox?id=1")))
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
    #expect(try world.list(.tickets).first?["summary"] == "Heizung kalt")
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
    for query in ["", "id=1", "view=done", "photo=1", "view=search&q=079"] {
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

  @Test(arguments: ["/inbox", "/prod/inbox", "/opsfabric/cgi-bin/inbox", "/x:y/inbox"])
  func
    `whatever stands before the program, its pages lead to themselves and the cookie to the public address`(
      path: String
    ) throws
  {
    let world = try world()
    world.installation.publicURL = "https://calls.example.ch/desk"
    try world.apply()
    let behind = ["REQUEST_URI": path, "SCRIPT_NAME": path]
    let reply = world.browse("inbox", "k=\(try key(world))", variables: behind)
    #expect(reply.headers.contains(.init(name: "Location", value: "inbox?id=1")))
    let cookie = try #require(reply.headers.first { $0.name == "Set-Cookie" }?.value)
    #expect(cookie.contains("; Path=/desk/inbox; "))
    let page = world.browse(
      "inbox", headers: ["COOKIE": String(cookie.prefix { $0 != ";" })], variables: behind
    ).text
    #expect(page.contains("action=\"inbox\"") && page.contains("href=\"inbox?id=1\""))
    #expect(!page.contains("=\"\(path)"))
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
    #expect(!world.browse("inbox", "view=search&q=0781112233", headers: cookie).text.contains("Geheim"))
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

  @Test(arguments: [
    "079 123 45 67", "4567", "123 45 67", "+41791234567", "0041 79", "23", "heizung", "KÄLT", "ng ka",
  ])
  func `a request is found by any part of its number or words`(typed: String) throws {
    let world = try world("Heizung kält ab")
    let page = world.browse("inbox", "view=search&q=\(percentEncoded(typed))", headers: try signIn(world))
      .text
    #expect(page.contains("href=\"inbox?id=1\""))
    #expect(page.contains("1 Anfrage<"))
    #expect(page.contains("value=\"\(typed)\""))
  }

  @Test(arguments: [
    ("4", "mindestens zwei"), ("%%", "Keine Anfrage"), ("078", "Keine Anfrage"), ("  ", "</form>"),
  ])
  func `a search that finds nothing says why`(typed: String, expected: String) throws {
    let world = try world()
    let page = world.browse("inbox", "view=search&q=\(percentEncoded(typed))", headers: try signIn(world))
    #expect(page.status == 200 && page.text.contains(expected))
    #expect(!page.text.contains("id=1"))
  }

  @Test func `notes, later words and what became urgent stand in the history with their time and author`()
    throws
  {
    let world = try world()
    let cookie = try signIn(world)
    world.clock.advance(seconds: 60)
    _ = try change(world, "note", note: "Schlüssel beim <Nachbarn>", cookie)
    world.clock.advance(seconds: 60)
    try world.text("Jetzt läuft Wasser aus!")
    world.clock.advance(seconds: 60)
    try world.text("1")
    let ticket = try #require(try world.list(.tickets).first)
    #expect(ticket["summary"] == "Heizung kalt\nJetzt läuft Wasser aus!")
    let page = world.browse("inbox", "id=1", headers: cookie).text
    let history = String(page[try #require(page.range(of: "<ol class=\"history\">")).upperBound...])
    var rest = history[...]
    for expected in [
      "Eingang: SMS", "Nachricht", "Heizung kalt", "· <bdi>079 666 00 01</bdi>", "Notiz",
      "Schlüssel beim &lt;Nachbarn&gt;",
      "Nachricht", "Jetzt läuft Wasser aus!", "Nachricht", ">1<", "Jetzt dringend",
    ] {
      let place = try #require(String(rest).range(of: expected), "\(expected) in \(rest)")
      rest = String(rest)[place.upperBound...]
    }
    // The log that `list events` shows has no words.
    for event in try world.list(.events) { #expect(event["detail"]?.contains("Schlüssel") != true) }
  }

  @Test func `what was done is said once, as long as it is so`() throws {
    let world = try world()
    let cookie = try signIn(world)
    let reply = try change(world, "start", cookie)
    #expect(reply.headers.contains(.init(name: "Location", value: "inbox?id=1&did=start")))
    #expect(world.browse("inbox", "id=1&did=start", headers: cookie).text.contains("Übernommen.</p>"))
    for query in ["id=1&did=done", "id=1&did=sign-out", "id=1&did=%3Cb%3E", "id=1"] {
      #expect(!world.browse("inbox", query, headers: cookie).text.contains("role=\"status\""), "\(query)")
    }
  }

  @Test func `all that is done is listed, not only what was done today`() throws {
    let world = try world()
    let cookie = try signIn(world)
    _ = try change(world, "done", cookie)
    world.clock.advance(seconds: 20 * 86_400)
    #expect(world.browse("inbox", "view=done", headers: cookie).text.contains("Heizung kalt"))
  }

  @Test func `lists are paged, and a page that is none is the nearest`() throws {
    let world = try world()
    let cookie = try signIn(world)
    for number in 1...60 { try world.text("Anliegen \(number)", from: "+417812340\(10 + number)") }
    let first = world.browse("inbox", headers: cookie).text
    #expect(
      first.contains("1–50 von 61") && first.contains("Warten auf uns (61)") && first.contains("<title>(61) ")
    )
    #expect(first.contains("href=\"inbox?page=2\""))
    for page in ["2", "3", "99999999999", "2&refresh=off"] {
      let page = world.browse("inbox", "page=\(page)", headers: cookie).text
      #expect(page.contains("51–61 von 61") || page.contains("1–50 von 61"))
    }
    #expect(world.browse("inbox", "page=2", headers: cookie).text.contains("Anliegen 60"))
    #expect(world.browse("inbox", "page=-1", headers: cookie).text.contains("1–50 von 61"))
    let found = world.browse("inbox", "view=search&q=anliegen&page=2", headers: cookie).text
    #expect(found.contains("51–60 von 60"))
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

  @Test(arguments: [
    ("jpg", "image/jpeg"), ("png", "image/png"), ("webp", "image/webp"), ("heic", "image/heic"),
  ])
  func `a photo that is saved has a name of its own, and its kind`(ending: String, type: String) throws {
    let world = try world()
    let cookie = try signIn(world)
    try Files.makeFolder("\(world.home.uploads)/doerfler")
    let store = try world.store()
    for name in ["a.png", "b.\(ending)"] {
      try Files.writeAtomically([1, 2, 3], to: "\(world.home.uploads)/doerfler/\(name)")
      try store.write {
        try store.addUpload(ticket: 1, file: "doerfler/\(name)", contentType: type, at: world.clock.now)
      }
    }
    let reply = world.browse("inbox", "photo=2", headers: cookie)
    let expected = "inline; filename=\"foto-1-2.\(ending)\""
    #expect(reply.headers.contains(.init(name: "Content-Disposition", value: expected)))
    #expect(reply.headers.contains(.init(name: "Content-Type", value: type)))
    #expect(reply.headers.contains(.init(name: "X-Content-Type-Options", value: "nosniff")))
    let page = world.browse("inbox", "id=1", headers: cookie).text
    #expect(page.contains("zum Ansehen herunterladen") == (ending == "heic"))
    #expect(page.contains("<img src=\"inbox?photo=2\"") == (ending != "heic"))
  }

  @Test func `a picture that came by MMS is a link to where it is, and no part of the caller's words`() throws
  {
    let world = try world()
    try world.text("Leck", media: [("https://api.example/M1", "image/jpeg")])
    let cookie = try signIn(world)
    let page = world.browse("inbox", "id=1", headers: cookie).text
    #expect(page.contains("href=\"inbox?photo=1\"") && page.contains("Kam per MMS"))
    #expect(!page.contains("<img") && !page.contains("https://api.example"))
    let reply = world.browse("inbox", "photo=1", headers: cookie)
    #expect(reply.status == 303)
    #expect(reply.headers.contains(.init(name: "Location", value: "https://api.example/M1")))
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
