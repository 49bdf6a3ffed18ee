// MailTransport.swift - handing a rendered message to a mail server, and what became of it.
//
// Like the HTTP interface, it answers one question after a failure: may the message be sent again?

/// One message for one server. What is wrong with it shows in the outcome, not at `submit`.
package struct MailTransfer: Sendable {
  /// `smtp://host[:port]` (STARTTLS) or `smtps://host[:port]` (TLS from the start).
  package var url: String
  package var username: String?
  package var password: String?
  /// The envelope's sender; the host after its `@` is also what we call ourselves in EHLO.
  package var from: String
  /// The message goes to all of them, or, when the server refuses one, to none.
  package var recipients: [String]
  /// A whole RFC 5322 message, not dot-stuffed.
  package var message: [UInt8]
  /// For everything until the server takes commands: address, connection, TLS, greeting, log-in. Servers
  /// that make spam programs impatient greet after five seconds or more.
  package var connectTimeoutMilliseconds: Int
  /// For the whole exchange, connecting included; counted from when a connection slot is free.
  package var timeoutMilliseconds: Int
  /// No message without TLS, to whichever host. With a user name it is so anyway, loopback excepted.
  package var requireTLS: Bool
  /// Only connects, encrypts and logs in: nothing is sent, and recipients and message play no part.
  package var isProbe = false

  package init(
    url: String, username: String? = nil, password: String? = nil, from: String, recipients: [String],
    message: [UInt8], connectTimeoutMilliseconds: Int = 20_000, timeoutMilliseconds: Int = 60_000,
    requireTLS: Bool = false
  ) {
    self.url = url
    self.username = username
    self.password = password
    self.from = from
    self.recipients = recipients
    self.message = message
    self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
    self.timeoutMilliseconds = timeoutMilliseconds
    self.requireTLS = requireTLS
  }
}

extension MailTransfer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The server: neither credentials nor addresses nor texts.
  package var description: String { "mail by \(url)" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["mail": description]) }
}

extension MailTransfer {
  /// The outcome of a mail that cannot even be begun; nil when nothing is wrong with it.
  ///
  /// An address goes into a command as it is: whatever could end the command or hide another one is refused.
  var refusal: MailOutcome? {
    if recipients.isEmpty, !isProbe { return .permanent(code: nil, "no recipient") }
    if ([from] + recipients).contains(where: { !isPlainAddress($0) }) {
      return .permanent(code: nil, "an address that SMTP cannot carry")
    }
    if ((username ?? "") + (password ?? "")).utf8.contains(0) {
      return .credentials("NUL in the credentials")
    }
    if MailServerURL(url) == nil {
      return .temporary(code: nil, "the server's URL is not smtp://HOST[:PORT] or smtps://HOST[:PORT]")
    }
    return nil
  }
}

/// `local@host`: printable ASCII without spaces, brackets and quotes; the host a plain name.
private func isPlainAddress(_ text: String) -> Bool {
  let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
  return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254
    && parts[0].allSatisfy { 33...126 ~= $0 && !"<>\"\\(),:;[]".utf8.contains($0) }
    && parts[1].allSatisfy { byte in
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."): true
      default: false
      }
    }
}

/// What became of a message. Codes are SMTP's; the texts are for logs, in printable ASCII of bounded length,
/// and hold no credentials. A server's words may hold the recipient's address.
package enum MailOutcome: Sendable, Hashable {
  /// The server has taken the message over; its answer often names its queue entry.
  case accepted(reply: String)
  /// Not sent, worth another try: a 4xx answer, or (without a code) no connection, no TLS, no answer in time,
  /// a mistake in the server's URL.
  case temporary(code: Int?, String)
  /// Not sent, and no retry helps: a 5xx answer to this message, or (without a code) an unusable address.
  case permanent(code: Int?, String)
  /// Not sent: the server wants other credentials, or any.
  case credentials(String)
  /// The whole message left, the answer never came.
  case unknown(String)
}

/// Sends messages side by side. Not for use from several threads.
package protocol MailTransport: AnyObject {
  /// Takes a message. `completion` is called exactly once, never from within `submit`.
  func submit(_ mail: MailTransfer, completion: @escaping (MailOutcome) -> Void)
}
