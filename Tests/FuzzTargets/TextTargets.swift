// TextTargets.swift - words and numbers of callers: telephone numbers, message texts, replies, and where they go.

import Books
import Business
import LocalTime
import Mail
import Platform
import Twilio

let textTargets: [FuzzTarget] = [
  FuzzTarget(
    "phone", longest: 64, words: ["+41", "0041", "(0)", "+266696687", "٤", "anonymous", "/", "0"], readPhone),
  FuzzTarget(
    "sms-text", words: ["€", "^", "ä", "ç", "—", "“", "\r\n", "😀", "👨‍👩‍👧", "\u{FEFF}", "{"], measureText),
  FuzzTarget(
    "reply", longest: 1600, words: ["1", "2️⃣", "３", "STOP", "\u{200B}", "«", "stopp", "ABMELDEN", "!"],
    readReply),
  FuzzTarget(
    "csv", words: ["=", "+", "-", "@", "\t", "\r\n", "\"", ";", "＝", "\u{200B}", "'", "\0"], writeTable),
  FuzzTarget(
    "mail", words: ["\r\n", "\nBcc: x@example.ch", ".\r\n", "=?utf-8?q?", "ä", "\0", "@"], writeMail),
  FuzzTarget("twiml", words: ["<", "&", "\"", "]]>", "\u{0B}", "&#0;", "\u{FFFF}"], writeTwiML),
  FuzzTarget(
    "calendar",
    words: [
      "BEGIN:VEVENT\r\n", "END:VEVENT\r\n", "DTSTART:20260501\n", "RRULE:FREQ=DAILY;", "BYDAY=-1SU,",
      "INTERVAL=9999999",
      "COUNT=9999999;", "TZID=", "T240000Z", "99991231", "00010101", "\r\n ", "DURATION:P9999999D", "\"",
      "RDATE:",
    ], readCalendar),
  FuzzTarget("log", words: ["\n", "\u{2028}", "\"", " ", "\u{85}", "voice: error: "], writeLog),
]

@Sendable private func readPhone(_ bytes: [UInt8]) throws {
  let typed = text(bytes)
  let countries = ["CH", "LI", "DE", "AT", "FR", "IT", "GB"]
  let read = countries.map { PhoneNumber(userTyped: typed, defaultCountry: $0) }
  for number in [PhoneNumber(e164: typed)] + read {
    guard let number else { continue }
    let digits = number.e164.utf8.dropFirst()
    try require(
      number.e164.utf8.first == UInt8(ascii: "+") && 2...15 ~= digits.count && digits.first != 48
        && digits.allSatisfy { 48...57 ~= $0 }, "\(typed) became \(number.e164)")
    try require(PhoneNumber(e164: number.e164) == number, "\(number.e164) is not read again")
    // In these countries no number begins with the zero that is dialled inside them only: it is taken out.
    let isReal = !["+410", "+430", "+490", "+330"].contains { number.e164.hasPrefix($0) }
    for country in countries where isReal {
      let shown = number.written(in: country)
      let again = PhoneNumber(userTyped: shown, defaultCountry: country)
      // What is too long or too short for its country is shown, but not taken from a person.
      let isTaken = read.contains(number)
      try require(
        again == number || again == nil && !isTaken, "\(number.e164) is shown as \(shown) in \(country)")
    }
    _ = (number.country, number.lineType, number.spacedFormat)
  }
  // Of a number at least three digits are hidden, and nothing is added.
  let masked = PhoneNumber.masked(typed)
  if typed.contains(where: \.isNumber) {
    try require(masked.contains("*") && masked.count <= max(3, typed.count), "\(typed) is shown as \(masked)")
  }
  _ = PhoneNumber.isWithheld(typed)
}

/// 3GPP TS 23.038, typed in a second time.
private let gsmBasic = Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
    .unicodeScalars)
private let gsmExtended = Set("\u{0C}^{}\\[~]|€".unicodeScalars)

@Sendable private func measureText(_ bytes: [UInt8]) throws {
  let message = SMSText(text(bytes))
  let scalars = message.body.unicodeScalars
  let isGSM = scalars.allSatisfy { gsmBasic.contains($0) || gsmExtended.contains($0) }
  try require(
    isGSM == (message.encoding == .gsm7), "\(message.encoding.rawValue) for \(message.body.debugDescription)")
  let units =
    isGSM ? scalars.reduce(0) { $0 + (gsmExtended.contains($1) ? 2 : 1) } : message.body.utf16.count
  let (single, part) = isGSM ? (160, 153) : (70, 67)
  if units <= single {
    try require(message.segments == 1, "\(units) units in \(message.segments) segments")
  } else {
    // A unit that does not fit goes on whole: a segment may stay short of one septet, or of one grapheme.
    let most = isGSM ? (units + part - 2) / (part - 1) : units
    try require(
      message.segments >= (units + part - 1) / part && message.segments <= most,
      "\(units) units in \(message.segments) segments")
  }
  try require(SMSText(message.body).body == message.body, "normalised twice it is another text")
  try require(message.offendingCharacters.isEmpty == isGSM, "offending: \(message.offendingCharacters)")
}

@Sendable private func readReply(_ bytes: [UInt8]) throws {
  let body = text(bytes)
  let reply = Reply(body: body)
  // White space and quotes around it change nothing.
  try require(Reply(body: "  \"\(body)\" \n") == reply || reply.isWords, "\(body.debugDescription) in quotes")
  for language in Language.allCases {
    let word = OptOutWord.classify(body, language: language)
    // Nobody is taken off the list, or put on it, by a number.
    if word != nil { try require(reply.isWords, "\(body.debugDescription) is a choice and a word") }
  }
}

