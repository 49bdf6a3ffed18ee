// ObjectReader+Settings.swift - reads a file as the table of settings says: its keys, and the kinds of their values.

import Business
import Settings

extension Setting {
  /// `quiet_hours` and `from`; no section where the key stands by itself.
  var path: (section: String, name: String) {
    let parts = key.split(separator: ".").map { String($0) }
    return parts.count == 2 ? (parts[0], parts[1]) : ("", key)
  }
}

extension ObjectReader {
  /// Reads every setting into `owner`, which keeps its defaults in place of what is not said or wrong, and reports keys
  /// that are none.
  /// - Parameters:
  ///   - country: that of numbers without prefix, by what was read before them.
  ///   - opening: the object around a section's settings, where it is not simply the one of that key.
  func read<Owner: SettingsOwner>(
    into owner: inout Owner, country: (Owner) -> String = { _ in "CH" },
    opening: (SettingsSection, inout Owner) -> ObjectReader?
  ) {
    var section = ""
    var reader: ObjectReader? = self
    func finish() { if section != "" { reader?.finish() } }
    for setting in Owner.settings {
      let path = setting.path
      if path.section != section {
        finish()
        section = path.section
        reader = self
        if let next = Owner.sections.first(where: { $0.key == section }) { reader = opening(next, &owner) }
      }
      guard let reader else { continue }
      reader.country = country(owner)
      guard let value = reader.value(path.name, setting.kind, required: setting.isRequired) else { continue }
      // Refused is only what the settings file cannot keep, and that has its fault already.
      _ = setting.set(value, on: &owner)
    }
    finish()
    self.finish()
  }

  /// The value of a key; nil where it is not there, or is wrong, with a fault noted.
  private func value(_ key: String, _ kind: SettingKind, required isRequired: Bool) -> SettingValue? {
    switch kind {
    case .flag: boolean(key).map { .flag($0) }
    case .onOff: onOff(key).map { .flag($0) }
    case .whole(let range, let unit): integer(key, range, unit: unit).map { .whole($0) }
    case .number(let range): number(key, range).map { .number($0) }
    case .choice(let words): value(key).flatMap { word($0, at: key, among: words()) }.map { .text($0) }
    case .text(let expected): string(key, expected, required: isRequired).map { .text($0) }
    case .lines(let expected): string(key, expected, multiline: true).map { .text($0) }
    case .secret(let expected, let length):
      secret(key, expected, atLeast: length, required: isRequired).map { .text($0) }
    case .url(let expected, let form): url(key, expected, form, required: isRequired).map { .text($0) }
    case .time: time(key).map { .whole($0) }
    case .date: date(key).map { .text($0.iso8601) }
    case .phone: phone(key).map { .text($0) }
    case .phones(let single): phones(key, single: single).map { .list($0) }
    case .mail: mail(key, required: isRequired).map { .text($0) }
    case .mails: mails(key).map { .list($0) }
    case .accountSid: accountSid(key).map { .text($0) }
    case .announcement: announcement(key).map { .text(SettingsText.announcement($0)) }
    case .apiKey: TwilioKeys(reader: self).apiKey(key).map { .text($0) }
    case .webhookKeys: TwilioKeys(reader: self).webhookKeys(key).map { .text($0) }
    case .answers: TenantTexts.answers(key, self).map { .text(SettingsText.lines($0)) }
    case .businessHours: TenantTimes(reader: self).businessHours(key).map { .text(SettingsText.hours($0)) }
    case .copyPlace: copyPlace(key).map { .text($0) }
    case .countries: countries(key).map { .list($0) }
    case .currency: currency(key).map { .text($0) }
    case .holidays: TenantTimes(reader: self).holidays(key).map { .text(SettingsText.holidays($0)) }
    case .hosts: hosts(key).map { .list($0) }
    case .intake(let expected): intake(key, expected).map { .text($0) }
    case .ledgerAccount: ledgerAccount(key).map { .text($0) }
    case .people:
      TenantPeople(reader: self).people(key).flatMap { try? SettingsText.notify($0) }.map { .text($0) }
    case .persons: TenantPeople(reader: self).persons(key).map { .text(SettingsText.lines($0)) }
    case .receivers:
      Receivers(reader: self).receivers(key).flatMap { try? SettingsText.receivers($0) }.map { .text($0) }
    case .region: region(key, required: isRequired).map { .text($0) }
    case .sender: sender(key).map { .text($0) }
    case .timezone: string(key, Formats.timezoneExpected).map { .text($0) }
    case .voiceNumbers: voiceNumbers(key).map { .list($0) }
    case .website: website(key).map { .text($0) }
    }
  }
}
