// PowerLossStory.swift - missed calls and replies, played with every change of a file recorded.

import LocalTime
import Platform
import StandIn
import TestSupport
import Testing

/// Every change of a file, when it was, and which promises hold from which change on.
final class PowerLossStory {
  /// What a program has promised by its answer, or by what it did next.
  enum Promise {
    case call(String)
    case missed(String)
    case reply(String)
  }

  let world: FaultInstallation
  let disk: DiskModel
  private(set) var changes: [DiskChange] = []
  private(set) var promises: [(from: Int, promise: Promise)] = []
  /// The time when there were so many changes.
  private var times: [(count: Int, at: Timestamp)] = []
  private var record: String { "\(world.folder)/record" }

  init(_ installation: String) throws {
    world = try FaultInstallation(installation: installation)
    disk = try DiskModel(world.home.path)
  }

  private var plan: FaultPlan {
    var plan = FaultPlan()
    plan.record = record
    return plan
  }

  private func deliver(_ webhook: Webhook, _ promise: Promise?) throws {
    let answer = try world.deliver(webhook, plan: plan)
    try #require(answer.isGood, "\(answer.text)\(answer.errors)")
    try note()
    if let promise { promises.append((changes.count, promise)) }
  }

  private func note() throws {
    changes = try DiskChange.read(record)
    times.append((changes.count, world.clock.now))
  }

  /// When the program that made this change had ended.
  func time(of change: Int) -> Timestamp {
    times.first { $0.count >= change }?.at ?? world.clock.now
  }

  private func run(after seconds: Int) throws {
    try #require(try world.run(after: seconds, plan: plan).exitCode == 0)
    try note()
  }

  private func call(_ caller: String) throws {
    var leg = world.leg(caller)
    try world.standIn.record(leg)
    try deliver(.incomingCall(leg, url: world.url("voice")), .call(leg.sid))
    world.clock.advance(milliseconds: 15_000)
    try deliver(
      .dialResult(
        leg, status: "in-progress", url: world.url("dial-result"), dialStatus: "busy", childSid: nil,
        childDuration: nil, isBridged: false), .missed(leg.sid))
    leg.status = "completed"
    leg.endedAt = world.clock.now
    leg.duration = 0
    try world.standIn.record(leg)
    try deliver(.callStatus(leg, url: world.url("call-status"), at: world.clock.now), nil)
  }

  private func text(_ body: String, from caller: String) throws {
    let webhook = try world.sms(body, from: caller)
    let sid = webhook.parameters.first { $0.0 == "MessageSid" }?.1 ?? ""
    try deliver(webhook, .reply(sid))
  }

  /// Calls and texts, with the runner between them, and some that the database cannot take.
  func play() throws {
    try call("+41791000001")
    try run(after: 31)
    try text("Heizung kalt", from: "+41791000001")
    try run(after: 3)
    let lock = try #require(try FileLock.tryLock(world.home.writeLock))
    try call("+41791000002")
    try text("1", from: "+41791000002")
    lock.release()
    try #require(try world.spooled().count == 4)
    try run(after: 3)
    try call("+41791000003")
    try run(after: 31)
  }
}
