// WizardIntake.swift - the caller's form: the link opened, the request sent.

import Crypto
import LocalTime
import Rules
import Settings
import Store

/// A form that was filled in rightly.
public struct WizardSubmission: Hashable, Sendable {
  public struct Photo: Hashable, Sendable {
    /// Path below `uploads/`.
    public var file: String
    public var contentType: String
    public init(file: String, contentType: String) {
      self.file = file
      self.contentType = contentType
    }
  }
  public var phone: String
  public var name: String
  public var address: String
  public var text: String
  public var urgency: Urgency
  /// The form came by the link of our SMS (`ref=missed_call`).
  public var isFromMissedCall: Bool
  /// The form's own token: sent twice, it is one request.
  public var token: String
  public var photos: [Photo]

  public init(
    phone: String, name: String, address: String, text: String, urgency: Urgency, isFromMissedCall: Bool,
    token: String, photos: [Photo]
  ) {
    self.phone = phone
    self.name = name
    self.address = address
    self.text = text
    self.urgency = urgency
    self.isFromMissedCall = isFromMissedCall
    self.token = token
    self.photos = photos
  }

  /// As it stands in the ticket.
  var summary: String {
    [name, address, text].filter { !$0.isEmpty }.joined(separator: "\n")
  }
}

extension Intake {
  /// The link of an SMS was opened: option 3 (spec section 4). Once per number and local day.
  public func recordLinkOpened(phone: String, tenant: Tenant) throws {
    let answered = try store.missedCallSMS(
      answeredBy: phone, tenant: tenant.id, since: recordedAt.adding(days: -Intake.replyWindowDays))
    let onceKey = "link:\(tenant.id):\(phone):\(zone(tenant).day(of: recordedAt).iso8601)"
    // Most openings are repeats, and a visitor waits: no turn among the writers is taken for them.
    guard try !store.knowsEvent(onceKey) else { return }
    try store.write {
      try store.logEvent(
        .wizardLinkOpened, tenant: tenant.id, message: answered, at: recordedAt, onceKey: onceKey)
    }
  }

  /// The form with this token has been taken.
  public func knowsForm(token: String, tenant: Tenant) throws -> Bool {
    try store.ticket(ofEvent: "wizard:\(tenant.id):\(token)") != nil
  }

  /// Makes the ticket of a form, once per form; its photos belong to it. Returns the ticket either way, and
  /// whether this call made or changed it.
  public func recordSubmission(_ form: WizardSubmission, tenant: Tenant) throws -> (
    ticket: TicketRow, isFirst: Bool
  ) {
    let onceKey = "wizard:\(tenant.id):\(form.token)"
    return try store.write {
      if let earlier = try store.ticket(ofEvent: onceKey) { return (earlier, false) }
      let ticket = try takeIn(
        TicketRequest(
          tenant: tenant.id, phone: form.phone, localDay: zone(tenant).day(of: recordedAt),
          source: form.isFromMissedCall ? .missedCall : .website, urgency: form.urgency, status: .new,
          text: form.summary, slaDueAt: slaDue(form.urgency, tenant: tenant, from: recordedAt)),
        tenant: tenant,
        at: recordedAt)
      for photo in form.photos {
        try store.addUpload(
          ticket: ticket.id, file: photo.file, contentType: photo.contentType, at: recordedAt)
      }
      try store.logEvent(
        .wizardSubmitted, tenant: tenant.id, ticket: ticket.id, detail: "\(form.photos.count) photos",
        at: recordedAt,
        onceKey: onceKey)
      return (ticket, true)
    }
  }
}

extension Intake {
  /// Key of a rate limit: a hash, since an address and a number are personal.
  public static func rateKey(_ what: String, tenant: String) -> String {
    hexadecimal(sha256(Array("\(tenant):\(what)".utf8)))
  }

  /// Counts a form against every limit; false when one of them is used up.
  public func takeRates(_ rates: [(key: String, limit: Int)], at now: Timestamp) throws -> Bool {
    for rate in rates {
      guard try store.takeRate(key: rate.key, limit: rate.limit, seconds: 3600, at: now) else { return false }
    }
    return true
  }
}
