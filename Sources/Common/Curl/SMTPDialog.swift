// SMTPDialog.swift - the part of SMTP that moves a message: MAIL, RCPT, DATA, and what each answer means.
//
// Pure: replies in, bytes out. Connecting, TLS and log-in lie before it, the socket beside it (MailDelivery).
// The end of the message is a piece of its own: until it leaves, no server may act on the message; from then
// on only the server's answer tells.

struct SMTPDialog {
  private enum Phase {
    case mail
    case recipient(Int)
    case data, text, end
  }

  /// Bytes to send as one.
  struct Piece {
    var bytes: [UInt8]
    /// The final dot.
    var isEnd = false

    init(_ text: String, isEnd: Bool = false) {
      bytes = Array((text + "\r\n").utf8)
      self.isEnd = isEnd
    }

    init(message: [UInt8]) { bytes = smtpText(message) }
  }

  /// What to do after a reply.
  enum Step {
    case send([Piece])
    case over(MailOutcome)
  }

  private let mail: MailTransfer
  private var phase = Phase.mail

  init(_ mail: MailTransfer) { self.mail = mail }

  /// The first command.
  var opening: Piece { Piece("MAIL FROM:<\(mail.from)>") }

  /// To be called when the final dot may have left.
  mutating func endLeft() { phase = .end }

  mutating func receive(_ reply: SMTPReply) -> Step {
    switch (phase, reply.code) {
    case (_, 400..<600): return .over(SMTPDialog.refusal(reply))
    case (.mail, 200..<300):
      phase = .recipient(0)
      return recipient(0)
    case (.recipient(let number), 200..<300) where number + 1 < mail.recipients.count:
      phase = .recipient(number + 1)
      return recipient(number + 1)
    case (.recipient, 200..<300):
      phase = .data
      return .send([Piece("DATA")])
    case (.data, 354):
      phase = .text
      return .send([Piece(message: mail.message), Piece(".", isEnd: true)])
    case (.end, 200..<300): return .over(.accepted(reply: "\(reply.code) \(reply.text)"))
    default: return .over(broken("unexpected answer \(reply.code) \(reply.text)"))
    }
  }

  private func recipient(_ number: Int) -> Step {
    .send([Piece("RCPT TO:<\(mail.recipients[number])>")])
  }

  /// The dialog ends here without an answer.
  func broken(_ reason: String) -> MailOutcome {
    if case .end = phase { .unknown(reason) } else { .temporary(code: nil, reason) }
  }

  /// What a 4xx or 5xx answer to a command of ours means.
  static func refusal(_ reply: SMTPReply) -> MailOutcome {
    let text = "\(reply.code) \(reply.text)"
    return switch reply.code {
    case 530, 534, 535, 538: .credentials(text)
    case 500..<600: .permanent(code: reply.code, text)
    default: .temporary(code: reply.code, text)
    }
  }
}
