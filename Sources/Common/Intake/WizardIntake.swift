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
  /// The connection broke off while the photos came: others may be missing.
  public var isCutOff: Bool

  public init(
    phone: String, name: String, address: String, text: String, urgency: Urgency, isFromMissedCall: Bool,
    token: String, photos: [Photo], isCutOff: Bool = false
  ) {
    self.phone = phone
    self.name = name
    self.address = address
    self.text = text
    self.urgency = urgency
    self.isFromMissedCall = isFromMissedCall
    self.token = token
    self.photos = photos
    self.isCutOff = isCutOff
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

  /// What is known of a form, by its token.
  public enum FormState: Sendable {
    case new
    /// Its words are in a ticket, and photos of it may be missing.
    case cutOff
    case taken
  }

  private static let cutOffMark = ", cut off"

  private func onceKey(_ token: String, _ tenant: Tenant) -> String { "wizard:\(tenant.id):\(token)" }

  public func formState(token: String, tenant: Tenant) throws -> FormState {
    let onceKey = onceKey(token, tenant)
    guard let detail = try store.detail(ofEvent: onceKey) else { return .new }
    return try detail.hasSuffix(Intake.cutOffMark) && !store.knowsEvent("\(onceKey):whole") ? .cutOff : .taken
  }

  /// Makes the ticket of a form, once per form; its photos belong to it. A form that was cut off and is sent again
  /// brings the photos that were missing.
  /// - Parameter unknown: those of the form's photos that are none of these files below `uploads/`.
  /// - Returns: the ticket either way, and the photos that were added to it.
  public func recordSubmission(
    _ form: WizardSubmission, tenant: Tenant,
    unknown: (_ files: [String]) -> [WizardSubmission.Photo] = { _ in [] }
  ) throws -> (ticket: TicketRow, added: [WizardSubmission.Photo]) {
    let onceKey = onceKey(form.token, tenant)
    return try store.write {
      let state = try formState(token: form.token, tenant: tenant)
      if let earlier = try store.ticket(ofEvent: onceKey) {
        guard state == .cutOff else { return (earlier, []) }
        let photos = unknown(try store.photos(ticket: earlier.id).compactMap(\.file))
        try add(photos, to: earlier.id)
        if !photos.isEmpty || !form.isCutOff {
          try store.logEvent(
            .ticketUpdated, tenant: tenant.id, ticket: earlier.id, detail: "\(photos.count) photos added",
            at: recordedAt, onceKey: form.isCutOff ? nil : "\(onceKey):whole")
        }
        return (earlier, photos)
      }
      let ticket = try takeIn(
        TicketRequest(
          tenant: tenant.id, phone: form.phone, localDay: zone(tenant).day(of: recordedAt),
          source: form.isFromMissedCall ? .missedCall : .website, urgency: form.urgency, status: .new,
          text: form.summary, slaDueAt: slaDue(form.urgency, tenant: tenant, from: recordedAt)),
        tenant: tenant,
        at: recordedAt)
      try add(form.photos, to: ticket.id)
      try store.logEvent(
        .wizardSubmitted, tenant: tenant.id, ticket: ticket.id,
        detail: "\(form.photos.count) photos" + (form.isCutOff ? Intake.cutOffMark : ""), words: form.summary,
        at: recordedAt, onceKey: onceKey)
      return (ticket, form.photos)
    }
  }

  private func add(_ photos: [WizardSubmission.Photo], to ticket: Int) throws {
    for photo in photos {
      try store.addUpload(ticket: ticket, file: photo.file, contentType: photo.contentType, at: recordedAt)
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
