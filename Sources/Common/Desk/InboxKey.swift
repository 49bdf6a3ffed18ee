// InboxKey.swift - the written form of inbox secrets, and the hash that is stored of them.

import Crypto

package enum InboxKey {
  /// base64url without padding (RFC 4648, section 5).
  package static func text(_ bytes: [UInt8]) -> String {
    String(
      base64(bytes).compactMap { character in
        switch character {
        case "+": "-"
        case "/": "_"
        case "=": nil
        default: character
        }
      })
  }

  /// What the database keeps.
  package static func hash(_ key: String) -> String { hexadecimal(sha256(Array(key.utf8))) }

  /// The token every change must carry: derived from the session's secret, so that nothing need be stored.
  package static func csrfToken(session: String) -> String {
    text(hmacSHA256(key: Array(session.utf8), message: Array("csrf".utf8)))
  }

  /// The key of a person's calendar, which each page of his session can show without its being stored.
  package static func calendarKey(session: String) -> String {
    text(hmacSHA256(key: Array(session.utf8), message: Array("calendar".utf8)))
  }

  package static func isCSRFToken(_ token: String, session: String) -> Bool {
    equalInConstantTime(Array(token.utf8), Array(csrfToken(session: session).utf8))
  }
}
