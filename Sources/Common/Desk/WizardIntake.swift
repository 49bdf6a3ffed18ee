// WizardIntake.swift - the caller's form: the link opened, the request sent.

import Business
import Crypto
import LocalTime
import Store

/// A form that was filled in rightly.
package struct WizardSubmission: Hashable, Sendable {
  package struct Photo: Hashable, Sendable {
    /// Path below `uploads/`.
    package var file: String
    package var contentType: String
    package init(file: String, contentType: String) {
      self.file = file
      self.contentType = contentType
    }
  }
  package var phone: String
  package var name: String
  package var address: String
  package var text: String
  package var urgency: Urgency
  /// The form came by the link of our SMS (`ref=missed_call`).
  package var isFromMissedCall: Bool
  /// The form's own token: sent twice, it is one request.
  package var token: String
  package var photos: [Photo]
  /// Photos are missing that may come after: the connection broke off, or one was refused.
  package var isCutOff: Bool

  package init(
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

  /// The ticket says it already, or said it and was forgotten.
  fileprivate func isSaid(in ticket: TicketRow) -> Bool {
    guard ticket.phone != Forgotten.number else { return true }
    return ticket.phone == phone && (ticket.urgency == .high || urgency != .high)
      && Array(ticket.summary.utf8).holds(Array(summary.utf8))
  }
}

extension Intake {
  /// The link of an SMS was opened: option 3 (spec section 4). Once per number and local day.
  /// Anybody can open it with any number: it is logged for numbers that we texted, and of an address so often.
  package func recordLinkOpened(phone: String, tenant: Tenant, rates: [FormRate]) throws {
    let oldest = recordedAt.adding(days: -Intake.replyWindowDays)
    guard try store.wasTexted(tenant: tenant.id, phone: phone, since: oldest) else { return }
    let answered = try store.missedCallSMS(answeredBy: phone, tenant: tenant.id, since: oldest)
    let onceKey = "link:\(tenant.id):\(phone):\(zone(tenant).day(of: recordedAt).iso8601)"
    // Most openings are repeats, and a visitor waits: no turn among the writers is taken for them.
    guard try !store.knowsEvent(onceKey) else { return }
    try store.write {
      guard try takeRates(rates, at: recordedAt) == nil else { return }
      try store.logEvent(
        .wizardLinkOpened, tenant: tenant.id, message: answered, at: recordedAt, onceKey: onceKey)
    }
  }

  /// What a form brings that is not known yet. Forms are told apart by their token, since a phone in a cellar sends
  /// the same one again; so does whoever goes back, corrects a word or adds a photo.
  package enum FormNews: Hashable, Sendable {
    case request
    /// A known form with other words, another number, or more urgent now.
    case words
    case photos
    case nothing
  }

  private func onceKey(_ token: String, _ tenant: Tenant) -> String { "wizard:\(tenant.id):\(token)" }

  /// - Parameter unknown: those of the form's photos that are none of these files below `uploads/`.
  package func news(
    of form: WizardSubmission, tenant: Tenant, unknown: (_ files: [String]) -> [WizardSubmission.Photo]
  ) throws -> FormNews {
    guard let earlier = try store.ticket(ofEvent: onceKey(form.token, tenant)) else { return .request }
    if try !form.isSaid(in: earlier) && !store.knowsEvent(wordsKey(form, tenant)) { return .words }
    return try unknown(files(of: earlier)).isEmpty ? .nothing : .photos
  }

  /// Of a form that came before with other words.
  private func wordsKey(_ form: WizardSubmission, _ tenant: Tenant) -> String {
    let words = [form.phone, form.urgency.rawValue, form.summary].joined(separator: "\n")
    return onceKey(form.token, tenant) + ":" + hexadecimal(Array(sha256(Array(words.utf8)).prefix(16)))
  }

  private func files(of ticket: TicketRow) throws -> [String] {
    try store.photos(ticket: ticket.id).compactMap(\.file)
  }

  /// Makes the ticket of a form, or adds to it what a form that is known brings: each word and photo once.
  /// - Parameter unknown: as for `news`.
  /// - Returns: the ticket either way, and the photos that were added to it.
  package func recordSubmission(
    _ form: WizardSubmission, tenant: Tenant,
    unknown: (_ files: [String]) -> [WizardSubmission.Photo] = { _ in [] }
  ) throws -> (ticket: TicketRow, added: [WizardSubmission.Photo]) {
    let onceKey = onceKey(form.token, tenant)
    return try store.write {
      let news = try news(of: form, tenant: tenant, unknown: unknown)
      guard let earlier = try store.ticket(ofEvent: onceKey) else {
        let ticket = try takeIn(request(form, tenant, joining: nil), tenant: tenant, at: recordedAt)
        try add(form.photos, to: ticket.id)
        try store.logEvent(
          .wizardSubmitted, tenant: tenant.id, ticket: ticket.id,
          detail: "\(form.photos.count) photos" + (form.isCutOff ? ", others missing" : ""),
          words: form.summary, at: recordedAt, onceKey: onceKey)
        return (ticket, form.photos)
      }
      guard news != .nothing else { return (earlier, []) }
      let isNewText = news == .words
      let ticket =
        isNewText
        ? try takeIn(request(form, tenant, joining: earlier.id), tenant: tenant, at: recordedAt) : earlier
      let photos = try unknown(files(of: earlier))
      try add(photos, to: ticket.id)
      try store.logEvent(
        .ticketUpdated, tenant: tenant.id, ticket: ticket.id,
        detail: (isNewText ? "the form came again, changed; " : "") + "\(photos.count) photos added",
        words: isNewText ? form.summary : nil, at: recordedAt,
        onceKey: isNewText ? wordsKey(form, tenant) : nil)
      return (ticket, photos)
    }
  }

  /// - Parameter earlier: the ticket that the same form made before.
  private func request(_ form: WizardSubmission, _ tenant: Tenant, joining earlier: Int?) throws
    -> TicketRequest
  {
    var request = TicketRequest(
      tenant: tenant.id, phone: form.phone, localDay: zone(tenant).day(of: recordedAt),
      source: try answersMissedCall(form, tenant) ? .missedCall : .website, urgency: form.urgency,
      status: .new, text: form.summary, slaDueAt: slaDue(form.urgency, tenant: tenant, from: recordedAt))
    request.origin = try origin(ofFormFor: form.phone, tenant: tenant)
    request.formTicketID = earlier
    request.callerName = form.name.isEmpty ? nil : form.name
    return request
  }

  /// The form says so, and a missed-call SMS to the number exists.
  private func answersMissedCall(_ form: WizardSubmission, _ tenant: Tenant) throws -> Bool {
    guard form.isFromMissedCall else { return false }
    return try store.missedCallSMS(
      answeredBy: form.phone, tenant: tenant.id, since: recordedAt.adding(days: -Intake.replyWindowDays))
      != nil
  }

  /// What is known of a number that somebody typed.
  package func origin(ofFormFor phone: String, tenant: Tenant) throws -> TicketOrigin {
    try store.wasInTouch(
      tenant: tenant.id, phone: phone, since: recordedAt.adding(days: -Intake.replyWindowDays))
      ? .visitor : .stranger
  }

  private func add(_ photos: [WizardSubmission.Photo], to ticket: Int) throws {
    for photo in photos {
      try store.addUpload(ticket: ticket, file: photo.file, contentType: photo.contentType, at: recordedAt)
    }
  }
}

extension Intake {
  /// Key of a rate limit: a hash, since an address and a number are personal.
  package static func rateKey(_ what: String, tenant: String) -> String {
    hexadecimal(sha256(Array("\(tenant):\(what)".utf8)))
  }

  /// Whether `takeRates` would take a form now.
  package func hasRoom(_ rates: [FormRate], at now: Timestamp) throws -> Bool {
    try usedUp(rates, at: now) == nil
  }

  /// Counts a form against all its limits. Where one of them is used up nothing is counted.
  /// - Returns: nil, or from when on the form is taken.
  package func takeRates(_ rates: [FormRate], at now: Timestamp) throws -> Timestamp? {
    try store.write {
      if let free = try usedUp(rates, at: now) { return free }
      try store.noteRates(keys: rates.map(\.key), at: now)
      return nil
    }
  }

  /// From when on the first limit that is used up has room again; nil where all have.
  private func usedUp(_ rates: [FormRate], at now: Timestamp) throws -> Timestamp? {
    for rate in rates {
      for (limit, seconds) in [(rate.ceiling.perDay, 86_400), (rate.ceiling.perHour, 3600)]
      where try store.rateCount(key: rate.key, since: now.adding(seconds: -seconds)) >= limit {
        return try store.rateFrees(key: rate.key, limit: limit, seconds: seconds, at: now)
      }
    }
    return nil
  }
}

/// What one form counts against.
package struct FormRate: Hashable, Sendable {
  package var key: String
  package var ceiling: Ceiling

  /// - Parameter what: an address, a number; kept as a hash, since both are personal.
  package init(_ what: String, tenant: String, _ ceiling: Ceiling) {
    key = Intake.rateKey(what, tenant: tenant)
    self.ceiling = ceiling
  }
}

extension [UInt8] {
  /// The other bytes stand in these, in one piece.
  fileprivate func holds(_ other: [UInt8]) -> Bool {
    guard let first = other.first else { return true }
    guard count >= other.count else { return false }
    return (0...(count - other.count)).contains { self[$0] == first && self[$0...].starts(with: other) }
  }
}
