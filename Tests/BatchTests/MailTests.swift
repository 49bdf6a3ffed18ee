// MailTests.swift - e-mail through the outbox: notices and alerts, retries, dead letters.

import Business
import Curl
import LocalTime
import StandIn
import TestSupport
import Testing

struct MailTests {
  private func world() throws -> TestWorld {
    let world = try TestWorld {
      $0.notify = [Tenant.Notify(channel: .email, to: "buero@example.ch", on: [.new, .urgent])]
    }
    world.installation.smtp = .init(url: "smtp://127.0.0.1:25", from: "telefon@example.ch")
    try world.apply()
    return world
  }

  private func mail(_ world: TestWorld) throws -> [String: String] {
    try #require(try world.list(.messages).first { $0["channel"] == "email" })
  }

  @Test func `a notice goes by e-mail with subject, text and link`() throws {
    let world = try world()
    try world.text("Überschwemmung im Keller")
    try world.run()
    let sent = try #require(world.transport.mails.first)
    #expect(sent.recipients == ["buero@example.ch"])
    let text = String(decoding: sent.message, as: UTF8.self)
    #expect(text.contains("Auto-Submitted: auto-generated"))
    #expect(text.contains("Message-ID: <opsfabric-"))
    #expect(try mail(world)["state"] == "accepted")
    #expect(try mail(world)["kind"] == "notification")
  }

  @Test func `451 is retried after two minutes with the same Message-ID and given up after two retries`()
    throws
  {
    let world = try world()
    world.transport.mailAnswer = { _ in .temporary(code: 451, "451 try later") }
    try world.text("1")
    try world.run()
    #expect(try mail(world)["state"] == "failed")
    try world.run(after: 119)
    #expect(world.transport.mails.count == 1)
    for _ in 0..<5 { try world.run(after: 121) }
    #expect(world.transport.mails.count == 3)
    #expect(try mail(world)["state"] == "dead")
    let ids = Set(
      world.transport.mails.map {
        String(decoding: $0.message, as: UTF8.self).split(separator: "\r\n").first {
          $0.hasPrefix("Message-ID")
        }
      })
    #expect(ids.count == 1)
  }

  @Test func `550 is dead at once and the operator is told`() throws {
    let world = try world()
    world.transport.mailAnswer = { _ in .permanent(code: 550, "550 no such user") }
    try world.text("1")
    for _ in 0..<3 { try world.run(after: 130) }
    #expect(world.transport.mails.count == 1)
    #expect(try mail(world)["state"] == "dead")
    #expect(try world.eventTypes().contains("alert"))
  }

  @Test func `a mail server that cannot be reached uses up no retry`() throws {
    let world = try world()
    world.transport.mailAnswer = { _ in .temporary(code: nil, "connection refused") }
    try world.text("1")
    for _ in 0..<20 { try world.run(after: 60) }
    #expect(try mail(world)["attempts"] == "0")
    world.transport.mailAnswer = { _ in .accepted(reply: "250 ok") }
    try world.run(after: 400)
    #expect(try mail(world)["state"] == "accepted")
  }

  @Test func `a refused password holds the mail and alerts once`() throws {
    let world = try world()
    world.transport.mailAnswer = { _ in .credentials("535 no") }
    try world.text("1")
    for _ in 0..<5 { try world.run(after: 61) }
    #expect(try mail(world)["state"] == "queued")
    let alerts = try world.alerts(since: world.clock.now.adding(days: -1))
    #expect(alerts.map(\.cause) == ["smtp_credentials"])
  }

  @Test func `alerts go by e-mail`() throws {
    let world = try world()
    world.installation.alertEmails = ["operator@example.ch"]
    try world.apply()
    try world.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: 21211))
    world.miss()
    try world.run(after: 31)
    let sent = try #require(world.transport.mails.first { $0.recipients == ["operator@example.ch"] })
    #expect(String(decoding: sent.message, as: UTF8.self).contains("dead_letter"))
  }

  @Test func `SMS and e-mail go side by side and none holds up the other`() throws {
    let world = try world()
    world.transport.mailAnswer = { _ in .temporary(code: nil, "down") }
    world.miss()
    try world.text("1", from: "+41781112233")
    try world.run(after: 31)
    #expect(try world.texts().count == 1)
  }
}
