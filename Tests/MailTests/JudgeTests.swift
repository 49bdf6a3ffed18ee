// JudgeTests.swift - what an independent parser reads is what was written.

import Mail
import TestSupport
import Testing

@Suite(.enabled(if: PythonJudge.isInstalled, "python3 is not installed"))
struct JudgeTests {
  @Test(arguments: [
    "Rückruf für Müller", "plain", "a",
    String(repeating: "Äußerst dringend: Rohrbruch im Keller! ", count: 9) + "Ende",
    String(repeating: "x", count: 300), "😀" + String(repeating: "👨‍👩‍👧‍👦é", count: 40), "=?utf-8?B?YQ==?=",
    "Komma, \"Zitat\" \\ <eckig> (rund) @ ; :", "L’été à Genève – ça va",
    String(repeating: "drei Worte ", count: 20) + "Ende",
  ])
  func `subject and names survive`(text: String) throws {
    let people = [MailAddress("anna@example.ch", name: text), MailAddress("bert@example.ch")]
    let mail = PythonJudge.read(try message(subject: text, from: text, to: people).rendered())
    #expect(mail.fields["Subject"] == text)
    #expect(mail.fields["names"] == "\(text)|")
    #expect(mail.fields["addresses"] == "anna@example.ch|bert@example.ch")
    #expect(mail.fields["From"]?.hasSuffix("<ruf@doerfler.example>") == true)
    #expect(mail.fields["defects"] == "")
  }

  @Test(arguments: [
    "Grüezi\n", "a\n\n.\n..b\nFrom x\n", String(repeating: "ü", count: 500) + "\n",
    String(repeating: "ein Satz = mit Zeichen; ", count: 40) + "\n", "Leerzeichen am Ende  \n\tTab\t\nx=\n",
    "😀\n",
    String(repeating: "x", count: 75) + "\n" + String(repeating: "x", count: 76) + "\n"
      + String(repeating: "x", count: 77) + " \n",
  ])
  func `the text survives`(text: String) throws {
    let mail = PythonJudge.read(try message(text: text).rendered())
    #expect(mail.fields["text"] == text)
    #expect(mail.fields["type"] == "text/plain")
    #expect(mail.fields["defects"] == "")
  }

  @Test func `an attempt to add headers stays text`() throws {
    let evil = "Hallo\r\nBcc: evil@example.org\r\n\r\n<script>"
    let mail = PythonJudge.read(
      try message(subject: evil, from: evil, to: [MailAddress("a@b.ch", name: evil)]).rendered())
    #expect(mail.fields["Subject"] == "Hallo  Bcc: evil@example.org    <script>")
    #expect(
      mail.fields["headers"]
        == "Date|From|To|Subject|Message-ID|Auto-Submitted|X-Auto-Response-Suppress|MIME-Version|"
        + "Content-Type|Content-Transfer-Encoding")
    #expect(mail.fields["addresses"] == "a@b.ch")
    #expect(mail.fields["text"] == "Grüezi\n")
  }

  @Test func `the marks for machines are there`() throws {
    let mail = PythonJudge.read(try message().rendered())
    #expect(mail.fields["Auto-Submitted"] == "auto-generated")
    #expect(mail.fields["X-Auto-Response-Suppress"] == "All")
    #expect(mail.fields["Message-ID"] == "<m42.1770711330@doerfler.example>")
    #expect(mail.fields["Date"] == "Tue, 10 Feb 2026 08:15:30 +0000")
  }

  @Test(arguments: [
    "<!DOCTYPE html>\n<p style=\"margin:0\">Grüezi &amp; ade</p>\n", ".\n..\nFrom x\n",
    "<td>" + String(repeating: "ein langer Satz ohne Zeilenende = ü; ", count: 400) + "</td>\n",
  ])
  func `HTML survives beside the text, with files and without`(html: String) throws {
    for files in [
      [], [MailAttachment(fileName: "a.csv", mediaType: "text/csv", bytes: Array("a;b\r\n".utf8))],
    ] {
      let bytes = try message(text: "Grüezi\n", html: html, attachments: files).rendered()
      let mail = PythonJudge.read(bytes)
      #expect(mail.fields["defects"] == "")
      let choice = "multipart/alternative|text/plain|text/html"
      #expect(mail.fields["structure"] == (files.isEmpty ? choice : "multipart/mixed|\(choice)|text/csv"))
      #expect(mail.fields["text"]?.hasPrefix("Grüezi") == true)
      #expect(mail.fields["html"]?.trimmed == html.trimmed)
      #expect(mail.files.map(\.name) == files.map(\.fileName))
      // RFC 5322 allows 998 octets; we have 76.
      let lines = bytes.split(separator: 10)
      #expect(lines.allSatisfy { $0.count <= 77 && $0.last == 13 && $0.first != UInt8(ascii: ".") })
    }
  }

  /// (file name, what arrives)
  @Test(arguments: [
    ("report_x_2026-01.csv", "report_x_2026-01.csv"), ("Bericht für Dörfler.csv", "Bericht für Dörfler.csv"),
    ("../../etc/passwd", ".._.._etc_passwd"), ("a\"b\r\nX: y.csv", "a_b  X: y.csv"), ("", "attachment"),
    ("..", "attachment"),
  ])
  func `files survive, their names as far as they are harmless`(name: String, arrives: String) throws {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let files = [
      MailAttachment(fileName: name, mediaType: "text/csv; charset=utf-8", bytes: bytes),
      MailAttachment(fileName: "leer.csv", mediaType: "text/csv", bytes: []),
    ]
    let mail = PythonJudge.read(try message(text: "Grüezi\n", attachments: files).rendered())
    #expect(mail.fields["defects"] == "")
    #expect(mail.fields["type"] == "multipart/mixed")
    #expect(mail.fields["text"]?.hasPrefix("Grüezi") == true)
    #expect(mail.files.map(\.name) == [arrives, "leer.csv"])
    #expect(mail.files.map(\.bytes) == [bytes, []])
    #expect(mail.files.first?.type.hasPrefix("text/csv") == true)
  }
}

extension String {
  /// A line end before a boundary belongs to the boundary.
  fileprivate var trimmed: Substring { hasSuffix("\n") ? dropLast() : self[...] }
}
