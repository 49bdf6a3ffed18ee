// InboxRecordingTests.swift - voice messages on the desk: played behind the sign-in only, whole or by ranges.

import CGI
import Platform
import StandIn
import TestSupport
import Testing

struct InboxRecordingTests {
  private static let boss = "+41796660001"
  private static let landline = "+41434445566"

  /// A voice message that is here, and the boss's cookie.
  private func world(audio: [UInt8] = StandIn.audio) throws -> (TestWorld, cookie: [String: String]) {
    let world = try TestWorld {
      $0.notify = [.init(channel: .sms, to: Self.boss, on: [.new, .urgent])]
    }
    try world.call(from: Self.landline) {
      $0.pressed = ["3"]
      $0.spoken = 23
      $0.audio = audio
    }
    for _ in 0..<2 { try world.run(after: 10) }
    return (world, try cookie(world, of: Self.boss))
  }

  private func cookie(_ world: TestWorld, of person: String) throws -> [String: String] {
    let text = try #require(try world.texts(to: person).last)
    let reply = world.browse(
      "inbox", String(text[try #require(text.range(of: "?k=")).lowerBound...].dropFirst()))
    let cookie = try #require(reply.headers.first { $0.name == "Set-Cookie" }?.value)
    return ["COOKIE": String(cookie.prefix { $0 != ";" })]
  }

  private func header(_ name: String, _ reply: CGIResponse) -> String? {
    reply.headers.first { $0.name == name }?.value
  }

  @Test func `the desk's page names the message, and it is handed out whole, as audio and nothing else`()
    throws
  {
    let (world, cookie) = try world()
    let page = world.browse("inbox", "id=1", headers: cookie).text
    #expect(page.contains("<audio controls") && page.contains("recording=1"))
    let reply = world.browse("inbox", "recording=1", headers: cookie)
    #expect(
      reply.status == 200 && header("Content-Type", reply) == "audio/mpeg" && reply.body == StandIn.audio)
    #expect(header("Accept-Ranges", reply) == "bytes")
    #expect(header("X-Content-Type-Options", reply) == "nosniff")
    #expect(header("Content-Security-Policy", reply)?.contains("default-src 'none'") == true)
  }

  @Test func `without a sign-in, or for another tenant, nothing is handed out`() throws {
    let (world, _) = try world()
    let stranger = world.browse("inbox", "recording=1")
    #expect(stranger.status != 200 && stranger.body.firstRange(of: StandIn.audio.prefix(16)) == nil)
    let forged = world.browse("inbox", "recording=1", headers: ["COOKIE": "inbox=AAAAAAAAAAAAAAAAAAAAAA"])
    #expect(forged.status != 200 && header("Content-Type", forged) != "audio/mpeg")

    let other = "+41796660009"
    try world.addTenant("second", number: "+41435550200") {
      $0.notify = [.init(channel: .sms, to: other, on: [.new])]
    }
    try world.text("Heizung kalt", to: "+41435550200")
    try world.run(after: 1)
    let reply = world.browse("inbox", "recording=1", headers: try cookie(world, of: other))
    #expect(reply.status == 404 && header("Content-Type", reply) != "audio/mpeg")
  }

  @Test(arguments: ["2", "0", "-1", "x", "1'--", "../1", "99999999999999999999"])
  func `what is no message of the tenant's is not found`(id: String) throws {
    let (world, cookie) = try world()
    #expect(world.browse("inbox", "recording=\(id)", headers: cookie).status == 404)
  }

  @Test func `a forgotten message is not found`() throws {
    let (world, cookie) = try world()
    try world.forget(Self.landline)
    #expect(world.browse("inbox", "recording=1", headers: cookie).status == 404)
  }

  /// RFC 9110, section 14, of a file of 2004 bytes.
  @Test(arguments: [
    ("bytes=0-", 0, 2004), ("bytes=0-0", 0, 1), ("bytes=100-199", 100, 200), ("bytes=2003-", 2003, 2004),
    ("bytes=2000-9999", 2000, 2004), ("bytes=-4", 2000, 2004), ("bytes=-9999", 0, 2004),
  ])
  func `a range is handed out as a part that says where it stands`(range: String, from: Int, to: Int) throws {
    let (world, cookie) = try world()
    let reply = world.browse("inbox", "recording=1", headers: cookie.merging(["RANGE": range]) { $1 })
    #expect(reply.status == 206 && header("Content-Type", reply) == "audio/mpeg")
    #expect(header("Content-Range", reply) == "bytes \(from)-\(to - 1)/2004")
    #expect(reply.body == Array(StandIn.audio[from..<to]))
  }

  @Test(arguments: ["bytes=2004-", "bytes=9999-10000", "bytes=-0"])
  func `a range behind the end is told the length`(range: String) throws {
    let (world, cookie) = try world()
    let reply = world.browse("inbox", "recording=1", headers: cookie.merging(["RANGE": range]) { $1 })
    #expect(reply.status == 416 && reply.body.isEmpty)
    #expect(header("Content-Range", reply) == "bytes */2004")
  }

  @Test(arguments: [
    "bytes=5-1", "bytes=", "bytes=-", "bytes=a-b", "bytes=0-1,5-6", "lines=0-1", "bytes=--4",
    "bytes=99999999999999999999-", "bytes=0-99999999999999999999",
  ])
  func `what is no range that we know is answered with the whole`(range: String) throws {
    let (world, cookie) = try world()
    let reply = world.browse("inbox", "recording=1", headers: cookie.merging(["RANGE": range]) { $1 })
    #expect(reply.status == 200 && reply.body == StandIn.audio)
  }
}
