// MailDelivery.swift - one mail on its way: libcurl connects and logs in, the rest is said here.
//
// libcurl could send the message itself, but not on a loop that has other work (read in 7.88.1's lib/smtp.c):
// after the final dot it waits for the server's answer inside curl_multi_perform, for as long as the server
// scans the mail, and every SMS due in that time would be late; it waits likewise for the answer to QUIT; and
// a handle removed in the middle of a message gets the final dot sent, so half a mail would be delivered.
// So libcurl does what it does without blocking (address, TCP, TLS, STARTTLS, EHLO, AUTH: that is
// CURLOPT_CONNECT_ONLY), and curl_easy_send and curl_easy_recv carry SMTPDialog over the same socket.
//
// Each mail has a connection of its own: libcurl never reuses one of this kind, so no second DATA can happen
// behind our back when a kept-open connection turns out to be closed.

import CCurl

final class MailDelivery: CurlJob {
  let easy: UnsafeMutableRawPointer
  /// When the whole exchange must be over.
  let deadline: ContinuousClock.Instant
  private let mail: MailTransfer
  private let completion: (MailOutcome) -> Void
  private let errorText: UnsafeMutablePointer<CChar>
  /// The server's answers while libcurl talks.
  private var prologue = SMTPReplyReader()
  private var lastReply: SMTPReply?
  private var dialog: SMTPDialog
  private var replies = SMTPReplyReader()
  /// Pieces not sent yet, and how much of the first one is.
  private var outgoing: [SMTPDialog.Piece]
  private var sent = 0
  private var outcome: MailOutcome?

  /// nil when libcurl refuses (no memory, an option this libcurl does not know).
  init?(
    _ mail: MailTransfer, trustedCertificates: String?, completion: @escaping (MailOutcome) -> Void
  ) {
    guard let server = MailServerURL(mail.url), let handle = curl_easy_init() else { return nil }
    easy = handle
    self.mail = mail
    self.completion = completion
    dialog = SMTPDialog(mail)
    outgoing = [dialog.opening]
    deadline = .now + .milliseconds(max(1, mail.timeoutMilliseconds))
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    var options = Options(easy: easy)
    configure(server, &options)
    if let trustedCertificates { options.set(CURLOPT_CAINFO, trustedCertificates) }
    guard options.accepted else { return nil }
  }

  deinit {
    curl_easy_cleanup(easy)
    errorText.deallocate()
  }

