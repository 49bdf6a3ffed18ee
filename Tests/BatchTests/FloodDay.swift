// FloodDay.swift - one day on which somebody tries to silence a business, beside thirty people who call it.
//
// Forms from a thousand addresses, callers who hide their number, machines that answer everything, one who opts out and
// in all day, foreign numbers that nobody has: played through the real handlers and the real runner, from a seed.
// Twilio and the mail server are stand-ins, and what they were given is all that the count looks at.

import Business
import Curl
import LocalTime
import Platform
import StandIn
import Store
import TestSupport

final class FloodDay {
  /// Tuesday, 10 February 2026, midnight in Zurich.
  static let midnight = TestWorld.tuesdayMorning.adding(hours: -10)
  /// Told by SMS: the first at once, the second when nobody begins.
  static let staff = ["+41796660001", "+41796660002"]
  static let office = "buero@doerfler.example.ch"
  /// Stands in whatever the attackers type.
  static let mark = "Flutwort"
  static let formAddresses = 1000

  /// What one of the thirty asked for.
  struct Request {
    let phone: String
    let isUrgent: Bool
    /// When his last word had come in.
    let madeAt: Timestamp
  }

  /// A message as it left.
  struct Sent {
    let to: String
    let text: String
    let at: Timestamp
  }

  let world: TestWorld
  private(set) var requests: [Request] = []
  private(set) var mails: [Sent] = []
  /// What the attackers' forms were answered, by status.
  private(set) var formAnswers: [Int: Int] = [:]
  /// Real people who could not even say what they wanted.
  private(set) var unheard: [String] = []

  private let store: Store
  private var random: SeededNumbers
  private var plan: [(at: Timestamp, number: Int, act: () throws -> Void)] = []
  private var lastRun = FloodDay.midnight
  private var machinesHeard: Set<String> = []
  private var sequence = 0

  init(seed: UInt64) throws {
    random = SeededNumbers(seed: seed)
    // Thousands of commits: in memory, where there is such a folder, they wait for no disk.
    world = try TestWorld(at: FloodDay.midnight, in: Files.isFolder("/dev/shm") ? "/dev/shm" : "/tmp") {
      $0.notify =
        FloodDay.staff.enumerated().map { place, number in
          .init(channel: .sms, to: number, on: [.new, .urgent, .escalation], order: place + 1)
        } + [.init(channel: .email, to: FloodDay.office, on: [.new, .urgent, .escalation])]
    }
    world.installation.smtp = .init(url: "smtp://127.0.0.1:25", from: "telefon@example.ch")
    try world.apply()
    store = try world.store()
    world.transport.mailAnswer = { [unowned self] mail in
      mails.append(
        Sent(
          to: mail.recipients.joined(separator: " "), text: String(decoding: mail.message, as: UTF8.self),
          at: world.clock.now))
      return .accepted(reply: "250 ok")
    }
    planPeople()
    planFlood()
  }

  func play() throws {
    plan.sort { ($0.at, $0.number) < ($1.at, $1.number) }
    for (at, _, act) in plan {
      try run(until: at)
      world.clock.now = max(world.clock.now, at)
      try act()
    }
    try run(until: FloodDay.midnight.adding(hours: 24))
  }

  // MARK: the clock

  private func schedule(_ at: Timestamp, _ act: @escaping () throws -> Void) {
    sequence += 1
    plan.append((at, sequence, act))
  }

  /// Some moment of these hours of the local day.
  private func moment(_ hours: Range<Int>) -> Timestamp {
    FloodDay.midnight.adding(seconds: hours.lowerBound * 3600 + random.below(hours.count * 3600))
  }

  /// Lets the runner work as cron and its lingering have it: when something is due, but at most twice a minute, which
  /// is slower than it is, and every four minutes at least.
  private func run(until end: Timestamp) throws {
    while true {
      let due = [try store.nextCallDue(), try store.nextMessageDue()].compactMap { $0 }.min() ?? end
      let next = max(min(due, lastRun.adding(minutes: 4)), lastRun.adding(seconds: 20))
      guard next < end else { return }
      world.clock.now = max(world.clock.now, next)
      try world.run()
      lastRun = world.clock.now
      try letMachinesAnswer()
    }
  }

