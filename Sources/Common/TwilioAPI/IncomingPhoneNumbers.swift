// IncomingPhoneNumbers.swift - the numbers an account owns: what they can do, and where they lead.

import Curl

/// What can be set on a number, by the name of its field.
package enum NumberSetting: String, CaseIterable, Sendable {
  case voiceURL = "voice_url"
  case voiceMethod = "voice_method"
  case voiceFallbackURL = "voice_fallback_url"
  case voiceFallbackMethod = "voice_fallback_method"
  case statusCallback = "status_callback"
  case statusCallbackMethod = "status_callback_method"
  case smsURL = "sms_url"
  case smsMethod = "sms_method"
  case smsFallbackURL = "sms_fallback_url"
  case smsFallbackMethod = "sms_fallback_method"
  /// Stand before the URLs where they are set.
  case voiceApplicationSid = "voice_application_sid"
  case smsApplicationSid = "sms_application_sid"

  /// `voice_url` is set by the parameter `VoiceUrl`.
  package var parameter: String {
    rawValue.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}

/// A number as Twilio keeps it.
package struct PhoneNumberResource: Sendable, Hashable {
  package var sid: String
  package var phoneNumber: String
  /// nil when Twilio does not say.
  package var canVoice: Bool?
  package var canSMS: Bool?
  /// A SIP trunk takes the calls, whatever the URLs are.
  package var trunkSid: String?
  private var settings: [NumberSetting: String]

  package init(
    sid: String, phoneNumber: String, canVoice: Bool? = true, canSMS: Bool? = true, trunkSid: String? = nil,
    settings: [NumberSetting: String] = [:]
  ) {
    self.sid = sid
    self.phoneNumber = phoneNumber
    self.canVoice = canVoice
    self.canSMS = canSMS
    self.trunkSid = trunkSid
    self.settings = settings
  }

  /// Empty where nothing is set.
  package subscript(setting: NumberSetting) -> String {
    get { settings[setting] ?? "" }
    set { settings[setting] = newValue }
  }
}

extension TwilioClient {
  /// The account's numbers, all or one.
  package func listNumbers(
    _ number: String? = nil, pageSize: Int = 1000, maxPages: Int = 20, as credentials: TwilioCredentials,
    completion: @escaping (Result<[PhoneNumberResource], APIFailure>) -> Void
  ) {
    let url = listURL(
      "IncomingPhoneNumbers.json", [("PhoneNumber", number)], pageSize: pageSize, of: credentials)
    collect(from: url, WireNumberPage.self, pages: maxPages, as: credentials) { result in
      // Twilio also finds numbers that only begin like this one.
      completion(result.map { $0.map(\.resource).filter { number == nil || $0.phoneNumber == number } })
    }
  }

  package func fetchNumber(
    _ sid: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<PhoneNumberResource, APIFailure>) -> Void
  ) {
    read(numberURL(sid, credentials), WireNumber.self, as: credentials) { completion($0.map(\.resource)) }
  }

  /// Sets what is named and leaves the rest. May be repeated.
  package func updateNumber(
    _ sid: String, _ changes: [(setting: NumberSetting, value: String)], as credentials: TwilioCredentials,
    completion: @escaping (Result<PhoneNumberResource, APIFailure>) -> Void
  ) {
    let fields = changes.map { (name: $0.setting.parameter, value: $0.value) }
    exchange(form(fields, to: numberURL(sid, credentials), as: credentials), WireNumber.self) { result, _ in
      completion(result.map(\.resource))
    }
  }

  private func numberURL(_ sid: String, _ credentials: TwilioCredentials) -> String {
    resource("IncomingPhoneNumbers/\(sid).json", of: credentials)
  }
}

struct WireNumber: Decodable {
  struct Capabilities: Decodable {
    let voice, sms, inCapitals: Bool?

    /// Twilio's older answers write SMS in capitals.
    enum CodingKeys: String, CodingKey {
      case voice, sms
      case inCapitals = "SMS"
    }

    var canSMS: Bool? { sms ?? self.inCapitals }
  }

  let sid: String
  let phoneNumber: LooseText?
  let capabilities: Capabilities?
  let trunkSid: LooseText?
  let voiceUrl, voiceMethod, voiceFallbackUrl, voiceFallbackMethod, statusCallback, statusCallbackMethod,
    smsUrl, smsMethod, smsFallbackUrl, smsFallbackMethod, voiceApplicationSid, smsApplicationSid: LooseText?

  var resource: PhoneNumberResource {
    let values: [(NumberSetting, LooseText?)] = [
      (.voiceURL, voiceUrl), (.voiceMethod, voiceMethod), (.voiceFallbackURL, voiceFallbackUrl),
      (.voiceFallbackMethod, voiceFallbackMethod), (.statusCallback, statusCallback),
      (.statusCallbackMethod, statusCallbackMethod), (.smsURL, smsUrl), (.smsMethod, smsMethod),
      (.smsFallbackURL, smsFallbackUrl), (.smsFallbackMethod, smsFallbackMethod),
      (.voiceApplicationSid, voiceApplicationSid), (.smsApplicationSid, smsApplicationSid),
    ]
    var number = PhoneNumberResource(
      sid: sid, phoneNumber: phoneNumber?.value ?? "", canVoice: capabilities?.voice,
      canSMS: capabilities?.canSMS,
      trunkSid: trunkSid?.value.flatMap { $0.isEmpty ? nil : $0 })
    for (setting, value) in values { number[setting] = value?.value ?? "" }
    return number
  }
}

struct WireNumberPage: WirePage {
  let incomingPhoneNumbers: [WireNumber]
  let nextPageUri: String?
  var elements: [WireNumber] { incomingPhoneNumbers }
}
