// Reason.swift - why a missed call got its SMS or not: one row for each reason, with all that anybody says of it.

package struct Reason: Sendable {
  /// Of the database, the log, `list calls` and the ledger.
  package let code: String
  package let heard: Heard
  /// For people, in one line.
  package let meaning: @Sendable (Tenant) -> String
  /// What the operator can do where the SMS to this number was wanted.
  package let cure: @Sendable (_ tenant: Tenant, _ phone: String) -> String

  /// What the caller is told of an SMS after the miss.
  package enum Heard: Sendable {
    case promise
    case alreadyTexted
    /// None can come: the voice menu, where there is one.
    case menu
    case nothing
  }

  private init(
    _ code: String, _ heard: Heard, meaning: @escaping @Sendable (Tenant) -> String,
    cure: @escaping @Sendable (Tenant, String) -> String = { _, _ in "take another telephone" }
  ) {
    self.code = code
    self.heard = heard
    self.meaning = meaning
    self.cure = cure
  }

  package init?(code: String) {
    guard let reason = Reason.allCases.first(where: { $0.code == code }) else { return nil }
    self = reason
  }
}

extension Reason {
  package static let withheld = Reason(
    "withheld", .menu, meaning: { _ in "the number is none that can be texted" })

  package static let blocked = Reason(
    "blocked", .nothing, meaning: { _ in "the number is on the block list" },
    cure: { "opsfabric unblock \($0.id) \($1), or take another telephone" })

  package static let spam = Reason(
    "spam", .nothing,
    meaning: { "more than \($0.spamMissedCallsPerDay) missed calls of the number today" })

  package static let optedOut = Reason(
    "opted_out", .menu, meaning: { _ in "the number has sent STOP" },
    cure: { tenant, _ in "text START from that telephone to \(tenant.smsSender), or take another one" })

  package static let ownNumber = Reason(
    "own_number", .nothing, meaning: { _ in "it is a number of the tenant, its staff or the operator" })

  package static let country = Reason(
    "country", .menu,
    meaning: { _ in "its country is not in allowed_countries, or it is a special number" },
    cure: { _, _ in
      "add the country to allowed_countries, then: opsfabric apply; or take another telephone"
    })

  package static let reached = Reason(
    "reached", .nothing, meaning: { _ in "a later call of the number was answered" })

  package static let dedupe = Reason(
    "dedupe", .alreadyTexted, meaning: { "it got an SMS less than \($0.dedupeMinutes) minutes ago" },
    cure: { _, _ in "wait, or take another telephone" })

  package static let throttle = Reason(
    "throttle", .alreadyTexted, meaning: { "it got \($0.maxSMSPerDay) SMS today already" })

  package static let landline = Reason("landline", .menu, meaning: { _ in "it is a landline" })

  package static let quietHours = Reason(
    "quiet_hours", .nothing, meaning: { _ in "quiet hours, and quiet_hours.policy is skip" },
    cure: { _, _ in "wait for their end, or change quiet_hours; then: opsfabric apply" })

  package static let expired = Reason(
    "expired", .nothing, meaning: { _ in "it was decided too late; a ticket was made instead" },
    cure: { _, _ in "see that the runner runs all the time (opsfabric doctor), then test again" })

  package static let sent = Reason(
    "sent", .promise, meaning: { _ in "see opsfabric list events" },
    cure: { _, _ in "opsfabric list events shows why" })
}

extension Reason: Hashable, CaseIterable {
  /// In the order of the table.
  package static let allCases = rules.map(\.reason) + [.sent]

  package static func == (left: Reason, right: Reason) -> Bool { left.code == right.code }

  package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
