// SolvedAlertTests.swift - an alert ends when its condition does: the screen says when, and the operator hears of it
// once.

import Business
import LocalTime
import Platform
import StandIn
import Store
import TestSupport
import Testing

struct SolvedAlertTests {
  private static let operatorNumber = "+41797770000"

  private func world(_ change: (inout Tenant) -> Void = { _ in }) throws -> TestWorld {
    let world = try TestWorld { change(&$0) }
    world.installation.alertNumbers = [Self.operatorNumber]
    try world.apply()
    try world.run()
    return world
  }

  private func alerts(_ world: TestWorld) throws -> [Alert] {
    try world.store().shownAlerts(since: world.clock.now.adding(days: -1)).map(\.alert)
  }

  private func told(_ world: TestWorld) throws -> [String] { try world.texts(to: Self.operatorNumber) }

  private func runs(_ world: TestWorld, _ count: Int, every seconds: Int = 61) throws {
    for _ in 0..<count { try world.run(after: seconds) }
  }

  @Test func `credentials that work again are solved, with the time, and told once`() throws {
    let world = try world()
    try world.standIn.plan("messages.create", fault: .unauthorized401, times: 4)
    world.miss()
    try runs(world, 2, every: 31)
    #expect(try alerts(world).first?.cause == "credentials")
    #expect(try alerts(world).first?.solvedAt == nil)
    try runs(world, 6, every: 31)
    let alert = try #require(try alerts(world).first)
    #expect(alert.cause == "credentials" && alert.tenant == "doerfler")
    let solvedAt = try #require(alert.solvedAt)
    #expect(solvedAt > alert.at && solvedAt <= world.clock.now)
    #expect(try told(world).count == 2)
    #expect(try told(world).last?.contains("solved: credentials (doerfler)") == true)
    #expect(try world.eventTypes().filter { $0 == "alert_solved" }.count == 1)
    // A day later the screen is clean.
    world.clock.advance(seconds: 86_400)
    #expect(try alerts(world).isEmpty)
  }

  @Test func `met again within the hour it is open again, without another message`() throws {
    let world = try world()
    try world.standIn.plan("messages.create", fault: .unauthorized401)
    world.miss()
    try runs(world, 4, every: 31)
    #expect(try alerts(world).first?.solvedAt != nil)
    try world.standIn.plan("messages.create", fault: .unauthorized401, times: 99)
    world.miss(from: "+41781112233")
    try runs(world, 2, every: 31)
    #expect(try alerts(world).map(\.cause) == ["credentials"])
    #expect(try alerts(world).first?.solvedAt == nil)
    #expect(try told(world).filter { !$0.contains("solved") }.count == 1)
  }

  @Test func `what lasts is told once an hour, and solved once`() throws {
    let world = try world {
      $0.notify = [.init(channel: .sms, to: "+41796660001", on: [.new, .urgent])]
    }
    try world.standIn.plan(
      "messages.create", fault: .refuse(httpStatus: 400, code: 21606), times: 99, to: "+41796660001")
    try world.text("1")
    try runs(world, 20, every: 420)
    #expect(try alerts(world).map(\.cause) == ["configuration_21606"])
    #expect(try world.alerts(since: world.clock.now.adding(days: -1)).count == 3)
    // Another SMS of the tenant leaves meanwhile: the held one stands against it.
    world.miss(from: "+41781112233")
    try runs(world, 2)
    #expect(try alerts(world).first?.solvedAt == nil)
    try world.standIn.forgetFaults()
    try runs(world, 20)
    #expect(try alerts(world).first?.solvedAt != nil)
    #expect(try told(world).filter { $0.contains("solved") }.count == 1)
  }

  @Test func `what a report blamed is solved by a delivery, not by Twilio's taking it once more`() throws {
    let world = try world()
    try world.standIn.planDelivery(to: TestWorld.caller, .init(.undelivered(30034)))
    world.miss()
    try world.run(after: 31)
    try world.deliverReports()
    try runs(world, 16)
    #expect(try world.list(.messages).first { $0["kind"] == "missed_call" }?["state"] == "accepted")
    #expect(try alerts(world).first?.cause == "configuration_30034")
    #expect(try alerts(world).first?.solvedAt == nil)
    try world.standIn.planDelivery(to: TestWorld.caller, .init(.delivered))
    try world.deliverReports()
    world.miss(from: "+41781112233")
    try world.run(after: 31)
    try world.deliverReports()
    try runs(world, 2)
    #expect(try alerts(world).first?.solvedAt != nil)
  }

