// VoiceMenuTests.swift - callers without SMS: the number by keypad, the keys, the voice message (spec section 12).

import Business
import StandIn
import Store
import TestSupport
import Testing

struct VoiceMenuTests {
  private static let landline = "+41434445566"

  private func ticket(_ world: TestWorld) throws -> [String: String] {
    try #require(world.list(.tickets).first)
  }

  @Test
  func
    `who hides his number types it, hears it digit by digit, confirms it, and is then promised a callback`()
    throws
  {
    let world = try TestWorld()
    let call = try world.call(from: "anonymous") { $0.pressed = ["0791234567", "1", "2"] }
    let words = call.said.joined(separator: "|")
    #expect(words.contains("Ihre Nummer ist: 0 7 9, 1 2 3, 4 5, 6 7. Nochmals: 0 7 9, 1 2 3, 4 5, 6 7."))
    #expect(words.contains("ruft bis"))
    #expect(call.problems.isEmpty)
    let ticket = try ticket(world)
    #expect(ticket["phone"] == "+41791234567")
    #expect(ticket["source"] == "voice_menu")
    #expect(ticket["urgency"] == "MED")
    #expect(ticket["status"] == "NEEDS_CALLBACK")
  }

  @Test func `a landline that was typed is never texted`() throws {
    let world = try TestWorld()
    try world.call(from: "anonymous") { $0.pressed = ["0434445566", "1", "1"] }
    for _ in 0..<3 { try world.run(after: 60) }
    #expect(try world.standIn.messages().isEmpty)
    #expect(try ticket(world)["urgency"] == "HIGH")
  }

  @Test func `a number that was typed is never texted, neither by the machine nor by people`() throws {
    let world = try TestWorld()
    try world.call(from: "anonymous") { $0.pressed = ["0791234567", "1", "1"] }
    try world.run(after: 60)
    #expect(try world.texts(to: "+41791234567").isEmpty)
    #expect(try ticket(world)["urgency"] == "HIGH")
    let store = try world.store()
    let isOnlyKeyed = try store.isOnlyKeyed(tenant: "doerfler", phone: "+41791234567")
    #expect(isOnlyKeyed)
    try world.miss(from: "+41791234567")
    let isStillOnlyKeyed = try store.isOnlyKeyed(tenant: "doerfler", phone: "+41791234567")
    #expect(!isStillOnlyKeyed)
  }

  @Test func `before the number is confirmed nothing is recorded and nothing promised`() throws {
    let world = try TestWorld()
    let call = try world.call(from: "anonymous") { $0.pressed = ["0791234567", "2", "0791234567"] }
    #expect(try world.list(.tickets).isEmpty)
    #expect(!call.said.joined().contains("ruft bis"))
  }

  @Test(arguments: [
    "", "#", "12345678901234567890", "0900123456", "0906123456", "0041900123456",
    "00499001234567", "0038190123456", "117", "0", "00", "*31*0791234567", "0791234",
    "999999999999999",
  ])
  func `what is no number that can be called is asked for once more, and then there is the voice message`(
    keys: String
  ) throws {
    let world = try TestWorld()
    let call = try world.call(from: "anonymous") {
      $0.pressed = [keys, keys]
      $0.spoken = 12
    }
    let words = call.said.joined(separator: "|")
    #expect(words.components("nochmals ein, mit Vorwahl") == 2)
    #expect(words.contains("Ihre Nachricht wird aufgenommen"))
    #expect(call.problems.isEmpty)
    let ticket = try ticket(world)
    #expect(ticket["phone"] == "anonymous")
    #expect(ticket["summary"] == "Sprachnachricht, 0:12")
  }

  @Test(arguments: [
    ("0041791234567", "+41791234567"), ("00491711234567", "+491711234567"), ("0434445566", "+41434445566"),
  ])
  func `a number is typed as it is dialled`(keys: String, number: String) throws {
    let world = try TestWorld()
    try world.call(from: "anonymous") { $0.pressed = [keys, "1", "2"] }
    #expect(try ticket(world)["phone"] == number)
  }

