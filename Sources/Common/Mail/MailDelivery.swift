// MailDelivery.swift - one mail on its way, by libcurl's own SMTP on a thread.
//
// On a thread, since libcurl waits inside its loop for the answer to the message and to QUIT (7.88.1): as long as a
// server scans a mail, no SMS would leave. And never in a multi handle: one taken out of it in the middle of a message
// gets the final dot sent, and half a mail is delivered. docs/decisions/libcurl-smtp.md has what was measured.
//
// What became of the mail is told by facts, not by libcurl's error codes, many of which have several causes:
// - the end of the message is given to libcurl once, and only while nobody has abandoned the mail. Until then the
//   final dot cannot have left, and no server may act on the message; from then on only its answer tells;
// - the server's last answer is that to the last command but QUIT.
// Each mail has a connection of its own, so libcurl has no reason to try a message again on another one.

import CCurl
import Curl
import Synchronization

final class MailDelivery: BlockingTransfer {
  private struct State {
    var endLeft = false
    var outcome: MailOutcome?
  }

  private let mail: MailTransfer
  private let trustedCertificates: String?
  private let state = Mutex(State())

  init(_ mail: MailTransfer, trustedCertificates: String?) {
    self.mail = mail
    self.trustedCertificates = trustedCertificates
  }

  func perform() {
    let conversation = mail.refusal == nil ? Conversation(self, mail, trustedCertificates) : nil
    let outcome = mail.refusal ?? conversation?.outcome() ?? .temporary(code: nil, "libcurl refused the mail")
    state.withLock { $0.outcome = $0.outcome ?? outcome }
  }

  func abandon() {
    state.withLock { state in
      state.outcome =
        state.outcome ?? (state.endLeft ? .unknown("abandoned") : .temporary(code: nil, "abandoned"))
    }
  }

  var outcome: MailOutcome? { state.withLock(\.outcome) }

  /// Has the end of the message left, or may it? False once it must not any more.
  fileprivate func letEndLeave() -> Bool {
    state.withLock { state in
      state.endLeft = state.endLeft || state.outcome == nil
      return state.endLeft
    }
  }

  fileprivate var endLeft: Bool { state.withLock(\.endLeft) }
}

extension CurlTransport: MailTransport {
  package func submit(_ mail: MailTransfer, completion: @escaping (MailOutcome) -> Void) {
    let delivery = MailDelivery(mail, trustedCertificates: trustedCertificates)
    submit(delivery) { completion(delivery.outcome ?? .temporary(code: nil, "ended without an outcome")) }
  }
}

/// The talk with the server, all of it on the delivery's thread.
private final class Conversation {
  private let delivery: MailDelivery
  private let mail: MailTransfer
  private let easy: UnsafeMutableRawPointer
  private let errorText: UnsafeMutablePointer<CChar>
  private var recipients: UnsafeMutablePointer<curl_slist>?
  private let message: [UInt8]
  private var handedOut = 0
  private var replies = SMTPReplyReader()
  /// The answer to the last command; nil until it is there.
  private var reply: SMTPReply?
  /// MAIL was said: a refusal from here on is one of this mail.
  private var beganMail = false
  private var saidQuit = false

  /// nil when libcurl refuses (no memory, an option this libcurl does not know).
  init?(_ delivery: MailDelivery, _ mail: MailTransfer, _ trustedCertificates: String?) {
    guard let server = MailServerURL(mail.url), let handle = curl_easy_init() else { return nil }
    self.delivery = delivery
    self.mail = mail
    message = withCanonicalLineEnds(mail.message)
    easy = handle
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    var options = Options(easy: easy)
    configure(server, &options)
    configureCallbacks(&options)
    if let trustedCertificates { options.set(CURLOPT_CAINFO, trustedCertificates) }
    guard options.accepted else { return nil }
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(recipients)
    errorText.deallocate()
  }

