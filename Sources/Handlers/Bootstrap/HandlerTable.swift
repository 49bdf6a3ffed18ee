// HandlerTable.swift - every handler by its name, as `_HANDLER` chooses it.

import CGI
import Web
import Webhooks

/// One request through an endpoint.
typealias Handler = @Sendable (CGIRequest, EndpointContext) -> CGIResponse

enum HandlerTable {
  private static let pages: [String: Handler] = [
    "anfrage": { WizardEndpoint(context: $1).respond(to: $0) },
    "inbox": { InboxEndpoint(context: $1).respond(to: $0) },
    "operator": { OperatorEndpoint(context: $1).respond(to: $0) },
    "tick": { TickEndpoint(context: $1).respond(to: $0) },
    "health": { HealthEndpoint(context: $1).respond(to: $0) },
    "calendar": { CalendarEndpoint(context: $1).respond(to: $0) },
    "metrics": { MetricsEndpoint(context: $1).respond(to: $0) },
  ]

  static subscript(name: String) -> Handler? {
    if let page = pages[name] { return page }
    guard let type = WebhookList[name] else { return nil }
    return { WebhookEndpoint(type, context: $1).respond(to: $0) }
  }

  static var names: [String] { (WebhookList.names + pages.keys).sorted() }
}
