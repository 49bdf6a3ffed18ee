// WebhookVerifier.swift - from a raw request to a verified webhook, or the status that refuses it.
//
// Order: method 405, media type 415, size 413, missing signature 403, encoding 400, wrong signature 403,
// missing parameter 400, unknown number 404. Nothing is recorded of what is refused.

import Business
import CGI
import LocalTime
import Settings
import Spool
import Twilio
import Webhooks

/// A webhook whose signature was right, with all it needs to be recorded, answered or kept.
struct VerifiedWebhook {
  var webhook: any WebhookType
  var tenants: [Tenant]
  var rawQuery: String
  var rawBody: [UInt8]

  /// For the spool, or a queue.
  var kept: KeptWebhook {
    KeptWebhook(
      kind: type(of: webhook).name, query: rawQuery, body: rawBody, receivedAt: webhook.webhook.receivedAt)
  }
}

struct WebhookVerifier {
  /// Twilio's webhooks are far smaller.
  static let bodyLimit = 64 * 1024

  let type: any WebhookType.Type
  let settings: SettingsReader
  let installation: Installation

  /// What can be refused without any settings, and the body.
  static func readBody(_ request: CGIRequest) throws -> [UInt8] {
    guard request.method == "POST" else { throw RequestError(405, "use POST") }
    guard request.mediaType == "application/x-www-form-urlencoded" else {
      throw RequestError(415, "Content-Type must be application/x-www-form-urlencoded")
    }
    return try request.body(limit: bodyLimit)
  }

  func verify(_ request: CGIRequest, body: [UInt8], receivedAt: Timestamp) throws -> VerifiedWebhook {
    guard let signature = request.header("X-Twilio-Signature"), !signature.isEmpty else {
      throw RequestError(403, "X-Twilio-Signature is missing")
    }
    let fields: FormFields
    let query: FormFields
    do {
      fields = try FormFields(encoded: body)
      query = try FormFields(encoded: request.query.utf8)
    } catch { throw RequestError(400, "the parameters cannot be read: \(error)") }

    let url =
      installation.publicURL + "/" + type.name + (request.query.isEmpty ? "" : "?" + request.query)
    let rule = request.header("X-Twilio-Webhooks-Signature-Settings")
    guard let signer = try signer(of: signature, rule: rule, url: url, fields: fields) else {
      throw RequestError(403, "X-Twilio-Signature is wrong")
    }
    for name in type.requiredFields where fields[name] == nil || (name.hasSuffix("Sid") && fields[name] == "")
    {
      throw RequestError(400, "the parameter \(name) is missing")
    }
    let webhook = type.init(Webhook(fields: fields, query: query, receivedAt: receivedAt))
    let tenants = try webhook.tenants(in: settings, signedBy: signer)
    if tenants.isEmpty && type.needsTenant {
      // Said to whoever knows the token: by it `opsfabric doctor` sees which settings a function was packed with.
      throw RequestError(
        404, "no tenant has the number this was sent to; settings of \(settings.appliedAt.iso8601)")
    }
    return VerifiedWebhook(webhook: webhook, tenants: tenants, rawQuery: request.query, rawBody: body)
  }

  /// The account whose token made the signature: the one named, or the operator's own. A webhook whose header names a
  /// shared key is good by that key alone, and no other by any.
  private func signer(of signature: String, rule: String?, url: String, fields: FormFields) throws -> Signer?
  {
    if let rule {
      guard let named = WebhookSignature.settings(rule),
        let key = installation.webhookKeys.first(where: { $0.id == named.key })
      else {
        throw RequestError(403, "X-Twilio-Webhooks-Signature-Settings names no key of twilio.webhook_keys")
      }
      return WebhookSignature.isValid(
        signature, url: url, fields: fields, authToken: key.secret.value, algorithm: named.algorithm)
        ? .operatorAccount : nil
    }
    if let sid = fields.nonEmpty("AccountSid"), sid != installation.account.accountSid,
      let account = try settings.account(sid: sid)?.account,
      WebhookSignature.isValid(signature, url: url, fields: fields, authToken: account.authToken.value)
    {
      return .subaccount(sid)
    }
    let isOperators = installation.authTokens.contains {
      WebhookSignature.isValid(signature, url: url, fields: fields, authToken: $0.value)
    }
    return isOperators ? .operatorAccount : nil
  }
}
