// OutsideFaultTests.swift - faults outside of this machine: Twilio's account and numbers, the public addresses.

import Business
import Curl
import Glibc
import Mail
import Operations
import Platform
import Settings
import Spool
import StandIn
import TestSupport
import Testing

struct OutsideFaultTests {
  static let injuries: [Injury] = [
    Injury("wrong token", "twilio", detail: "refused", cure: "auth_token") {
      try $0.world.standIn.addAccount(sid: TestWorld.account, token: "another")
    },
    Injury("account suspended", "twilio", detail: "suspended", cure: "console") {
      try $0.world.standIn.set("account_status", to: "suspended")
    },
    Injury("trial account", "twilio", .warning, detail: "trial", cure: "upgrade") {
      try $0.world.standIn.set("account_type", to: "Trial")
    },
    Injury(
      "a second token that Twilio takes no more", "keys", .warning, detail: "takes auth_token_2 no more",
      cure: "an hour after"
    ) {
      let tokens = "\(TestWorld.token)\", auth_token_2: \"the-one-of-before"
      try $0.write("config/opsfabric.json5", DoctorWorld.installation(token: tokens))
      try $0.applyFiles()
    },
    Injury("clock a little off", "clock", .warning, detail: "s behind Twilio's", cure: "timedatectl") {
      try $0.world.standIn.set("clock_offset_seconds", to: "30")
    },
    Injury("clock far off", "clock", detail: "10 min ahead of", cure: "timedatectl") {
      try $0.world.standIn.set("clock_offset_seconds", to: "-600")
    },
    Injury(
      "voice address elsewhere", "numbers", detail: "voice_url is https://old.example.ch/",
      cure: "connect doerfler"
    ) {
      try set($0, TestWorld.number, "VoiceUrl", "https://old.example.ch/")
    },
    Injury("no message address", "numbers", detail: "sms_url is not set", cure: "connect doerfler") {
      try set($0, "+41797770100", "SmsUrl", "")
    },
    Injury(
      "an application takes the calls", "numbers", detail: "voice_application_sid is AP1",
      cure: "connect doerfler"
    ) {
      try set($0, TestWorld.number, "VoiceApplicationSid", "AP1")
    },
    Injury("a trunk takes the calls", "numbers", detail: "SIP trunk", cure: "trunk") {
      try set($0, TestWorld.number, "TrunkSid", "TK1")
    },
    Injury("a sender that cannot do SMS", "numbers", detail: "+41797770100 cannot do SMS", cure: "sms_sender")
    {
      try $0.world.standIn.addNumber("+41797770100", account: TestWorld.account, sms: false)
    },
    Injury("a number that is not ours", "numbers", detail: "not among the numbers", cure: "buy or port") {
      try $0.world.standIn.addAccount(sid: "AC" + String(repeating: "9", count: 32), token: "x")
      try $0.world.standIn.addNumber(TestWorld.number, account: "AC" + String(repeating: "9", count: 32))
    },
    Injury(
      "fallback on the same host", "numbers", .warning, detail: "host it is meant to replace",
      cure: "--fallback"
    ) {
      try set(
        $0, TestWorld.number, "VoiceFallbackUrl", "\(TestWorld.publicURL)/twilio-error#rc=3&rp=ct,rt,5xx")
      try set($0, TestWorld.number, "VoiceFallbackMethod", "POST")
    },
    Injury(
      "fallback out of date", "numbers", .warning, detail: "is not what fallback/doerfler.xml says",
      cure: "copy"
    ) {
      try $0.write("fallback/doerfler.xml", "<Response><Hangup/></Response>", mode: 0o644)
    },
    Injury(
      "the fallback's end out of date", "numbers", .warning,
      detail: "is not what fallback/doerfler.end.xml says",
      cure: "copy"
    ) {
      try $0.write("fallback/doerfler.end.xml", "<Response><Hangup/></Response>", mode: 0o644)
    },
    Injury(
      "the fallback's end not there", "numbers", .warning,
      detail: "the fallback https://static.example.org/doerfler.end.xml answers 404",
      cure: "fallback/doerfler.end.xml"
    ) { $0.hasFallbackEnd = false },
    Injury("fallback not there", "numbers", .warning, detail: "answers 404", cure: "fallback/doerfler.xml") {
      try set($0, TestWorld.number, "VoiceFallbackUrl", "https://elsewhere.example.org/x.xml")
    },
    Injury(
      "country not permitted", "numbers", .warning, detail: "may not text to AT, IT", cure: "Geo permissions"
    ) {
      try $0.world.standIn.set("sms_countries", to: "CH LI DE FR")
    },
    Injury(
      "calls to the business not permitted", "numbers", detail: "may not call CH", cure: "Geo permissions"
    ) {
      try callPeople($0, by: "sms", at: "+41790000021", callers: "US")
      try $0.world.standIn.set("voice_countries", to: "US")
    },
    Injury(
      "calls to somebody of notify not permitted", "numbers", detail: "the country of Anna: never rung",
      cure: "Geo permissions"
    ) {
      try callPeople($0, at: "+436601234567", callers: "CH")
      try $0.world.standIn.set("voice_countries", to: "CH")
    },
    Injury(
      "calls to callers not permitted", "numbers", .warning, detail: "may not call callers in DE, IT",
      cure: "Geo permissions; or shorten allowed_countries"
    ) {
      try $0.world.standIn.set("voice_countries", to: "CH LI AT FR")
    },
    Injury(
      "a number that cannot ring anybody", "numbers", detail: "nor make them: nobody of notify is rung",
      cure: "voice_numbers"
    ) {
      try callPeople($0)
      try $0.world.standIn.addNumber(TestWorld.number, account: TestWorld.account, voice: false)
    },
    Injury(
      "a messaging service that drops replies", "numbers", detail: "drops replies",
      cure: "inbound request URL"
    ) {
      try useService($0, inbound: "")
    },
    Injury(
      "a messaging service that leads elsewhere", "numbers", detail: "sends replies to https://x.example",
      cure: "inbound"
    ) {
      try useService($0, inbound: "https://x.example")
    },
    Injury(
      "a messaging service with Smart Encoding", "numbers", .warning, detail: "Smart Encoding", cure: "switch"
    ) {
      try useService($0, inbound: "\(TestWorld.publicURL)/sms", smart: true)
    },
    Injury(
      "a messaging service unknown to Twilio", "numbers", detail: "is not in account", cure: "sms_sender"
    ) {
      try useService($0, inbound: nil)
    },
    Injury(
      "another page instead of the form", "form", .warning, detail: "is another page", cure: "docs/install.md"
    ) {
      $0.website = HTTPReply(status: 200, body: Array("<h1>Dörfler</h1>".utf8))
    },
    Injury(
      "form redirected", "form", .warning, detail: "redirected to https://www.example.ch",
      cure: "docs/install.md"
    ) {
      $0.website = HTTPReply(status: 301, headers: ["location": "https://www.example.ch"])
    },
    Injury(
      "the home's address read from the web", "exposed", detail: "cgi-bin/opsfabric.home", cure: "handed out"
    ) {
      let body = Array("\($0.world.home.path)\n".utf8)
      answer($0) { $0.url.hasSuffix("/opsfabric.home") ? .success(HTTPReply(status: 200, body: body)) : nil }
    },
    Injury(
      "the home read from the web", "exposed", detail: "/config/opsfabric.json5", cure: "change every token"
    ) {
      let body = Array(DoctorWorld.installation().utf8)
      let usual = $0.world.transport.otherSites
      $0.world.transport.otherSites = { request in
        request.url.hasSuffix("/config/opsfabric.json5")
          ? .success(HTTPReply(status: 200, body: body)) : usual(request)
      }
    },
    Injury(
      "a host that forbids Options", "public-url", detail: "does not run (500)", cure: "out of .htaccess"
    ) {
      answer($0) { $0.url.hasSuffix("/voice") ? .success(HTTPReply(status: 500)) : nil }
    },
    Injury("nothing at public_url", "public-url", detail: "cannot be reached", cure: "certificate") {
      var milliseconds = 0
      answer($0) { _ in
        milliseconds += 1
        return .failure(.neverSent("no connection after \(milliseconds) ms"))
      }
    },
    Injury("programs missing", "public-url", detail: "no such program (404)", cure: "handlers' folder") {
      answer($0) { _ in .success(HTTPReply(status: 404)) }
    },
    Injury("one program does not run", "public-url", detail: "menu: does not run (500)", cure: "chmod 755") {
      answer($0) { $0.url.hasSuffix("/menu") ? .success(HTTPReply(status: 500)) : nil }
    },
    Injury("programs handed out as files", "public-url", detail: "hands the program out", cure: "ExecCGI") {
      answer($0) { _ in .success(HTTPReply(status: 200, body: [0x7F] + Array("ELF".utf8))) }
    },
    Injury(
      "a redirect", "public-url", detail: "redirected to https://www.hooks.example.ch", cure: "public_url"
    ) {
      answer($0) { _ in
        .success(HTTPReply(status: 301, headers: ["location": "https://www.hooks.example.ch"]))
      }
    },
    Injury("something else answers", "public-url", detail: "something else", cure: "public_url") {
      answer($0) { _ in .success(HTTPReply(status: 200, body: Array("hello".utf8))) }
    },
    Injury("handlers of another installation", "public-url", detail: "other settings", cure: "opsfabric.home")
    { patient in
      let other = try TestWorld()
      other.installation.account.authToken = Secret("another")
      try other.apply()
      answer(patient) { request in
        other.answer(request).map { .success($0) }
      }
    },
    Injury("handlers without settings", "public-url", detail: "finds no settings", cure: "opsfabric apply") {
      patient in
      let other = try TestWorld()
      unlink(other.home.settings)
      unlink(SettingsSnapshot.copyPath(other.home.settings))
      answer(patient) { request in
        other.answer(request).map { .success($0) }
      }
    },
    Injury("functions packed before the last apply", "public-url", detail: "voice, dial-result", cure: "pack")
    {
      patient in
      let other = try TestWorld()
      other.installation = patient.world.installation
      other.clock.now = patient.world.clock.now.adding(days: -3)
      try other.apply()
      answer(patient) { request in other.answer(request).map { .success($0) } }
    },
    Injury(
      "one function packed before the last apply", "public-url", detail: "sms: settings of 2026-02-0",
      cure: "docs/functions.md"
    ) { patient in
      let other = try TestWorld()
      other.installation = patient.world.installation
      other.clock.now = patient.world.clock.now.adding(days: -3)
      try other.apply()
      answer(patient) { request in
        request.url.hasSuffix("/sms") ? other.answer(request).map { .success($0) } : nil
      }
    },
    Injury("no tick program", "tick", detail: "no such program (404)", cure: "copy tick") {
      try useTick($0)
      $0.tick = HTTPReply(status: 404)
    },
    Injury("a tick that knows no secret", "tick", detail: "has other settings", cure: "opsfabric.home") {
      try useTick($0)
      $0.tick = HTTPReply(status: 403, body: Array("no tick_secret is set\n".utf8))
    },
    Injury("a server that drops unknown fields", "tick", detail: "X-Tick-Secret", cure: "?secret=") {
      try useTick($0)
      $0.tick = HTTPReply(status: 403, body: Array("the secret is missing: add ?secret=...\n".utf8))
    },
    Injury("a tick that does not run", "tick", detail: "answers 500", cure: "mode 755") {
      try useTick($0)
      $0.tick = HTTPReply(status: 500)
    },
    Injury("mail server refuses the log-in", "mail", detail: "535 no", cure: "smtp.password") {
      try useMail($0, .credentials("535 no"))
    },
    Injury("no mail server", "mail", detail: "could not connect", cure: "smtp.url") {
      try useMail($0, .temporary(code: nil, "could not connect"))
    },
    Injury("a queue that does not exist", "queue", detail: "QueueDoesNotExist", cure: "queue_url") {
      try useQueue($0).faults["GetQueueAttributes"] = (400, "QueueDoesNotExist")
    },
    Injury("a queue that cannot be reached", "queue", detail: "could not connect", cure: "way to AWS") {
      try useQueue($0).faults["GetQueueAttributes"] = (0, "")
    },
    Injury(
      "a key that may not ask for the depth", "queue", .warning, detail: "depth", cure: "GetQueueAttributes"
    ) {
      try useQueue($0).faults["GetQueueAttributes"] = (403, "AccessDeniedException")
    },
    Injury("a key that may do nothing", "queue", detail: "AccessDenied", cure: "rights") {
      let queue = try useQueue($0)
      for action in ["GetQueueAttributes", "ReceiveMessage"] {
        queue.faults[action] = (403, "AccessDeniedException")
      }
    },
    Injury("no credentials for the queue", "queue", detail: "has no credentials", cure: "crontab") {
      try useQueue($0, more: "")
    },
    Injury(
      "webhooks that nobody takes from the queue", "queue",
      detail: "2 webhooks waiting, the oldest seen 10 min old",
      cure: "opsfabric run"
    ) { patient in
      let queue = try useQueue(patient)
      for minutes in [-3, -10] {
        queue.put(
          KeptWebhook(
            kind: "sms", query: "", body: Array("MessageSid=SM1".utf8),
            receivedAt: patient.world.clock.now.adding(minutes: minutes)))
      }
    },
    Injury("a visibility time-out too long", "queue", .warning, detail: "43200 s", cure: "30 s") {
      try useQueue($0).attributes["VisibilityTimeout"] = "43200"
    },
    Injury("a queue that forgets soon", "queue", .warning, detail: "for 60 min only", cure: "14 days") {
      try useQueue($0).attributes["MessageRetentionPeriod"] = "3600"
    },
    Injury(
      "few receives before the dead letters", "queue", .warning, detail: "after 3 receives", cure: "1000"
    ) {
      let queue = try useQueue($0)
      queue.deadLetters = 0
      queue.attributes["RedrivePolicy"] = redrive(after: 3)
    },
    Injury("dead letters of the queue", "queue", detail: "4 webhooks among the dead letters", cure: "redrive")
    {
      let queue = try useQueue($0)
      queue.deadLetters = 4
      queue.attributes["RedrivePolicy"] = redrive(after: 1000)
    },
    Injury(
      "dead letters that cannot be counted", "queue", .warning, detail: "counted", cure: "GetQueueAttributes"
    ) {
      try useQueue($0).attributes["RedrivePolicy"] = redrive(after: 1000)
    },
    Injury("no monitor at heartbeat_url", "heartbeat", detail: "cannot be reached", cure: "heartbeat_url") {
      try useMonitor($0, "https://nowhere.example.org/x")
      let usual = $0.world.transport.otherSites
      $0.world.transport.otherSites = { request in
        request.url.hasPrefix("https://nowhere.")
          ? .failure(.neverSent("could not resolve host")) : usual(request)
      }
    },
    Injury("a monitor that refuses the call", "heartbeat", detail: "answered 404", cure: "heartbeat_url") {
      try useMonitor($0, "\(DoctorWorld.monitor)/wrong")
      try $0.world.run()
    },
  ]

