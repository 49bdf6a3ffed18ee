// Tenant.swift - everything the product knows about one business, checked and with every default filled in.
//
// Made by Configuration from a JSON5 file, kept in the settings snapshot, read by handlers and runner.

import Rules

/// A Twilio account and its auth token.
public struct TwilioAccount: Hashable, Sendable {
  public var accountSid: String
  public var authToken: Secret

  public init(accountSid: String, authToken: Secret) {
    self.accountSid = accountSid
    self.authToken = authToken
  }
}

/// A value that is never printed.
public struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  public let value: String
  public init(_ value: String) { self.value = value }
  public var description: String { "<secret>" }
  public var debugDescription: String { "<secret>" }
}

public struct Tenant: Hashable, Sendable {
  public enum Mode: String, Sendable, CaseIterable {
    /// Option A: the Twilio number is the published one and forwards to the business.
    case frontNumber = "front_number"
    /// Option B: the carrier forwards only missed calls to the Twilio number.
    case carrierForwarding = "carrier_forwarding"
  }

  /// What a caller hears after a miss.
  public enum Announcement: Hashable, Sendable {
    /// The built-in text in the tenant's language.
    case standard
    /// Nothing: the call ends at once (option B: `<Reject>`, at no charge).
    case none
    /// The tenant's own words, spoken instead of the built-in text.
    case text(String)
  }

  public struct Accounts: Hashable, Sendable {
    public var debit: String
    public var credit: String
    public init(debit: String, credit: String) {
      self.debit = debit
      self.credit = credit
    }
  }

  /// Own wording of the messages; nil = the built-in text in the tenant's language.
  public struct Templates: Hashable, Sendable {
    public var missedCall: String?
    public var urgent: String?
    public var callback: String?
    public var wizard: String?
    public var freeText: String?
    public init(
      missedCall: String? = nil, urgent: String? = nil, callback: String? = nil, wizard: String? = nil,
      freeText: String? = nil
    ) {
      self.missedCall = missedCall
      self.urgent = urgent
      self.callback = callback
      self.wizard = wizard
      self.freeText = freeText
    }
  }

  /// One of the tenant's people, to be told of tickets.
  public struct Notify: Hashable, Sendable {
    public enum Channel: String, Sendable, CaseIterable { case sms, email }
    public enum Event: String, Sendable, CaseIterable { case new, urgent, escalation }
    public enum Hours: String, Sendable, CaseIterable {
      case business
      case offHours = "off_hours"
      case always
    }
    public var channel: Channel
    public var to: String
    public var on: [Event]
    public var when: Hours
    /// Place in the on-call chain, lowest first.
    public var order: Int
    public init(channel: Channel, to: String, on: [Event], when: Hours = .always, order: Int = 1) {
      self.channel = channel
      self.to = to
      self.on = on
      self.when = when
      self.order = order
    }
  }

  /// The file's name without `.json5`.
  public var id: String
  public var name: String
  public var language: Language = .de
  public var timezone = "Europe/Zurich"
  public var mode: Mode = .frontNumber
  public var voiceNumbers: [String] = []
  /// Required in mode `front_number`.
  public var forwardTo: String?
  /// An E.164 number, or a messaging service (`MG…`). Default: the first voice number.
  public var smsSender: String
  /// {phone} in the texts. Default: the first voice number.
  public var callbackPhone: String
  /// Host (and port) of the wizard link, without scheme.
  public var websiteDomain: String
  public var ringSeconds = 18
  public var screening = false
  public var voiceMenu = true
  public var announcement: Announcement = .standard
  public var rejectBlocked = false
  public var smsDelaySeconds = 30
  public var quietHours: QuietHours = .usual
  public var dedupeMinutes = 15
  public var maxSMSPerDay = 3
  public var spamMissedCallsPerDay = 5
  public var smsLimits = Ceiling.tenant
  /// Forms that are told one by one; what is above is gathered.
  public var formLimitPerHour = 30
  /// nil = blocked for good.
  public var blockDays: Int?
  public var businessHours: WeeklyHours = .usual
  public var holidays: [Holiday] = []
  public var slaHighMinutes = 30
  public var slaCallbackMinutes = 240
  public var weekendPolicy: WeekendPolicy = .nextBusinessDay
  /// ISO 3166 codes.
  public var allowedCountries = ["CH", "LI", "DE", "AT", "FR", "IT"]
  public var staffNumbers: [String] = []
  public var accounts: Accounts?
  public var templates = Templates()
  public var notify: [Notify] = []
  /// The tenant's own subaccount; nil = the installation's account.
  public var twilio: TwilioAccount?
  public var reportEmail: [String] = []
  public var active = true

  public init(id: String, name: String, smsSender: String, callbackPhone: String, websiteDomain: String) {
    self.id = id
    self.name = name
    self.smsSender = smsSender
    self.callbackPhone = callbackPhone
    self.websiteDomain = websiteDomain
  }
}
