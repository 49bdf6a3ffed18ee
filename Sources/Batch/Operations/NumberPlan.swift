// NumberPlan.swift - where a number must lead, and what has to change for that. Pure.
//
// Every address of ours carries the retry fragment (WebhookAddress). A voice fallback on another host is the
// operator's and stays as it is; without one Twilio is led to our own `twilio-error`, which helps as long as the host
// itself is up.

import Business
import Twilio
import TwilioAPI

/// What a number is for.
package enum NumberRole: Hashable, Sendable {
  /// Callers call it.
  case voice
  /// Messages go out from it, and replies come in.
  case sender
  /// The tenant's people are rung from it.
  case ringing
}

package struct NumberPlan {
  package struct Change: Hashable, Sendable {
    package var setting: NumberSetting
    package var before: String
    package var after: String
  }

  package let changes: [Change]
  /// The voice fallback is on the host whose failure it is for.
  package let fallsBackToSameHost: Bool
  /// The voice fallback after the changes; empty for a number that is not called.
  package let fallbackURL: String

  /// - Parameter fallback: an address for the static TwiML, given by the operator; nil keeps what is set.
  package init(
    publicURL: String, number: PhoneNumberResource, roles: Set<NumberRole>, fallback: String? = nil
  ) {
    var wanted: [(NumberSetting, String)] = []
    func lead(_ url: NumberSetting, _ method: NumberSetting, to handler: String) {
      wanted += [(url, WebhookAddress.url(publicURL, handler)), (method, "POST")]
    }
    var fallbackURL = ""
    if roles.contains(.voice) {
      lead(.voiceURL, .voiceMethod, to: "voice")
      fallbackURL = fallback ?? number[.voiceFallbackURL]
      if NumberPlan.isElsewhere(fallbackURL, than: publicURL) {
        if fallback != nil, !fallbackURL.contains("#") { fallbackURL += WebhookAddress.retryFragment }
        // A file on a web server may be read, not posted to.
        wanted += [(.voiceFallbackURL, fallbackURL), (.voiceFallbackMethod, "GET")]
      } else {
        lead(.voiceFallbackURL, .voiceFallbackMethod, to: "twilio-error")
        fallbackURL = WebhookAddress.url(publicURL, "twilio-error")
      }
      lead(.statusCallback, .statusCallbackMethod, to: "call-status")
      // An application, where there is one, takes the place of the addresses.
      wanted.append((.voiceApplicationSid, ""))
    }
    // Twilio's setting of a number that cannot do SMS means nothing.
    if number.canSMS != false {
      lead(.smsURL, .smsMethod, to: "sms")
      lead(.smsFallbackURL, .smsFallbackMethod, to: "twilio-error")
      wanted.append((.smsApplicationSid, ""))
    }
    changes = wanted.compactMap { setting, value in
      number[setting] == value ? nil : Change(setting: setting, before: number[setting], after: value)
    }
    self.fallbackURL = fallbackURL
    fallsBackToSameHost = roles.contains(.voice) && !NumberPlan.isElsewhere(fallbackURL, than: publicURL)
  }

  /// A web address on a host that is not `publicURL`'s.
  package static func isElsewhere(_ url: String, than publicURL: String) -> Bool {
    guard let host = host(url) else { return false }
    return host != self.host(publicURL)
  }

  /// Never leaves the machine: a test's address.
  package static func isLoopback(_ url: String) -> Bool {
    guard let host = host(url) else { return false }
    return host == "localhost" || host.hasPrefix("127.")
  }

  /// Without port, in lower case; nil for what is no web address.
  static func host(_ url: String) -> String? {
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count >= 3, ["http:", "https:"].contains(parts[0].lowercased()), parts[1].isEmpty else {
      return nil
    }
    let authority = parts[2].split(separator: "@").last ?? ""
    let host = authority.prefix { $0 != ":" && $0 != "?" && $0 != "#" }.lowercased()
    return host.isEmpty ? nil : host
  }
}

extension Tenant {
  /// The numbers to be set up, each with what it is for, in the order of the configuration.
  package var numberRoles: [(number: String, roles: Set<NumberRole>)] {
    var result = voiceNumbers.map { (number: $0, roles: [NumberRole.voice] as Set<NumberRole>) }
    if !result.isEmpty, notify.contains(where: { $0.channel == .call }) { result[0].roles.insert(.ringing) }
    guard smsSender.hasPrefix("+") else { return result }
    if let index = result.firstIndex(where: { $0.number == smsSender }) {
      result[index].roles.insert(.sender)
    } else {
      result.append((number: smsSender, roles: [.sender]))
    }
    return result
  }
}
