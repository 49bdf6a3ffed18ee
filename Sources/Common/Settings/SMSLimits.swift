// SMSLimits.swift - ceilings of outgoing SMS: what toll fraud and SMS pumping can cost at most.

/// How many SMS may leave within any hour and any 24 hours. Counted are tries Twilio took, or may have taken;
/// those to callers and those to the tenant's people each by themselves, alerts not among them.
public struct SMSLimits: Hashable, Sendable {
  public var perHour: Int
  public var perDay: Int

  public init(perHour: Int, perDay: Int) {
    self.perHour = perHour
    self.perDay = perDay
  }

  /// Of one tenant: more than the worst day of a business has, less than an attack needs to be worth it.
  public static let tenant = SMSLimits(perHour: 500, perDay: 1500)
  /// Of all tenants together.
  public static let installation = SMSLimits(perHour: 2000, perDay: 6000)
}