  private func configure(_ server: MailServerURL, _ options: inout Options) {
    let ownHost = mail.from.drop { $0 != "@" }.dropFirst()
    options.set(CURLOPT_URL, server.introducing(ownHost))
    options.set(CURLOPT_ERRORBUFFER, errorText)
    options.set(CURLOPT_NOSIGNAL, 1)
    // Bits instead of CURLOPT_PROTOCOLS_STR, which hosts with an older libcurl lack.
    options.set(CURLOPT_PROTOCOLS, Int(CURLPROTO_SMTP | CURLPROTO_SMTPS))
    options.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, mail.connectTimeoutMilliseconds))
    options.set(CURLOPT_TIMEOUT_MS, max(1, mail.timeoutMilliseconds))
    // QUIT is said before `outcome` returns, and not when the handle is freed, where nothing ends the wait.
    options.set(CURLOPT_FORBID_REUSE, 1)
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
    guard !mail.isProbe else {
      options.set(CURLOPT_CUSTOMREQUEST, "NOOP")
      options.set(CURLOPT_NOBODY, 1)
      return
    }
    for recipient in mail.recipients {
      recipients = curl_slist_append(recipients, "<\(recipient)>") ?? recipients
    }
    options.set(CURLOPT_MAIL_FROM, "<\(mail.from)>")
    options.set(CURLOPT_MAIL_RCPT, recipients)
    // Without a size libcurl takes the end from the read callback alone.
    options.set(CURLOPT_UPLOAD, 1)
  }

  private func configureCallbacks(_ options: inout Options) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    options.set(CURLOPT_READDATA, context)
    options.set(CURLOPT_READFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return Int(CURL_READFUNC_ABORT) }
      return Conversation.of(context).handOut(.init(start: bytes, count: size * count))
    }
    options.set(CURLOPT_HEADERDATA, context)
    options.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
      return Conversation.of(context).heard(line) ? line.count : 0
    }
    // The only way to learn which commands libcurl says.
    options.set(CURLOPT_DEBUGDATA, context)
    options.set(debug: { _, kind, bytes, size, context in
      guard let bytes, let context, kind == CURLINFO_HEADER_OUT else { return 0 }
      Conversation.of(context).said(.init(start: bytes, count: size))
      return 0
    })
    options.set(CURLOPT_XFERINFODATA, context)
    options.set(progress: { context, _, _, _, _ in
      guard let context else { return 0 }
      return Conversation.of(context).isOver ? 1 : 0
    })
  }

  private static func of(_ context: UnsafeMutableRawPointer) -> Conversation {
    Unmanaged<Conversation>.fromOpaque(context).takeUnretainedValue()
  }

  private func handOut(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, message.count - handedOut)
    guard count > 0 else {
      reply = nil
      return delivery.letEndLeave() ? 0 : Int(CURL_READFUNC_ABORT)
    }
    buffer.copyBytes(from: message[handedOut..<handedOut + count])
    handedOut += count
    return count
  }

  /// False ends the talk: libcurl itself would wait for a line that is SMTP.
  private func heard(_ line: UnsafeRawBufferPointer) -> Bool {
    guard !saidQuit else { return true }
    do {
      if let whole = try replies.reply(endingWith: line) { reply = whole }
      return true
    } catch {
      return false
    }
  }

  private func said(_ command: UnsafeRawBufferPointer) {
    saidQuit = saidQuit || command.starts(with: "QUIT".utf8)
    guard !saidQuit else { return }
    beganMail = beganMail || command.starts(with: "MAIL ".utf8)
    reply = nil
  }

  /// Nobody waits for what libcurl still does: the mail was abandoned, or QUIT has been said.
  private var isOver: Bool { saidQuit || delivery.outcome != nil }

  /// Talks to the end.
  func outcome() -> MailOutcome {
    let code = curl_easy_perform(easy)
    let said = reply.map { "\($0.code) \($0.text)" } ?? ""
    if code == CURLE_OK { return .accepted(reply: said) }
    let words = errorText[0] != 0 ? String(cString: errorText) : String(cString: curl_easy_strerror(code))
    let detail = printableASCII("\(words) (curl \(code.rawValue))".utf8)
    switch reply?.code {
    case .some(200..<300) where delivery.endLeft: return .accepted(reply: said)
    case .some(let number) where 400..<600 ~= number: return refusal(number, said, code)
    // The server offers no way to log in that we know.
    case _ where code == CURLE_LOGIN_DENIED: return .credentials(detail)
    default: return delivery.endLeft ? .unknown(detail) : .temporary(code: nil, detail)
    }
  }

  private func refusal(_ number: Int, _ said: String, _ code: CURLcode) -> MailOutcome {
    switch number {
    case 500..<600 where !beganMail:
      // A greeting of 5xx speaks of the server or of our address, not of the message: it may well pass.
      code == CURLE_LOGIN_DENIED ? .credentials(said) : .temporary(code: number, said)
    case 530, 534, 535, 538: .credentials(said)
    case 500..<600: .permanent(code: number, said)
    default: .temporary(code: number, said)
    }
  }
}
