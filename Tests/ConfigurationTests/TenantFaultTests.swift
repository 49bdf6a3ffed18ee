// TenantFaultTests.swift - every fault of a tenant's file, as a table.

import Business
import Configuration
import Testing

/// One faulty entry, where the fault must be found, and words of its line.
struct FaultCase: CustomTestStringConvertible, Sendable {
  var entry: String
  var key: String
  var words: String
  var severity = ConfigurationFault.Severity.error
  var testDescription: String { entry }

  init(_ entry: String, _ key: String, _ words: String, _ severity: ConfigurationFault.Severity = .error) {
    (self.entry, self.key, self.words, self.severity) = (entry, key, words, severity)
  }

  /// Exactly this fault and no other of its severity.
  func expect(in faults: [ConfigurationFault], file: String, at location: SourceLocation) {
    let found = faults.filter { $0.severity == severity }
    #expect(found.map(\.key) == [key], "\(faults)", sourceLocation: location)
    #expect(found.allSatisfy { $0.file == file }, sourceLocation: location)
    #expect(
      found.allSatisfy { $0.description.contains(words) }, "\(found) without: \(words)",
      sourceLocation: location)
    #expect(
      severity == .error || !faults.contains { $0.severity == .error }, "\(faults)", sourceLocation: location)
  }
}

@Suite struct TenantFaultTests {
  static let long = String(repeating: "lang ", count: 70)
  static let longHost = Array(repeating: String(repeating: "l", count: 49), count: 5).joined(separator: ".")

  private static let secret = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY"
  private static func hook(_ rest: String) -> String { "webhooks: [{url: 'https://a.example', \(rest)}]" }

