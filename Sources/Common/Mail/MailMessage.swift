// MailMessage.swift - a message for a person's mailbox, and its bytes by RFC 5322 and MIME.
//
// Two promises: the same message renders to the same bytes (a retry is recognisable by its Message-ID), and
// no value can add a header. What comes from outside (subject, names, file names) has its control characters
// replaced by spaces, so that an odd name costs no mail; what only we write (addresses, Message-ID, media
// type) is refused when it is not well formed. The result is ASCII with CRLF line ends, lines of at most 76
// characters (file names excepted), no line begins with a dot; no server extension is needed to carry it.

import Crypto
import LocalTime

/// Why a message cannot be rendered: a mistake in the program or in the configuration, not in a text.
package enum MailError: Error, Hashable, Sendable {
  case invalidAddress(String)
  case noRecipient
  case invalidMessageID(String)
  case invalidMediaType(String)
}

/// A file that goes with a message.
package struct MailAttachment: Hashable, Sendable {
  package var fileName: String
  /// Such as `text/csv; charset=utf-8`.
  package var mediaType: String
  package var bytes: [UInt8]

  package init(fileName: String, mediaType: String, bytes: [UInt8]) {
    self.fileName = fileName
    self.mediaType = mediaType
    self.bytes = bytes
  }
}

/// A text by a program for people, marked so that no autoresponder answers it.
package struct MailMessage: Hashable, Sendable {
  /// All attachments together. Mailboxes take 10 MB and more, of which base64 and text use up a third.
  package static let attachedBytes = 6 << 20

  /// Whether a file that goes with a message is its text as HTML, and no attachment.
  package static func isLetter(_ path: String) -> Bool { path.hasSuffix(".html") }

  package var from: MailAddress
  package var to: [MailAddress]
  package var subject: String
  package var text: String
  /// The same for mail programs that show HTML, which choose; nil: the text alone.
  package var html: String?
  package var date: Timestamp
  /// `unique@host`, without angle brackets; the same at each attempt to send the message.
  package var messageID: String
  package var attachments: [MailAttachment]

  package init(
    from: MailAddress, to: [MailAddress], subject: String, text: String, html: String? = nil, date: Timestamp,
    messageID: String, attachments: [MailAttachment] = []
  ) {
    self.from = from
    self.to = to
    self.subject = subject
    self.text = text
    self.html = html
    self.date = date
    self.messageID = messageID
    self.attachments = attachments
  }

  /// The message as it goes over the wire, before SMTP's own dot-stuffing.
  package func rendered() throws(MailError) -> [UInt8] {
    var message = MessageBytes()
    message.append(try headerLines())
    guard !attachments.isEmpty else {
      message.append(body())
      return message.bytes
    }
    // Base64 makes three bytes four, and two more for each line of 57.
    message.reserve(attachments.map { $0.bytes.count * 78 / 57 + 1000 }.reduce(4000, +))
    message.append(["Content-Type: multipart/mixed; boundary=\"\(boundary)\"", "", "--\(boundary)"])
    message.append(body())
    for attachment in attachments {
      message.append(["--\(boundary)"])
      message.append(try partHeader(attachment))
      message.append(base64Of: attachment.bytes)
    }
    message.append(["--\(boundary)--"])
    return message.bytes
  }

  private func headerLines() throws(MailError) -> [String] {
    guard !to.isEmpty else { throw .noRecipient }
    for mailbox in [from] + to where !MailAddress.isValid(mailbox.address) {
      throw .invalidAddress(mailbox.address)
    }
    guard MailAddress.isValid(messageID) else { throw .invalidMessageID(messageID) }
    return [
      "Date: \(date.rfc2822)",
      "From: \(HeaderText.mailboxes([from], after: 6))",
      "To: \(HeaderText.mailboxes(to, after: 4))",
      "Subject: \(HeaderText.unstructured(subject, after: 9))",
      "Message-ID: <\(messageID)>",
      // RFC 3834; the second one is what Exchange obeys.
      "Auto-Submitted: auto-generated",
      "X-Auto-Response-Suppress: All",
      "MIME-Version: 1.0",
    ]
  }

  /// The text, or text and HTML to choose from: the better one last (RFC 2046, section 5.1.4).
  private func body() -> [String] {
    let plain = textPart("plain", text)
    guard let html else { return plain }
    return ["Content-Type: multipart/alternative; boundary=\"\(choice)\"", "", "--\(choice)"] + plain
      + ["--\(choice)"] + textPart("html", html) + ["--\(choice)--"]
  }

  private func textPart(_ kind: String, _ text: String) -> [String] {
    [
      "Content-Type: text/\(kind); charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "",
    ] + quotedPrintable(text)
  }

  private func partHeader(_ attachment: MailAttachment) throws(MailError) -> [String] {
    guard isMediaType(attachment.mediaType) else { throw .invalidMediaType(attachment.mediaType) }
    return [
      "Content-Type: \(attachment.mediaType)",
      "Content-Disposition: attachment;\r\n \(HeaderText.fileName(attachment.fileName))",
      "Content-Transfer-Encoding: base64", "",
    ]
  }
}

/// Neither base64 nor quoted-printable can hold "=_", so no part can hold this line.
private let boundary = "=_missed-call-recovery_="
/// Of the parts to choose from; neither boundary begins with the other.
private let choice = "=_missed-call-choice_="

/// `type/subtype`, parameters after a semicolon allowed.
private func isMediaType(_ text: String) -> Bool {
  let kind = text.utf8.prefix { $0 != UInt8(ascii: ";") }
  let names = kind.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
  return text.utf8.count <= 62 && names.count == 2
    && names.allSatisfy { name in
      !name.isEmpty && name.allSatisfy { isAlphanumeric($0) || "+-._".utf8.contains($0) }
    } && text.utf8.allSatisfy { 32...126 ~= $0 }
}

/// A message as it grows, line by line: a large attachment is in memory once as it is and once in base64.
private struct MessageBytes {
  private(set) var bytes: [UInt8] = []

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }

  mutating func append(_ lines: [String]) {
    for line in lines {
      bytes += line.utf8
      bytes += [13, 10]
    }
  }

  mutating func append(base64Of data: [UInt8]) {
    // 57 bytes are 76 characters.
    for start in stride(from: 0, to: data.count, by: 57) {
      bytes += base64(Array(data[start..<min(start + 57, data.count)])).utf8
      bytes += [13, 10]
    }
  }
}
