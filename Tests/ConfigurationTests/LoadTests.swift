// LoadTests.swift - a right configuration arrives with every value and every default.

import Business
import Configuration
import LocalTime
import Testing

@Suite struct LoadTests {
  @Test func `what is not said has its default`() throws {
    let (loaded, faults) = try ConfigurationHome.load()
    #expect(faults == [])
    let tenant = try #require(loaded?.tenants.first)
    var expected = Tenant(
      id: "doerfler", name: "Dörfler AG", smsSender: "+41790000510", callbackPhone: "+41790000510",
      websiteDomain: "www.doerfler.example")
    expected.voiceNumbers = ["+41790000510"]
    expected.forwardTo = "+41434435200"
    expected.notify = [.init(channel: .sms, to: "+41790000512", on: [.new])]
    #expect(tenant == expected)
  }

  @Test func `every setting of a tenant is taken over`() throws {
    let service = "MG" + String(repeating: "0c", count: 16)
    let (loaded, faults) = try ConfigurationHome.load(
      installation: ["smtp: {url: 'smtps://m.example', from: 'a@b.example'}"],
      tenant: [
        "language: 'it'", "timezone: 'Europe/Rome'", "mode: 'carrier_forwarding'", "forward_to",
        "sms_sender: '\(service)'", "callback_phone: '+41434435201'", "ring_seconds: 25", "screening: true",
        "voice_menu: false", "announcement: 'Grazie'", "reject_blocked: true", "sms_delay_seconds: 45",
        "quiet_hours: {from: '22:30', to: '24:00', policy: 'skip'}", "dedupe_minutes: 0",
        "max_sms_per_day: 1",
        "spam_missed_calls_per_day: 9", "block_days: 30",
        "business_hours: {mon: ['14:00 – 18:00', '08:00-12:00'], sun: ['00:00-24:00'], tue: []}",
        "holidays: ['2026-08-01', 'ics:HTTPS://s.example/a.ics?k=1', '02-29', 'ics:https://s.example/a.ics?k=1']",
        "sla: {high_minutes: 15, callback_minutes: 60}",
        "weekend_policy: 'same'", "allowed_countries: ['CH', 'IT', 'CH']", "staff_numbers: ['+41790000009']",
        "accounts: {debit: 6510, credit: '2000'}", "templates: {urgent: 'Subito!\\n{Betrieb}'}",
        "notify: [{channel: 'email', to: 'c@b.example', on: ['escalated', 'high', 'urgent'], when: 'off_hours', order: 2},"
          + " {channel: 'sms', to: '+41790000012'}, {channel: 'call', to: '+41790000012', order: 3}]",
        "twilio: {account_sid: 'AC\(String(repeating: "1", count: 32))', auth_token: 't'}",
        "report_email: 'b@b.example'", "active: false", "website_domain: 'www.example.ch:8443'",
      ])
    #expect(!faults.contains { $0.severity == .error }, "\(faults)")
    let tenant = try #require(loaded?.tenants.first)
    #expect(tenant.language == .it && tenant.timezone == "Europe/Rome" && tenant.mode == .carrierForwarding)
    #expect(tenant.forwardTo == nil && tenant.smsSender == service && tenant.callbackPhone == "+41434435201")
    #expect(tenant.ringSeconds == 25 && tenant.screening && !tenant.voiceMenu && tenant.rejectBlocked)
    #expect(tenant.announcement == .text("Grazie") && tenant.smsDelaySeconds == 45)
    #expect(tenant.quietHours == QuietHours(from: 1350, to: 1440, policy: .skip))
    #expect(tenant.dedupeMinutes == 0 && tenant.maxSMSPerDay == 1 && tenant.spamMissedCallsPerDay == 9)
    #expect(tenant.blockDays == 30)
    #expect(tenant.businessHours[.monday].map(\.start) == [480, 840])
    #expect(tenant.businessHours[.sunday].map(\.end) == [1440])
    #expect(tenant.businessHours[.tuesday].isEmpty && tenant.businessHours[.wednesday].isEmpty)
    #expect(
      tenant.holidays == [
        .day(year: 2026, month: 8, day: 1), .calendar(url: "https://s.example/a.ics?k=1"),
        .day(year: nil, month: 2, day: 29),
      ])
    #expect(tenant.slaHighMinutes == 15 && tenant.slaCallbackMinutes == 60 && tenant.weekendPolicy == .same)
    #expect(tenant.allowedCountries == ["CH", "IT"] && tenant.staffNumbers == ["+41790000009"])
    #expect(tenant.accounts == .init(debit: "6510", credit: "2000"))
    #expect(tenant.templates == .init(urgent: "Subito!\n{Betrieb}"))
    #expect(
      tenant.notify == [
        .init(channel: .email, to: "c@b.example", on: [.escalation, .urgent], when: .offHours, order: 2),
        .init(channel: .sms, to: "+41790000012", on: [.new, .urgent, .escalation]),
        .init(channel: .call, to: "+41790000012", on: [.urgent, .escalation], order: 3),
      ])
    #expect(tenant.twilio?.authToken.value == "t" && tenant.reportEmail == ["b@b.example"] && !tenant.active)
    #expect(tenant.websiteDomain == "www.example.ch:8443")
  }

  @Test(arguments: [
    ("www.muster.ch:443", "www.muster.ch"), ("WWW.Muster.CH", "www.muster.ch"),
    ("www.muster.ch.", "www.muster.ch"), ("www.muster.ch:80", "www.muster.ch"),
    ("www.muster.ch.:8443", "www.muster.ch:8443"),
    // Checked with Python's punycode codec.
    ("küche.ch", "xn--kche-0ra.ch"), ("KÜCHE.ch:443", "xn--kche-0ra.ch"),
    ("ku\u{308}che.ch", "xn--kche-0ra.ch"),
    ("www.dörfler-müller.ch", "www.xn--drfler-mller-4ib5g.ch"), ("électricité.fr", "xn--lectricit-93aj.fr"),
    ("łódź.example", "xn--d-uga0v4h.example"), ("straße.de", "xn--strae-oqa.de"), ("öäü.at", "xn--4ca9at.at"),
  ])
  func `a website is kept as browsers ask for it`(written: String, kept: String) throws {
    let (loaded, faults) = try ConfigurationHome.load(tenant: ["website_domain: '\(written)'"])
    #expect(!faults.contains { $0.key == "website_domain" }, "\(faults)")
    #expect(loaded?.tenants.first?.websiteDomain == kept)
  }

  @Test(arguments: [(0.5, 500), (10, 500), (100, 5000), (1000, 50_000)])
  func `who buys a higher rate has higher ceilings, unless they are written`(rate: Double, perHour: Int)
    throws
  {
    let account = "account_sid: 'AC\(String(repeating: "0a", count: 16))', auth_token: 't'"
    let installation = [
      "public_url: 'https://example.ch'", "twilio: {\(account), messages_per_second: \(rate)}",
    ]
    let loaded = try #require(try ConfigurationHome.load(installation: installation).0)
    #expect(loaded.installation.smsLimits == Ceiling(perHour: perHour * 4, perDay: perHour * 12))
    #expect(loaded.tenants.map(\.smsLimits) == [Ceiling(perHour: perHour, perDay: perHour * 3)])
    let written = try #require(
      try ConfigurationHome.load(
        installation: installation + ["sms_limits: {per_hour: 7, per_day: 8}"],
        tenant: ["sms_limits: {per_hour: 5, per_day: 6}"]
      ).0)
    #expect(written.installation.smsLimits == Ceiling(perHour: 7, perDay: 8))
    #expect(written.tenants.map(\.smsLimits) == [Ceiling(perHour: 5, perDay: 6)])
  }

  @Test func `every setting of the operator is taken over`() throws {
    let sid = "AC" + String(repeating: "0a", count: 16)
    let queue =
      "queue_url: 'https://sqs.example/1/q', region: 'eu-1', access_key_id: 'A', secret_access_key: 'S'"
    let (loaded, faults) = try ConfigurationHome.load(installation: [
      "public_url: 'http://127.0.0.1:8080/cgi-bin//'",
      "twilio: {account_sid: '\(sid)', auth_token: 't', api_base: 'http://[::1]:1/', lookups_base: 'http://localhost:2',"
        + " lookup: 'off', messages_per_second: 0.5, concurrency: 2}",
      "smtp: {url: 'smtp://m.example:587', from: 'a@b.example', username: 'u', password: 'p w'}",
      "alerts: {email: 'x@b.example', sms: ['+41790000051']}", "heartbeat_url: 'https://hc.example/a?b=c'",
      "retention_days: 90", "csv: {profile: 'banana'}", "intake: {sqs: {\(queue)}}",
      "tick_secret: '0123456789abcdef'", "tick_seconds: 25", "journal_mode: 'delete'",
    ])
    #expect(faults == [])
    var expected = Installation(
      publicURL: "http://127.0.0.1:8080/cgi-bin", account: .init(accountSid: sid, authToken: Secret("t")))
    expected.apiBase = "http://[::1]:1"
    expected.lookupsBase = "http://localhost:2"
    expected.lookup = false
    expected.messagesPerSecond = 0.5
    expected.concurrency = 2
    expected.smtp = .init(
      url: "smtp://m.example:587", from: "a@b.example", username: "u", password: Secret("p w"))
    expected.alertEmails = ["x@b.example"]
    expected.alertNumbers = ["+41790000051"]
    expected.heartbeatURL = "https://hc.example/a?b=c"
    expected.retentionDays = 90
    expected.csvProfile = .banana
    expected.intake = .sqs(
      .init(
        queueURL: "https://sqs.example/1/q", region: "eu-1", accessKeyID: "A", secretAccessKey: Secret("S")))
    expected.tickSecret = Secret("0123456789abcdef")
    expected.tickSeconds = 25
    expected.journalMode = .delete
    #expect(loaded?.installation == expected)
    let sibling = try ConfigurationHome.load(installation: ["intake: 'sqs'", "sqs: {\(queue)}"]).0
    #expect(sibling?.installation.intake == expected.intake)
    let announcements = try ["true", "false"].map {
      try ConfigurationHome.load(tenant: ["announcement: \($0)"]).0?.tenants.first?.announcement
    }
    #expect(announcements == [.standard, Tenant.Announcement.none])
  }

  @Test func `the text report names what makes a text dear`() throws {
    let (loaded, _) = try ConfigurationHome.load(tenant: [
      "name: 'Žiga'", "templates: {missed_call: '{Betrieb}: 1, 2, 3', urgent: 'ok'}",
    ])
    let report = textReport(try #require(loaded?.tenants.first))
    #expect(report.map(\.name) == ["missed_call", "urgent", "callback", "wizard", "free_text"])
    #expect(report.map(\.isOwn) == [true, true, false, false, false])
    #expect(report.map(\.encoding) == [.ucs2, .gsm7, .ucs2, .gsm7, .ucs2])
    #expect(report.first?.offendingCharacters == ["Ž"])
    #expect(report.map(\.segments) == [1, 1, 1, 1, 2])
  }

  @Test(
    arguments: [
      ("Côté Jardin Sàrl", "Cote Jardin Sàrl"), ("Bâtiment Rénov SA", "Batiment Rénov SA"),
      ("Ferblanterie Vœgtli", "Ferblanterie Voegtli"), ("Łódź Bau GmbH", "Lodz Bau GmbH"),
      ("Αθήνα", "Αθήνα"), ("Жук", "Жук"), ("永和", "永和"), ("🔧", "🔧"), ("Dörfler AG", "Dörfler AG"),
      ("Co\u{302}te\u{301}", "Cote"), (String(repeating: "Würmli ", count: 22) + "AG", nil),
      (String(repeating: "永", count: 160), nil),
    ] as [(String, String?)])
  func `every business can be set up, whatever its name`(name: String, inSMS: String?)
    throws
  {
    for language in Language.allCases { try expectSetUp(name, inSMS: inSMS, language) }
  }

  private func expectSetUp(_ name: String, inSMS: String?, _ language: Language) throws {
    let (loaded, faults) = try ConfigurationHome.load(tenant: [
      "name: '\(name)'", "language: '\(language.rawValue)'",
    ])
    let tenant = try #require(loaded?.tenants.first)
    #expect(tenant.name == name)
    if let inSMS { #expect(tenant.nameInSMS == inSMS) }
    #expect(faults.allSatisfy { $0.severity == .note && $0.key == "name" }, "\(faults)")
    #expect(faults.isEmpty == (name == "Dörfler AG"))
    let report = textReport(tenant)
    #expect(
      report.allSatisfy { $0.segments <= 2 && ($0.encoding == .gsm7) == $0.offendingCharacters.isEmpty })
    let isGSM = inSMS.map { SMSText($0).encoding == .gsm7 } ?? (name.first == "W")
    #expect(report[0].encoding == (isGSM ? .gsm7 : .ucs2))
    #expect(report[0].isShort == (!isGSM || inSMS == nil))
  }
}
