// GuidedSetup+Number.swift - which of the account's numbers callers call and which one texts; what to buy where there is none.

import Business
import Configuration
import Curl
import TwilioAPI

extension GuidedSetup {
  func askNumber() throws {
    var owned = try ownedNumbers()
    while !owned.contains(where: { $0.canVoice != false }) || !owned.contains(where: { $0.canSMS != false }) {
      let what =
        owned.isEmpty ? "the account has no number" : "no number of the account can do \(lack(owned))"
      console.warn(what)
      for line in offers() { console.say(line) }
      try dialogue.wait(
        for: "Buy one in Twilio's console, then press Enter",
        otherwise: "\(what): buy one in Twilio's console, then the same command again")
      owned = try ownedNumbers()
    }
    let known = try files.answers("voice_numbers", in: tenantFile)
    if dialogue.given[.number] == nil, !dialogue.takesAll {
      console.say("")
      console.say("Numbers of the account:")
      for (index, number) in owned.enumerated() {
        console.say("  \(index + 1)  \(number.phoneNumber)  \(abilities(number))")
      }
    }
    let likely = owned.count == 1 ? owned[0].phoneNumber : nil
    try dialogue.settle(.number, offered: known.first ?? likely) { answer in
      guard let number = chosen(answer, among: owned) else {
        return
          "'\(answer)' is none of the account's numbers: \(owned.map(\.phoneNumber).joined(separator: ", "))"
      }
      guard number.canVoice != false else { return "\(number.phoneNumber) cannot take calls; choose another" }
      guard number.trunkSid == nil else {
        return
          "a SIP trunk takes the calls of \(number.phoneNumber); take it out of the trunk in Twilio's console"
      }
      if !known.contains(number.phoneNumber) {
        let numbers = ConfigurationText.Value.list([.text(number.phoneNumber)])
        if let fault = try files.take([("voice_numbers", numbers)], in: tenantFile) { return fault }
      }
      return try takeSender(for: number, owned)
    }
  }

  private func ownedNumbers() throws -> [PhoneNumberResource] {
    switch transport.wait(for: { [self] in client.listNumbers(as: credentials, completion: $0) }) {
    case .success(let numbers): return numbers.sorted { $0.phoneNumber < $1.phoneNumber }
    case .failure(let failure):
      throw SetupStop.failed("the account's numbers cannot be read: \(failure.reason)")
    case nil: throw SetupStop.failed("Twilio does not answer; try again later")
    }
  }

  /// By its place in the list, or the number as anybody writes it.
  private func chosen(_ answer: String, among owned: [PhoneNumberResource]) -> PhoneNumberResource? {
    if let place = Int(answer), (1...owned.count).contains(place), answer.utf8.count < 4 {
      return owned[place - 1]
    }
    let typed = PhoneNumber(userTyped: answer, defaultCountry: country)?.e164 ?? answer
    return owned.first { $0.phoneNumber == typed }
  }

  /// The number itself where it can do SMS, else what was chosen before, else another one of the account.
  private func takeSender(for number: PhoneNumberResource, _ owned: [PhoneNumberResource]) throws -> String? {
    let known = try files.answered("sms_sender", in: tenantFile)
    if let known,
      !known.hasPrefix("+") || owned.contains(where: { $0.phoneNumber == known && $0.canSMS != false })
    {
      return nil
    }
    guard number.canSMS == false else {
      console.say("ok  \(number.phoneNumber): \(abilities(number))")
      return known == nil ? nil : try files.take([("sms_sender", .text(number.phoneNumber))], in: tenantFile)
    }
    guard let sender = owned.first(where: { $0.canSMS != false }) else { return "no number can do SMS" }
    console.say(
      "ok  \(number.phoneNumber) takes the calls; it cannot do SMS, so \(sender.phoneNumber) sends them and takes replies"
    )
    return try files.take([("sms_sender", .text(sender.phoneNumber))], in: tenantFile)
  }

  /// What could be bought in the business's country, as far as the account can see.
  private func offers() -> [String] {
    let country = country
    let prices = try? transport.wait { [self] in
      client.numberPrices(in: country, as: credentials, completion: $0)
    }?.get()
    var lines: [String] = []
    for kind in NumberOffer.Kind.allCases {
      guard
        let offer = try? transport.wait(for: { [self] in
          client.numberForSale(kind, in: country, as: credentials, completion: $0)
        })?.get()
      else { continue }
      let price =
        prices?.prices[kind].map { "\($0) \(prices?.currency ?? "") a month" } ?? "price: see the console"
      let fit = offer.canSMS && offer.canVoice ? "  <- does all that is needed" : ""
      lines.append(
        "  \(country) \(kind.rawValue.lowercased()): \(words(offer.canVoice, offer.canSMS)), \(price)"
          + "\(offer.needsAddress ? ", needs an address" : "")\(fit)")
    }
    return lines.isEmpty
      ? ["  Twilio shows no number for sale in \(country)"] : ["For sale at Twilio:"] + lines
  }

  private func lack(_ owned: [PhoneNumberResource]) -> String {
    owned.contains { $0.canVoice != false } ? "SMS" : "voice"
  }

  private func abilities(_ number: PhoneNumberResource) -> String { words(number.canVoice, number.canSMS) }

  private func words(_ voice: Bool?, _ sms: Bool?) -> String {
    func word(_ ability: Bool?, _ name: String) -> String {
      ability.map { $0 ? name : "no \(name)" } ?? "\(name) unknown"
    }
    return "\(word(voice, "voice")), \(word(sms, "SMS"))"
  }
}