extension Reply {
  fileprivate var isWords: Bool {
    switch self {
    case .urgent, .callback, .wizard: false
    default: true
    }
  }
}

/// Read back by a reader of its own, every cell is what it was, or has the apostrophe; and none is a formula.
@Sendable private func writeTable(_ bytes: [UInt8]) throws {
  let values = bytes.split(separator: 0xFF, omittingEmptySubsequences: false).map { text($0) }
  let table = Table<Void>(
    name: "fuzz", key: [],
    columns: values.map { value in .text("text") { _ in value } }
      + values.map { value in .phone("phone") { _ in value } })
  for dialect in CSVDialect.all {
    var written: [UInt8] = []
    var writer = try CSVWriter(table, dialect) { written += $0 }
    try writer.row(())
    try writer.finish()
    let rows = CSVReader.rows(written, separator: CSVReader.separator(of: written))
    try require(rows.count == 2, "\(dialect.name): \(rows.count) rows")
    for row in rows.dropFirst() {
      try require(row.count == 2 * values.count, "\(dialect.name): \(row.count) cells for \(values.count)")
      for (cell, value) in zip(row, values + values) {
        if PhoneNumber(e164: value) != nil { continue }
        let clean = String(
          String.UnicodeScalarView(value.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
        try require(
          cell == clean || cell == "'" + clean,
          "\(dialect.name): \(value.debugDescription) became \(cell.debugDescription)")
        try require(!CSVReader.isFormula(cell), "\(dialect.name): \(cell.debugDescription) is a formula")
      }
    }
  }
}

/// No value adds a line to the head, nothing is outside of ASCII, no line begins with a dot.
@Sendable private func writeMail(_ bytes: [UInt8]) throws {
  let parts = bytes.split(separator: 0xFF, maxSplits: 3, omittingEmptySubsequences: false).map { text($0) }
  func part(_ index: Int) -> String { index < parts.count ? parts[index] : "" }
  func mail(_ subject: String, _ name: String, _ body: String, _ file: String) throws -> [UInt8] {
    try MailMessage(
      from: MailAddress("ruf@example.ch", name: name), to: [MailAddress("chef@example.ch")], subject: subject,
      text: body, html: body, date: Timestamp(milliseconds: 0), messageID: "1@example.ch",
      attachments: [MailAttachment(fileName: file, mediaType: "text/csv", bytes: Array(body.utf8))]
    ).rendered()
  }
  let rendered = try mail(part(0), part(1), part(2), part(3))
  try require(rendered.allSatisfy { $0 < 128 && $0 != 0 }, "not ASCII")
  let document = text(rendered)
  let lines = document.split(separator: "\r\n", omittingEmptySubsequences: false)
  try require(!lines.contains { $0.contains("\n") || $0.contains("\r") }, "a bare line end")
  try require(!lines.contains { $0.hasPrefix(".") }, "a line begins with a dot")
  func names(_ bytes: [UInt8]) -> [String] {
    let head = text(bytes).split(separator: "\r\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }
    return head.filter { !$0.hasPrefix(" ") && !$0.hasPrefix("\t") }
      .map { String($0.prefix { $0 != ":" }) }
  }
  let plain = try mail("x", "x", "x", "x")
  try require(names(rendered) == names(plain), "the head has \(names(rendered))")
  // An address is taken as it is, or not at all.
  if MailAddress.isValid(part(0)) {
    try require(
      !part(0).utf8.contains { $0 <= 32 || $0 == 60 || $0 == 62 || $0 >= 127 }, "\(part(0)) as an address")
  }
}

/// Days come in their order, of those that were asked for, and what is left out is one line.
@Sendable private func readCalendar(_ bytes: [UInt8]) throws {
  let days = CivilDate(daysSinceEpoch: 20_000)...CivilDate(daysSinceEpoch: 21_000)
  guard let answer = try? ICalendarReader.read(bytes, days: days, zone: .utc, zones: { _ in nil }) else {
    return
  }
  try require(zip(answer.days, answer.days.dropFirst()).allSatisfy { $0 < $1 }, "\(answer.days)")
  try require(answer.days.allSatisfy(days.contains), "\(answer.days)")
  try require(!answer.leftOut.contains(where: \.isNewline), answer.leftOut)
}

@Sendable private func writeTwiML(_ bytes: [UInt8]) throws {
  let words = text(bytes)
  let document = TwiML.response([
    .say(words, language: "de-DE"), .element("Gather", ["action": words, "method": words], [.text(words)]),
  ])
  try require(XMLReader.isWellFormed(document), document.debugDescription)
  let forwarding = ForwardingTwiML(forwardTo: words, ringSeconds: 18, action: words, screeningURL: words)
  try require(XMLReader.isWellFormed(forwarding.document), forwarding.document.debugDescription)
}

@Sendable private func writeLog(_ bytes: [UInt8]) throws {
  let value = text(bytes)
  var lines: [String] = []
  let box = LineBox()
  Log(program: "voice") { box.lines.append($0) }(.error, "event", ["reason": value, "other": value])
  lines = box.lines
  try require(lines.count == 1, "\(lines.count) lines")
  for scalar in lines[0].unicodeScalars {
    try require(
      scalar.value >= 32 && scalar.value != 127 && !(128..<160).contains(scalar.value)
        && scalar.value != 0x2028 && scalar.value != 0x2029, "a line end in \(lines[0].debugDescription)")
  }
}

private final class LineBox: @unchecked Sendable { var lines: [String] = [] }
