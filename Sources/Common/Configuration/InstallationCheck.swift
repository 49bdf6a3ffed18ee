// InstallationCheck.swift - `config/opsfabric.json5`: what one key alone cannot tell. The keys are in the table of
// settings.

import Business
import Settings

struct InstallationCheck {
  let reader: ObjectReader

  /// nil when a required key is missing or wrong; other faults are only noted.
  func installation() -> Installation? {
    var installation = Installation.blank
    reader.read(into: &installation, opening: open)
    reader.checkCeiling("sms_limits", installation.smsLimits)
    reader.checkCeiling("mail_limits", installation.mailLimits)
    reader.checkCeiling("lookup_limits", installation.lookupLimits)
    mail(&installation)
    intake(&installation)
    copies(installation.backup)
    let account = installation.account
    let isWhole = ![installation.publicURL, account.accountSid, account.authToken.value].contains("")
    return isWhole ? installation : nil
  }

  private func open(_ section: SettingsSection, _ installation: inout Installation) -> ObjectReader? {
    switch section.key {
    case "twilio" where !reader.has("twilio"):
      // Read as an empty one: the operator is told the keys, not just the section.
      return reader.object(.object([:]), at: "twilio", section.expected)
    case "sms_limits":
      installation.smsLimits = .installation(messagesPerSecond: installation.messagesPerSecond)
      return reader.object("sms_limits", section.expected)
    case "smtp":
      let smtp = reader.object("smtp", section.expected)
      smtp?.checkPair("username", "password")
      return smtp
    case "sqs":
      let sqs = openQueue(section.expected)
      // Without them the environment's are used: a function service gives each function a key of its own.
      sqs?.checkPair("access_key_id", "secret_access_key")
      return sqs
    default: return reader.object(section.key, section.expected)
    }
  }

  private func mail(_ installation: inout Installation) {
    // Without a sender it has its fault already.
    if installation.smtp?.from == "" { installation.smtp = nil }
    if !installation.alertEmails.isEmpty, !reader.has("smtp") {
      reader.fault(
        "alerts.email", "cannot be reached", "set smtp too: without it no mail is sent", .warning)
    }
    if installation.alertEmails.isEmpty, installation.alertNumbers.isEmpty {
      reader.fault(
        "alerts", "names nobody", "set alerts.email or alerts.sms, or nobody learns of faults", .warning)
    }
  }

  // MARK: Copies

  /// What a place needs besides its name, and what it has no use for.
  private func copies(_ backup: Installation.Backup) {
    guard case .object(let given)? = reader.value("backup") else { return }
    func need(_ key: String, _ value: Any?, _ expected: String) {
      // One that is wrong has its fault already.
      if value == nil, given[key] ?? .null == .null { reader.fault("backup.\(key)", "is missing", expected) }
    }
    switch backup.place {
    case nil: break
    case .s3?:
      need(
        "endpoint", backup.endpoint,
        "write the store's URL, such as \"https://sos-ch-dk-2.exo.io\" (docs/operator.md lists some)")
      need("region", backup.region, "write the store's region; \"us-east-1\" where it has none")
      need("key_id", backup.keyID, "write the access key's ID")
      need("secret", backup.secret, "write the access key's secret")
    case .webDAV?:
      if (backup.username == nil) != (backup.password == nil) {
        let missing = backup.username == nil ? "username" : "password"
        reader.fault("backup.\(missing)", "is missing", "give both username and password, or none of them")
      }
    case .folder?: break
    }
  }

  // MARK: Intake

  /// `sqs` stands inside `intake`, or beside it: then it is checked whatever `intake` says, so that its faults do not
  /// wait for the day it is switched on.
  private func openQueue(_ expected: String) -> ObjectReader? {
    let sibling = reader.value("sqs")
    guard case .object(let members)? = reader.value("intake") else {
      return sibling.flatMap { reader.object($0, at: "sqs", expected) }
    }
    if sibling != nil { reader.fault("sqs", "is given twice", "keep the one inside intake") }
    guard let intake = reader.object(.object(members), at: "intake", expected) else { return nil }
    defer { intake.finish() }
    return intake.required("sqs", expected).flatMap { intake.object($0, at: "sqs", expected) }
  }

  private func intake(_ installation: inout Installation) {
    switch reader.value("intake") {
    case nil, .string("sqlite"):
      if reader.has("sqs") {
        reader.fault(
          "sqs", "is given, but intake is sqlite", "set intake: \"sqs\" to use the queue", .warning)
      }
      installation.intake = .sqlite
    case .string("sqs") where !reader.has("sqs"):
      reader.fault("sqs", "is missing", "give queue_url, region, access_key_id and secret_access_key")
    default:
      if case .sqs(let queue) = installation.intake, queue.region.isEmpty { installation.intake = .sqlite }
    }
  }
}
