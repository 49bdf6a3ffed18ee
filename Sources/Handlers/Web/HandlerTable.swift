// HandlerTable.swift - every handler by its name: webhooks and pages.

import CGI
import Webhooks

/// One request through an endpoint.
package typealias Handler = @Sendable (CGIRequest, EndpointContext) -> CGIResponse

package enum HandlerTable {
  /// What Twilio does not call.
  private static let pages: [(name: String, handler: Handler)] = [
    ("anfrage", { WizardEndpoint(context: $1).respond(to: $0) }),
    ("inbox", { InboxEndpoint(context: $1).respond(to: $0) }),
    ("operator", { OperatorEndpoint(context: $1).respond(to: $0) }),
    ("tick", { TickEndpoint(context: $1).respond(to: $0) }),
    ("health", { HealthEndpoint(context: $1).respond(to: $0) }),
    ("calendar", { CalendarEndpoint(context: $1).respond(to: $0) }),
    ("metrics", { MetricsEndpoint(context: $1).respond(to: $0) }),
  ]

  package static subscript(name: String) -> Handler? {
    if let type = WebhookList[name] { return { WebhookEndpoint(type, context: $1).respond(to: $0) } }
    return pages.first { $0.name == name }?.handler
  }

  /// Sorted, as the web server and the function service know them.
  package static var names: [String] { (WebhookList.names + pages.map(\.name)).sorted() }
}