  @Test func `Twilio out of reach, and back`() throws {
    let world = try world()
    world.transport.isUnreachable = true
    world.miss()
    try runs(world, 8, every: 31)
    #expect(try alerts(world).map(\.cause) == ["twilio_unreachable"])
    world.transport.isUnreachable = false
    try runs(world, 3)
    #expect(try alerts(world).first?.solvedAt != nil)
  }

  @Test func `a ceiling is below again`() throws {
    let world = try world { $0.smsLimits = Ceiling(perHour: 1, perDay: 100) }
    world.miss()
    world.miss(from: "+41781112233")
    try world.run(after: 31)
    try runs(world, 7)
    #expect(try alerts(world).map(\.cause) == ["sms_limit"])
    #expect(try alerts(world).first?.solvedAt == nil)
    try world.changeTenant { $0.smsLimits = Ceiling(perHour: 100, perDay: 100) }
    try runs(world, 7)
    #expect(try alerts(world).first?.solvedAt != nil)
  }

  @Test func `a mail server that takes the password again`() throws {
    let world = try world {
      $0.notify = [.init(channel: .email, to: "buero@example.ch", on: [.new, .urgent])]
    }
    world.installation.smtp = .init(url: "smtp://127.0.0.1:25", from: "telefon@example.ch")
    try world.apply()
    world.transport.mailAnswer = { _ in .credentials("535 no") }
    try world.text("1")
    try runs(world, 3)
    #expect(try alerts(world).map(\.cause) == ["smtp_credentials"])
    #expect(try alerts(world).first?.solvedAt == nil)
    world.transport.mailAnswer = { _ in .accepted(reply: "250 ok") }
    try runs(world, 2)
    #expect(try alerts(world).first?.solvedAt != nil)
  }

  @Test func `settings that are whole again`() throws {
    let world = try world()
    let settings = try Files.read(world.home.settings)
    try Files.remove(world.home.settings)
    try world.run(after: 60)
    #expect(try alerts(world).map(\.cause) == ["settings_damaged"])
    try Files.writeAtomically(settings, to: world.home.settings, mode: 0o600)
    try runs(world, 2)
    #expect(try alerts(world).first?.solvedAt != nil)
  }

  @Test func `a silence of the runner is over when it is told`() throws {
    let world = try world()
    try world.run(after: 16 * 60)
    try runs(world, 2)
    let alert = try #require(try alerts(world).first)
    #expect(alert.cause == "runner_silent" && alert.solvedAt == alert.at)
    #expect(try told(world).count == 1)
  }

  @Test func `what happened is no condition: it is shown for a day and never solved`() throws {
    let world = try world()
    try world.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: 21211))
    world.miss()
    try world.run(after: 31)
    #expect(try alerts(world).map(\.cause) == ["dead_letter"])
    try runs(world, 3)
    #expect(try !world.eventTypes().contains("alert_solved"))
    world.clock.advance(seconds: 86_400)
    #expect(try alerts(world).isEmpty)
    #expect(try told(world).count == 1)
  }

  @Test func `an open condition stays on the screen for as long as it lasts`() throws {
    let world = try world()
    try world.store().raiseAlert(cause: "report_failed", tenant: "doerfler", detail: "x", at: world.clock.now)
    for _ in 0..<3 { try world.run(after: 86_400) }
    #expect(try alerts(world).map(\.cause).contains("report_failed"))
  }

  @Test func `a tenant that is no longer configured has no open condition`() throws {
    let world = try world()
    try world.store().raiseAlert(
      cause: "configuration_21606", tenant: "gone", detail: "x", at: world.clock.now)
    try world.store().raiseAlert(cause: "credentials", tenant: "gone", detail: "x", at: world.clock.now)
    try world.run(after: 60)
    #expect(try alerts(world).allSatisfy { $0.solvedAt != nil })
  }
}
