// DigestTests.swift - above a ceiling people are told together: never one by one without end, and never not at all.

import Business
import LocalTime
import TestSupport
import Testing

struct DigestTests {
  private static let boss = "+41796660001"
  private static let office = "buero@example.ch"

  private func world(_ change: (inout Tenant) -> Void = { _ in }) throws -> TestWorld {
    try TestWorld.texted {
      $0.notify = [.init(channel: .sms, to: Self.boss, on: [.new, .urgent])]
      change(&$0)
    }
  }

  private func told(_ world: TestWorld, _ words: String) throws -> [String] {
    try world.texts(to: Self.boss).filter { $0.contains(words) }
  }

  /// So many forms, from as many addresses as it takes.
  private func flood(_ world: TestWorld, _ range: Range<Int>, urgency: String = "MED") throws {
    for index in range {
      let reply = try world.sendForm(
        phone: "+4178\(1_000_000 + index)", urgency: urgency, address: "198.51.\(index / 20).1")
      #expect(reply.status == 200)
    }
  }

  private func causes(_ world: TestWorld) throws -> Set<String> {
    Set(try world.alerts(since: Timestamp(milliseconds: 0)).map(\.cause))
  }

  @Test
  func `540 forms silence nobody: thirty are told, the rest in one message, and a real emergency at once`()
    throws
  {
    let world = try world()
    try flood(world, 0..<540, urgency: "HIGH")
    for _ in 0..<10 { try world.run(after: 6) }
    #expect(try told(world, "DRINGEND: Anfrage von").count == 30)
    try world.text("1")
    try world.run()
    #expect(try told(world, "079 123 45 67").count == 1)
    #expect(try told(world, "weitere Anfragen").isEmpty)
    try world.run(after: 3600)
    let digests = try told(world, "510 weitere Anfragen über das Formular seit 10:00. Bitte ansehen:")
    #expect(digests.count == 1 && digests.first?.contains("/inbox?k=") == true)
    #expect(try world.list(.tickets).count == 541)
    #expect(try causes(world).contains("form_limit"))
    let alert = try world.alerts(since: Timestamp(milliseconds: 0)).first { $0.cause == "form_limit" }
    #expect(alert?.detail.contains("by forms") == true)
    #expect(alert?.detail.contains("opsfabric list tickets --tenant doerfler --since 1h") == true)
  }

  @Test func `strangers' forms keep nobody's form from being told who was texted`() throws {
    let world = try world { $0.formLimitPerHour = 3 }
    try flood(world, 0..<10)
    try world.sendForm(text: "Heizung kalt", ref: "missed_call")
    try world.run()
    #expect(try told(world, "Heizung kalt").count == 1)
    #expect(try told(world, "Neue Anfrage von").count == 4)
  }

  @Test func `forms within the limit are told one by one, without an alert`() throws {
    let world = try world { $0.formLimitPerHour = 5 }
    try flood(world, 0..<5)
    for _ in 0..<7 { try world.run(after: 600) }
    #expect(try told(world, "Neue Anfrage von").count == 5)
    #expect(try told(world, "weitere").isEmpty)
    let alerts = try world.alerts(since: Timestamp(milliseconds: 0))
    #expect(alerts.isEmpty, "\(alerts)")
  }

  @Test func `a digest an hour, each with its own count, whatever crashes in between`() throws {
    let world = try world { $0.formLimitPerHour = 2 }
    for hour in 0..<3 {
      try flood(world, (hour * 10)..<(hour * 10 + 10))
      for _ in 0..<4 { try world.run(after: 901) }
    }
    let digests = try told(world, "weitere Anfragen")
    #expect(digests.count == 3)
    #expect(digests.allSatisfy { $0.contains("8 weitere Anfragen über das Formular") }, "\(digests)")
  }

  @Test func `a flood of replies is gathered by person, urgent ones apart and sooner`() throws {
    let world = try world()
    for index in 0..<40 { try world.text("2", from: "+4178\(1_000_000 + index)") }
    try world.run()
    #expect(try told(world, "Neue Anfrage von").count == 30)
    for index in 0..<35 { try world.text("1", from: "+4177\(1_000_000 + index)") }
    try world.run()
    #expect(try told(world, "DRINGEND: Anfrage von").count == 30, "urgent ones have a share of their own")
    try world.run(after: 301)
    #expect(try told(world, "DRINGEND: 5 weitere dringende Anfragen").count == 1)
    #expect(try told(world, "10 weitere Anfragen").isEmpty)
    try world.run(after: 601)
    #expect(try told(world, "10 weitere Anfragen seit 10:00").count == 1)
    let alert = try world.alerts(since: Timestamp(milliseconds: 0)).first { $0.cause == "notice_limit" }
    #expect(alert?.detail.contains("calls and replies") == true && alert?.tenant == "doerfler")
  }

