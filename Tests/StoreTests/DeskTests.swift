// DeskTests.swift - the desk's lists: in order, whole, a page at a time; what the search finds; a ticket's history.

import Business
import LocalTime
import Testing

@testable import Store

@Suite struct DeskTests {
  let fixture: Fixture
  var store: Store { fixture.store }

  init() throws { fixture = try Fixture() }

  /// A ticket of the number that ends in these digits.
  @discardableResult
  private func ticket(
    _ number: Int, _ urgency: Urgency = .medium, text: String = "", sla: Int = 60, tenant: String = "a"
  ) throws -> Int {
    var request = try fixture.request(
      urgency, text: text, phone: "+4179\(1_000_000 + number)", sla: now.adding(minutes: sla))
    request.tenant = tenant
    return try store.upsertTicket(request, at: now.adding(seconds: number)).ticket.id
  }

  /// All pages of a list, one after the other.
  private func all(_ list: (Int) throws -> ListPage<TicketRow>) throws -> [Int] {
    let first = try list(1)
    return try (1...max(1, (first.total - 1) / listPageSize + 1)).flatMap { number in
      let page = try list(number)
      #expect(page.number == number && page.total == first.total)
      #expect(page.rows.count <= listPageSize)
      return page.rows.map(\.id)
    }
  }

  @Test(arguments: [0, 1, 49, 50, 51, 100, 201, 230])
  func `no list is cut: its pages hold everything once, and say how much it is`(_ count: Int) throws {
    for number in 0..<count { try ticket(number, text: "Rohr") }
    try ticket(999, text: "Rohr", tenant: "b")
    let search = try #require(Search(typed: "rohr"))
    let open = try all { try store.openTickets(tenant: "a", page: $0) }
    let found = try all { try store.findTickets(tenant: "a", search, page: $0) }
    #expect(open.count == count && Set(open).count == count)
    #expect(found == open.sorted(by: >))
    for (place, id) in open.enumerated() {
      _ = try store.finishTicket(
        ifOpen: id, outcome: .other, amount: nil, by: "anna", at: now.adding(hours: place))
    }
    let done = try all { try store.doneTickets(tenant: "a", page: $0) }
    #expect(done == open.reversed())
    let left = try store.openTicketCount(tenant: "a")
    #expect(left == 0)
  }

  @Test
  func `the list of what is done counts right, however often a request is closed, reopened and forgotten`()
    throws
  {
    for number in 0..<8 { try ticket(number, tenant: number % 2 == 0 ? "a" : "b") }
    func finish(_ id: Int) throws {
      _ = try store.finishTicket(ifOpen: id, outcome: .other, amount: nil, by: "anna", at: now)
    }
    func counted() throws -> [Int] {
      try ["a", "b"].map { tenant in
        let list = try store.doneTickets(tenant: tenant, page: 1)
        #expect(list.total == list.rows.count)
        return list.total
      }
    }
    for id in 1...7 { for _ in 0..<2 { try finish(id) } }
    let done = try counted()
    #expect(done == [4, 3])
    for _ in 0..<2 { _ = try store.reopenTicket(ifDone: 1, at: now) }
    // One that is done, one that is open, and the first once more.
    for id in [3, 8, 3] { try store.forgetTicket(id, at: now) }
    _ = try store.reopenTicket(ifDone: 3, at: now)
    let left = try counted()
    #expect(left == [2, 3])
  }

  @Test(arguments: [(-1, 1), (0, 1), (3, 3), (4, 3), (.max, 3), (.min, 1)])
  func `a page that is not there is the nearest there is`(asked: Int, given: Int) throws {
    for number in 0..<101 { try ticket(number) }
    let page = try store.openTickets(tenant: "a", page: asked)
    #expect(page.number == given && !page.rows.isEmpty)
    let none = try store.doneTickets(tenant: "a", page: asked)
    #expect(none.number == 1 && none.total == 0 && none.rows.isEmpty)
  }

