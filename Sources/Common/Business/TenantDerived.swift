// TenantDerived.swift - what follows from a tenant's settings without being one of them.

extension Tenant {
  /// What people answer a caller with one tap, before it is filled in: their own texts, or the built-in ones.
  package var cannedAnswers: [String] {
    guard templates.answers.isEmpty else { return templates.answers }
    return [
      language.say(
        de: "Bin in 20 Minuten da.", fr: "J'arrive dans 20 minutes.", it: "Arrivo tra 20 minuti.",
        en: "I'll be there in 20 minutes."),
      language.say(
        de: "Wir rufen Sie bis {SLA} an.", fr: "Nous vous appelons d'ici {SLA}.",
        it: "La chiamiamo entro {SLA}.",
        en: "We'll call you by {SLA}."),
    ]
  }

  /// ISO 4217: Swiss francs in Switzerland and Liechtenstein, else euros, unless the settings say another.
  package var currency: String {
    let number = voiceNumbers.first ?? callbackPhone
    return ownCurrency ?? (number.hasPrefix("+41") || number.hasPrefix("+423") ? "CHF" : "EUR")
  }

  /// ISO code of the country that numbers without prefix belong to, wherever people of the tenant or its callers type
  /// or read them: the one that most of its own numbers are of; of equals, that of the number callers are told to
  /// call. CH where its numbers are of no country.
  package var country: String {
    if let plainCountry { return plainCountry }
    let numbers = [callbackPhone] + voiceNumbers + [forwardTo].compactMap { $0 }
    let own = Set(numbers)
    var counts: [String: Int] = [:]
    for country in own.compactMap({ PhoneNumber(e164: $0)?.country }) { counts[country, default: 0] += 1 }
    let most = counts.values.max()
    let preferred = numbers.compactMap { PhoneNumber(e164: $0)?.country }
    return preferred.first { counts[$0] == most } ?? "CH"
  }

  /// Where all numbers begin with one code that countries do not share, as most tenants' do: by their bytes, since each
  /// page asks, and to make the table of all codes costs a seventh of a page.
  private var plainCountry: String? {
    func isPlain(_ code: String) -> Bool {
      callbackPhone.hasPrefix(code) && voiceNumbers.allSatisfy { $0.hasPrefix(code) }
        && forwardTo?.hasPrefix(code) ?? true
    }
    if isPlain("+41") { return "CH" }
    if isPlain("+49") { return "DE" }
    if isPlain("+43") { return "AT" }
    return isPlain("+33") ? "FR" : nil
  }

  /// The number people know, where calls to it come to ours because a carrier forwards them; nil where they call ours.
  package var forwardedNumber: String? {
    if !voiceNumbers.contains(callbackPhone) { return callbackPhone }
    return mode == .carrierForwarding ? forwardTo : nil
  }

  /// No caller, but our own check call that the carrier has forwarded.
  package func isCheckCall(from caller: String) -> Bool {
    checkCall == .weekly && voiceNumbers.contains(caller)
  }

  package var vacation: Vacation? {
    guard let vacationFrom, let vacationTo else { return nil }
    return Vacation(from: vacationFrom, to: vacationTo)
  }

  /// Its name as it stands in SMS; pages, mails and spoken texts keep `name`.
  package var nameInSMS: String {
    MessageTemplate.nameInSMS(name, own: templates.missedCall, phone: callbackPhone, language: language)
  }
}