  static let cases: [FaultCase] = [
    // Keys and kinds
    .init("name", "name", "is missing"),
    .init("name: ''", "name", "is empty"),
    .init("name: 5", "name", "is a number, not a text"),
    .init("name: 'a\\nb'", "name", "line break"),
    .init("ringSeconds: 20", "ringSeconds", "is no known key; did you mean \"ring_seconds\"?"),
    .init("forwrad: 1", "forwrad", "is no known key"),
    .init("zzz: 1", "zzz", "known here: name, "),
    .init("language: 'rm'", "language", "write one of: de, fr, it, en"),
    .init("mode: 'front_nummer'", "mode", "did you mean \"front_number\"?"),
    .init("timezone: 'Europe/Zuerich'", "timezone", "time zone database"),
    .init("screening: 'yes'", "screening", "write true or false, without quotes"),
    .init("voice_menu: 1", "voice_menu", "true or false"),
    .init("reject_blocked: 'no'", "reject_blocked", "true or false"),
    .init("active: 'false'", "active", "true or false"),
    .init("announcement: 7", "announcement", "write true"),
    .init("announcement: '\(long)\(long)'", "announcement", "too long to listen to"),
    // Numbers
    .init("voice_numbers", "voice_numbers", "is missing"),
    .init("voice_numbers: []", "voice_numbers", "is empty"),
    .init("voice_numbers: '+41790000010'", "voice_numbers", "is a text, not a list"),
    .init("voice_numbers: ['043 443 52 00']", "voice_numbers[0]", "write \"+41434435200\""),
    .init("voice_numbers: [+41790000010]", "voice_numbers[0]", "without quotes; write \"+41790000010\""),
    .init("voice_numbers: ['+41790000010', '+41790000010']", "voice_numbers[1]", "stands twice"),
    .init("forward_to", "forward_to", "is missing"),
    .init("forward_to: '+41 43 443 52 00'", "forward_to", "write \"+41434435200\""),
    .init("forward_to: 'Büro'", "forward_to", "is no E.164 number"),
    .init("forward_to: '+41790000510'", "forward_to", "round in circles"),
    .init("callback_phone: '0041434435200'", "callback_phone", "+41434435200"),
    .init("sms_sender: 'Doerfler'", "sms_sender", "nobody can reply"),
    .init("sms_sender: 'MG123456789012'", "sms_sender", "no messaging service"),
    .init("sms_sender: '+41434435200'", "sms_sender", "cannot do SMS", .warning),
    .init("voice_numbers: ['+41434435299']", "sms_sender", "the default: the first voice number", .warning),
    .init("staff_numbers: ['117']", "staff_numbers[0]", "E.164"),
    .init("staff_numbers: ['+41790000002', '+41790000002']", "staff_numbers[1]", "twice", .warning),
    .init("website_domain", "website_domain", "is missing"),
    .init("website_domain: 'https://www.example.ch'", "website_domain", "begins with a scheme"),
    .init("website_domain: 'www.example.ch/ruf'", "website_domain", "holds a path"),
    .init("website_domain: 'www_x.example.ch'", "website_domain", "is no host name"),
    .init("website_domain: 'кухня.example'", "website_domain", "xn--"),
    .init("website_domain: 'example.ch:70000'", "website_domain", "is no host name"),
    // Other programs
    .init("webhooks: {}", "webhooks", "not a list"),
    .init("webhooks: ['https://a.example']", "webhooks[0]", "not an object"),
    .init("webhooks: [{secret: '\(secret)'}]", "webhooks[0].url", "is missing"),
    .init("webhooks: [{url: 'https://a.example'}]", "webhooks[0].secret", "is missing"),
    .init(hook("secret: 'whsec_c2hvcnQ='"), "webhooks[0].secret", "24 to 64 random bytes"),
    .init(hook("secret: '\(secret)', header: 'Bearer abc'"), "webhooks[0].header", "is no header"),
    .init(hook("secret: '\(secret)', header: 'webhook-id: 1'"), "webhooks[0].header", "every webhook has"),
    .init(hook("secret: 'geheim'"), "webhooks[0].secret", "openssl rand -base64 32"),
    .init(
      hook("secret: '\(secret)', secret_2: 'x'"), "webhooks[0].secret_2", "no secret of Standard Webhooks"),
    .init(hook("secret: '\(secret)', on: ['ticket.made']"), "webhooks[0].on[0]", "is not known"),
    .init(hook("secret: '\(secret)', on: []"), "webhooks[0].on", "is empty"),
    .init(hook("secret: '\(secret)', thin: 1"), "webhooks[0].thin", "true or false"),
    .init(hook("secret: '\(secret)', cookie: 'x'"), "webhooks[0].cookie", "is no known key"),
    .init("webhooks: [{url: 'http://a.example', secret: '\(secret)'}]", "webhooks[0].url", "trusted_hosts"),
    .init(
      "webhooks: [{url: 'ftp://a.example', secret: '\(secret)'}]", "webhooks[0].url", "does not begin with"),
    .init(
      "webhooks: [{url: 'https://u:p@a.example', secret: '\(secret)'}]", "webhooks[0].url",
      "holds a user name or password"),
    .init(
      "webhooks: [{url: 'https://a.example', secret: '\(secret)'}, {url: 'https://a.example', secret: '\(secret)'}]",
      "webhooks[1].url", "stands twice"),
    // Ranges
    .init("ring_seconds: 4", "ring_seconds", "from 5 to 60"),
    .init("ring_seconds: 61", "ring_seconds", "61 is out of range"),
    .init("ring_seconds: 18.5", "ring_seconds", "not a whole number"),
    .init("sms_delay_seconds: 60", "sms_delay_seconds", "from 5 to 59"),
    .init("sms_delay_seconds: 4", "sms_delay_seconds", "from 5 to 59"),
    .init("sms_delay_seconds: '30'", "sms_delay_seconds", "is a text, not a whole number"),
    .init("dedupe_minutes: 1441", "dedupe_minutes", "from 0 to 1440"),
    .init("dedupe_minutes: -1", "dedupe_minutes", "out of range"),
    .init("max_sms_per_day: 0", "max_sms_per_day", "from 1"),
    .init("form_limit_per_hour: 0", "form_limit_per_hour", "from 1 to 1000"),
    .init("sms_limits: {per_hour: 1000001}", "sms_limits.per_hour", "from 1 to 1000000"),
    .init("sms_limits: {per_hour: 2000}", "sms_limits.per_day", "never be reached", .warning),
    .init("spam_missed_calls_per_day: 0", "spam_missed_calls_per_day", "from 1"),
    .init("block_days: 0", "block_days", "from 1 to 3650"),
    .init("block_days: NaN", "block_days", "not a whole number"),
    .init("sla: {high_minutes: 0}", "sla.high_minutes", "from 1"),
    .init("sla: {callback_minutes: 100000}", "sla.callback_minutes", "out of range"),
    .init("sla: {low_minutes: 3}", "sla.low_minutes", "is no known key"),
    .init("sla: 30", "sla", "is a number, not an object"),
    // Times
    .init(
      "quiet_hours: {from: '25:00'}", "quiet_hours.from",
      "25:00 is no time of day; write HH:MM from 00:00 to 24:00"),
    .init("quiet_hours: {to: '7:00'}", "quiet_hours.to", "7:00 is no time of day"),
    .init("quiet_hours: {to: '07:60'}", "quiet_hours.to", "07:60"),
    .init("quiet_hours: {from: '24:00'}", "quiet_hours.from", "write 00:00"),
    .init("quiet_hours: {from: '00:00', to: '24:00'}", "quiet_hours.to", "the whole day is quiet"),
    .init("quiet_hours: {policy: 'defre'}", "quiet_hours.policy", "did you mean \"defer\"?"),
    .init("business_hours: {mon: ['08:00-25:00']}", "business_hours.mon[0]", "25:00 is no time of day"),
    .init("business_hours: {mon: ['12:00-08:00']}", "business_hours.mon[0]", "ends before it begins"),
    .init("business_hours: {mon: ['08:00-08:00']}", "business_hours.mon[0]", "ends before it begins"),
    .init(
      "business_hours: {fri: ['08:00-12:00', '11:00-13:00']}", "business_hours.fri[1]",
      "overlaps with 08:00-12:00"),
    .init("business_hours: {sat: ['ganztags']}", "business_hours.sat[0]", "no block of hours"),
    .init("business_hours: {sat: '08:00-12:00'}", "business_hours.sat", "not a list"),
    .init("business_hours: {monday: ['08:00-12:00']}", "business_hours.monday", "is no known key"),
    .init("business_hours: {}", "business_hours", "always open", .warning),
    .init("holidays: ['2026-02-29']", "holidays[0]", "no day of the calendar"),
    .init("holidays: ['13-01']", "holidays[0]", "no day"),
    .init("holidays: ['01-01', '1. August']", "holidays[1]", "write \"2026-08-01\""),
    .init("holidays: ['ics:']", "holidays[0]", "such as \"ics:https://"),
    .init("holidays: ['ics:webcal://a.example/x.ics']", "holidays[0]", "does not begin with https://"),
    .init("holidays: ['ics:file:///etc/passwd']", "holidays[0]", "does not begin with https://"),
    .init("holidays: ['ics:https://u:p@a.example/x.ics']", "holidays[0]", "user name or password"),
    .init("holidays: ['ics:https://a.example/x.ics#x']", "holidays[0]", "without #"),
    .init("holidays: ['ics:http://a.example/x.ics']", "holidays", "trusted_hosts"),
    .init("holidays: ['https://a.example/x.ics']", "holidays[0]", "a calendar's address: \"ics:https://"),
    .init(
      "holidays: [\((0...10).map { "'ics:https://a.example/\($0)'" }.joined(separator: ", "))]", "holidays",
      "more than 10 calendars"),
    .init("holidays: ['CH-XX']", "holidays[0]", "no region whose holidays are known"),
    .init("vacation: {from: '2026-02-30', to: '2026-03-08'}", "vacation.from", "no day of the calendar"),
    .init("vacation: {from: '2026-03-09', to: '2026-03-08'}", "vacation.to", "before the day it begins"),
    .init("vacation: {from: '2026-03-09'}", "vacation.to", "is missing"),
    .init("vacation: {to: '2026-03-09'}", "vacation.from", "is missing"),
    .init("vacation: {text: 'Zu.'}", "vacation", "names no days"),
    .init(
      "vacation: {from: '2026-03-09', to: '2026-03-09', text: 'Zu bis {day}.'}", "vacation.text",
      "placeholder {day}"),
    .init(
      "vacation: {from: '2026-03-09', to: '2026-03-09', text: '\(String(repeating: "zu ", count: 60))'}",
      "vacation.text",
      "longer than two SMS"),
    .init("rotation: {from: '2027-01-04'}", "rotation.people", "names nobody"),
    .init("rotation: {from: '2027-01-04', people: []}", "rotation.people", "names nobody"),
    .init(
      "rotation: {from: '2027-01-04', people: ['Zoe']}", "rotation.people", "\"Zoe\" is nobody in notify"),
    .init("rotation: {from: 'Montag', days: 7}", "rotation.from", "no day of the calendar"),
    .init("rotation: {days: 0}", "rotation.days", "out of range"),
    .init("weekend_policy: 'never'", "weekend_policy", "next_business_day, same"),
    .init("allowed_countries: ['Schweiz']", "allowed_countries[0]", "ISO 3166"),
    .init("allowed_countries: ['ch']", "allowed_countries[0]", "capital letters"),
    .init("allowed_countries: []", "allowed_countries", "nobody would get an SMS"),
    // Money
    .init("accounts: {debit: 6510}", "accounts.credit", "is missing"),
    .init("accounts: {debit: 65.5, credit: '2000'}", "accounts.debit", "not a text"),
    .init("twilio: {account_sid: 'AC1', auth_token: 't'}", "twilio.account_sid", "is no Account SID"),
    .init("twilio: {account_sid: 'AC00000000000000000000000000000000'}", "twilio.auth_token", "is missing"),
    .init(
      "twilio: {account_sid: 'AC0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A', token: 't', auth_token: 't'}",
      "twilio.token", "did you mean"),
    .init("report_email: ['Buch <buch@example.ch>']", "report_email[0]", "without a name before it"),
    .init("report_email: 'buch@firma.example'", "report_email", "no mail can be sent", .warning),
    // Texts
    .init(
      "templates: {missed_call: 'Hallo von {Firma}'}", "templates.missed_call",
      "{Firma} is no known placeholder"),
    .init("templates: {callback: 'bis {sla}'}", "templates.callback", "did you mean {SLA}?"),
    .init("templates: {misdcall: 'x'}", "templates.misdcall", "did you mean \"missed_call\"?"),
    .init("templates: {urgent: '\(long)'}", "templates.urgent", "the text needs 3 segments in GSM-7"),
    .init(
      "templates: {free_text: '\(long.prefix(150))☎'}", "templates.free_text",
      "needs 3 segments in UCS-2; shorten it: 2 are the most; without the characters ☎"),
    .init("name: 'Łódź AG'", "name", "is written \"Lodz AG\" in SMS", .note),
    .init("name: 'Жук'", "name", "no room for: callers get the built-in short text", .note),
    .init("name: '\(long.prefix(160))'", "name", "is long: callers get the built-in short text", .note),
    .init(
      "website_domain: '\(longHost)'", "templates.wizard", "this tenant's website_domain needs 3 segments"),
    .init("templates: {wizard: 'Kein Link'}", "templates.wizard", "does not hold {wizard_link}", .warning),
    // People
    .init("notify", "notify", "names nobody", .warning),
    .init("notify: []", "notify", "names nobody", .warning),
    .init("notify: {}", "notify", "not a list"),
    .init(
      "notify: [{channel: 'sms', to: '+41790000510', on: ['new']}]", "notify", "nobody reads what is sent",
      .warning),
    .init("notify: ['+41790000012']", "notify[0]", "is a text, not an object"),
    .init("notify: [{to: '+41790000012'}]", "notify[0].channel", "is missing"),
    .init("notify: [{channel: 'sms', to: '+41790000012'}, {channel: 'sms'}]", "notify[1].to", "is missing"),
    .init("notify: [{channel: 'fax', to: '+41790000012'}]", "notify[0].channel", "write one of: sms, email"),
    .init("notify: [{channel: 'sms', to: 'chef@example.ch'}]", "notify[0].to", "is no E.164 number"),
    .init("notify: [{channel: 'email', to: '+41790000012'}]", "notify[0].to", "is no mail address"),
    .init(
      "notify: [{channel: 'email', to: 'chef@firma.example'}]", "notify", "no mail can be sent", .warning),
    .init(
      "notify: [{channel: 'call', to: '+41790000012', on: ['new', 'urgent']}]", "notify[0].on[0]",
      "write on: [\"urgent\", \"escalation\"]"),
    .init("notify: [{channel: 'call', to: 'chef@example.ch'}]", "notify[0].to", "is no E.164 number"),
    .init("notify: [{channel: 'sms', to: '+41790000012', on: []}]", "notify[0].on", "never be told"),
    .init("notify: [{channel: 'sms', to: '+41790000012', on: ['newest']}]", "notify[0].on[0]", "newest"),
    .init("notify: [{channel: 'sms', to: '+41790000012', when: 'night'}]", "notify[0].when", "off_hours"),
    .init("notify: [{channel: 'sms', to: '+41790000012', order: 0}]", "notify[0].order", "from 1 to 99"),
    .init("notify: [{channel: 'ntfy', to: '+41790000012'}]", "notify[0].to", "does not begin with https://"),
    .init("notify: [{channel: 'ntfy', to: 'https://ntfy.sh/'}]", "notify[0].to", "ends with no topic"),
    .init(
      "notify: [{channel: 'ntfy', to: 'https://ntfy.sh/a?auth=x'}]", "notify[0].to", "ends with no topic"),
    .init("notify: [{channel: 'ntfy', to: 'https://ntfy.sh'}]", "notify[0].to", "ends with no topic"),
    .init(
      "notify: [{channel: 'ntfy', to: 'https://ntfy.sh/doerfler'}]", "notify[0].to", "can be guessed",
      .warning),
    .init(
      "notify: [{channel: 'ntfy', to: 'http://ntfy.example.net/doerfler-x7Kq9mW2pL'}]", "notify[0].to",
      "is not encrypted"),
    .init(
      "notify: [{channel: 'ntfy', to: 'https://ntfy.sh/doerfler', token: 'tk_a b'}]", "notify[0].token",
      "too short"),
    .init(
      "notify: [{channel: 'ntfy', to: 'https://ntfy.sh/doerfler', token: 'tk_aaaaaa b'}]", "notify[0].token",
      "no token has"),
    .init(
      "notify: [{channel: 'sms', to: '+41790000012', token: 'tk_aaaaaaaaaa'}]", "notify[0].token",
      "is no known key"),
    .init("notify: [{channel: 'sms', to: '+41790000012', onn: []}]", "notify[0].onn", "did you mean \"on\"?"),
  ]

