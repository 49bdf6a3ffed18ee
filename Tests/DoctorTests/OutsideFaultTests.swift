// OutsideFaultTests.swift - faults outside of this machine: Twilio's account and numbers, the public addresses.

import Doctor
import Glibc
import HTTP
import Platform
import Settings
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
      try $0.world.standIn.set("voice_countries", to: "US")
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
    Injury("another page instead of the form", "form", .warning, detail: "is another page", cure: "README") {
      $0.website = HTTPReply(status: 200, body: Array("<h1>Dörfler</h1>".utf8))
    },
    Injury(
      "form redirected", "form", .warning, detail: "redirected to https://www.example.ch", cure: "README"
    ) {
      $0.website = HTTPReply(status: 301, headers: ["location": "https://www.example.ch"])
    },
    Injury("nothing at public_url", "public-url", detail: "cannot be reached", cure: "certificate") {
      answer($0) { _ in .failure(.neverSent("could not resolve host")) }
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
    Injury("mail server refuses the log-in", "mail", detail: "535 no", cure: "smtp.password") {
      try useMail($0, .credentials("535 no"))
    },
    Injury("no mail server", "mail", detail: "could not connect", cure: "smtp.url") {
      try useMail($0, .temporary(code: nil, "could not connect"))
    },
  ]

  @Test(arguments: injuries)
  func `each fault outside is found alone, with its cure`(_ injury: Injury) throws { try injury.examine() }

  @Test func `a working mail server gets no mail from the doctor`() throws {
    let patient = try DoctorWorld()
    try useMail(patient, .accepted(reply: "235 ok"))
    #expect(patient.complaints().isEmpty)
    #expect(patient.examine().contains { $0.check == "mail" && $0.status == .ok })
    #expect(patient.world.transport.mails.isEmpty)
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
