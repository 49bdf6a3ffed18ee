// Handlers.swift - the names of the CGI programs, as the tests know them.

import Web
import Webhooks

/// The programs that a web server runs.
package enum Handlers {
  /// All of them.
  package static let all = HandlerTable.names

  /// Those that Twilio calls.
  package static let webhooks = WebhookList.names
}
