// TenantCheck.swift - `config/tenants/ID.json5`: what one key alone cannot tell.
//
// The keys are in the table of settings; the texts are rendered in TenantTexts.

import Business
import Settings

struct TenantCheck {
  let id: String
  let reader: ObjectReader
  let zoneExists: (String) -> Bool
  /// Where the file gives none.
  var smsLimits = Ceiling.tenant

  /// As much as can be read, with defaults in place of what is wrong; the faults say what that is.
  func tenant() -> Tenant {
    var tenant = Tenant.blank
    tenant.id = id
    tenant.smsLimits = smsLimits
    reader.read(into: &tenant, country: \.country) { section, _ in
      reader.object(section.key, section.expected)
    }
    timezone(&tenant)
    numbers(&tenant)
    reader.checkCeiling("sms_limits", tenant.smsLimits)
    quietHours(&tenant)
    vacation(&tenant)
    // Half of what only counts as a whole has its fault already.
    if tenant.accounts?.credit == "" { tenant.accounts = nil }
    if tenant.twilio?.authToken.value == "" { tenant.twilio = nil }
    // A list whose entries are wrong has faults enough.
    if reader.value("notify").map({ $0 == .array([]) }) ?? true {
      reader.fault(
        "notify", "names nobody", "list who is told of new tickets, or they are seen only in the inbox",
        .warning)
    }
    TenantPeople.checkRotation(tenant, reader)
    TenantTexts.check(tenant, reader)
    return tenant
  }

  private func timezone(_ tenant: inout Tenant) {
    guard reader.has("timezone"), !zoneExists(tenant.timezone) else { return }
    reader.fault(
      "timezone", "\(quoted(tenant.timezone)) is not in this machine's time zone database",
      "\(Formats.timezoneExpected); if that is what it says, install the package tzdata")
    tenant.timezone = Tenant.blank.timezone
  }

  /// A vacation is whole, or none.
  private func vacation(_ tenant: inout Tenant) {
    let expected = #"write {from: "2027-07-26", to: "2027-08-08"}, both days included"#
    switch (tenant.vacationFrom, tenant.vacationTo) {
    case (nil, nil):
      if tenant.vacationText != nil { reader.fault("vacation", "names no days", expected) }
    case (let first?, let last?) where first <= last: TenantTexts.checkVacation(tenant, reader)
    case (_?, _?): reader.fault("vacation.to", "is before the day it begins", expected)
    case (let first, _):
      // A day that is none has its fault already.
      let missing = first == nil ? "from" : "to"
      if reader.has(missing, in: "vacation") { return }
      reader.fault("vacation.\(missing)", "is missing", expected)
    }
  }

  private func numbers(_ tenant: inout Tenant) {
    if tenant.mode == .frontNumber, !reader.has("forward_to") {
      reader.fault(
        "forward_to", "is missing",
        "write the number that shall ring, or set mode: \"carrier_forwarding\" when the carrier forwards")
    }
    if let target = tenant.forwardTo, tenant.voiceNumbers.contains(target) {
      reader.fault(
        "forward_to",
        "\(target) is one of the tenant's own voice_numbers: the call would go round in circles",
        "write the number of the business's telephone")
    }
    if tenant.checkCall == .weekly, tenant.forwardedNumber == nil {
      reader.fault(
        "check_call", "there is no number to call: people call a voice number",
        "write as callback_phone the number that the carrier forwards, or check_call: \"off\"")
    }
    let first = tenant.voiceNumbers.first ?? ""
    if tenant.smsSender.isEmpty { tenant.smsSender = first }
    warnOfLandline(tenant.smsSender)
    if tenant.callbackPhone.isEmpty { tenant.callbackPhone = first }
  }

  private func warnOfLandline(_ sender: String) {
    guard let number = PhoneNumber(e164: sender), number.country == "CH", number.lineType == .landline else {
      return
    }
    let origin = reader.has("sms_sender") ? "" : " (the default: the first voice number)"
    reader.fault(
      "sms_sender", "\(sender)\(origin) is a Swiss geographic number, which cannot do SMS at Twilio",
      "write a mobile number or a messaging service; `opsfabric connect` shows what the number can do",
      .warning)
  }

  private func quietHours(_ tenant: inout Tenant) {
    if tenant.quietHours.from == 1440 {
      reader.fault("quiet_hours.from", "24:00 can only be an end", "write 00:00")
    } else if tenant.quietHours.from == 0, tenant.quietHours.to == 1440 {
      reader.fault(
        "quiet_hours.to", "the whole day is quiet: no SMS would ever leave", "leave some hours of the day")
    }
  }
}