  @Test func `the next hour tells one by one again`() throws {
    let world = try world { $0.formLimitPerHour = 2 }
    try flood(world, 0..<4)
    try world.run(after: 3601)
    try world.sendForm(phone: "+41770000000", text: "später", address: "203.0.113.1")
    try world.run()
    #expect(try told(world, "spaeter").count + told(world, "später").count == 1)
  }

  @Test func `a digest goes by mail too, with its link`() throws {
    let world = try world {
      $0.formLimitPerHour = 1
      $0.language = .fr
      $0.notify = [.init(channel: .email, to: Self.office, on: [.new])]
    }
    world.installation.smtp = .init(url: "smtp://127.0.0.1:25", from: "telefon@example.ch")
    try world.apply()
    try flood(world, 0..<3)
    try world.run(after: 3601)
    let mails = try world.list(.messages).filter { $0["to"] == Self.office }
    #expect(mails.map { $0["state"] } == ["accepted", "accepted"])
    #expect(
      mails.contains {
        $0["body"]?.contains("2 autres demandes par le formulaire depuis 10:00. À consulter:") == true
      })
  }

  @Test func `a digest that its person cannot get goes to the next, and the operator hears of it`() throws {
    let office = "+41796660002"
    let world = try world {
      $0.formLimitPerHour = 1
      $0.notify.append(.init(channel: .sms, to: office, on: [.new, .urgent], order: 2))
    }
    try flood(world, 0..<6)
    try world.run()
    try world.standIn.plan(
      "messages.create", fault: .refuse(httpStatus: 400, code: 21610), times: 9, to: Self.boss)
    let taken = try world.list(.tickets).compactMap { $0["id"].flatMap { Int($0) } }.max()
    let store = try world.store()
    _ = try store.write { try store.startTicket(ifWaiting: #require(taken), by: "anna", at: world.clock.now) }
    for _ in 0..<3 { try world.run(after: 3601) }
    #expect(try told(world, "weitere Anfragen").isEmpty)
    // Below the ceilings of the next person they are told one by one; the one that is taken, to nobody.
    #expect(try world.texts(to: office).count { $0.contains("Neue Anfrage von") } == 4)
    let alert = try world.alerts(since: Timestamp(milliseconds: 0)).first { $0.cause == "notice_refused" }
    #expect(alert?.detail.contains("the notice of 5 requests") == true, "\(alert?.detail ?? "no alert")")
    #expect(alert?.detail.contains("the next of notify is told") == true)
    #expect(try !causes(world).contains("dead_letter"))
  }

  @Test func `a late request in a digest is not counted twice`() throws {
    let world = try world { $0.formLimitPerHour = 1 }
    try flood(world, 0..<4, urgency: "HIGH")
    for _ in 0..<62 { try world.run(after: 61) }
    let texts = try world.texts(to: Self.boss)
    // Three that were not told one by one, and the first, whose promise has passed meanwhile: each once.
    #expect(texts.count { $0.contains("4 weitere Anfragen über das Formular") } == 1, "\(texts)")
    #expect(texts.count == 2, "\(texts)")
  }

  @Test func `nine hundred mails: the ceiling holds, what waits leaves later, alerts go on`() throws {
    let world = try world {
      $0.notify = (0..<40).map { .init(channel: .email, to: "p\($0)@example.ch", on: [.new]) }
    }
    world.installation.smtp = .init(url: "smtp://127.0.0.1:25", from: "telefon@example.ch")
    world.installation.mailLimits = Ceiling(perHour: 100, perDay: 400)
    world.installation.alertEmails = ["chef@example.ch"]
    try world.apply()
    for index in 0..<23 { try world.text("2", from: "+4178\(1_000_000 + index)") }
    for _ in 0..<30 { try world.run(after: 20) }
    let mails = world.transport.mails.flatMap(\.recipients)
    #expect(mails.filter { $0 != "chef@example.ch" }.count == 50, "half of it is one tenant's")
    #expect(mails.contains("chef@example.ch"))
    let alert = try world.alerts(since: Timestamp(milliseconds: 0)).first { $0.cause == "mail_limit" }
    #expect(alert?.detail.contains("50 mails") == true && alert?.detail.contains("--tenant doerfler") == true)
    for _ in 0..<70 { try world.run(after: 60) }
    #expect(world.transport.mails.flatMap(\.recipients).filter { $0 != "chef@example.ch" }.count > 50)
  }
}
