// ReceiverAddress.swift - the address of another program: what is shown of it, and by what it is known to be switched off.

import Business
import Crypto
import Store

/// What is shown of an address on the web: the rest of it may be a secret.
package func shownAddress(_ url: String) -> String {
  let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
  guard parts.count == 3 else { return "?" }
  let host = parts[2].prefix { $0 != "/" && $0 != "?" }
  return "\(parts[0])//\(host)" + (host.count < parts[2].count ? "/…" : "")
}

extension WebhookReceiver {
  package var shownURL: String { shownAddress(url) }

  /// The condition under which nothing leaves to the address.
  package var offCause: String {
    AlertCause.webhookOff + hexadecimal(Array(sha256(Array(url.utf8)).prefix(4)))
  }
}
