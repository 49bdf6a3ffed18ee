// UnverifiedTests.swift - what a stranger types: it neither shows nor changes another person's request, ranks below what
// came by call or reply, and locks nobody out.

import Business
import LocalTime
import TestSupport
import Testing

struct UnverifiedTests {
  private static let boss = "+41796660001"
  private static let stranger = "+41781112233"

  private func texted() throws -> TestWorld {
    try TestWorld.texted { $0.notify = [.init(channel: .sms, to: Self.boss, on: [.new, .urgent])] }
  }

  @Test(arguments: ["", "missed_call", "website"], ["MED", "HIGH"])
  func `a form joins nobody's request and shows nothing of it`(ref: String, urgency: String) throws {
    let world = try texted()
    try world.text("1")
    let before = try #require(try world.list(.tickets).first)
    let page = try world.sendForm(text: "FREMD", urgency: urgency, ref: ref, address: "203.0.113.9")
    #expect(page.status == 200)
    let fresh = try TestWorld()
    let nobodys = try fresh.sendForm(text: "FREMD", urgency: urgency, ref: ref)
    func withoutToken(_ text: String) -> String {
      TestWorld.hidden("token", in: text).map { text.split(separator: $0).joined() } ?? text
    }
    #expect(withoutToken(page.text) == withoutToken(nobodys.text), "the page says only what was sent")
    let tickets = try world.list(.tickets)
    #expect(tickets.count == 2)
    #expect(tickets.first { $0["id"] == before["id"] } == before)
  }

  @Test func `a caller's request does not join what a form asked for before`() throws {
    let world = try texted()
    try world.sendForm(text: "FREMD", ref: "missed_call")
    try world.text("1")
    let tickets = try world.list(.tickets)
    #expect(tickets.count == 2)
    #expect(tickets.contains { $0["urgency"] == "HIGH" && $0["summary"] == "" })
  }

  @Test func `forms of two visitors for one number stand apart`() throws {
    let world = try texted()
    try world.sendForm(text: "eins")
    try world.sendForm(text: "zwei", address: "203.0.113.9")
    #expect(
      Set(try world.list(.tickets).compactMap { $0["summary"] }) == ["Ada Muster\neins", "Ada Muster\nzwei"])
  }

  @Test func `ref=missed_call is believed only where such an SMS went to the number`() throws {
    let world = try texted()
    try world.sendForm(ref: "missed_call")
    try world.sendForm(phone: Self.stranger, ref: "missed_call")
    try world.sendForm()
    func sources(_ phone: String) throws -> [String?] {
      try world.list(.tickets).filter { $0["phone"] == phone }.map { $0["source"] }.sorted { $0! < $1! }
    }
    #expect(try sources(TestWorld.caller) == ["missed_call", "website"])
    #expect(try sources(Self.stranger) == ["website"])
    world.clock.advance(seconds: 8 * 86_400)
    try world.sendForm(ref: "missed_call", address: "203.0.113.9")
    #expect(try sources(TestWorld.caller) == ["missed_call", "website", "website"])
  }

  @Test func `the desk and the notice say that a number is not confirmed, and only then`() throws {
    let world = try texted()
    try world.sendForm(phone: Self.stranger)
    try world.sendForm()
    try world.text("2")
    try world.run()
    let texts = try world.texts(to: Self.boss)
    #expect(texts.count == 3)
    #expect(texts.filter { $0.contains("Nummer nicht bestätigt") }.count == 1)
    #expect(texts.first { $0.contains("Nummer nicht bestätigt") }?.contains("078 111 22 33") == true)
  }

  @Test(arguments: ["call", "message"]) func `a number that called or wrote is known`(way: String) throws {
    let world = try texted()
    if way == "call" {
      try world.call(from: Self.stranger, .answered(seconds: 5))
    } else {
      try world.text("3", from: Self.stranger)
    }
    try world.sendForm(phone: Self.stranger, text: "kennt man")
    try world.run()
    let told = try world.texts(to: Self.boss).first { $0.contains("kennt man") }
    #expect(told?.contains("nicht bestätigt") == false)
  }

  @Test func `a stranger's emergency ranks below what came by call or reply`() throws {
    let world = try texted()
    try world.sendForm(phone: Self.stranger, urgency: "HIGH")
    try world.text("2")
    try world.sendForm(urgency: "MED")
    let open = try world.store().openTickets(tenant: "doerfler", page: 1).rows
    #expect(open.map(\.origin) == [.caller, .visitor, .stranger])
    #expect(open.last?.urgency == .high)
  }

  @Test func `five forms for a number do not lock its owner out`() throws {
    let world = try texted()
    for _ in 0..<6 { try world.sendForm(address: "203.0.113.9") }
    #expect(try world.sendForm(address: "203.0.113.9").status == 429)
    #expect(try world.sendForm().status == 200)
  }

  @Test func `opening the form writes nothing for a number that was never texted`() throws {
    let world = try texted()
    let before = try world.dump()
    for index in 0..<50 { _ = world.browse("anfrage", "ref=missed_call&phone=%2B4178\(1_000_000 + index)") }
    #expect(try world.dump() == before)
    _ = world.browse("anfrage", WizardTests.link)
    #expect(try world.eventTypes().filter { $0 == "wizard_link_opened" }.count == 1)
    let opened = try world.dump()
    for _ in 0..<9 { _ = world.browse("anfrage", WizardTests.link) }
    #expect(try world.dump() == opened)
  }

  @Test func `a network of IPv6 addresses is one visitor at every size`() throws {
    let world = try TestWorld { $0.formLimitPerHour = 1000 }
    var taken = 0
    for index in 0..<200 {
      let address = "2001:db8:\(String(index, radix: 16)):1::1"
      if try world.sendForm(phone: "+4178\(1_000_000 + index)", address: address).status == 200 { taken += 1 }
    }
    #expect(taken == 80, "a /32, which a hoster gives to one customer")
    #expect(try world.sendForm(phone: Self.stranger, address: "2001:db9::1").status == 200)
  }

  @Test func `a day's forms have an end, and those for numbers in touch one of their own`() throws {
    let world = try TestWorld.texted { $0.formLimitPerHour = 2 }
    for index in 0..<40 {
      #expect(
        try world.sendForm(phone: "+4178\(1_000_000 + index)", address: "10.0.0.\(index)").status == 200)
    }
    let refused = try world.sendForm(phone: "+41782000000", address: "10.0.1.1")
    #expect(refused.status == 429 && refused.text.contains("Leitung tropft"))
    #expect(try world.sendForm(address: "10.0.1.1").status == 200)
    #expect(try world.list(.tickets).count == 41)
  }
}
