// CalendarTests.swift - a person's calendar: whose it is, what stands in it, and when it ends.

import Business
import CGI
import LocalTime
import StandIn
import Store
import TestSupport
import Testing

struct CalendarTests {
  static let anna = "+41796660001"
  static let beat = "+41796660002"

  private func world(_ change: (inout Tenant) -> Void = { _ in }) throws -> TestWorld {
    try TestWorld {
      $0.notify = [
        .init(channel: .sms, to: Self.anna, on: [.new, .urgent], name: "Anna"),
        .init(channel: .sms, to: Self.beat, on: [.new, .urgent], name: "Beat"),
      ]
      change(&$0)
    }
  }

  /// Signs a person in by his link.
  private func cookie(_ world: TestWorld, of phone: String) throws -> [String: String] {
    let text = try #require(try world.texts(to: phone).last)
    let key = String(text[try #require(text.firstRange(of: "?k=")).lowerBound...].dropFirst())
    let reply = world.browse("inbox", key)
    let cookie = try #require(reply.headers.first { $0.name == "Set-Cookie" }?.value)
    return ["COOKIE": String(cookie.prefix { $0 != ";" })]
  }

  /// The key that the desk shows.
  private func key(_ world: TestWorld, of phone: String) throws -> String {
    let page = world.browse("inbox", headers: try cookie(world, of: phone)).text
    let address = try #require(page.firstMatch(of: /<code>(.*?)<\/code>/)?.1)
    #expect(address.hasPrefix("\(TestWorld.publicURL)/calendar?k="))
    #expect(page.contains("webcal://hooks.example.ch/cgi-bin/calendar?k="))
    return String(address.suffix(from: try #require(address.firstRange(of: "?k=")).lowerBound).dropFirst())
  }

  private func feed(_ world: TestWorld, _ key: String, headers: [String: String] = [:]) -> CGIResponse {
    world.send("calendar", method: "GET", query: key, headers: headers)
  }

  private func header(_ name: String, _ reply: CGIResponse) -> String? {
    reply.headers.first { $0.name == name }?.value
  }

  /// A world with an urgent request and a callback, both told.
  private func asked(_ change: (inout Tenant) -> Void = { _ in }) throws -> TestWorld {
    let world = try world(change)
    try world.text("1")
    try world.text("2", from: "+41791234568")
    try world.run()
    return world
  }

  @Test func `who stands in for another stands in everybody's calendar`() throws {
    let world = try asked {
      $0.rotationFrom = CivilDate(iso8601: "2026-02-09")
      $0.rotationPeople = ["Anna", "Beat"]
    }
    let now = world.clock.now
    try world.store().setDutyStandIn(
      DutyStandIn(person: "Beat", since: now, until: now.adding(hours: 8)), tenant: "doerfler")
    let annas = feed(world, try key(world, of: Self.anna)).text
    #expect(annas.contains("SUMMARY:Im Dienst: Beat") && annas.contains("stand-in-\(now.seconds)@"))
    #expect(annas.contains("DURATION:PT480M") || annas.contains("DTEND:20260210T17"))
    world.clock.advance(seconds: 8 * 3600)
    #expect(!feed(world, try key(world, of: Self.anna)).text.contains("stand-in"))
  }

  @Test func `open requests stand at their promised time, with the caller and the way to the desk`() throws {
    let world = try asked()
    let reply = feed(world, try key(world, of: Self.anna))
    #expect(reply.status == 200 && header("Content-Type", reply) == "text/calendar; charset=utf-8")
    #expect(header("Cache-Control", reply)?.hasPrefix("private") == true)
    let text = reply.text.replacing("\r\n ", with: "")
    #expect(text.contains("X-WR-CALNAME:Anfragen Dörfler AG\r\n"))
    #expect(
      text.contains("UID:ticket-1@hooks.example.ch\r\n")
        && text.contains("SUMMARY:DRINGEND: 079 123 45 67\r\n"))
    #expect(text.contains("DTSTART:20260210T093000Z\r\n") && text.contains("DTSTART:20260210T140000Z\r\n"))
    #expect(text.contains("URL:\(TestWorld.publicURL)/inbox?id=1\r\n"))
  }

  @Test func `what somebody else has, and what is done, is not in it`() throws {
    let world = try asked()
    let keys = try (key(world, of: Self.anna), key(world, of: Self.beat))
    let cookie = try cookie(world, of: Self.anna)
    func act(_ action: String, on ticket: Int) throws {
      let page = world.browse("inbox", "id=\(ticket)", headers: cookie).text
      let fields = try ["csrf", "version"].map {
        "\($0)=\(percentEncoded(try #require(TestWorld.hidden($0, in: page))))"
      }
      let body = "do=\(action)&id=\(ticket)&" + fields.joined(separator: "&")
      let reply = world.browse(
        "inbox", method: "POST", body: Array(body.utf8), contentType: "application/x-www-form-urlencoded",
        headers: cookie)
      #expect(reply.status == 303)
    }
    try act("start", on: 1)
    #expect(feed(world, keys.0).text.contains("UID:ticket-1@"))
    #expect(!feed(world, keys.1).text.contains("UID:ticket-1@"))
    try act("done", on: 1)
    #expect(!feed(world, keys.0).text.contains("UID:ticket-1@"))
    #expect(feed(world, keys.0).text.contains("UID:ticket-2@"))
  }

  @Test func `own turns of duty and the vacation are days`() throws {
    let world = try asked {
      $0.rotationFrom = CivilDate(year: 2026, month: 2, day: 2)
      $0.rotationPeople = ["Anna", Self.beat]
      $0.vacationFrom = CivilDate(year: 2026, month: 7, day: 13)
      $0.vacationTo = CivilDate(year: 2026, month: 7, day: 26)
    }
    // Beat has this week; Anna is told too, as an urgent request that nobody takes goes on.
    let beats = feed(world, try key(world, of: Self.beat)).text
    #expect(
      beats.contains(
        "DTSTART;VALUE=DATE:20260209\r\nDTEND;VALUE=DATE:20260216\r\nSUMMARY:Im Dienst: Dörfler AG"))
    #expect(!beats.contains("DTSTART;VALUE=DATE:20260216\r\n"))
    #expect(
      beats.contains("DTSTART;VALUE=DATE:20260713\r\nDTEND;VALUE=DATE:20260727\r\nSUMMARY:Ferien: Dörfler AG")
    )
  }

  @Test func `a feed in which nothing changed is told so, and one that changed is whole`() throws {
    let world = try asked()
    let key = try key(world, of: Self.anna)
    let first = feed(world, key)
    world.clock.advance(seconds: 3600)
    let tag = try #require(header("ETag", first))
    let second = feed(world, key, headers: ["IF_NONE_MATCH": "W/\"other\", W/\(tag)"])
    #expect(second.status == 304 && second.body.isEmpty)
    #expect(feed(world, key).body == first.body)
    try world.text("2", from: "+41791234569")
    #expect(feed(world, key, headers: ["IF_NONE_MATCH": tag]).status == 200)
  }

  @Test func `the key signs nobody in, a link shows no calendar, and a guest has none`() throws {
    let world = try asked()
    let key = try key(world, of: Self.anna)
    let reply = world.browse("inbox", key)
    #expect(reply.status != 303 && header("Set-Cookie", reply) == nil)
    let link = try #require(try world.texts(to: Self.anna).last?.firstMatch(of: /\?(k=\S+)/)?.1)
    #expect(feed(world, String(link)).status == 404)
    let desk = try Desk()
    #expect(!desk.page("", as: Desk.guest).contains("<code>"))
  }

  @Test func `inbox revoke ends it, and so does leaving the people who are told`() throws {
    let world = try asked()
    let keys = try (key(world, of: Self.anna), key(world, of: Self.beat))
    _ = try world.store().revokeInbox(tenant: "doerfler", person: Self.anna, at: world.clock.now)
    #expect(feed(world, keys.0).status == 404 && feed(world, keys.1).status == 200)
    world.tenants[0].notify.removeLast()
    try world.apply()
    #expect(feed(world, keys.1).status == 404)
  }

  @Test func `a calendar that is asked for lives on, one that is forgotten ends`() throws {
    let world = try asked()
    let keys = try (key(world, of: Self.anna), key(world, of: Self.beat))
    for _ in 0..<5 {
      world.clock.advance(seconds: 100 * 86_400)
      #expect(feed(world, keys.0).status == 200)
    }
    #expect(feed(world, keys.1).status == 404)
  }

  @Test func `wrong keys are few`() throws {
    let world = try asked()
    for _ in 0..<10 { #expect(feed(world, "k=wrong").status == 404) }
    #expect(feed(world, "k=wrong").status == 429)
    #expect(feed(world, "").status == 429)
    #expect(world.send("calendar").status == 405)
  }
}
