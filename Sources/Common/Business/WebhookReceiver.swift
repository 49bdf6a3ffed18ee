// WebhookReceiver.swift - another program that is told of what happens here, and what it is told of.

/// What other programs are told of; the raw values are the `type` of a webhook.
package enum WebhookEvent: String, CaseIterable, Sendable {
  case callMissed = "call.missed"
  case callHandled = "call.handled"
  case messageReceived = "message.received"
  case messageSent = "message.sent"
  case ticketCreated = "ticket.created"
  case ticketUpdated = "ticket.updated"
  case ticketDone = "ticket.done"
  case reportClosed = "report.closed"
  case alertRaised = "alert.raised"
  case alertSolved = "alert.solved"

  package var isOfAlert: Bool { self == .alertRaised || self == .alertSolved }
}

package struct WebhookReceiver: Hashable, Sendable {
  package var url: String
  /// `whsec_…`
  package var secret: Secret
  /// Signs too, while one is exchanged for the other.
  package var secret2: Secret?
  package var on: [WebhookEvent]
  /// One header more, for receivers that verify no signature: `Authorization: Bearer …`.
  package var header: Secret?
  /// Is told which row it is, not what stands in it.
  package var isThin: Bool

  package init(
    url: String, secret: Secret, secret2: Secret? = nil, on: [WebhookEvent] = WebhookEvent.allCases,
    isThin: Bool = false, header: Secret? = nil
  ) {
    self.header = header
    self.url = url
    self.secret = secret
    self.secret2 = secret2
    self.on = on
    self.isThin = isThin
  }
}

/// The receivers of an installation, as far as a program knows them.
package struct WebhookReceivers: Sendable {
  package static let none = WebhookReceivers(ofAll: [], ofTenants: [:])

  private let ofAll: [WebhookReceiver]
  private let ofTenants: [String: [WebhookReceiver]]

  private init(ofAll: [WebhookReceiver], ofTenants: [String: [WebhookReceiver]]) {
    self.ofAll = ofAll
    self.ofTenants = ofTenants
  }

  /// The operator's, and those of these tenants.
  package init(_ installation: Installation, _ tenants: [Tenant]) {
    ofAll = installation.webhooks
    var own: [String: [WebhookReceiver]] = [:]
    for tenant in tenants where !tenant.webhooks.isEmpty { own[tenant.id] = tenant.webhooks }
    ofTenants = own
  }

  package var isEmpty: Bool { ofAll.isEmpty && ofTenants.isEmpty }

  /// Who is told of it.
  /// - Parameter tenant: empty for what is no tenant's.
  package func of(_ event: WebhookEvent, tenant: String) -> [WebhookReceiver] {
    guard !isEmpty else { return [] }
    return all(tenant: tenant).filter { $0.receiver.on.contains(event) }.map(\.receiver)
  }

  /// The tenant's own, then the operator's; an address stands once.
  package func all(tenant: String) -> [(receiver: WebhookReceiver, owner: String?)] {
    let own = ofTenants[tenant] ?? []
    return own.map { ($0, tenant) }
      + ofAll.filter { other in !own.contains { $0.url == other.url } }.map { ($0, nil) }
  }
}

extension Installation {
  /// Whether what lies at this address may be private, and be spoken to without encryption.
  package func trusts(_ url: String) -> Bool {
    guard let host = WebHost(urlOf: url) else { return false }
    return trustedHosts.contains { $0 == host.name || $0 == host.text }
  }
}

extension WebHost {
  /// The host of a web address; nil where it could be read in two ways.
  fileprivate init?(urlOf url: String) {
    let bytes = Array(url.utf8)
    guard !bytes.contains(UInt8(ascii: "@")), !bytes.contains(UInt8(ascii: "\\")),
      let scheme = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[scheme...].starts(with: "://".utf8)
    else { return nil }
    let host = bytes[(scheme + 3)...].prefix { !"/?#".utf8.contains($0) }
    self.init(String(decoding: host, as: UTF8.self))
  }
}
