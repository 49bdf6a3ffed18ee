// RotationTests.swift - people on duty in turn: who is told first, and when that changes.

import Business
import LocalTime
import StandIn
import TestSupport
import Testing

struct RotationTests {
  static let anna = "+41796660001"
  static let beat = "+41796660002"
  static let cleo = "+41796660003"
  static let boss = "+41796660009"
  /// A Monday.
  static let first = CivilDate(daysSinceEpoch: 20_493)

  private func day(_ offset: Int) -> CivilDate { Self.first.adding(days: offset) }

  // MARK: Whose turn it is

  @Test(arguments: [
    (0, "Anna"), (6, "Anna"), (7, "Beat"), (13, "Beat"), (14, "Cleo"), (21, "Anna"), (7 * 1001, "Cleo"),
  ])
  func `each is on duty for so many days, and then the first again`(offset: Int, person: String) throws {
    let rotation = try #require(Rotation(from: Self.first, days: 7, people: ["Anna", "Beat", "Cleo"]))
    #expect(rotation.onDuty(on: day(offset)) == person)
    #expect(rotation.turns(until: { $0 == person }, on: day(offset)) == 0)
  }

  @Test func `before it begins nobody is on duty, and one of nobody is none`() throws {
    let rotation = try #require(Rotation(from: Self.first, days: 1, people: ["Anna"]))
    #expect(rotation.onDuty(on: day(-1)) == nil)
    #expect(rotation.turns(until: { _ in true }, on: day(-1)) == nil)
    #expect(Rotation(from: Self.first, days: 1, people: []) == nil)
    #expect(Rotation(from: Self.first, days: 0, people: ["Anna"]) == nil)
  }

  @Test func `a person's next turns are days, the one that runs among them`() throws {
    let rotation = try #require(Rotation(from: Self.first, days: 7, people: ["Anna", "Beat"]))
    #expect(
      rotation.turns(of: { $0 == "Anna" }, from: day(3), count: 2) == [day(0)...day(6), day(14)...day(20)])
    #expect(rotation.turns(of: { $0 == "Beat" }, from: day(-30), count: 1) == [day(7)...day(13)])
    #expect(rotation.turns(of: { $0 == "Cleo" }, from: day(0), count: 3).isEmpty)
  }

  // MARK: Who is told

  private func world(at start: String) throws -> TestWorld {
    try TestWorld(at: try #require(Timestamp(iso8601: start))) {
      $0.notify = [
        .init(channel: .sms, to: Self.anna, on: [.new, .urgent], name: "Anna"),
        .init(channel: .sms, to: Self.beat, on: [.new, .urgent], name: "Beat"),
        .init(channel: .sms, to: Self.cleo, on: [.new, .urgent]),
        .init(channel: .sms, to: Self.boss, on: [.urgent], order: 2, name: "Chef"),
        // Who hears of every promise that passes.
        .init(channel: .sms, to: "+41796660010", on: [.escalation], order: 9),
      ]
      $0.rotationFrom = Self.first
      $0.rotationPeople = ["Anna", "Beat", Self.cleo]
    }
  }

  private func told(_ world: TestWorld) throws -> [Int] {
    try [Self.anna, Self.beat, Self.cleo, Self.boss].map { try world.texts(to: $0).count }
  }

  @Test(arguments: [
    ("2026-02-10T09:00:00Z", [1, 0, 0, 0]), ("2026-02-17T09:00:00Z", [0, 1, 0, 0]),
    ("2026-02-24T09:00:00Z", [0, 0, 1, 0]), ("2026-03-03T09:00:00Z", [1, 0, 0, 0]),
    // Local midnight, and the second before.
    ("2026-02-15T22:59:00Z", [1, 0, 0, 0]), ("2026-02-15T23:00:00Z", [0, 1, 0, 0]),
    // Not begun: as without a rotation.
    ("2026-02-08T09:00:00Z", [1, 1, 1, 0]),
  ])
  func `only who is on duty is told first`(start: String, counts: [Int]) throws {
    let world = try world(at: start)
    try world.text("1")
    try world.run()
    #expect(try told(world) == counts)
  }

  @Test func `whoever is off duty comes behind everybody else, next turns first`() throws {
    let world = try world(at: "2026-02-17T09:00:00Z")
    try world.text("1")
    try world.run()
    var order: [[Int]] = [try told(world)]
    for _ in 0..<3 {
      try world.run(after: 31 * 60)
      order.append(try told(world))
    }
    // Beat has the week, the chief is second, Cleo has the next week, Anna the one after.
    #expect(
      order.map { $0.map { min($0, 1) } } == [[0, 1, 0, 0], [0, 1, 0, 1], [0, 1, 1, 1], [1, 1, 1, 1]])
  }
}
