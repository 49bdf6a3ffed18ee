// MailExchange.swift - what most mail tests do: submit, drive the transport until all is answered, look.

import Curl
import Mail

/// Outcomes in order of completion.
final class MailOutcomes {
  var all: [MailOutcome] = []
}

extension CurlTransport {
  /// Drives until nothing is under way, at most a minute.
  func finish() {
    let deadline = ContinuousClock.now + .seconds(60)
    while inFlight > 0, .now < deadline { poll(milliseconds: 1000) }
  }

  /// One mail to its end.
  func deliver(_ mail: MailTransfer) -> MailOutcome? {
    let outcomes = MailOutcomes()
    submit(mail) { outcomes.all.append($0) }
    finish()
    return outcomes.all.first
  }

  /// Drives until `condition` holds, at most five seconds.
  func poll(until condition: () -> Bool) {
    let deadline = ContinuousClock.now + .seconds(60)
    while !condition(), .now < deadline { poll(milliseconds: 2) }
  }
}

extension MailTransfer {
  static let text = "Subject: Hallo\r\n\r\nGr=C3=BCezi\r\n"

  static func to(
    _ url: String, _ recipients: [String] = ["anna@example.ch"], _ message: String = text
  ) -> MailTransfer {
    MailTransfer(
      url: url, from: "ruf@doerfler.example", recipients: recipients, message: Array(message.utf8),
      connectTimeoutMilliseconds: 60_000, timeoutMilliseconds: 60_000)
  }

  func loggingIn(_ username: String = "ruf", _ password: String = "geheim") -> MailTransfer {
    var copy = self
    (copy.username, copy.password) = (username, password)
    return copy
  }
}

extension MailOutcome {
  /// The outcome's kind and code, for tables.
  var summary: String {
    switch self {
    case .accepted: "accepted"
    case .temporary(let code, _): "temporary \(code.map(String.init) ?? "-")"
    case .permanent(let code, _): "permanent \(code.map(String.init) ?? "-")"
    case .credentials: "credentials"
    case .unknown: "unknown"
    }
  }

  var text: String {
    switch self {
    case .accepted(let text), .temporary(_, let text), .permanent(_, let text), .credentials(let text),
      .unknown(let text):
      text
    }
  }
}
