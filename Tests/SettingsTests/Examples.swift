// Examples.swift - settings with nothing at its default, so that a forgotten column shows.

import Business
import LocalTime

@testable import Settings

enum Examples {
  static let sid = "AC" + String(repeating: "a", count: 32)
  static let ownSid = "AC" + String(repeating: "b", count: 32)

  static var installation: Installation {
    var result = Installation(
      publicURL: "https://ruf.example.ch/cgi-bin",
      account: TwilioAccount(accountSid: sid, authToken: Secret("tok'en \"1\"")))
    result.apiBase = "http://127.0.0.1:9000"
    result.lookupsBase = "http://127.0.0.1:9001"
    result.lookup = false
    result.authToken2 = Secret("other token")
    result.apiKey = .init(id: "SK" + String(repeating: "a", count: 32), secret: Secret("key-secret"))
    result.webhookKeys = [
      .init(id: "webhooks_sharedkey_1", secret: Secret("shared-1")),
      .init(id: "k2", secret: Secret("shared-2")),
    ]
    result.messagesPerSecond = 0.25
    result.concurrency = 3
    result.smsLimits = Ceiling(perHour: 11, perDay: 12)
    result.mailLimits = Ceiling(perHour: 15, perDay: 16)
    result.lookupLimits = Ceiling(perHour: 17, perDay: 18)
    result.smtp = .init(
      url: "smtps://mail.example.ch:465", from: "ruf@example.ch", username: "ruf", password: Secret("p w"))
    result.alertEmails = ["a@example.ch", "b@example.ch"]
    result.alertNumbers = ["+41790000001"]
    result.heartbeatURL = "https://hc.example.ch/x"
    result.retentionDays = 90
    result.csvProfile = .banana
    result.intake = .sqs(
      .init(
        queueURL: "https://sqs.example.ch/1/q", region: "eu-central-2", accessKeyID: "AK",
        secretAccessKey: Secret("s3")))
    result.tickSecret = Secret("0123456789abcdef")
    result.metricsSecret = Secret("fedcba9876543210")
    result.tickSeconds = 25
    result.journalMode = .delete
    result.webhooks = receivers
    changeTheRest(of: &result)
    return result
  }

  static var tenant: Tenant {
    var result = Tenant(
      id: "doerfler", name: "Dörfler AG «Zürich»", smsSender: "MG" + String(repeating: "c", count: 32),
      callbackPhone: "+41434435201", websiteDomain: "doerfler.example:8443")
    result.language = .fr
    result.timezone = "Europe/Paris"
    result.mode = .carrierForwarding
    result.voiceNumbers = ["+41434435200", "+41434435299"]
    result.forwardTo = "+41791112233"
    result.ringSeconds = 25
    result.screening = true
    result.voiceMenu = false
    result.announcement = .text("Merci: à bientôt > tout de suite")
    result.rejectBlocked = true
    result.smsDelaySeconds = 45
    result.quietHours = QuietHours(from: 1320, to: 1440, policy: .skip)
    result.dedupeMinutes = 0
    result.maxSMSPerDay = 7
    result.spamMissedCallsPerDay = 9
    result.smsLimits = Ceiling(perHour: 13, perDay: 14)
    result.formLimitPerHour = 19
    result.ownCurrency = "EUR"
    result.blockDays = 30
    result.businessHours = WeeklyHours([
      .monday: [480..<720, 840..<1080].compactMap { MinuteRange(start: $0.lowerBound, end: $0.upperBound) },
      .sunday: [0..<1440].compactMap { MinuteRange(start: $0.lowerBound, end: $0.upperBound) },
    ])
    result.holidays = [Holiday.day(year: nil, month: 8, day: 1), Holiday.day(year: 2027, month: 12, day: 24)]
    result.vacationFrom = CivilDate(year: 2027, month: 7, day: 26)
    result.vacationTo = CivilDate(year: 2027, month: 8, day: 8)
    result.vacationText = "Zu bis {date}."
    result.rotationFrom = CivilDate(year: 2027, month: 1, day: 4)
    result.rotationDays = 14
    result.rotationPeople = ["Anna Müller", "+41790000007"]
    result.slaHighMinutes = 15
    result.slaCallbackMinutes = 120
    result.weekendPolicy = .same
    result.allowedCountries = ["CH", "DE"]
    result.staffNumbers = ["+41790000009", "+41790000008"]
    result.accounts = .init(debit: "6510", credit: "2000")
    result.templates = .init(
      missedCall: "Zeile 1\nZeile 2 {phone}", urgent: "u", callback: "c {SLA}", wizard: "{wizard_link}",
      freeText: "f",
      answers: ["Bin in 20 Minuten da.", "Bis {SLA}, {name}."])
    result.notify = [
      .init(
        channel: .sms, to: "+41790000007", on: [.new, .urgent], when: .business, order: 2,
        name: "Frau Müller (Büro)"),
      .init(channel: .email, to: "chef@example.ch", on: [.escalation], when: .offHours, order: 1),
      .init(
        channel: .ntfy, to: "https://ntfy.sh/doerfler-x7Kq9mW2pL", on: [.urgent],
        token: Secret("tk_1234567890")),
    ]
    result.twilio = TwilioAccount(accountSid: ownSid, authToken: Secret("own"))
    result.reportEmail = ["buch@example.ch", "chef@example.ch"]
    result.webhooks = receivers
    result.active = false
    changeTheRest(of: &result)
    return result
  }

  private static let receivers = [
    WebhookReceiver(
      url: "https://crm.example.ch/hook?key=a,b", secret: Secret("whsec_a"), secret2: Secret("whsec_b"),
      on: [.ticketCreated, .alertSolved], isThin: true),
    WebhookReceiver(url: "http://10.0.0.1:5678/x", secret: Secret("whsec_c"), on: [.callMissed]),
  ]

  /// Settings that have no example above get a value that is not their default.
  private static func changeTheRest<Owner: SettingsOwner>(of owner: inout Owner) {
    for setting in Owner.settings {
      let standard = (try? setting.value(of: .blank)) ?? nil
      guard let value = try? setting.value(of: owner), value == standard else { continue }
      switch (standard, setting.kind) {
      case (.flag(let flag), _): _ = setting.set(.flag(!flag), on: &owner)
      case (.whole(let number), _): _ = setting.set(.whole(number + 1), on: &owner)
      case (.number(let number), _): _ = setting.set(.number(number + 1), on: &owner)
      case (.list, _): _ = setting.set(.list(["other"]), on: &owner)
      case (.text(let text), .choice(let words)):
        if let other = words().first(where: { $0 != text }) { _ = setting.set(.text(other), on: &owner) }
      case (nil, .whole): _ = setting.set(.whole(1), on: &owner)
      case (.text, _), (nil, _): _ = setting.set(.text("other"), on: &owner)
      }
    }
  }

  /// Only what must be said; the rest at its default.
  static func plainTenant(_ id: String, number: String) -> Tenant {
    var result = Tenant(
      id: id, name: id, smsSender: number, callbackPhone: number, websiteDomain: "\(id).example")
    result.voiceNumbers = [number]
    return result
  }
}
