// InstallationFaultTests.swift - every fault of the operator's file, as a table.

import Configuration
import Testing

@Suite struct InstallationFaultTests {
  static let sid = "AC" + String(repeating: "0a", count: 16)
  static func twilio(_ entry: String) -> String {
    "twilio: {account_sid: '\(sid)', auth_token: 't', \(entry)}"
  }
  static let bucket = "endpoint: 'https://s3.example', region: 'r', key_id: 'k', secret: 's'"
  static let queue = "queue_url: 'https://sqs.eu.example/1/q', region: 'eu-central-2', access_key_id: 'A'"

  static let cases: [FaultCase] = [
    .init("public_url", "public_url", "is missing"),
    .init("public_url: ''", "public_url", "is empty; write the URL of the handlers"),
    .init("public_url: 'ruf.example.ch'", "public_url", "does not begin with https:// or http://"),
    .init("public_url: 'ftp://ruf.example.ch'", "public_url", "does not begin with"),
    .init("public_url: 'https://my_host.example.ch'", "public_url", "underscore"),
    .init("public_url: 'https://ruf.example.ch/?a=1'", "public_url", "query or fragment"),
    .init("public_url: 'https://ruf.example.ch/#a'", "public_url", "query or fragment"),
    .init("public_url: 'https://u:p@ruf.example.ch/'", "public_url", "user name or password"),
    .init("public_url: 'https:///cgi-bin'", "public_url", "no valid host name"),
    .init("public_url: 'https://ruf.example.ch/a b'", "public_url", "no URL may have"),
    .init("public_url: 'http://ruf.example.ch'", "public_url", "not encrypted", .warning),
    .init("twilio: {auth_token: 't'}", "twilio.account_sid", "is missing"),
    .init("twilio: {account_sid: '\(sid)'}", "twilio.auth_token", "is missing"),
    .init("twilio: {account_sid: '\(sid)', auth_token: ''}", "twilio.auth_token", "is empty"),
    .init("twilio: {account_sid: '\(sid)', auth_token: ' t'}", "twilio.auth_token", "a space"),
    .init("twilio: {account_sid: '\(sid)0', auth_token: 't'}", "twilio.account_sid", "is no Account SID"),
    .init("twilio: 'AC'", "twilio", "not an object"),
    .init(twilio("api_bas: 'https://a.example'"), "twilio.api_bas", "did you mean \"api_base\"?"),
    .init(twilio("api_base: 'http://a.example'"), "twilio.api_base", "not encrypted", .warning),
    .init(twilio("lookups_base: 'a.example'"), "twilio.lookups_base", "does not begin"),
    .init(twilio("lookup: 'maybe'"), "twilio.lookup", "write \"on\" or \"off\""),
    .init(twilio("messages_per_second: 0"), "twilio.messages_per_second", "from 0.1 to 1000"),
    .init(twilio("messages_per_second: Infinity"), "twilio.messages_per_second", "out of range"),
    .init(twilio("messages_per_second: 'fast'"), "twilio.messages_per_second", "not a number"),
    .init(twilio("concurrency: 101"), "twilio.concurrency", "from 1 to 100"),
    .init("sms_limits: 5", "sms_limits", "not an object"),
    .init("sms_limits: {per_hour: 0}", "sms_limits.per_hour", "from 1 to 1000000"),
    .init("sms_limits: {per_day: '9'}", "sms_limits.per_day", "not a whole number"),
    .init("sms_limits: {per_hour: 9, per_day: 8}", "sms_limits.per_day", "never be reached", .warning),
    .init("mail_limits: {per_hour: 0}", "mail_limits.per_hour", "from 1 to 1000000"),
    .init("lookup_limits: []", "lookup_limits", "not an object"),
    .init("sms_limits: {per_our: 9}", "sms_limits.per_our", "did you mean \"per_hour\"?"),
    .init("smtp: {url: 'https://m.example', from: 'a@b.example'}", "smtp.url", "smtps:// or smtp://"),
    .init("smtp: {url: 'smtps://m.example'}", "smtp.from", "is missing"),
    .init("smtp: {url: 'smtps://m.example', from: 'a'}", "smtp.from", "is no mail address"),
    .init(
      "smtp: {url: 'smtps://m.example', from: 'a@b.example', username: 'u'}", "smtp.password", "is missing"),
    .init("smtp: {url: 'smtps://m.example', from: 'a@b.example', user: 'u'}", "smtp.user", "username"),
    .init("alerts: {sms: ['079 000 00 01']}", "alerts.sms[0]", "+41790000001"),
    .init("alerts: {mail: [], sms: ['+41790000001']}", "alerts.mail", "did you mean \"email\"?"),
    .init("alerts: {email: ['a@b.example']}", "alerts.email", "set smtp too", .warning),
    .init("alerts", "alerts", "names nobody", .warning),
    .init("heartbeat_url: 'hc-ping'", "heartbeat_url", "does not begin"),
    .init("retention_days: 3651", "retention_days", "from 1 to 3650"),
    .init("csv: {profile: 'excel'}", "csv.profile", "excel-ch"),
    .init("csv: {profile: 'excel-at'}", "csv.profile", "did you mean"),
    .init("csv: 'banana'", "csv", "not an object"),
    .init("intake: 'kafka'", "intake", "names no intake"),
    .init("backup: {}", "backup.to", "is missing"),
    .init("backup: 's3://copies/a'", "backup", "not an object"),
    .init("backup: {to: 'ftp://nas/x'}", "backup.to", "names no place for copies"),
    .init("backup: {to: 'file:copies'}", "backup.to", "by its whole path"),
    .init("backup: {to: 's3://UPPER'}", "backup.to", "names no bucket"),
    .init("backup: {to: 's3://copies/a b', \(bucket)}", "backup.to", "with other characters"),
    .init("backup: {to: 'https://u:p@nas.example/x'}", "backup.to", "is no address"),
    .init(
      "backup: {to: 's3://copies', region: 'r', key_id: 'k', secret: 's'}", "backup.endpoint", "is missing"),
    .init(
      "backup: {to: 's3://copies', endpoint: 'https://s3.example', key_id: 'k', secret: 's'}",
      "backup.region", "is missing"),
    .init(
      "backup: {to: 's3://copies', endpoint: 'https://s3.example', region: 'r', secret: 's'}",
      "backup.key_id", "is missing"),
    .init(
      "backup: {to: 's3://copies', endpoint: 'https://s3.example', region: 'r', key_id: 'k'}",
      "backup.secret", "is missing"),
    .init(
      "backup: {to: 's3://copies', endpoint: 's3.example', region: 'r', key_id: 'k', secret: 's'}",
      "backup.endpoint", "does not begin"),
    .init(
      "backup: {to: 's3://copies', endpoint: 'http://10.0.0.5', region: 'r', key_id: 'k', secret: 's'}",
      "backup.endpoint", "trusted_hosts"),
    .init("backup: {to: 'http://10.0.0.5/x'}", "backup.to", "trusted_hosts"),
    .init("backup: {to: 'https://nas.example/x', username: 'u'}", "backup.password", "is missing"),
    .init("backup: {to: 'https://nas.example/x', password: 'u'}", "backup.username", "is missing"),
    .init("backup: {to: 'file:/mnt/x', every_minutes: 4}", "backup.every_minutes", "from 5 to 1440"),
    .init("backup: {to: 'file:/mnt/x', keep_hours: 0}", "backup.keep_hours", "from 1 to 168"),
    .init("backup: {to: 'file:/mnt/x', keep_day: 3}", "backup.keep_day", "keep_days"),
    .init("backup: {to: 'file:/mnt/x', bandwidth: -1}", "backup.bandwidth", "from 0"),
    .init("intake: 'sqs'", "sqs", "is missing"),
    .init("intake: {}", "intake.sqs", "is missing"),
    .init("intake: {sqs: {\(queue)}}", "intake.sqs.secret_access_key", "is missing"),
    .init(
      "intake: {sqs: {\(queue), secret_access_key: 's', regoin: ''}}", "intake.sqs.regoin",
      "did you mean \"region\"?"),
    .init("sqs: {\(queue), secret_access_key: 's'}", "sqs", "intake is sqlite", .warning),
    .init("sqs: {\(queue)}", "sqs.secret_access_key", "is missing"),
    .init("tick_secret: 'short'", "tick_secret", "too short"),
    .init("tick_seconds: 4", "tick_seconds", "5"),
    .init("journal_mode: 'truncate'", "journal_mode", "write one of: wal, delete"),
    .init("public_ur: 1", "public_ur", "did you mean \"public_url\"?"),
  ]

  @Test(arguments: cases) func `a fault in the operator's file is found at its key`(_ fault: FaultCase) throws
  {
    let faults = try ConfigurationHome.faults(installation: [fault.entry])
    fault.expect(in: faults, file: "config/opsfabric.json5", at: #_sourceLocation)
  }

  @Test(arguments: [
    "twilio: {account_sid: '5ecre7', auth_token: '5ecre7\\n'}", "tick_secret: '5ecre7'",
    "smtp: {url: 'smtp://5ecre7:5ecre7@m.example', from: 'a@b.example'}", "twilio: {auth_token: 5ecre7}",
    "intake: {sqs: {\(queue), secret_access_key: ' 5ecre7'}}", "tick_secret: ['5ecre7']",
  ])
  func `no fault shows a secret`(entry: String) throws {
    let (loaded, faults) = try ConfigurationHome.load(installation: [entry])
    #expect(loaded == nil)
    #expect(!faults.isEmpty)
    #expect(!faults.contains { $0.description.contains("5ecre7") }, "\(faults)")
  }
}
