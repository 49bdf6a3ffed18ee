// SettingsColumns.swift - tenant and installation as rows of the snapshot, in the order of its tables.

import Business
import LocalTime
import SQLite

/// Reads a row's columns from left to right and remembers the first that made no sense.
struct ColumnReader {
  private let row: Row
  private var next = 0
  /// The number of the first unreadable column.
  private(set) var fault: Int?

  init(_ row: Row) { self.row = row }

  private mutating func advance() -> Int {
    defer { next += 1 }
    return next
  }

  mutating func text() -> String { row.text(advance()) }
  mutating func optionalText() -> String? { row.optionalText(advance()) }
  mutating func integer() -> Int { row.integer(advance()) }
  mutating func optionalInteger() -> Int? { row.optionalInteger(advance()) }
  mutating func boolean() -> Bool { row.boolean(advance()) }
  mutating func real() -> Double { row.real(advance()) }
  mutating func list() -> [String] { SettingsText.list(text()) }

  /// A value in its text form; `fallback` stands in until the fault is reported.
  mutating func decoded<Element>(_ decode: (String) -> Element?, or fallback: Element) -> Element {
    let column = next
    if let value = decode(text()) { return value }
    fault = fault ?? column
    return fallback
  }
}

extension Tenant {
  func columns() throws(SettingsError) -> [Value] {
    let key = "tenant \(id)"
    return [
      .text(id), .text(name), .text(language.rawValue), .text(timezone), .text(mode.rawValue),
      .text(try SettingsText.list(voiceNumbers, key: "\(key): voice_numbers")), .text(forwardTo),
      .text(smsSender), .text(callbackPhone), .text(websiteDomain), .integer(ringSeconds),
      .boolean(screening), .boolean(voiceMenu), .text(SettingsText.announcement(announcement)),
      .boolean(rejectBlocked), .integer(smsDelaySeconds), .integer(quietHours.from),
      .integer(quietHours.to), .text(quietHours.policy.rawValue), .integer(dedupeMinutes),
      .integer(maxSMSPerDay), .integer(spamMissedCallsPerDay), .integer(smsLimits.perHour),
      .integer(smsLimits.perDay), .integer(formLimitPerHour), .integer(blockDays),
      .text(SettingsText.hours(businessHours)), .text(SettingsText.holidays(holidays)),
      .integer(slaHighMinutes), .integer(slaCallbackMinutes), .text(weekendPolicy.rawValue),
      .text(try SettingsText.list(allowedCountries, key: "\(key): allowed_countries")),
      .text(try SettingsText.list(staffNumbers, key: "\(key): staff_numbers")),
      .text(accounts?.debit), .text(accounts?.credit), .text(templates.missedCall),
      .text(templates.urgent), .text(templates.callback), .text(templates.wizard),
      .text(templates.freeText), .text(SettingsText.lines(templates.answers)),
      .text(try SettingsText.notify(notify)), .text(twilio?.accountSid),
      .text(twilio?.authToken.value), .text(try SettingsText.list(reportEmail, key: "\(key): report_email")),
      .boolean(active), .text(ownCurrency),
    ]
  }

