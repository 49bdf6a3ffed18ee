// AlertCause.swift - which alerts are of a state that ends, and which of something that happened.

public enum AlertNature: Hashable, Sendable {
  /// Holds until it is seen to be over (SolveAlerts).
  case condition
  /// Was over when it was found.
  case past
  /// Happened, and cannot end: shown for a day.
  case event
}

/// The causes of alerts. A cause that is not named here is an event.
public enum AlertCause {
  public static let credentials = "credentials"
  public static let twilioUnreachable = "twilio_unreachable"
  /// Followed by Twilio's code, or `unknown`.
  public static let configuration = "configuration_"
  public static let smtpCredentials = "smtp_credentials"
  public static let smtpUnreachable = "smtp_unreachable"
  /// A ceiling of SMS to callers was met.
  public static let smsLimit = "sms_limit"
  /// More mails than `mail_limits`.
  public static let mailLimit = "mail_limit"
  /// More Lookups than `lookup_limits`.
  public static let lookupLimit = "lookup_limit"
  /// More notices to people, or alerts, than are sent one by one; it names what caused them.
  public static let noticeLimit = "notice_limit"
  /// More forms than `form_limit_per_hour`.
  public static let formLimit = "form_limit"
  /// More calls with a withheld number than have a ticket each.
  public static let withheldLimit = "withheld_limit"
  public static let queue = "queue"
  public static let settingsDamaged = "settings_damaged"
  public static let reportFailed = "report_failed"
  public static let decideFailed = "decide_failed"
  public static let tenantMissing = "tenant_missing"
  public static let runnerSilent = "runner_silent"
  /// A notice to one of the tenant's people was given up, and somebody else is told.
  public static let noticeRefused = "notice_refused"
  /// The same, and nobody is left to tell.
  public static let nobodyTold = "nobody_told"
  public static let deadLetter = "dead_letter"

  public static func nature(of cause: String) -> AlertNature {
    switch cause {
    case credentials, twilioUnreachable, smtpCredentials, smtpUnreachable, smsLimit, mailLimit, lookupLimit,
      noticeLimit, formLimit, withheldLimit,
      queue, settingsDamaged, reportFailed, decideFailed, tenantMissing:
      .condition
    case runnerSilent: .past
    default: cause.hasPrefix(configuration) ? .condition : .event
    }
  }
}
