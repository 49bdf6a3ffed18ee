// SignedWebhook.swift - a webhook as Twilio would send it, signed with the account's token.

import CGI
import Curl
import Twilio

package enum SignedWebhook {
  /// - Parameter authToken: nil = unsigned, which every handler must refuse.
  package static func request(
    _ handler: String, _ fields: [(String, String)], publicURL: String, authToken: String?
  ) -> HTTPRequest {
    let url = "\(publicURL)/\(handler)"
    let fields = fields.map { FormFields.Field(name: $0.0, value: $0.1) }
    let body = fields.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }.joined(separator: "&")
    var headers = [(name: "Content-Type", value: "application/x-www-form-urlencoded")]
    if let authToken {
      headers.append(
        (
          name: "X-Twilio-Signature",
          value: WebhookSignature.compute(url: url, fields: FormFields(fields), authToken: authToken)
        ))
    }
    return HTTPRequest(
      method: "POST", url: url, headers: headers, body: Array(body.utf8), connectTimeoutMilliseconds: 10_000,
      timeoutMilliseconds: 15_000)
  }
}