  @Test(arguments: injuries)
  func `each fault outside is found alone, with its cure`(_ injury: Injury) throws { try injury.examine() }

  @Test func `somebody who is only rung may have a landline, and may have opted out of SMS`() throws {
    let patient = try DoctorWorld()
    try callPeople(patient)
    try patient.world.store().optOut(
      tenant: "doerfler", phone: "+41434443322", at: patient.world.clock.now)
    #expect(patient.complaints().isEmpty, "\(patient.complaints())")
  }

  @Test func `a working mail server gets no mail from the doctor`() throws {
    let patient = try DoctorWorld()
    try useMail(patient, .accepted(reply: "235 ok"))
    #expect(patient.complaints().isEmpty)
    #expect(patient.examine().contains { $0.check == "mail" && $0.status == .ok })
    #expect(patient.world.transport.mails.isEmpty)
  }

  @Test func `tick, queue and monitor that work are said to, and neither called nor emptied`() throws {
    let patient = try DoctorWorld()
    try useTick(patient)
    #expect(patient.examine().contains { $0.check == "tick" && $0.detail.contains("nobody has called it") })
    try patient.write("data/tick.last", "\(patient.world.clock.now.adding(minutes: -3).iso8601)\n")
    #expect(patient.examine().contains { $0.check == "tick" && $0.detail.hasSuffix("last called 3 min ago") })
    let queue = try useQueue(patient)
    #expect(patient.examine().contains { $0.check == "queue" && $0.detail.hasSuffix("nothing waits") })
    queue.put(
      KeptWebhook(
        kind: "sms", query: "", body: [], receivedAt: patient.world.clock.now.adding(seconds: -7)))
    #expect(patient.complaints().isEmpty, "\(patient.complaints())")
    #expect(
      patient.examine().contains {
        $0.check == "queue" && $0.detail.contains("1 webhook waiting, the oldest seen ")
      })
    try useMonitor(patient, "\(DoctorWorld.monitor)/ping/secret")
    var asked: [String] = []
    let usual = patient.world.transport.otherSites
    patient.world.transport.otherSites = { request in
      if request.url.hasPrefix(DoctorWorld.monitor) { asked.append(request.url) }
      return usual(request)
    }
    #expect(patient.examine().contains { $0.check == "heartbeat" && $0.status == .ok })
    #expect(asked == ["\(DoctorWorld.monitor)/"], "a call of the whole address is a sign of life")
    // The next run still finds the message.
    #expect(
      queue.count == 1 && queue.log.contains("ReceiveMessage") && !queue.log.contains("DeleteMessageBatch"))
    queue.attributes["RedrivePolicy"] = redrive(after: 2)
    let looks = queue.log.count { $0 == "ReceiveMessage" }
    _ = patient.examine()
    #expect(
      queue.log.count { $0 == "ReceiveMessage" } == looks, "a look brings it nearer to the dead letters")
  }

  @Test func `where a URL is the only cron, it is named with its last call when no run comes`() throws {
    let patient = try DoctorWorld()
    try useTick(patient)
    try patient.write("data/tick.last", "\(patient.world.clock.now.iso8601)\n")
    patient.world.clock.advance(seconds: 3 * 3600)
    let found = try #require(patient.complaints().first { $0.check == "cron" })
    #expect(found.status == .fault)
    #expect(found.cure.contains("\(TestWorld.publicURL)/tick each minute: last called 3 h ago"), "\(found)")
  }

  @Test func `the examination leaves nothing in the database and nothing at Twilio`() throws {
    let patient = try DoctorWorld()
    let before = try patient.world.standIn.requests().filter { $0.method != "GET" }.count
    _ = patient.examine()
    #expect(try patient.world.list(.calls).isEmpty)
    #expect(try patient.world.list(.events).isEmpty)
    #expect(try patient.world.standIn.requests().filter { $0.method != "GET" }.count == before)
  }
}

