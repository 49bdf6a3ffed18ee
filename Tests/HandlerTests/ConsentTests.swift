// ConsentTests.swift - STOP and START by what Twilio says of a message, and by whichever channel they come.

import Business
import StandIn
import TestSupport
import Testing

struct ConsentTests {
  private func send(
    _ body: String, type: String? = nil, from: String = TestWorld.caller, to: String = TestWorld.number,
    service: String? = nil, in world: TestWorld
  ) -> Int {
    var fields = [
      ("MessageSid", newSid("SM")), ("AccountSid", TestWorld.account), ("From", from), ("To", to),
      ("Body", body), ("NumMedia", "0"), ("NumSegments", "1"),
    ]
    if let type { fields.append(("OptOutType", type)) }
    if let service { fields.append(("MessagingServiceSid", service)) }
    return world.post("sms", fields).status
  }

  /// A miss now is texted.
  private func isTexted(_ world: TestWorld) throws -> Bool {
    world.clock.advance(seconds: 3600)
    let before = try world.texts().count
    world.miss()
    try world.run(after: 31)
    return try world.texts().count > before
  }

  @Test func `what Twilio calls a STOP is one, whatever its words`() throws {
    let world = try TestWorld()
    #expect(send("NEIN DANKE", type: "STOP", in: world) == 200)
    try world.run()
    #expect(try world.list(.tickets).isEmpty && world.list(.messages).isEmpty)
    #expect(try world.list(.optouts).map { $0["phone"] } == [TestWorld.caller])
    #expect(try !isTexted(world))
    #expect(send("doch wieder", type: "start", in: world) == 200)
    #expect(try world.list(.optouts).isEmpty && world.list(.tickets).isEmpty)
    #expect(try isTexted(world))
  }

  @Test func `what Twilio has answered as HELP is a request in its own words`() throws {
    let world = try TestWorld()
    #expect(send("1", type: "HELP", in: world) == 200)
    try world.run()
    let ticket = try #require(try world.list(.tickets).first)
    #expect(ticket["urgency"] == "MED" && ticket["summary"] == "1")
    #expect(try world.list(.messages).isEmpty)
  }

  @Test(arguments: ["", "NONE", "STOPP", "\u{200B}", "1", String(repeating: "STOP", count: 4000)])
  func `nonsense in OptOutType leaves the words what they are`(type: String) throws {
    let world = try TestWorld()
    #expect(send("2", type: type, in: world) == 200)
    #expect(try world.list(.tickets).first?["status"] == "NEEDS_CALLBACK")
  }

  /// In every order the word written last holds, by words or by type.
  @Test func `STOP and START in any order of arrival end as they were written`() throws {
    let written = [("STOP", nil), ("weg", "STOP"), ("START", nil), ("da", "START")] as [(String, String?)]
    for first in written {
      for second in written {
        for isReversed in [false, true] {
          let world = try TestWorld()
          let start = world.clock.now
          func post(_ message: (String, String?), _ seconds: Int) {
            world.clock.now = start.adding(seconds: seconds)
            #expect(send(message.0, type: message.1, in: world) == 200)
          }
          if isReversed {
            post(second, 60)
            post(first, 0)
          } else {
            post(first, 0)
            post(second, 60)
          }
          let isStop = second.0 == "STOP" || second.1 == "STOP"
          #expect(try world.list(.optouts).count == (isStop ? 1 : 0), "\(first) \(second) \(isReversed)")
        }
      }
    }
  }

  // MARK: channels

  @Test(arguments: ["rcs:", "RCS:", "whatsapp:", "WhatsApp:"])
  func `a STOP by another channel holds for SMS`(channel: String) throws {
    let world = try TestWorld()
    #expect(send("STOP", from: channel + TestWorld.caller, in: world) == 200)
    #expect(try world.list(.optouts).map { $0["phone"] } == [TestWorld.caller])
    #expect(try !isTexted(world))
  }

  @Test func `one person is one number, whatever he writes with`() throws {
    let world = try TestWorld()
    world.miss()
    try world.run(after: 31)
    for (index, channel) in ["", "rcs:", "whatsapp:", "RCS:", "rcs:", "", "whatsapp:"].enumerated() {
      #expect(
        send("Text \(index)", from: channel + TestWorld.caller, to: channel + TestWorld.number, in: world)
          == 200)
    }
    try world.run()
    let tickets = try world.list(.tickets)
    #expect(tickets.map { $0["phone"] } == [TestWorld.caller])
    #expect(tickets.first?["source"] == "missed_call")
    // Five an hour, over all channels.
    #expect(try world.texts().count == 1 + 5)
    let details = try world.list(.events).filter { $0["type"] == "reply" }.map { $0["detail"] }
    #expect(details.contains("free_text by rcs") && details.contains("free_text"))
  }

  @Test func `an agent's tenant is found by the messaging service`() throws {
    let service = "MG" + String(repeating: "5", count: 32)
    let world = try TestWorld { $0.smsSender = service }
    let caller = "rcs:" + TestWorld.caller
    #expect(send("1", from: caller, to: "rcs:handwerk_agent", service: service, in: world) == 200)
    #expect(try world.list(.tickets).first?["phone"] == TestWorld.caller)
    #expect(send("1", from: caller, to: "rcs:handwerk_agent", in: world) == 404)
  }

  @Test(arguments: [
    "Swisscom", "7711", "", "whatsapp:", "rcs:Post", "anonymous", "+266696687", "whatsapp:rcs:+41791234567",
  ])
  func `a sender that is no number is kept in the log and tells nobody`(sender: String) throws {
    let world = try TestWorld { $0.notify = [.init(channel: .sms, to: "+41796660001", on: [.new, .urgent])] }
    for body in ["1", "STOP", "Ihr Code: 123"] {
      #expect(send(body, from: sender, in: world) == 200)
    }
    try world.run()
    #expect(try world.list(.tickets).isEmpty && world.list(.messages).isEmpty && world.list(.optouts).isEmpty)
    #expect(try world.eventTypes().filter { $0 == "message_kept" }.count == 3)
  }
}
