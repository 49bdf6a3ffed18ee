// ListTests.swift - `list --json`: exactly the keys of the specification, section 7, in its order.

import Business
import Foundation
import LocalTime
import SQLite
import Testing

@testable import Store

@Suite struct ListTests {
  static let keys: [ListName: String] = [
    .calls: "id call_sid tenant from to started_at ended_at outcome decision reason due_at",
    .messages:
      "id tenant to from channel kind body encoding segments state attempts due_at sent_at sid error_code"
      + " price price_unit",
    .tickets: "id tenant phone source urgency status summary sla_due_at created_at updated_at photos"
      + " recordings outcome amount person",
    .events: "id tenant type ticket call message detail at",
    .blocklist: "tenant phone reason since until",
    .optouts: "tenant phone since",
    .contacts: "tenant phone name kind note source updated_at",
  ]

  let fixture: Fixture
  var store: Store { fixture.store }

  init() throws {
    fixture = try Fixture()
    for tenant in ["a", "b"] {
      try store.recordCall(sid: "CA\(tenant)", tenant: tenant, caller: caller, called: number, startedAt: now)
      var message = fixture.newMessage(.confirmation)
      message.tenant = tenant
      try store.enqueue(message, at: now)
      var request = try fixture.request(text: "\"Rohr\"\nkaputt")
      request.tenant = tenant
      let ticket = try store.upsertTicket(request, at: now).ticket.id
      try store.addPhoto(ticket: ticket, url: "https://x/\(tenant)1", contentType: "image/jpeg", at: now)
      try store.addPhoto(ticket: ticket, url: "https://x/\(tenant)2", contentType: "image/png", at: now)
      try store.block(tenant: tenant, phone: caller, reason: .manual, at: now, until: nil)
      try store.optOut(tenant: tenant, phone: caller, at: now)
      try store.saveContact(
        ContactRow(tenant: tenant, phone: caller, name: "Meier", source: .desk, updatedAt: now))
    }
  }

  private func lines(_ list: ListName, tenant: String? = nil, since: Timestamp? = nil) throws -> [String] {
    var lines: [String] = []
    try store.listJSON(list, ListFilter(tenant: tenant, since: since)) { lines.append($0) }
    return lines
  }

  @Test(arguments: ListName.allCases) func `the keys are those of the specification, in its order`(
    _ list: ListName
  ) throws {
    let line = try #require(try lines(list).first)
    let keys = try store.database.rows("SELECT key FROM json_each(?)", .text(line)) { $0.text(0) }
    #expect(keys.joined(separator: " ") == ListTests.keys[list])
    #expect(list.keys == keys)
    #expect(!line.contains("\n"))
  }

  @Test(arguments: ListName.allCases) func `a list can be cut by tenant and by time`(_ list: ListName) throws
  {
    let all = try lines(list).count
    let one = try lines(list, tenant: "a").count
    let none = try lines(list, tenant: "c").count
    let since = try lines(list, since: now).count
    let later = try lines(list, since: now.adding(milliseconds: 1)).count
    #expect(all == 2)
    #expect(one == 1)
    #expect(none == 0)
    #expect(since == 2)
    #expect(later == 0)
  }

  @Test(arguments: ListName.allCases) func `the table has the same rows and columns`(_ list: ListName) throws
  {
    var rows: [[String]] = []
    try store.listCells(list, ListFilter()) { rows.append($0) }
    #expect(rows.count == 2)
    #expect(rows.allSatisfy { $0.count == list.keys.count })
  }

  @Test func `times are ISO 8601 in UTC, absent values null, numbers numbers`() throws {
    let call = try #require(try lines(.calls, tenant: "a").first)
    #expect(
      call
        == "{\"id\":1,\"call_sid\":\"CAa\",\"tenant\":\"a\",\"from\":\"\(caller)\",\"to\":\"\(number)\","
        + "\"started_at\":\"2026-02-10T08:15:30Z\",\"ended_at\":null,\"outcome\":\"in_progress\","
        + "\"decision\":\"none\",\"reason\":null,\"due_at\":null}")
  }

  @Test func `a ticket's photos are an array, its text is escaped`() throws {
    let ticket = try #require(try lines(.tickets, tenant: "a").first)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(ticket.utf8)) as? [String: Any])
    #expect(object["photos"] as? [String] == ["https://x/a1", "https://x/a2"])
    #expect(object["summary"] as? String == "\"Rohr\"\nkaputt")
    _ = try store.finishTicket(ifOpen: 1, outcome: .other, amount: nil, by: "anna", at: now)
    let bare = try store.upsertTicket(fixture.request(), at: now).ticket.id
    let last = try lines(.tickets, tenant: "a").first
    #expect(last?.hasPrefix("{\"id\":\(bare),") == true)
    #expect(
      last?.hasSuffix("\"photos\":[],\"recordings\":[],\"outcome\":null,\"amount\":null,\"person\":null}")
        == true)
  }

  @Test func `a closed request has its outcome, its amount as a decimal number, and its person`() throws {
    _ = try store.finishTicket(ifOpen: 1, outcome: .won, amount: 125_050, by: "anna", at: now)
    let line = try #require(try lines(.tickets, tenant: "a").first)
    #expect(line.hasSuffix("\"outcome\":\"won\",\"amount\":1250.5,\"person\":\"anna\"}"), "\(line)")
  }

  @Test(arguments: ListName.allCases) func `the newest stands first, and a list can be cut to it`(
    _ list: ListName
  ) throws {
    var all: [String] = []
    try store.listJSON(list, ListFilter()) { all.append($0) }
    var newest: [String] = []
    try store.listJSON(list, ListFilter(limit: 1)) { newest.append($0) }
    #expect(newest == [all[0]])
    #expect(all[0].utf8.count == all[1].utf8.count && all[0] != all[1])
    #expect(try lines(list, tenant: "b") == newest)
  }

  @Test(arguments: ListName.allCases) func `a list can be cut to a number`(_ list: ListName) throws {
    var counts: [Int] = []
    for phone in [caller, "+41790009999"] {
      var count = 0
      try store.listJSON(list, ListFilter(phone: phone)) { _ in count += 1 }
      counts.append(count)
    }
    #expect(counts[0] == 2)
    #expect(counts[1] == 0)
  }

  @Test func `a list can be cut to a state`() throws {
    func count(_ list: ListName, _ state: String) throws -> Int {
      var count = 0
      try store.listJSON(list, ListFilter(state: state)) { _ in count += 1 }
      return count
    }
    #expect(try count(.calls, "in_progress") == 2)
    #expect(try count(.calls, "none") == 2)
    #expect(try count(.calls, "missed") == 0)
    #expect(try count(.messages, "queued") == 2)
    #expect(try count(.messages, "dead") == 0)
    #expect(try count(.tickets, "DONE") == 0)
  }
}