private func set(_ patient: DoctorWorld, _ number: String, _ parameter: String, _ value: String) throws {
  try patient.world.standIn.change(number: number, parameter, to: value)
}

/// Anna is told, by a call unless the test says another way; callers come from these countries.
private func callPeople(
  _ patient: DoctorWorld, by channel: String = "call", at number: String = "+41434443322",
  callers: String = "CH LI DE AT FR IT"
) throws {
  let countries = callers.split(separator: " ").map { "\"\($0)\"" }.joined(separator: ", ")
  try patient.write(
    "config/tenants/doerfler.json5",
    DoctorWorld.tenant(
      more: "allowed_countries: [\(countries)],",
      notify: "notify: [{ channel: \"\(channel)\", to: \"\(number)\", name: \"Anna\" }],"))
  try patient.applyFiles()
}

/// Other answers at public_url; nil for the usual one.
private func answer(
  _ patient: DoctorWorld, _ site: @escaping (HTTPRequest) -> Result<HTTPReply, HTTPFailure>?
) {
  let usual = patient.world.transport.otherSites
  patient.world.transport.otherSites = { request in
    guard request.url.hasPrefix(TestWorld.publicURL + "/") else { return usual(request) }
    return site(request) ?? usual(request)
  }
}

private func configure(_ patient: DoctorWorld, _ more: String) throws {
  try patient.write("config/opsfabric.json5", DoctorWorld.installation(more: more))
  try patient.applyFiles()
}

