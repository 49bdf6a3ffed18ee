// WebhookEndpoint.swift - one Twilio webhook: verify, record (or keep in the spool), answer.
//
// Promises: what was answered 2xx is committed or synced in the spool; `voice` always lets the phone
// ring; bad input is refused with one line and leaves no trace but that line.

import Business
import CGI
import Intake
import LocalTime
import Platform
import Settings
import Spool
import Store
import Twilio

package struct WebhookEndpoint {
  let kind: WebhookKind
  let context: EndpointContext

  package init(_ kind: WebhookKind, context: EndpointContext) {
    self.kind = kind
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
    let verified = try WebhookVerifier(kind: kind, settings: settings, installation: installation)
      .verify(request, body: body, receivedAt: context.clock.now())
    let reply = WebhookReply(
      webhook: verified.webhook, tenant: verified.tenants.first, installation: installation, context: context,
      rawQuery: verified.rawQuery)

    // A tenant that is switched off keeps its phone and nothing else.
    let active = verified.tenants.filter(\.active)
    if active.isEmpty && !verified.tenants.isEmpty { return reply.withoutRecording() }

    if let queue = context.queue, case .sqs(let sqs) = installation.intake {
      return keep(verified, in: queue, sqs) ? reply.answer(nil) : cannotBeKept(reply)
    }
    do {
      let store = try Store.open(context.home, patience: context.patience)
      context.leaveOpen(store)
      let intake = Intake(
        store: store, settings: settings, zones: context.zones, recordedAt: verified.webhook.receivedAt)
      let found = try intake.record(verified.webhook, tenants: active)
      return reply.answer(.init(found: found, intake: intake))
    } catch {
      context.log(.error, "database", ["reason": String(describing: error)])
      return keep(verified) ? reply.answer(nil) : cannotBeKept(reply)
    }
  }

  /// The phone rings all the same; whatever else it is must come again.
  private func cannotBeKept(_ reply: WebhookReply) -> CGIResponse {
    kind == .voice
      ? reply.answer(nil) : .plain(503, "the webhook could not be kept; please send it again")
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
