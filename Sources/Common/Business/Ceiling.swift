// Ceiling.swift - ceilings of SMS, mails and Lookups: what toll fraud, SMS pumping and floods can cost at most.

/// How many may leave within any hour and any 24 hours. Counted are tries that were taken, or may have been taken; each
/// audience (callers, the tenant's people by what caused the message, the operator) by itself.
package struct Ceiling: Hashable, Sendable {
  package var perHour: Int
  package var perDay: Int

  package init(perHour: Int, perDay: Int) {
    self.perHour = perHour
    self.perDay = perDay
  }

  /// SMS of one tenant: more than the worst day of a business has, less than an attack needs to be worth it.
  package static let tenant = Ceiling.tenant(messagesPerSecond: 10)
  /// SMS of all tenants together.
  package static let installation = Ceiling.installation(messagesPerSecond: 10)
  /// Mails of all tenants together: below what mail servers of cheap hosts let through.
  package static let mails = Ceiling(perHour: 300, perDay: 2000)
  /// Lookups of all tenants together: some 8 dollars a day.
  package static let lookups = Ceiling(perHour: 200, perDay: 1000)
  /// Notices to one person out of one budget; what is above is gathered. More than one can act on.
  package static let notices = Ceiling(perHour: 30, perDay: 100)

  /// SMS of one tenant, where nothing is written. Who has bought a higher rate from Twilio means to send more: the
  /// hour's ceiling is what leaves in 50 seconds at that rate, the day's three times as much.
  package static func tenant(messagesPerSecond rate: Double) -> Ceiling {
    let perHour = max(500, Int(rate * 50))
    return Ceiling(perHour: perHour, perDay: perHour * 3)
  }

  /// SMS of all tenants together: as much as four of them.
  package static func installation(messagesPerSecond rate: Double) -> Ceiling {
    let one = tenant(messagesPerSecond: rate)
    return Ceiling(perHour: one.perHour * 4, perDay: one.perDay * 4)
  }

  /// What one tenant may use of a ceiling that is of all of them: half, so that no one uses it up alone.
  package var ofOneTenant: Ceiling { Ceiling(perHour: max(1, perHour / 2), perDay: max(1, perDay / 2)) }
}