private func useTick(_ patient: DoctorWorld) throws {
  try configure(patient, "tick_secret: \"a-secret-of-the-tests\",")
}

private func useMonitor(_ patient: DoctorWorld, _ url: String) throws {
  try configure(patient, "heartbeat_url: \"\(url)\",")
}

@discardableResult
private func useQueue(
  _ patient: DoctorWorld, more: String = "access_key_id: \"key\", secret_access_key: \"secret\","
) throws -> QueueStandIn {
  let queue = QueueStandIn()
  patient.world.transport.queue = queue
  try configure(
    patient, "intake: {sqs: {queue_url: \"\(QueueStandIn.url)\", region: \"eu-central-2\", \(more)}},")
  return queue
}

/// As Amazon gives it: JSON in a text.
private func redrive(after receives: Int) -> String {
  "{\"deadLetterTargetArn\":\"arn:aws:sqs:eu-central-2:1:dead\",\"maxReceiveCount\":\(receives)}"
}

private func useService(_ patient: DoctorWorld, inbound: String?, smart: Bool = false) throws {
  let sid = "MG" + String(repeating: "4", count: 32)
  if let inbound {
    try patient.world.standIn.addService(
      sid, inboundURL: inbound, smartEncoding: smart, numbers: ["+41797770100"])
  }
  try patient.write(
    "config/tenants/doerfler.json5", DoctorWorld.tenant().replacing("+41797770100", with: sid))
  try patient.applyFiles()
}

private func useMail(_ patient: DoctorWorld, _ outcome: MailOutcome) throws {
  try patient.write(
    "config/opsfabric.json5",
    DoctorWorld.installation(
      more:
        "smtp: {url: \"smtps://mail.example.ch\", from: \"a@example.ch\", username: \"a\", password: \"b\"},")
  )
  try patient.applyFiles()
  patient.world.transport.mailAnswer = { _ in outcome }
}
