// WebhookList.swift - the types of webhooks, and a kept webhook as one of them.

import CGI
import Spool

package enum WebhookList {
  package static let all: [any WebhookType.Type] = [
    Voice.self, DialResult.self, Screen.self, Menu.self, Recording.self, Ring.self, CallStatus.self,
    SMS.self, SMSStatus.self, TwilioError.self,
  ]

  package static var names: [String] { all.map { $0.name } }

  /// nil for a name that is none of theirs.
  package static subscript(name: String) -> (any WebhookType.Type)? { all.first { $0.name == name } }
}

extension KeptWebhook {
  /// nil for a type that is not known, and when the parameters cannot be read.
  package var webhook: (any WebhookType)? {
    guard let type = WebhookList[kind], let fields = try? FormFields(encoded: body),
      let query = try? FormFields(encoded: query.utf8)
    else { return nil }
    return type.init(Webhook(fields: fields, query: query, receivedAt: receivedAt))
  }

  /// As `WebhookType.sequence`.
  package var sequence: String { webhook?.sequence ?? kind }
}
