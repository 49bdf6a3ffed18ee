// Comparison.swift - the files beside each other: what one alone cannot tell.
//
// Every tenant is looked at beside all others, whatever the order of their IDs. What two share is said once, at
// the later one.

import Business
import Settings

/// `opsfabric.json5` as far as it could be read.
struct ReadInstallation {
  var installation: Installation?
  var reader: ObjectReader?
  let faults: FaultList
}

/// A tenant's file as far as it could be read.
struct ReadTenant {
  var tenant: Tenant?
  var reader: ObjectReader?
  let faults: FaultList
}

struct Comparison {
  /// By ID, inactive ones too: their numbers are theirs, and they may be switched on any day.
  let tenants: [Tenant]
  let installation: Installation?

  func run(over files: [ReadTenant], _ operators: ReadInstallation) {
    if let installation, let reader = operators.reader { check(installation, reader) }
    for file in files {
      guard let tenant = file.tenant, let reader = file.reader else { continue }
      checkShared(tenant, before: tenants.filter { $0.id < tenant.id }, reader)
      checkOwnNumbers(tenant, reader)
      checkMail(tenant, reader)
      checkReceivers(tenant.webhooks, reader)
      for (index, entry) in tenant.notify.enumerated() where entry.channel == .ntfy {
        checkEncryption(of: entry.to, at: "notify[\(index)].to", reader)
      }
      for url in tenant.holidayCalendars {
        checkEncryption(of: url, at: "holidays", reader)
      }
      if tenant.active { warnOfSample(tenant, reader) }
    }
  }

  private func check(_ installation: Installation, _ reader: ObjectReader) {
    checkReceivers(installation.webhooks, reader)
    switch installation.backup.place {
    case .webDAV(let url)?: checkEncryption(of: url, at: "backup.to", reader)
    case .s3?: checkEncryption(of: installation.backup.endpoint ?? "https:", at: "backup.endpoint", reader)
    default: break
    }
    for number in installation.alertNumbers { warn(ofPerson: number, at: "alerts.sms", reader) }
    for number in installation.alertNumbers where SampleValues.isSample(number: number) {
      warnOfSample("alerts.sms", number, "write the operator's own number", reader)
    }
    for address in installation.alertEmails where SampleValues.isSample(address: address) {
      warnOfSample("alerts.email", address, "write the operator's own address", reader)
    }
  }

  /// An address without encryption needs the operator's word.
  private func checkReceivers(_ receivers: [WebhookReceiver], _ reader: ObjectReader) {
    for (index, receiver) in receivers.enumerated() {
      checkEncryption(of: receiver.url, at: "webhooks[\(index)].url", reader)
    }
  }

  private func checkEncryption(of url: String, at key: String, _ reader: ObjectReader) {
    guard let installation, !url.hasPrefix("https:"), !installation.trusts(url) else { return }
    reader.fault(
      key, "is not encrypted", "write https://, or name its host in trusted_hosts of config/opsfabric.json5")
  }

  // MARK: What only one can have

  private func checkShared(_ tenant: Tenant, before others: [Tenant], _ reader: ObjectReader) {
    for number in tenant.voiceNumbers {
      guard let other = others.first(where: { $0.voiceNumbers.contains(number) }) else { continue }
      reader.fault(
        "voice_numbers", "\(number) belongs to \(fileName(other)) already",
        "a number can be one tenant's only")
    }
    let domain = tenant.websiteDomain.lowercased()
    if !domain.isEmpty, let other = others.first(where: { $0.websiteDomain.lowercased() == domain }) {
      reader.fault(
        "website_domain", "\(tenant.websiteDomain) is the website of \(fileName(other)) too",
        "give each tenant a website of its own: requests by the form go to the first by ID", .warning)
    }
    guard let own = tenant.twilio else { return }
    let accounts = [installation?.account].compactMap { $0 } + others.compactMap(\.twilio)
    if accounts.contains(where: { $0.accountSid == own.accountSid && $0.authToken != own.authToken }) {
      reader.fault(
        "twilio.auth_token", "differs from the token given for the same account elsewhere",
        "write the same token in both places, or leave twilio out here")
    }
  }

  // MARK: Numbers at Twilio, where no person answers

  private func checkOwnNumbers(_ tenant: Tenant, _ reader: ObjectReader) {
    // One of the tenant's own voice_numbers is an error, which TenantCheck has found; its own sender may well be the
    // business's telephone, which Twilio only lends its SMS.
    if let target = tenant.forwardTo, let other = owner(of: target), other.id != tenant.id {
      reader.fault(
        "forward_to", "\(target) is a number of \(fileName(other)) at Twilio",
        "write the number of the business's own telephone", .warning)
    }
    for phone in tenant.notify.compactMap(\.phone) { warn(ofPerson: phone, at: "notify", reader) }
    for number in tenant.staffNumbers { warn(ofPerson: number, at: "staff_numbers", reader) }
  }

  private func warn(ofPerson number: String, at key: String, _ reader: ObjectReader) {
    guard let owner = owner(of: number) else { return }
    reader.fault(
      key, "\(number) is a number of \(fileName(owner)) at Twilio",
      "write a person's number: nobody reads what is sent to this one", .warning)
  }

  private func owner(of number: String) -> Tenant? {
    tenants.first { $0.voiceNumbers.contains(number) || $0.smsSender == number }
  }

  // MARK: What cannot work, or was never filled in

  private func checkMail(_ tenant: Tenant, _ reader: ObjectReader) {
    let usesMail = !tenant.reportEmail.isEmpty || tenant.notify.contains { $0.channel == .email }
    guard usesMail, let installation, installation.smtp == nil else { return }
    reader.fault(
      tenant.reportEmail.isEmpty ? "notify" : "report_email", "names a mail address, but no mail can be sent",
      "set smtp in config/opsfabric.json5", .warning)
  }

  private func warnOfSample(_ tenant: Tenant, _ reader: ObjectReader) {
    let expected = "write the business's own"
    let numbers: [(key: String, value: String)] =
      tenant.voiceNumbers.map { ("voice_numbers", $0) }
      + [("forward_to", tenant.forwardTo ?? "")]
      // Both default to the first voice number, which is said already.
      + [("sms_sender", tenant.smsSender), ("callback_phone", tenant.callbackPhone)].filter {
        !tenant.voiceNumbers.contains($0.1)
      }
      + tenant.staffNumbers.map { ("staff_numbers", $0) }
      + tenant.notify.compactMap(\.phone).map { ("notify", $0) }
    for (key, number) in numbers where SampleValues.isSample(number: number) {
      warnOfSample(key, number, expected, reader)
    }
    let addresses =
      tenant.notify.filter { $0.channel == .email }.map { ("notify", $0.to) }
      + tenant.reportEmail.map { ("report_email", $0) }
    for (key, address) in addresses where SampleValues.isSample(address: address) {
      warnOfSample(key, address, expected, reader)
    }
    if SampleValues.isSample(host: tenant.websiteDomain) {
      warnOfSample("website_domain", tenant.websiteDomain, expected, reader)
    }
  }

  private func warnOfSample(_ key: String, _ value: String, _ expected: String, _ reader: ObjectReader) {
    reader.fault(key, "\(value) is still the sample's", expected, .warning)
  }

  private func fileName(_ tenant: Tenant) -> String { ConfigurationLoader.fileName(tenant: tenant.id) }
}
