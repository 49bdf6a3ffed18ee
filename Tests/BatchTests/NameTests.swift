// NameTests.swift - a business whose name the GSM alphabet cannot write: in SMS with base letters, elsewhere as it is.

import Business
import TestSupport
import Testing

struct NameTests {
  private static let boss = "+41796660001"

  private func world(_ name: String) throws -> TestWorld {
    try TestWorld { tenant in
      tenant.name = name
      tenant.language = .fr
      tenant.notify = [.init(channel: .sms, to: Self.boss, on: [.new, .urgent])]
    }
  }

  /// A missed call, all three replies and words.
  private func play(_ world: TestWorld) throws {
    _ = world.miss()
    world.clock.advance(seconds: 40)
    try world.run()
    for reply in ["2", "3", "1", "Le chauffe-eau coule"] {
      try world.text(reply)
      try world.run()
    }
  }

  @Test func `every SMS has the name in base letters, and what is spoken or shown has it as it is`() throws {
    let world = try world("Côté Vœgtli Sàrl")
    #expect(world.browse("anfrage").text.contains("Côté Vœgtli Sàrl"))
    let announcement = world.post(
      "dial-result",
      world.callFields("CA" + String(repeating: "1", count: 32), status: "in-progress") + [
        ("DialCallStatus", "no-answer")
      ])
    #expect(announcement.text.contains("Côté Vœgtli Sàrl"))
    try play(world)
    let texts = try world.texts() + world.texts(to: Self.boss)
    #expect(texts.count >= 6)
    #expect(texts.count { $0.contains("Cote Voegtli Sàrl") } == texts.count - 1, "all but the link: \(texts)")
    for message in try world.list(.messages) {
      #expect(message["encoding"] == "GSM-7" && message["segments"].flatMap { Int($0) } ?? 9 <= 2)
    }
    // The built-in text as a whole, not the short one
    #expect(texts[0].contains("Nous sommes actuellement en intervention."))
  }

  @Test(arguments: ["Жук и сыновья", "永和水電行", String(repeating: "Αθήνα ", count: 27)])
  func `a name of another script leaves two segments in every SMS`(name: String) throws {
    let world = try world(name)
    try play(world)
    let messages = try world.list(.messages)
    #expect(messages.count >= 6)
    for message in messages { #expect(message["segments"].flatMap { Int($0) } ?? 9 <= 2) }
    let first = try #require(try world.texts().first)
    #expect(first.hasPrefix(name.prefix(5)) && first.contains("1 = urgent"))
  }
}
