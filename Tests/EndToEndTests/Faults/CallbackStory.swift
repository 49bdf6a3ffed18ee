// CallbackStory.swift - Anna calls back from the desk: her tap, her telephone, the caller; with one program of it
// killed at one step.
//
// Whatever was killed: her telephone rings once, the caller's at most once, and the desk says how it ended.

import Platform
import StandIn
import TestSupport
import Testing

final class CallbackStory {
  /// The programs of the story in their order.
  enum Part: CaseIterable {
    case tap, placing, question, key, over
  }

  private static let caller = "+41791234567"
  private static let query = "id=1"

  let world: FaultInstallation
  private var kill: OneKill<Part>
  private var victim: Part { kill.victim }
  private var name: Comment { kill.name }

  init(killing victim: Part, at step: Int) throws {
    kill = OneKill(victim, at: step)
    world = try FaultInstallation(rings: true)
  }

  func play() throws {
    let webhook = try world.sms("2", from: Self.caller)
    #expect(try world.deliver(webhook).isGood)
    let cookie = try signIn()
    if try tap(cookie) != 303 {
      #expect(victim == .tap, name)
      // Whoever saw nothing happen taps again, and reads so where the first tap was heard.
      let again = try tap(cookie)
      #expect([nil, 303, 422].contains(again), "\(name): \(again ?? 0)")
    }
    try run(.placing, after: 1)
    for round in 0..<12 {
      try ring()
      try run(after: round < 6 ? 15 : 60)
    }
    try expectRight(try page(cookie))
  }

  private func run(_ part: Part? = nil, after seconds: Int) throws {
    let result = try world.run(after: seconds, plan: kill.plan(part))
    #expect(result.exitCode == 0 || part == victim, "\(name): \(result.errors)")
  }

  // MARK: Anna

  private func signIn() throws -> String {
    let printed = try world.opsfabric("inbox", "doerfler", "link", "Anna").output
    let link = try #require(printed.split(whereSeparator: \.isWhitespace).first { $0.contains("?k=") })
    let key = try #require(link.split(separator: "?").last)
    let answer = try world.browse("inbox", String(key)).forTwilio
    return String(try #require(answer.headers["set-cookie"]).prefix { $0 != ";" })
  }

  private func page(_ cookie: String) throws -> String {
    try world.browse("inbox", Self.query, cookie: cookie).text
  }

  /// - Returns: the answer's status; nil where there was none, or the page has no such button.
  private func tap(_ cookie: String) throws -> Int? {
    guard let body = DeskForm.body(with: "call", in: try page(cookie)) else { return nil }
    return try world.browse("inbox", "", cookie: cookie, form: body, plan: kill.plan(.tap)).status
  }

  /// Her telephone, when Twilio calls it; the caller answers.
  private func ring() throws {
    let clock = world.clock
    for call in try world.standIn.placedCalls() {
      _ = try world.standIn.play(
        call, to: .picksUp(keys: ["1"]), publicURL: FaultInstallation.publicURL,
        wait: { clock.advance(milliseconds: Int64($0) * 1000) }, post: post)
    }
  }

  private func post(_ url: String, _ parameters: Parameters) throws -> WebhookAnswer {
    let part: Part = url.contains("step=over") ? .over : url.contains("step=key") ? .key : .question
    return try kill.post(url, parameters, as: part, to: world)
  }

  // MARK: what must be so

  private func expectRight(_ page: String) throws {
    #expect(try world.damage().isEmpty, name)
    let placed = try world.standIn.placedCalls(madeToo: true)
    #expect(placed.map(\.leg.to) == [FaultInstallation.onCall.anna], "\(name): rung \(placed.count) times")
    let states = try world.list("messages").filter { $0["channel"] == "call" }.map { $0["state"] }
    #expect(states == ["delivered"] || states == ["dead"], "\(name): \(states)")
    let dialled = try world.standIn.calls().filter { $0.direction == "outbound-dial" }
    #expect(dialled.count <= 1 && dialled.allSatisfy { $0.to == Self.caller }, "\(name): \(dialled)")
    #expect(page.contains("Rückruf: "), "\(name): the desk says nothing of it")
    #expect(!page.contains("Rückruf: läuft"), "\(name): the desk waits for ever")
    let ticket = try #require(try world.list("tickets").first, name)
    // Where Twilio was not heard, the request waits on and says so.
    if victim == .tap || victim == .placing {
      #expect(ticket["status"] == "IN_PROGRESS" && ticket["person"] == "Anna", "\(name): \(ticket)")
      #expect(dialled.count == 1, name)
    } else {
      #expect(["IN_PROGRESS", "NEEDS_CALLBACK"].contains(ticket["status"]), "\(name): \(ticket)")
    }
  }
}