  private func configure(_ server: MailServerURL, _ options: inout Options) {
    let ownHost = mail.from.drop { $0 != "@" }.dropFirst()
    options.set(CURLOPT_URL, server.introducing(ownHost))
    options.set(CURLOPT_CONNECT_ONLY, 1)
    options.set(CURLOPT_ERRORBUFFER, errorText)
    options.set(CURLOPT_NOSIGNAL, 1)
    // Bits instead of CURLOPT_PROTOCOLS_STR, which hosts with an older libcurl lack.
    options.set(CURLOPT_PROTOCOLS, Int(CURLPROTO_SMTP | CURLPROTO_SMTPS))
    options.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, mail.connectTimeoutMilliseconds))
    options.set(CURLOPT_TIMEOUT_MS, max(1, mail.timeoutMilliseconds))
    let mayGoClear = !mail.requireTLS && (mail.username == nil || server.isLoopback)
    options.set(CURLOPT_USE_SSL, Int((mayGoClear ? CURLUSESSL_TRY : CURLUSESSL_ALL).rawValue))
    // A mail server beside us may talk in clear; the self-made certificate it comes with does not make that
    // worse. Elsewhere, and where TLS is asked for, the certificate must be right.
    let isUnchecked = mayGoClear && server.isLoopback && !server.isSMTPS
    options.set(CURLOPT_SSL_VERIFYPEER, isUnchecked ? 0 : 1)
    options.set(CURLOPT_SSL_VERIFYHOST, isUnchecked ? 0 : 2)
    if let username = mail.username {
      options.set(CURLOPT_USERNAME, username)
      options.set(CURLOPT_PASSWORD, mail.password ?? "")
      // What every server takes. libcurl would prefer CRAM-MD5 or NTLM, which some offer but cannot do.
      options.set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN")
    }
    options.set(CURLOPT_HEADERDATA, Unmanaged.passUnretained(self).toOpaque())
    options.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
      Unmanaged<MailDelivery>.fromOpaque(context).takeUnretainedValue().note(line)
      return size * count
    }
  }

  private func note(_ line: UnsafeRawBufferPointer) {
    prologue.append(line)
    while let reply = prologue.next() { lastReply = reply }
  }

  func isOver(_ code: CURLcode) -> Bool {
    guard code == CURLE_OK else {
      outcome = connectFailure(code)
      return true
    }
    guard mail.isProbe else { return false }
    outcome = .accepted(reply: lastReply.map { "\($0.code) \($0.text)" } ?? "")
    outgoing = []
    sayGoodbye()
    return true
  }

  /// Why there is no connection that takes a message.
  private func connectFailure(_ code: CURLcode) -> MailOutcome {
    let words = errorText[0] != 0 ? String(cString: errorText) : String(cString: curl_easy_strerror(code))
    let detail = printableASCII("\(words) (curl \(code.rawValue))".utf8)
    switch code {
    case CURLE_LOGIN_DENIED:
      // Also when the server offers no way to log in that we know: then its last answer was a good one.
      guard let reply = lastReply, reply.code >= 400 else { return .credentials(detail) }
      let text = "\(reply.code) \(reply.text)"
      return reply.code < 500 ? .temporary(code: reply.code, text) : .credentials(text)
    case CURLE_WEIRD_SERVER_REPLY, CURLE_REMOTE_ACCESS_DENIED, CURLE_USE_SSL_FAILED:
      // A greeting of 5xx speaks of the server or of our address, not of the message: it may well pass.
      guard let reply = lastReply, reply.code >= 400 else { return .temporary(code: nil, detail) }
      return .temporary(code: reply.code, "\(reply.code) \(reply.text)")
    default: return .temporary(code: nil, detail)
    }
  }

  /// What to wait for before `advance` has something to do.
  var waits: curl_waitfd? {
    var descriptor = curl_socket_t(-1)
    guard opsfabric_curl_get_socket(easy, CURLINFO_ACTIVESOCKET, &descriptor) == CURLE_OK, descriptor >= 0
    else { return nil }
    let events = CURL_WAIT_POLLIN | (outgoing.isEmpty ? 0 : CURL_WAIT_POLLOUT)
    return curl_waitfd(fd: descriptor, events: Int16(events), revents: 0)
  }

  /// Goes on with the dialog as far as the socket allows; true when it is over.
  func advance() -> Bool {
    while outcome == nil {
      let failure = sendMore()
      // Read even then: a server that hangs up in the middle has often said why.
      let progress = receiveMore()
      if outcome == nil, let failure { outcome = dialog.broken(failure) }
      if outcome == nil, !progress { break }
    }
    if outcome == nil, deadline <= .now {
      outcome = dialog.broken("no answer within \(mail.timeoutMilliseconds) ms")
    }
    guard outcome != nil else { return false }
    sayGoodbye()
    return true
  }

  /// Sends what the socket takes. Why it failed, or nil.
  private func sendMore() -> String? {
    while let piece = outgoing.first {
      if piece.isEnd, sent == 0 {
        // A server that has hung up or refused during the text must not count as one that got all of it.
        _ = receiveMore()
        if outcome != nil { return nil }
      }
      var count = 0
      if !piece.bytes.isEmpty {
        // After "again" OpenSSL wants the same bytes at the same address: an untouched array has them.
        let code = piece.bytes[sent...].withUnsafeBytes {
          curl_easy_send(easy, $0.baseAddress, $0.count, &count)
        }
        guard code == CURLE_OK || code == CURLE_AGAIN else { return "sending failed (curl \(code.rawValue))" }
        // With TLS "again" can mean that the bytes lie in a record which is half sent.
        if piece.isEnd { dialog.endLeft() }
        if code == CURLE_AGAIN { return nil }
      }
      sent += count
      if sent == piece.bytes.count {
        outgoing.removeFirst()
        sent = 0
      }
    }
    return nil
  }

  /// True when an answer led to something to send.
  private func receiveMore() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      while let reply = replies.next() {
        switch dialog.receive(reply) {
        case .send(let pieces):
          outgoing += pieces
          return true
        case .over(let outcome):
          self.outcome = outcome
          return false
        }
      }
      if replies.isConfused {
        outcome = dialog.broken("the answer is no SMTP")
        return false
      }
      var count = 0
      let code = curl_easy_recv(easy, &buffer, buffer.count, &count)
      if code == CURLE_AGAIN { return false }
      guard code == CURLE_OK, count > 0 else {
        outcome = dialog.broken(
          code == CURLE_OK ? "the server closed the connection" : "receiving failed (curl \(code.rawValue))")
        return false
      }
      replies.append(buffer[..<count])
    }
  }

  /// QUIT, as politeness wants it; nobody waits for the answer. Not in the middle of a message.
  private func sayGoodbye() {
    guard outgoing.isEmpty else { return }
    var count = 0
    _ = Array("QUIT\r\n".utf8).withUnsafeBytes { curl_easy_send(easy, $0.baseAddress, $0.count, &count) }
  }

  func complete() { completion(outcome ?? dialog.broken("ended without an outcome")) }

  func abandon() { completion(outcome ?? dialog.broken("abandoned")) }
}