  @Test(arguments: cases) func `a fault in a tenant's file is found at its key`(_ fault: FaultCase) throws {
    let faults = try ConfigurationHome.faults(tenant: [fault.entry])
    fault.expect(in: faults, file: "config/tenants/doerfler.json5", at: #_sourceLocation)
  }

  @Test func `all faults are told at once`() throws {
    let faults = try ConfigurationHome.faults(
      installation: ["public_url: 'nowhere'", "retention_days: 0"],
      tenant: ["name", "ring_seconds: 1", "quiet_hours: {from: '25:00', too: '1'}"])
    #expect(
      faults.map(\.key) == [
        "public_url", "retention_days", "name", "ring_seconds", "quiet_hours.from", "quiet_hours.too",
      ])
  }

  @Test func `a fault is one line with file, key, reason and cure`() throws {
    let fault = try #require(try ConfigurationHome.faults(tenant: ["quiet_hours: {from: '25:00'}"]).first)
    #expect(
      fault.description
        == "config/tenants/doerfler.json5: quiet_hours.from: 25:00 is no time of day; write HH:MM from 00:00 to 24:00"
    )
  }

  @Test func `a number without prefix is taken to be of the country of those before it`() throws {
    let faults = try ConfigurationHome.faults(tenant: [
      "voice_numbers: ['+43720555123']", "forward_to: '0664 1234567'", "staff_numbers: ['01 234 56 78']",
    ])
    #expect(faults.map(\.key) == ["forward_to", "staff_numbers[0]"])
    #expect(faults.first?.expected.contains("\"+436641234567\"") == true)
    #expect(faults.last?.expected.contains("\"+4312345678\"") == true)
  }
}