  @Test func `the second try may be the right one`() throws {
    let world = try TestWorld()
    try world.call(from: "anonymous") { $0.pressed = ["07", "0791234567", "1", "2"] }
    #expect(try ticket(world)["phone"] == "+41791234567")
    try world.call(from: "anonymous") { $0.pressed = ["0791234568", "2", "0791234569", "1", "2"] }
    #expect(try world.list(.tickets).map { $0["phone"] } == ["+41791234567", "+41791234569"])
  }

  @Test func `a caller with a landline leaves a message and is promised a callback`() throws {
    let world = try TestWorld()
    let call = try world.call(from: Self.landline) {
      $0.pressed = ["3"]
      $0.spoken = 23
    }
    let words = call.said.joined(separator: "|")
    #expect(words.contains("Ihre Nachricht wird aufgenommen"))
    #expect(words.contains("ruft bis"))
    let ticket = try ticket(world)
    #expect(ticket["phone"] == Self.landline)
    #expect(ticket["urgency"] == "MED")
    #expect(ticket["status"] == "NEEDS_CALLBACK")
    #expect(ticket["summary"] == "Sprachnachricht, 0:23")
    #expect(ticket["recordings"] == #"[{"seconds":23,"state":"waiting"}]"#)
  }

  @Test func `a message is one request and one recording, whatever comes how often in which order`() throws {
    for (hangsUp, twice) in [(false, false), (true, false), (false, true), (true, true)] {
      let world = try TestWorld()
      let call = try world.call(from: Self.landline) {
        $0.pressed = ["3"]
        $0.spoken = 200
        $0.hangsUpSpeaking = hangsUp
        $0.twice = twice
      }
      for exchange in call.exchanges.reversed() { _ = world.deliver(exchange.webhook) }
      #expect(try world.list(.tickets).map { $0["summary"] } == ["Sprachnachricht, 2:00"])
      #expect(try ticket(world)["recordings"] == #"[{"seconds":120,"state":"waiting"}]"#)
    }
  }

  @Test
  func
    `who chooses to leave a message and says nothing is called back; without a number nothing can be done`()
    throws
  {
    let world = try TestWorld()
    try world.call(from: Self.landline) { $0.pressed = ["3"] }
    #expect(try ticket(world)["summary"] == "Sprachnachricht ohne Ton")
    #expect(try ticket(world)["recordings"] == #"[{"seconds":0,"state":"lost"}]"#)
    let other = try TestWorld()
    try other.call(from: "anonymous")
    #expect(try other.list(.tickets).isEmpty)
  }

  @Test func `with voice_message off there is neither the key nor the message`() throws {
    let world = try TestWorld { $0.voiceMessage = false }
    let call = try world.call(from: Self.landline) { $0.pressed = ["3"] }
    #expect(!call.said.joined().contains("Nachricht"))
    let hidden = try world.call(from: "anonymous")
    #expect(hidden.said.joined().contains("Ohne Ihre Nummer"))
    #expect(try world.list(.tickets).isEmpty)
  }

  @Test func `a withheld caller who types numbers without end gets nobody out of bed after the third`() throws
  {
    let world = try TestWorld()
    for index in 0..<5 { try world.call(from: "anonymous") { $0.pressed = ["079123456\(index)", "1", "1"] } }
    #expect(try world.list(.tickets).map { $0["urgency"] } == ["HIGH", "HIGH", "HIGH", "MED", "MED"])
  }

  @Test(arguments: Language.allCases)
  func `each language asks, reads back and announces the recording in its own words`(language: Language)
    throws
  {
    let world = try TestWorld { $0.language = language }
    let call = try world.call(from: "anonymous") {
      $0.pressed = ["0791234567", "1", "3"]
      $0.spoken = 5
    }
    #expect(call.said.filter { $0.components("0 7 9, 1 2 3, 4 5, 6 7") == 3 }.count == 1)
    #expect(call.problems.isEmpty)
    #expect(try ticket(world)["phone"] == "+41791234567")
    #expect(try ticket(world)["summary"] == language.voiceMessage(seconds: 5))
  }
}

extension String {
  /// The number of pieces that `separator` cuts this into.
  fileprivate func components(_ separator: String) -> Int { ranges(of: separator).count + 1 }
}
