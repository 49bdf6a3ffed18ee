// FaultyDay.swift - half an hour of calls and replies, drawn from a seed and played on the shipped programs,
// which are killed all the while; Twilio accepts, delays, drops and fails.
//
// What really happened is kept in `truth`. ExpectedDay says what must have come of it.

import LocalTime
import Platform
import StandIn
import TestSupport
import Testing

final class FaultyDay {
  let world: FaultInstallation
  private(set) var truth = Truth()
  /// Webhooks sent, tries of one webhook counted each.
  private(set) var webhooks = 0
  private var random: SeededRandom
  private let killPercent: Int
  private var queue: [(at: Timestamp, action: Action)] = []
  /// What a caller will write, one after the other, once the missed-call SMS is there.
  private var scripts: [String: [String]] = [:]

  private enum Action {
    case ring(Int)
    case dialEnds(Int)
    case callEnds(Int)
    case press(Int, key: String)
    case write(String, String)
    /// One of the two webhooks of a voice message.
    case spoken(Int, Webhook)
  }

  private static let messageSeconds = 23

  /// One webhook on its way, and what follows from its answer.
  private struct Delivery {
    var webhook: Webhook
    /// Twilio tries until it is taken, however often the handler dies.
    var isCertain = false
    var onAnswer: (HandlerAnswer?) -> Void
  }

  init(seed: UInt64, killPercent: Int = 55) throws {
    random = SeededRandom(seed: seed)
    self.killPercent = killPercent
    world = try FaultInstallation(tenant: "dedupe_minutes: 600,", rings: true)
    truth.rings = true
    let kinds = CallerKind.allCases.filter { $0 != .single && random.happens(45) }
    for (index, kind) in (kinds + Array(repeating: .single, count: random.number(2...4))).enumerated() {
      try plan(kind, caller: kind.number(index, &random))
    }
  }

  // MARK: the plan

  private func plan(_ kind: CallerKind, caller: String) throws {
    let first = world.clock.now.adding(seconds: random.number(5...180))
    switch kind {
    case .single, .withheld, .landline, .foreign, .staff, .blocked, .answered:
      addCall(kind, caller, at: first, isAnswered: kind == .answered)
    case .repeated:
      for index in 0..<random.number(2...3) { addCall(kind, caller, at: first.adding(seconds: 60 * index)) }
    case .reached:
      let call = addCall(kind, caller, at: first)
      addCall(kind, caller, at: truth.calls[call].end.adding(seconds: 3), isAnswered: true)
    case .stopper:
      addCall(kind, caller, at: first)
      addCall(kind, caller, at: first.adding(seconds: 240))
      scripts[caller] = ["STOP"]
    case .spammer:
      for index in 0..<7 { addCall(kind, caller, at: first.adding(seconds: 40 * index)) }
    }
    if kind == .blocked {
      try #require(try world.opsfabric("block", "doerfler", caller).exitCode == 0)
    }
    if kind == .single {
      scripts[caller] = random.pick([
        [], ["1"], ["2"], ["3"], ["Heizung kalt"], ["2", "1"], ["Wasser im Keller", "1", "Es wird mehr"],
        ["1", "3"],
      ])
      if random.happens(50) { try planFault(for: caller) }
      if random.happens(15) {
        truth.undelivered.insert(caller)
        try world.standIn.planDelivery(to: caller, DeliveryPlan(.undelivered(30008)))
      }
    }
    if random.happens(30) {
      try world.standIn.plan(
        random.pick([
          "messages.list", "calls.list", "messages.fetch", "calls.fetch", "calls.create", "recordings.fetch",
          "recordings.list", "recordings.delete",
        ]),
        fault: random.pick([
          .http500, .http503html, .lostAnswer, .hang(seconds: 1), .garbage(httpStatus: 200),
        ]))
    }
  }

  /// One try at most is used up by it; the kills use up others.
  private func planFault(for caller: String) throws {
    try world.standIn.plan(
      "messages.create",
      fault: random.pick([
        .http500, .http503html, .rate429(retryAfter: 2), .lostAnswer, .hang(seconds: 1),
        .acceptThenHang(seconds: 1), .slow(seconds: 1), .acceptThen500, .unauthorized401,
        .garbage(httpStatus: 200),
        .garbage(httpStatus: 201),
      ]), to: caller)
  }

