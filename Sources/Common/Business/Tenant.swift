// Tenant.swift - everything the product knows about one business, checked and with every default filled in.
//
// Made by Configuration from a JSON5 file, kept in the settings snapshot, read by handlers and runner.

import LocalTime

/// A Twilio account and its auth token.
package struct TwilioAccount: Hashable, Sendable {
  package var accountSid: String
  package var authToken: Secret

  package init(accountSid: String, authToken: Secret) {
    self.accountSid = accountSid
    self.authToken = authToken
  }
}

/// A value that is never printed.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  package let value: String
  package init(_ value: String) { self.value = value }
  package var description: String { "<secret>" }
  package var debugDescription: String { "<secret>" }
}

package struct Tenant: Hashable, Sendable {
  package enum Mode: String, Sendable, CaseIterable {
    /// Option A: the Twilio number is the published one and forwards to the business.
    case frontNumber = "front_number"
    /// Option B: the carrier forwards only missed calls to the Twilio number.
    case carrierForwarding = "carrier_forwarding"
  }

  /// What a caller hears after a miss.
  package enum Announcement: Hashable, Sendable {
    /// The built-in text in the tenant's language.
    case standard
    /// Nothing: the call ends at once (option B: `<Reject>`, at no charge).
    case none
    /// The tenant's own words, spoken instead of the built-in text.
    case text(String)
  }

  package struct Accounts: Hashable, Sendable {
    package var debit: String
    package var credit: String
    package init(debit: String, credit: String) {
      self.debit = debit
      self.credit = credit
    }
  }

  /// Own wording of the messages; nil = the built-in text in the tenant's language.
  package struct Templates: Hashable, Sendable {
    package var missedCall: String?
    package var urgent: String?
    package var callback: String?
    package var wizard: String?
    package var freeText: String?
    /// What people answer by SMS with one tap; {name}, {SLA}, {Betrieb} and {phone} are filled in.
    package var answers: [String]
    package init(
      missedCall: String? = nil, urgent: String? = nil, callback: String? = nil, wizard: String? = nil,
      freeText: String? = nil, answers: [String] = []
    ) {
      self.answers = answers
      self.missedCall = missedCall
      self.urgent = urgent
      self.callback = callback
      self.wizard = wizard
      self.freeText = freeText
    }
  }

  /// One of the tenant's people, to be told of tickets.
  package struct Notify: Hashable, Sendable {
    package enum Event: String, Sendable, CaseIterable { case new, urgent, escalation }
    package enum Hours: String, Sendable, CaseIterable {
      case business
      case offHours = "off_hours"
      case always
    }
    package var channel: Channel
    package var to: String
    package var on: [Event]
    package var when: Hours
    /// Place in the on-call chain, lowest first.
    package var order: Int
    /// Whose address it is; entries of one name are one person.
    package var name: String?
    /// What an ntfy server asks for before it takes anything for the topic.
    package var token: Secret?
    /// The number that is reached; nil for an address of another kind.
    package var phone: String? { channel.address == .phone ? to : nil }
    /// Tells this way to him from another: one number may be texted and rung.
    package var key: String { channel == .call ? Notify.callKey(to) : to }
    package static func callKey(_ phone: String) -> String { "call:\(phone)" }
    package init(
      channel: Channel, to: String, on: [Event], when: Hours = .always, order: Int = 1, name: String? = nil,
      token: Secret? = nil
    ) {
      self.token = token
      self.name = name
      self.channel = channel
      self.to = to
      self.on = on
      self.when = when
      self.order = order
    }
  }

  /// How often the carrier's forwarding is proved by a call.
  package enum CheckCall: String, Sendable, CaseIterable { case off, weekly }

  /// The file's name without `.json5`.
  package var id: String
  package var name: String
  package var language: Language = .de
  package var timezone = "Europe/Zurich"
  package var mode: Mode = .frontNumber
  package var voiceNumbers: [String] = []
  /// Required in mode `front_number`.
  package var forwardTo: String?
  /// An E.164 number, or a messaging service (`MG…`). Default: the first voice number.
  package var smsSender: String
  /// {phone} in the texts. Default: the first voice number.
  package var callbackPhone: String
  /// Host (and port) of the wizard link, without scheme.
  package var websiteDomain: String
  package var ringSeconds = 18
  package var screening = false
  /// A number never seen before that hangs up sooner gets no SMS for it; 0 = off.
  package var shortRingSeconds = 0
  package var checkCall = CheckCall.off
  /// Callers who cannot get an SMS may leave a message.
  package var voiceMessage = true
  package var voiceMenu = true
  /// Callers are let to leave a message.
  package var takesVoiceMessages: Bool { voiceMenu && voiceMessage }
  package var announcement: Announcement = .standard
  package var rejectBlocked = false
  package var smsDelaySeconds = 30
  package var quietHours: QuietHours = .usual
  package var dedupeMinutes = 15
  package var maxSMSPerDay = 3
  package var spamMissedCallsPerDay = 5
  package var smsLimits = Ceiling.tenant
  /// Forms that are told one by one; what is above is gathered.
  package var formLimitPerHour = 30
  /// nil = blocked for good.
  package var blockDays: Int?
  package var businessHours: WeeklyHours = .usual
  package var holidays: [Holiday] = []
  package var slaHighMinutes = 30
  package var slaCallbackMinutes = 240
  package var vacationFrom: CivilDate?
  package var vacationTo: CivilDate?
  /// Stands for the sentence that people are at work, while the vacation lasts; nil: the built-in one.
  package var vacationText: String?
  package var weekendPolicy: WeekendPolicy = .nextBusinessDay
  package var rotationFrom: CivilDate?
  package var rotationDays = 7
  package var rotationPeople: [String] = []
  /// ISO 3166 codes.
  package var allowedCountries = ["CH", "LI", "DE", "AT", "FR", "IT"]
  package var staffNumbers: [String] = []
  package var accounts: Accounts?
  package var templates = Templates()
  package var notify: [Notify] = []
  /// The tenant's own subaccount; nil = the installation's account.
  package var twilio: TwilioAccount?
  package var reportEmail: [String] = []
  /// Programs that are told of what happens to this tenant.
  package var webhooks: [WebhookReceiver] = []
  package var active = true
  /// ISO 4217, of the sums that people type; nil = that of the voice number's country.
  package var ownCurrency: String?

  package init(id: String, name: String, smsSender: String, callbackPhone: String, websiteDomain: String) {
    self.id = id
    self.name = name
    self.smsSender = smsSender
    self.callbackPhone = callbackPhone
    self.websiteDomain = websiteDomain
  }
}
