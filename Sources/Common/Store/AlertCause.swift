// AlertCause.swift - which alerts are of a state that ends, and which of something that happened.

package enum AlertNature: Hashable, Sendable {
  /// Holds until it is seen to be over (SolveAlerts).
  case condition
  /// Was over when it was found.
  case past
  /// Happened, and cannot end: shown for a day.
  case event
}

/// The causes of alerts. A cause that is not named here is an event.
package enum AlertCause {
  package static let credentials = "credentials"
  package static let twilioUnreachable = "twilio_unreachable"
  /// Followed by Twilio's code, or `unknown`.
  package static let configuration = "configuration_"
  package static let smtpCredentials = "smtp_credentials"
  package static let smtpUnreachable = "smtp_unreachable"
  /// An ntfy server cannot be reached, or asks to be left alone, again and again.
  package static let pushUnreachable = "push_unreachable"
  /// The audio of a voice message cannot be had.
  package static let recordingLost = "recording_lost"
  /// A ceiling of SMS to callers was met.
  package static let smsLimit = "sms_limit"
  /// More mails than `mail_limits`.
  package static let mailLimit = "mail_limit"
  /// More Lookups than `lookup_limits`.
  package static let lookupLimit = "lookup_limit"
  /// More notices to people, or alerts, than are sent one by one; it names what caused them.
  package static let noticeLimit = "notice_limit"
  /// More forms than `form_limit_per_hour`.
  package static let formLimit = "form_limit"
  /// More calls with a withheld number than have a ticket each.
  package static let withheldLimit = "withheld_limit"
  /// No call for far longer than the tenant's line ever was without one.
  package static let lineSilent = "line_silent"
  /// After a time without a runner Twilio could not be asked what was sent.
  package static let gapUnread = "gap_unread"
  /// Calls that were answered look as if a mailbox took them.
  package static let mailboxAnswers = "mailbox_answers"
  /// The newest good copy on another machine is too old.
  package static let copyOld = "copy_old"
  package static let queue = "queue"
  package static let settingsDamaged = "settings_damaged"
  package static let reportFailed = "report_failed"
  package static let decideFailed = "decide_failed"
  package static let tenantMissing = "tenant_missing"
  package static let runnerSilent = "runner_silent"
  /// A notice to one of the tenant's people was given up, and somebody else is told.
  package static let noticeRefused = "notice_refused"
  /// The same, and nobody is left to tell.
  package static let nobodyTold = "nobody_told"
  package static let deadLetter = "dead_letter"
  /// A webhook was given up after all its tries.
  package static let webhookDead = "webhook_dead"
  /// Followed by eight digits of the address's hash: it has asked not to be told any more. Nothing leaves to it as long
  /// as the condition is open.
  package static let webhookOff = "webhook_off_"

  package static func nature(of cause: String) -> AlertNature {
    switch cause {
    case credentials, twilioUnreachable, smtpCredentials, smtpUnreachable, pushUnreachable, smsLimit,
      mailLimit, lookupLimit,
      noticeLimit, formLimit, withheldLimit, copyOld,
      lineSilent, mailboxAnswers, queue, settingsDamaged, reportFailed, decideFailed, tenantMissing:
      .condition
    case runnerSilent: .past
    default: cause.hasPrefix(configuration) || cause.hasPrefix(webhookOff) ? .condition : .event
    }
  }
}