  init(columns: inout ColumnReader) {
    self.init(id: columns.text(), name: columns.text(), smsSender: "", callbackPhone: "", websiteDomain: "")
    language = columns.decoded(Language.init(rawValue:), or: .de)
    timezone = columns.text()
    mode = columns.decoded(Mode.init(rawValue:), or: .frontNumber)
    voiceNumbers = columns.list()
    forwardTo = columns.optionalText()
    smsSender = columns.text()
    callbackPhone = columns.text()
    websiteDomain = columns.text()
    ringSeconds = columns.integer()
    screening = columns.boolean()
    voiceMenu = columns.boolean()
    announcement = columns.decoded(SettingsText.announcement, or: .standard)
    rejectBlocked = columns.boolean()
    smsDelaySeconds = columns.integer()
    quietHours = QuietHours(
      from: columns.integer(), to: columns.integer(),
      policy: columns.decoded(QuietHours.Policy.init(rawValue:), or: .deferToEnd))
    dedupeMinutes = columns.integer()
    maxSMSPerDay = columns.integer()
    spamMissedCallsPerDay = columns.integer()
    smsLimits = Ceiling(perHour: columns.integer(), perDay: columns.integer())
    formLimitPerHour = columns.integer()
    blockDays = columns.optionalInteger()
    businessHours = columns.decoded(SettingsText.hours, or: .usual)
    holidays = columns.decoded(SettingsText.holidays, or: [])
    slaHighMinutes = columns.integer()
    slaCallbackMinutes = columns.integer()
    weekendPolicy = columns.decoded(WeekendPolicy.init(rawValue:), or: .nextBusinessDay)
    allowedCountries = columns.list()
    staffNumbers = columns.list()
    let (debit, credit) = (columns.optionalText(), columns.optionalText())
    if let debit, let credit { accounts = Accounts(debit: debit, credit: credit) }
    templates = Templates(
      missedCall: columns.optionalText(), urgent: columns.optionalText(),
      callback: columns.optionalText(), wizard: columns.optionalText(), freeText: columns.optionalText(),
      answers: SettingsText.lines(columns.text()))
    notify = columns.decoded(SettingsText.notify, or: [])
    let (sid, token) = (columns.optionalText(), columns.optionalText())
    if let sid, let token { twilio = TwilioAccount(accountSid: sid, authToken: Secret(token)) }
    reportEmail = columns.list()
    active = columns.boolean()
    ownCurrency = columns.optionalText()
  }
}

extension Installation {
  func columns(appliedAt: Timestamp) throws(SettingsError) -> [Value] {
    var queue: SQS?
    if case .sqs(let sqs) = intake { queue = sqs }
    return [
      .integer(appliedAt.milliseconds), .text(publicURL), .text(account.accountSid),
      .text(account.authToken.value), .text(apiBase), .text(lookupsBase), .boolean(lookup),
      .real(messagesPerSecond), .integer(concurrency), .integer(smsLimits.perHour),
      .integer(smsLimits.perDay), .integer(mailLimits.perHour), .integer(mailLimits.perDay),
      .integer(lookupLimits.perHour), .integer(lookupLimits.perDay), .text(smtp?.url), .text(smtp?.from),
      .text(smtp?.username), .text(smtp?.password?.value),
      .text(try SettingsText.list(alertEmails, key: "alerts.email")),
      .text(try SettingsText.list(alertNumbers, key: "alerts.sms")), .text(heartbeatURL),
      .integer(retentionDays), .text(csvProfile.rawValue), .text(queue?.queueURL), .text(queue?.region),
      .text(queue?.accessKeyID), .text(queue?.secretAccessKey?.value), .text(tickSecret?.value),
      .integer(tickSeconds),
      .text(journalMode.rawValue),
    ]
  }

  /// `columns` stands behind `applied_at`.
  init(columns: inout ColumnReader) {
    self.init(
      publicURL: columns.text(),
      account: TwilioAccount(accountSid: columns.text(), authToken: Secret(columns.text())))
    apiBase = columns.text()
    lookupsBase = columns.text()
    lookup = columns.boolean()
    messagesPerSecond = columns.real()
    concurrency = columns.integer()
    smsLimits = Ceiling(perHour: columns.integer(), perDay: columns.integer())
    mailLimits = Ceiling(perHour: columns.integer(), perDay: columns.integer())
    lookupLimits = Ceiling(perHour: columns.integer(), perDay: columns.integer())
    let (url, from) = (columns.optionalText(), columns.optionalText())
    let (username, password) = (columns.optionalText(), columns.optionalText())
    if let url, let from {
      smtp = SMTP(url: url, from: from, username: username, password: password.map(Secret.init))
    }
    alertEmails = columns.list()
    alertNumbers = columns.list()
    heartbeatURL = columns.optionalText()
    retentionDays = columns.integer()
    csvProfile = columns.decoded(CSVProfile.init(rawValue:), or: .excelCH)
    let (queue, region) = (columns.optionalText(), columns.optionalText())
    let (key, secret) = (columns.optionalText(), columns.optionalText())
    if let queue, let region {
      intake = .sqs(
        SQS(queueURL: queue, region: region, accessKeyID: key, secretAccessKey: secret.map(Secret.init)))
    }
    tickSecret = columns.optionalText().map(Secret.init)
    tickSeconds = columns.integer()
    journalMode = columns.decoded(JournalMode.init(rawValue:), or: .wal)
  }
}