  @Test
  func `those that wait come before those somebody has begun, emergencies first, then what is due first`()
    throws
  {
    let begun = try [ticket(1, .high, sla: 5), ticket(2, sla: 1)]
    for id in begun { _ = try store.startTicket(ifWaiting: id, by: "anna", at: now) }
    let calm = try [ticket(3, sla: 90), ticket(4, sla: 30)]
    let urgent = try [ticket(5, .high, sla: 60), ticket(6, .high, sla: -5)]
    let list = try store.openTickets(tenant: "a", page: 1).rows.map(\.id)
    let count = try store.begunTicketCount(tenant: "a")
    #expect(list == [urgent[1], urgent[0], calm[1], calm[0], begun[0], begun[1]])
    #expect(count == 2)
  }

  @Test func `what was forgotten is on no list and cannot be opened again`() throws {
    let id = try ticket(1, text: "Rohr")
    try store.forgetTicket(id, at: now)
    let done = try store.doneTickets(tenant: "a", page: 1).total
    let search = try #require(Search(typed: "forgotten"))
    let found = try store.findTickets(tenant: "a", search, page: 1).total
    let reopened = try store.reopenTicket(ifDone: id, at: now)
    #expect(done == 0 && found == 0 && !reopened)
  }

  @Test(arguments: [
    ("rohr", [1]), ("schlüssel", [1]), ("nachbar", [2]), ("1000002", [2]), ("er", [2, 1]), ("anna x", []),
  ])
  func `words of the request and of its notes are found`(typed: String, expected: [Int]) throws {
    let first = try ticket(1, text: "Rohr tropft")
    let second = try ticket(2, text: "Nachbarin Anna")
    let stranger = try ticket(3, text: "Rohr", tenant: "b")
    try store.note(ticket: first, text: "Schluessel? Schlüssel beim Hauswart, der hat", by: "Ada", at: now)
    try store.note(ticket: second, text: "kommt später", by: "Ada", at: now)
    try store.note(ticket: stranger, text: "Schlüssel", by: "Eve", at: now)
    let search = try #require(Search(typed: typed))
    let found = try store.findTickets(tenant: "a", search, page: 1)
    #expect(found.rows.map(\.id) == expected && found.total == expected.count)
  }

  private func inbound(_ number: Int, to ticket: Int, at: Timestamp) throws {
    var message = inboundSMS("SM\(number)")
    message.body = "Wort \(number)"
    message.receivedAt = at
    let id = try #require(try store.recordInbound(message))
    try store.attachInbound(id, to: ticket)
  }

  @Test func `the history tells in order of time who said and did what`() throws {
    let id = try ticket(1, text: "Wort 1")
    try store.logEvent(.ticketCreated, tenant: "a", ticket: id, detail: "MED NEW", at: now)
    try inbound(1, to: id, at: now)
    try store.logEvent(.reply, tenant: "a", ticket: id, detail: "free_text", at: now)
    try store.note(ticket: id, text: "ruft zurück", by: "Ada", at: now.adding(minutes: 2))
    try store.logEvent(.ticketUrgent, tenant: "a", ticket: id, at: now.adding(minutes: 3))
    try inbound(2, to: id, at: now.adding(minutes: 3))
    // From the spool: what came first is recorded last.
    try inbound(3, to: id, at: now.adding(minutes: 1))
    let lines = try store.history(ticket: id, page: 1).rows.map { "\($0.type) \($0.words)" }
    #expect(
      lines == [
        "ticketCreated ", "reply Wort 1", "reply Wort 3", "ticketNote ruft zurück", "reply Wort 2",
        "ticketUrgent ",
      ])
  }

  @Test func `of a long history the end is shown first, and every line once`() throws {
    let id = try ticket(1)
    for number in 1...130 {
      if number % 3 == 0 {
        try store.note(ticket: id, text: "Wort \(number)", by: "Ada", at: now.adding(seconds: number))
      } else {
        try inbound(number, to: id, at: now.adding(seconds: number))
      }
    }
    let pages = try (1...3).map { try store.history(ticket: id, page: $0) }
    #expect(pages.map(\.total) == [130, 130, 130])
    #expect(pages[0].rows.map(\.words) == (81...130).map { "Wort \($0)" })
    #expect(pages.reversed().flatMap(\.rows).map(\.words) == (1...130).map { "Wort \($0)" })
  }
}