  // MARK: thirty people

  private enum Wish: CaseIterable {
    case one, two, words, urgentKey, callbackKey, urgentForm, form

    var isUrgent: Bool { self == .one || self == .urgentKey || self == .urgentForm }
    var count: Int {
      switch self {
      case .one: 8
      case .two, .urgentKey: 5
      case .words: 4
      case .callbackKey: 3
      case .urgentForm: 2
      case .form: 3
      }
    }
    /// Keys are pressed at any hour; an SMS comes, and is answered, by day.
    var hours: Range<Int> { self == .urgentKey || self == .callbackKey ? 0..<24 : 7..<20 }
  }

  /// Those of them who get SMS.
  private(set) var mobiles: [String] = []

  private func planPeople() {
    var number = 0
    for wish in Wish.allCases {
      for _ in 0..<wish.count {
        number += 1
        let (phone, address) = (number, "203.0.113.\(number)")
        let start = moment(wish.hours)
        switch wish {
        case .urgentKey, .callbackKey:
          schedule(start) { [unowned self] in try press(wish, on: "+414460000\(phone / 10)\(phone % 10)") }
        default:
          let mobile = "+417860000\(phone / 10)\(phone % 10)"
          mobiles.append(mobile)
          schedule(start) { [unowned self] in _ = world.miss(from: mobile) }
          schedule(start.adding(seconds: 100 + random.below(600))) { [unowned self] in
            try answer(wish, from: mobile, at: address)
          }
        }
      }
    }
  }

  private func note(_ phone: String, _ wish: Wish) {
    requests.append(Request(phone: phone, isUrgent: wish.isUrgent, madeAt: world.clock.now))
  }

  private func press(_ wish: Wish, on phone: String) throws {
    try world.call(from: phone) { $0.pressed = [wish.isUrgent ? "1" : "2"] }
    note(phone, wish)
  }

  /// Of somebody who hides his number; no time goes by.
  private func leaveMessage() {
    let call = world.callFields(newSid("CA"), from: "anonymous", status: "completed")
    _ = world.post("voice", call)
    _ = world.post(
      "recording", call + [("RecordingSid", newSid("RE")), ("RecordingDuration", "6")],
      query: "tenant=doerfler")
  }

  private func answer(_ wish: Wish, from phone: String, at address: String) throws {
    guard try world.texts(to: phone).isEmpty == false else { return unheard.append("\(phone): no SMS") }
    switch wish {
    case .one: try world.text("1", from: phone)
    case .two: try world.text("2", from: phone)
    case .words: try world.text("Der Boiler tropft, bitte anrufen", from: phone)
    default:
      try world.text("3", from: phone)
      try run(until: world.clock.now.adding(seconds: 90))
      guard let link = try world.texts(to: phone).last?.split(separator: "?").last else {
        return unheard.append("\(phone): no link")
      }
      let status = try fillIn(
        query: String(link.prefix { !$0.isWhitespace }), phone: phone, urgent: wish.isUrgent,
        text: "Foto folgt, Leitung undicht", from: address)
      guard status == 200 else { return unheard.append("\(phone): form \(status)") }
    }
    note(phone, wish)
  }

  private func fillIn(query: String, phone: String, urgent: Bool, text: String, from address: String) throws
    -> Int
  {
    let page = world.browse("anfrage", query, address: address)
    guard let token = TestWorld.hidden("token", in: page.text) else { return page.status }
    let parts = [
      FormPart("ref", "missed_call"), FormPart("token", token), FormPart("lang", "de"),
      FormPart("text", text), FormPart("urgency", urgent ? "HIGH" : "MED"), FormPart("phone", phone),
      FormPart("name", "Ada Muster"), FormPart("address", ""), FormPart("leer_lassen", ""),
    ]
    return world.submit("anfrage", parts, address: address).status
  }

