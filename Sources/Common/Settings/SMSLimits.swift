// SMSLimits.swift - ceilings of outgoing SMS: what toll fraud and SMS pumping can cost at most.

/// How many SMS may leave within any hour and any 24 hours. Counted are tries Twilio took, or may have taken;
/// those to callers and those to the tenant's people each by themselves; alerts have a ceiling of their own.
public struct SMSLimits: Hashable, Sendable {
  public var perHour: Int
  public var perDay: Int

  public init(perHour: Int, perDay: Int) {
    self.perHour = perHour
    self.perDay = perDay
  }

  /// Of one tenant: more than the worst day of a business has, less than an attack needs to be worth it.
  public static let tenant = SMSLimits.tenant(messagesPerSecond: 10)
  /// Of all tenants together.
  public static let installation = SMSLimits.installation(messagesPerSecond: 10)

  /// Of one tenant, where nothing is written. Who has bought a higher rate from Twilio means to send more: the hour's
  /// ceiling is what leaves in 50 seconds at that rate, the day's three times as much.
  public static func tenant(messagesPerSecond rate: Double) -> SMSLimits {
    let perHour = max(500, Int(rate * 50))
    return SMSLimits(perHour: perHour, perDay: perHour * 3)
  }

  /// Of all tenants together: as much as four of them.
  public static func installation(messagesPerSecond rate: Double) -> SMSLimits {
    let one = tenant(messagesPerSecond: rate)
    return SMSLimits(perHour: one.perHour * 4, perDay: one.perDay * 4)
  }
}
