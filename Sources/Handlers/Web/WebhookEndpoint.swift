// WebhookEndpoint.swift - one Twilio webhook: verify, record (or keep in the spool), answer.
//
// Promises: what was answered 2xx is committed or synced in the spool; `voice` always lets the phone
// ring; bad input is refused with one line and leaves no trace but that line.

import Business
import CGI
import Desk
import LocalTime
import Platform
import Settings
import Spool
import Store
import Webhooks

package struct WebhookEndpoint {
  let type: any WebhookType.Type
  let context: EndpointContext

  package init(_ type: any WebhookType.Type, context: EndpointContext) {
    self.type = type
    self.context = context
  }

  package func respond(to request: CGIRequest) -> CGIResponse {
    do {
      return try answer(request)
    } catch let error as RequestError {
      context.log(.warning, "refused", ["status": String(error.status), "reason": error.reason])
      return error.status == 405 ? .methodNotAllowed("POST") : .plain(error.status, error.reason)
    } catch {
      // Without settings not even the signature can be checked; Twilio's fallback address takes over.
      context.log(.error, "unavailable", ["reason": String(describing: error)])
      return .plain(503, "the service is not available")
    }
  }

  private func answer(_ request: CGIRequest) throws -> CGIResponse {
    let body = try WebhookVerifier.readBody(request)
    let settings = try SettingsReader(path: context.home.settings)
    if settings.isCopy { context.log(.error, "settings", ["reason": "lost or damaged; run opsfabric apply"]) }
    do {
      return try answer(request, body: body, settings: settings)
    } catch let error where !settings.isCopy && !(error is RequestError) {
      // A file of an earlier version has no hash, and a page in its middle is damaged: the copy serves as well.
      context.log(.error, "settings", ["reason": String(describing: error)])
      return try answer(request, body: body, settings: try SettingsReader(copyOf: context.home.settings))
    }
  }

  private func answer(_ request: CGIRequest, body: [UInt8], settings: SettingsReader) throws -> CGIResponse {
    context.leaveOpen(settings)
    let installation = try settings.installation()
    let verified = try WebhookVerifier(type: type, settings: settings, installation: installation)
      .verify(request, body: body, receivedAt: context.clock.now())
    let webhook = verified.webhook

    // A tenant that is switched off keeps its phone and nothing else.
    let active = verified.tenants.filter(\.active)
    if active.isEmpty, let tenant = verified.tenants.first { return webhook.answerSwitchedOff(tenant) }

    func answer(_ recorded: (Found, Intake)?) -> CGIResponse {
      guard let tenant = verified.tenants.first else { return webhook.answerWithoutTenant() }
      return webhook.answer(
        AnswerContext(
          tenant: tenant, installation: installation, zones: context.zones, rawQuery: verified.rawQuery,
          recorded: recorded))
    }
    func answer(isKept: Bool) -> CGIResponse {
      isKept || type.isAnsweredUnkept
        ? answer(nil) : .plain(503, "the webhook could not be kept; please send it again")
    }

    if let queue = context.queue, case .sqs(let sqs) = installation.intake {
      return answer(isKept: keep(verified, in: queue, sqs))
    }
    do {
      let store = try Store.open(context.home, patience: context.patience)
      context.leaveOpen(store)
      store.receivers = WebhookReceivers(installation, verified.tenants)
      let intake = Intake(
        store: store, settings: settings, zones: context.zones, recordedAt: webhook.webhook.receivedAt)
      return answer((try webhook.record(for: active, by: intake), intake))
    } catch {
      context.log(.error, "database", ["reason": String(describing: error)])
      return answer(isKept: keep(verified))
    }
  }

  private func keep(
    _ verified: VerifiedWebhook, in queue: WebhookQueue, _ settings: Installation.SQS
  ) -> Bool {
    if let fault = queue(verified.kept, settings, 2 * context.patience) {
      context.log(.error, "queue", ["reason": fault])
      return keep(verified)
    }
    return true
  }

  private func keep(_ verified: VerifiedWebhook) -> Bool {
    do {
      try (context.spool ?? Spool(home: context.home)).keep(verified.kept, random: context.random)
      context.log(.warning, "spooled")
      return true
    } catch {
      context.log(.error, "spool", ["reason": String(describing: error)])
      return false
    }
  }
}