  // MARK: the flood

  private static let machines = (1...5).map { "+4176700000\($0)" }

  private func planFlood() {
    // Six hundred forms in an hour and a half of the morning, the others all day.
    for index in 0..<FloodDay.formAddresses {
      let at =
        index < 600 ? FloodDay.midnight.adding(seconds: 9 * 3600 + random.below(5400)) : moment(0..<24)
      let address =
        index % 5 < 2
        ? "198.18.\(index / 250).\(index % 250)"
        : "2001:db8:\(String(index, radix: 16)):\(String(random.below(65_536), radix: 16))::1"
      // Every twentieth of them types the number of somebody who really called.
      let phone =
        index % 20 == 0
        ? random.one(of: mobiles) : "+4179\(3_000_000 + index)"
      schedule(at) { [unowned self] in
        let number = phone.dropFirst(3)
        let status = try fillIn(
          query: "ref=missed_call&phone=%2B41\(number)", phone: phone, urgent: true,
          text: "\(FloodDay.mark) \(index)", from: address)
        formAnswers[status, default: 0] += 1
      }
    }
    for index in 0..<60 {
      let at = index < 30 ? FloodDay.midnight.adding(seconds: 11 * 3600 + index * 110) : moment(0..<24)
      schedule(at) { [unowned self] in leaveMessage() }
    }
    for machine in Self.machines {
      for _ in 0..<4 {
        schedule(moment(7..<20)) { [unowned self] in _ = world.miss(from: machine) }
      }
    }
    for index in 0..<180 {
      let phone = "+4177800000\(index % 3)"
      schedule(FloodDay.midnight.adding(seconds: 10 * 3600 + index * 97)) { [unowned self] in
        try world.text(index / 3 % 2 == 0 ? "STOP" : "START", from: phone)
      }
    }
    for index in 0..<300 {
      schedule(FloodDay.midnight.adding(seconds: 13 * 3600 + index * 12)) { [unowned self] in
        _ = world.miss(from: "+49151\(20_000_000 + index)")
      }
    }
  }

  /// Each says something new to whatever it was sent.
  private func letMachinesAnswer() throws {
    for machine in Self.machines {
      for message in try world.standIn.messages(to: machine)
      where message.direction != "inbound" && machinesHeard.insert(message.sid).inserted {
        try world.text("Ich bin abwesend, Vorgang \(machinesHeard.count)", from: machine)
      }
    }
  }

  // MARK: what came of it

  /// SMS that left, to the tenant's people or to anybody else.
  func sms(toStaff: Bool) throws -> [Sent] {
    try world.standIn.messages().filter {
      $0.direction != "inbound" && FloodDay.staff.contains($0.to) == toStaff
    }.map { Sent(to: $0.to, text: $0.body, at: $0.createdAt) }
  }

  func lookups() throws -> [Timestamp] { try world.standIn.requests("lookup").map(\.at) }

  /// The most of these within any hour.
  static func mostInAnHour(_ times: [Timestamp]) -> Int {
    let sorted = times.sorted()
    var (first, most) = (0, 0)
    for (index, time) in sorted.enumerated() {
      while time.milliseconds(since: sorted[first]) >= 3_600_000 { first += 1 }
      most = max(most, index - first + 1)
    }
    return most
  }

  /// How many milliseconds after it was made somebody was told of this very request; nil: nobody, all day.
  func toldAfter(_ request: Request, _ sent: [Sent]) -> Int64? {
    let number = PhoneNumber(e164: request.phone)?.written(in: "CH") ?? request.phone
    return sent.filter {
      $0.at >= request.madeAt && $0.text.contains(number) && !$0.text.contains(FloodDay.mark)
    }
    .map { $0.at.milliseconds(since: request.madeAt) }.min()
  }
}
