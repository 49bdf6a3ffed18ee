// WebhookAddress.swift - an address of ours, as it is handed to Twilio: in TwiML, with a message, on a number.

package enum WebhookAddress {
  /// Three more tries, when we cannot be reached, are too slow, or answer 5xx: by default Twilio repeats nothing that
  /// was answered. Twilio keeps the fragment to itself: it is neither sent nor signed ("Webhooks connection overrides").
  package static let retryFragment = "#rc=3&rp=ct,rt,5xx"

  /// `{publicURL}/{handler}[?query]` with the retry fragment.
  /// - Parameter query: as it is to be sent, escapes and all.
  package static func url(_ publicURL: String, _ handler: String, query: String = "") -> String {
    "\(publicURL)/\(handler)\(query.isEmpty ? "" : "?\(query)")\(retryFragment)"
  }
}
