// ReceiverAddress.swift - the address of another program: what is shown of it, and by what it is known to be switched off.

import Business
import Crypto
import Store

extension WebhookReceiver {
  /// What is shown of the address: the rest of it may be a secret.
  package var shownURL: String {
    let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return "?" }
    let host = parts[2].prefix { $0 != "/" && $0 != "?" }
    return "\(parts[0])//\(host)" + (host.count < parts[2].count ? "/…" : "")
  }

  /// The condition under which nothing leaves to the address.
  package var offCause: String {
    AlertCause.webhookOff + hexadecimal(Array(sha256(Array(url.utf8)).prefix(4)))
  }
}
