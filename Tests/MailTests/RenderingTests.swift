// RenderingTests.swift - the exact bytes, and what must hold for every message.

import LocalTime
import Mail
import Testing

func message(
  subject: String = "Dringend: Rohrbruch", text: String = "Grüezi\n", html: String? = nil,
  from: String? = "Dörfler AG",
  to: [MailAddress] = [MailAddress("anna@example.ch")], attachments: [MailAttachment] = []
) -> MailMessage {
  MailMessage(
    from: MailAddress("ruf@doerfler.example", name: from), to: to, subject: subject, text: text,
    html: html, date: Timestamp(seconds: 1_770_711_330), messageID: "m42.1770711330@doerfler.example",
    attachments: attachments)
}

func lines(_ message: MailMessage) throws -> [String] {
  String(decoding: try message.rendered(), as: UTF8.self)
    .split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
}

@Suite struct RenderingTests {
  @Test func `a notification, byte for byte`() throws {
    let text = "Grüezi,\nneue Anfrage = dringend.\n.\n\nhttps://doerfler.example/inbox?t=abc "
    let rendered = try lines(message(subject: "Rückruf für Müller", text: text))
    #expect(
      rendered == [
        "Date: Tue, 10 Feb 2026 08:15:30 +0000",
        "From: =?utf-8?B?RMO2cmZsZXIgQUc=?= <ruf@doerfler.example>",
        "To: anna@example.ch",
        "Subject: =?utf-8?B?UsO8Y2tydWYgZsO8ciBNw7xsbGVy?=",
        "Message-ID: <m42.1770711330@doerfler.example>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "Gr=C3=BCezi,",
        "neue Anfrage =3D dringend.",
        "=2E",
        "",
        "https://doerfler.example/inbox?t=3Dabc=20",
        "",
      ])
  }

  @Test func `a report with its file, byte for byte`() throws {
    let bytes = Array(String(repeating: "a;b\r\n", count: 12).utf8)
    let file = MailAttachment(
      fileName: "report_doerfler_2026-01.csv", mediaType: "text/csv; charset=utf-8", bytes: bytes)
    let rendered = try lines(message(text: "Im Anhang.", attachments: [file]))
    #expect(
      rendered.dropFirst(8) == [
        "Content-Type: multipart/mixed; boundary=\"=_missed-call-recovery_=\"",
        "",
        "--=_missed-call-recovery_=",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "Im Anhang.",
        "--=_missed-call-recovery_=",
        "Content-Type: text/csv; charset=utf-8",
        "Content-Disposition: attachment;",
        " filename=\"report_doerfler_2026-01.csv\"",
        "Content-Transfer-Encoding: base64",
        "",
        "YTtiDQphO2INCmE7Yg0KYTtiDQphO2INCmE7Yg0KYTtiDQphO2INCmE7Yg0KYTtiDQphO2INCmE7",
        "Yg0K",
        "--=_missed-call-recovery_=--",
        "",
      ])
  }

  @Test func `a text to choose from, byte for byte`() throws {
    let rendered = try lines(message(text: "Grüezi", html: "<p>Grüezi</p>\n"))
    #expect(
      rendered.dropFirst(8) == [
        "Content-Type: multipart/alternative; boundary=\"=_missed-call-choice_=\"",
        "",
        "--=_missed-call-choice_=",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "Gr=C3=BCezi",
        "--=_missed-call-choice_=",
        "Content-Type: text/html; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "<p>Gr=C3=BCezi</p>",
        "--=_missed-call-choice_=--",
        "",
      ])
  }

  @Test func `the same message has the same bytes`() throws {
    let file = MailAttachment(fileName: "ä.csv", mediaType: "text/csv", bytes: [1, 2, 3])
    #expect(try message(attachments: [file]).rendered() == message(attachments: [file]).rendered())
  }

  static let samples = [
    "", " ", "a", "=?utf-8?B?YQ==?=", String(repeating: "x", count: 400),
    String(repeating: "wort ", count: 90),
    String(repeating: "ü", count: 300), "a" + String(repeating: "😀", count: 100) + "👨‍👩‍👧‍👦",
    " führend und folgend ",
    "Rohr\r\nBcc: evil@example.org", "a\u{0}b\u{7f}c\u{85}d\u{2028}e", "From here\nFrom there", "\t.\n..\n",
    "Komma, \"Zitat\" \\ <eckig> (rund) @ ; :",
  ]

  /// One sample as subject, text, both names and file name.
  @Test(arguments: samples)
  func `every line is short ASCII and ends with CRLF, none begins with a dot`(sample: String) throws {
    let everywhere = message(
      subject: sample, text: sample, from: sample,
      to: [MailAddress("a@b.ch", name: sample), MailAddress("c@d.ch", name: sample)])
    let bytes = try everywhere.rendered()
    #expect(bytes.allSatisfy { 32...126 ~= $0 || [9, 10, 13].contains($0) })
    for (index, byte) in bytes.enumerated() {
      if byte == 10 { #expect(index > 0 && bytes[index - 1] == 13) }
      if byte == 13 { #expect(bytes[index + 1] == 10) }
    }
    for line in try lines(everywhere) {
      #expect(line.utf8.count <= 76)
      #expect(!line.hasPrefix(".") && !line.hasPrefix("From "))
    }
    let head = try lines(everywhere).prefix { !$0.isEmpty }
    #expect(head.filter { !$0.hasPrefix(" ") }.count == 10)
    #expect(!head.contains { $0.hasPrefix("Bcc") })
  }

  @Test(arguments: [
    "", "a", "@b.ch", "a@", "a@b@c.ch", "a b@c.ch", "a@b.ch\r\nBcc: c@d.ch", "a@b.ch\n", "ä@b.ch", "a@ü.ch",
    "<a@b.ch>", "a..b@c.ch", ".a@b.ch", "a@-b.ch", "a@b..ch", "a\0@b.ch", "\"a\"@b.ch", "a@[127.0.0.1]",
    "a,b@c.ch",
    String(repeating: "a", count: 65) + "@b.ch", "a@" + String(repeating: "b.", count: 130) + "ch",
  ])
  func `an address that is none is refused, wherever it stands`(address: String) {
    #expect(!MailAddress.isValid(address))
    #expect(throws: MailError.invalidAddress(address)) {
      try message(to: [MailAddress("a@b.ch"), MailAddress(address)]).rendered()
    }
    var other = message()
    other.from.address = address
    #expect(throws: MailError.invalidAddress(address)) { try other.rendered() }
    other = message()
    other.messageID = address
    #expect(throws: MailError.invalidMessageID(address)) { try other.rendered() }
  }

  @Test(arguments: ["a@b.ch", "a.b+c@d-e.example", "o'hara_1@x.y.z", "A@B.CH", "a@localhost"])
  func `an ordinary address is taken`(address: String) {
    #expect(MailAddress.isValid(address))
  }

  @Test(arguments: ["", "text", "text/", "text/csv\r\nX: y", "text/csv; name=\"ä\"", "a b/c", "text/csv/x"])
  func `a media type that is none is refused`(type: String) {
    let file = MailAttachment(fileName: "a.csv", mediaType: type, bytes: [])
    #expect(throws: MailError.invalidMediaType(type)) { try message(attachments: [file]).rendered() }
  }

  @Test func `a message for nobody is refused`() {
    #expect(throws: MailError.noRecipient) { try message(to: []).rendered() }
  }
}