  @discardableResult
  private func addCall(_ kind: CallerKind, _ caller: String, at start: Timestamp, isAnswered: Bool = false)
    -> Int
  {
    let end = start.adding(seconds: isAnswered ? 25 : random.number(5...15))
    let dialStatus = isAnswered ? "completed" : random.pick(["no-answer", "busy", "failed", "canceled"])
    var leg = world.leg(caller)
    leg.startedAt = start
    truth.calls.append(TrueCall(leg: leg, kind: kind, dialStatus: dialStatus, end: end))
    queue.append((start, .ring(truth.calls.count - 1)))
    return truth.calls.count - 1
  }

  // MARK: the play

  /// To the last webhook, with the runner at work about every ten seconds.
  func play() throws {
    while let next = queue.map(\.at).min() ?? (mayStillWrite ? world.clock.now.adding(seconds: 10) : nil) {
      if next.milliseconds(since: world.clock.now) > 10_000 {
        world.clock.advance(milliseconds: 10_000)
      } else {
        world.clock.advance(to: next)
      }
      try tick()
    }
  }

  /// Nothing more is killed or broken; everything that waits is done with.
  func settle() throws {
    try world.standIn.forgetFaults()
    for round in 0..<36 {
      try ring(.picksUp(keys: ["1"]), .noAnswer)
      if round % 4 == 0 { for webhook in try callbacks() { try world.deliver(webhook) } }
      let run = try world.run(after: round < 12 ? 15 : 60)
      #expect(run.exitCode == 0, "\(run.errors)")
    }
  }

  /// Callers write for some minutes; who has no SMS by then does not write.
  private var mayStillWrite: Bool {
    world.clock.now < FaultInstallation.start.adding(minutes: 12) && scripts.values.contains { !$0.isEmpty }
  }

  /// Telephones ring, and nothing else happens meanwhile: each person does one of these.
  private func ring(_ people: CalledPerson..., killed: Bool = false) throws {
    let post: PostWebhook = { [self] url, parameters in
      webhooks += 1
      let webhook = Webhook(
        kind: "ring", url: url, parameters: parameters, accountSid: FaultInstallation.account)
      return try world.deliver(webhook, plan: killed ? handlerPlan() : FaultPlan()).forTwilio
    }
    for call in try world.standIn.placedCalls() {
      let played = try world.standIn.play(
        call, to: random.pick(people), publicURL: FaultInstallation.publicURL, wait: { _ in }, post: post)
      if played.said.last == "Danke. Die Anfrage ist jetzt bei Ihnen." { truth.taken += 1 }
    }
  }

  private func tick() throws {
    try writeReplies()
    // Nobody takes a request as long as its caller may write.
    if random.happens(30) { try ring(.noAnswer, .busy, .mailbox, .failed, killed: true) }
    let now = world.clock.now
    let due = queue.filter { $0.at <= now }.sorted { $0.at < $1.at }
    queue.removeAll { $0.at <= now }
    var deliveries = try due.compactMap { try delivery($0.action) }
    if random.happens(30) {
      for webhook in try callbacks() { deliveries.append(Delivery(webhook: webhook) { _ in }) }
    }
    deliveries.shuffle(using: &random)
    // Some at once, and the runner among them.
    var isRunnerDue = true
    while !deliveries.isEmpty || isRunnerDue {
      let group = Array(deliveries.prefix(random.number(1...3)))
      deliveries.removeFirst(group.count)
      try run(group, withRunner: isRunnerDue && (deliveries.isEmpty || random.happens(50))) {
        isRunnerDue = false
      }
    }
  }

  private func run(_ group: [Delivery], withRunner: Bool, onRunner: () -> Void) throws {
    let runnerPlan = FaultPlan(killAt: random.happens(killPercent) ? random.number(1...90) : nil)
    let runner = withRunner ? try world.startOpsfabric(["run"], plan: runnerPlan) : nil
    if withRunner { onRunner() }
    let firsts = try group.map { delivery in
      let plan = handlerPlan()
      return (program: try world.startHandler(delivery.webhook, plan: plan), plan: plan)
    }
    for (delivery, first) in zip(group, firsts) {
      webhooks += 1
      var answer = HandlerAnswer(try world.end(first.program, plan: first.plan))
      var triesLeft = 3
      while !answer.isGood && (delivery.isCertain || (triesLeft > 0 && random.happens(75))) {
        triesLeft -= 1
        webhooks += 1
        answer = try world.deliver(delivery.webhook, plan: handlerPlan())
      }
      delivery.onAnswer(answer.isGood ? answer : nil)
    }
    if let runner {
      let result = try world.end(runner, plan: runnerPlan)
      #expect(result.exitCode == 0 || runnerPlan.killAt != nil, "\(result.errors)")
    }
  }

  private func handlerPlan() -> FaultPlan {
    FaultPlan(killAt: random.happens(killPercent) ? random.number(1...24) : nil)
  }

  private func callbacks() throws -> [Webhook] {
    let webhooks = try world.standIn.pendingStatusCallbacks()
    for caller in truth.undelivered where try world.standIn.messages(to: caller).contains(where: \.isFinal) {
      try world.standIn.planDelivery(to: caller, DeliveryPlan(.delivered))
    }
    return webhooks
  }

  private func writeReplies() throws {
    guard random.happens(50) else { return }
    for (caller, script) in scripts.sorted(by: { $0.key < $1.key }) {
      guard let body = script.first,
        try world.goodTexts(to: caller).contains(where: { $0.hasPrefix("Danke für Ihren Anruf") })
      else { continue }
      scripts[caller] = Array(script.dropFirst())
      queue.append((world.clock.now, .write(caller, body)))
    }
  }

  // MARK: what Twilio does

  private func delivery(_ action: Action) throws -> Delivery? {
    switch action {
    case .ring(let index):
      let call = truth.calls[index]
      try world.standIn.record(call.leg)
      queue.append((call.end, .dialEnds(index)))
      return Delivery(
        webhook: .incomingCall(call.leg, url: world.url("voice")), isCertain: call.kind.isCertain
      ) { [self] in if $0 != nil { truth.calls[index].heard.insert("voice") } }
    case .dialEnds(let index): return try dialResult(index)
    case .callEnds(let index):
      let call = truth.calls[index]
      return Delivery(
        webhook: .callStatus(call.leg, url: world.url("call-status"), at: world.clock.now),
        isCertain: call.kind.isCertain
      ) { [self] in if $0 != nil { truth.calls[index].heard.insert("call-status") } }
    case .press(let index, let key):
      return Delivery(webhook: .digits(truth.calls[index].leg, digits: key, url: world.url("menu"))) {
        [self] answer in
        truth.calls[index].key = (key, isHeard: answer != nil)
        if let answer { try? speak(index, answer.forTwilio.body) }
      }
    case .spoken(let index, let webhook):
      return Delivery(webhook: webhook) { [self] in
        if $0 != nil { truth.calls[index].isMessageHeard = true }
      }
    case .write(let caller, let body):
      let webhook = try world.sms(body, from: caller)
      truth.replies.append(TrueReply(caller: caller, body: body))
      let index = truth.replies.count - 1
      return Delivery(webhook: webhook) { [self] in truth.replies[index].isHeard = $0 != nil }
    }
  }

  /// The caller leaves a message where he is asked for one; what tells of it comes in any order.
  private func speak(_ index: Int, _ document: String) throws {
    guard let verb = try TwiML.parse(document).first(where: { $0.name == "Record" }), let url = verb["action"]
    else { return }
    let (leg, seconds) = (truth.calls[index].leg, FaultyDay.messageSeconds)
    let sid = try world.standIn.keepRecording(of: leg, seconds: seconds, audio: nil)
    let told: [Webhook] = [
      .recorded(leg, sid: sid, seconds: seconds, digits: "#", status: "in-progress", url: url),
      .recordingStatus(leg, sid: sid, seconds: seconds, status: "completed", url: url),
    ]
    queue += told.map { (world.clock.now, .spoken(index, $0)) }
  }

  private func dialResult(_ index: Int) throws -> Delivery? {
    let call = truth.calls[index]
    let talk = call.isAnswered ? 20 : 0
    let child = world.child(of: call.leg, dialStatus: call.dialStatus, talking: talk)
    try world.standIn.record(child)
    truth.calls[index].leg.status = call.dialStatus == "canceled" ? "no-answer" : "completed"
    truth.calls[index].leg.duration = talk
    truth.calls[index].leg.endedAt = world.clock.now
    try world.standIn.record(truth.calls[index].leg)
    queue.append((world.clock.now, .callEnds(index)))
    // Twilio's fallback TwiML asks for no dial result.
    guard call.heard.contains("voice") else { return nil }
    return Delivery(
      webhook: .dialResult(
        call.leg, status: "in-progress", url: world.url("dial-result"), dialStatus: call.dialStatus,
        childSid: child.sid, childDuration: talk, isBridged: call.isAnswered), isCertain: call.kind.isCertain
    ) { [self] answer in
      guard let answer else { return }
      truth.calls[index].heard.insert("dial-result")
      if answer.text.contains("<Gather"), call.dialStatus != "canceled" {
        // Who hides his number is asked for one first.
        let keys = call.kind == .withheld ? ["1", "2"] : ["1", "2", "3"]
        queue.append((world.clock.now, .press(index, key: random.pick(keys))))
      }
    }
  }
}
