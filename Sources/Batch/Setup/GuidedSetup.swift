// GuidedSetup.swift - the questions of `opsfabric setup`, each answer checked at once against the real thing and kept at once.

import Business
import Configuration
import Curl
import LocalTime
import Operations
import Platform
import TwilioAPI

/// Asks, checks, writes the files. What comes then (apply, cron, connect, test call) is the commands' own.
package final class GuidedSetup {
  /// What was settled.
  package struct Outcome: Hashable, Sendable {
    package var tenant: String
    /// Who gets the test call's SMS, E.164; nil: no test call.
    package var testTo: String?
  }

  let home: Home
  let files: SetupFiles
  let dialogue: SetupDialogue
  let scene: Surroundings
  let transport: any HTTPTransport
  var console: any SetupConsole { dialogue.console }

  private var account = (sid: "", token: "")
  var credentials: TwilioCredentials { TwilioCredentials(accountSid: account.sid, authToken: account.token) }
  var tenant = ""
  var tenantFile: String { SetupFiles.tenant(tenant) }

  package init(
    home: Home, scene: Surroundings, transport: any HTTPTransport, console: any SetupConsole,
    given: [SetupQuestion: String], takesAll: Bool
  ) {
    self.home = home
    self.scene = scene
    self.transport = transport
    let zones = scene.zones
    files = SetupFiles(home: home) { zones.zone($0) != nil }
    dialogue = SetupDialogue(console: console, given: given, takesAll: takesAll)
  }

  /// - Throws: SetupStop, and what the files throw.
  package func run() throws -> Outcome {
    try askAccount()
    try askPublicURL()
    try askTenant()
    try ask(.name, "name")
    try askForwardTo()
    try askNumber()
    try askWebsite()
    try askNotify()
    let testTo = try askTestTo()
    if let fault = try files.complete(tenantFile) { throw SetupStop.failed(fault) }
    return Outcome(tenant: tenant, testTo: testTo)
  }

  // MARK: The installation

  private func askAccount() throws {
    let file = SetupFiles.installation
    let keys = (sid: "twilio.account_sid", token: "twilio.auth_token")
    var isWanted = true
    while isWanted {
      try dialogue.settle(.accountSID, offered: try files.answered(keys.sid, in: file)) {
        account.sid = $0
        return try files.take([(keys.sid, .text($0))], in: file)
      }
      var refusal: String?
      try dialogue.settle(.authToken, offered: try files.answered(keys.token, in: file)) { token in
        account.token = token
        if let fault = try files.take([(keys.token, .text(token))], in: file) { return fault }
        refusal = try accountRefusal()
        // Who is asked may have mistyped either of the two.
        return dialogue.takesAll ? refusal : nil
      }
      if let refusal { console.warn(refusal) }
      isWanted = refusal != nil
      // Given once, and refused: now it is asked for.
      if isWanted, dialogue.given[.accountSID] != nil, dialogue.given[.authToken] != nil {
        throw SetupStop.unanswered(.authToken, reason: refusal ?? "")
      }
    }
  }

  /// What Twilio says to the pair; nil when it is good.
  private func accountRefusal() throws -> String? {
    let result = transport.wait { done in
      client.fetchAccount(as: credentials) { result, _ in done(result) }
    }
    switch result {
    case .success(let account) where account.status != "active" && !account.status.isEmpty:
      return "the account is \(account.status): settle it in Twilio's console (balance, compliance)"
    case .success(let account):
      console.say("ok  account \(account.friendlyName.isEmpty ? self.account.sid : account.friendlyName)")
      if account.type.lowercased() == "trial" {
        console.warn("a trial account texts and calls verified numbers only; upgrade it in Twilio's console")
      }
      return nil
    case .failure(.credentials(let reason)): return "Twilio refuses this account and token: \(reason)"
    case .failure(.refused(404, _, _)): return "Twilio knows no such account"
    case .failure(let failure):
      throw SetupStop.failed("Twilio cannot be asked: \(failure.reason); try again later")
    case nil: throw SetupStop.failed("Twilio does not answer; try again later")
    }
  }

  private func askPublicURL() throws {
    let file = SetupFiles.installation
    try dialogue.settle(.publicURL, offered: try files.answered("public_url", in: file)) { answer in
      var url = answer
      while url.hasSuffix("/") { url.removeLast() }
      if let fault = try files.take([("public_url", .text(url))], in: file) { return fault }
      console.say("    looking at \(url) …")
      let doctor = Doctor(scene)
      let faults = doctor.examineHandlers(at: url, transport).filter { $0.status == .fault }
      if let fault = faults.first { return "\(fault.detail); \(fault.cure)" }
      console.say("ok  the handlers answer")
      return nil
    }
  }

  // MARK: The business

  private func askTenant() throws {
    let known = try files.tenants()
    try dialogue.settle(.tenant, offered: known.begun.first ?? known.whole.first) { answer in
      let isID =
        (1...64).contains(answer.utf8.count)
        && answer.utf8.allSatisfy { 97...122 ~= $0 || 48...57 ~= $0 || $0 == 45 }
      guard isID, answer != "example" else {
        return "'\(answer)' cannot name a file of settings; write a-z, 0-9 and -, such as doerfler"
      }
      tenant = answer
      // Begun, so that it is offered should it be broken off here.
      return known.whole.contains(answer) ? nil : try files.take([("active", .flag(false))], in: tenantFile)
    }
  }

  private func ask(_ question: SetupQuestion, _ key: String) throws {
    try dialogue.settle(question, offered: try files.answered(key, in: tenantFile)) {
      try files.take([(key, .text($0))], in: tenantFile)
    }
  }

  /// Of numbers without a prefix: the country of the numbers there are, else Switzerland.
  var country: String {
    let known = [
      try? files.answers("voice_numbers", in: tenantFile).first,
      try? files.answered("forward_to", in: tenantFile),
    ]
    return known.compactMap { $0.flatMap { PhoneNumber(e164: $0)?.country } }.first ?? "CH"
  }

  private func askForwardTo() throws {
    // Where the carrier forwards what was missed, nothing of ours rings.
    guard try files.text(of: tenantFile).text(at: "mode") != "carrier_forwarding" else { return }
    try dialogue.settle(.forwardTo, offered: try files.answered("forward_to", in: tenantFile)) { answer in
      guard let number = PhoneNumber(userTyped: answer, defaultCountry: country) else {
        return
          "'\(answer)' is no telephone number (without prefix: of \(country)); write it like +41791234567"
      }
      return try files.take([("forward_to", .text(number.e164))], in: tenantFile)
    }
  }

  private func askWebsite() throws {
    let known = try files.answered("website_domain", in: tenantFile)
    let host = try files.answered("public_url", in: SetupFiles.installation).flatMap { url in
      url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).dropFirst().first.map(
        String.init)
    }
    try dialogue.settle(.website, offered: known ?? host) { answer in
      // A whole address is understood too.
      let host = answer.split(separator: "/").first { !$0.hasSuffix(":") }.map(String.init) ?? answer
      return try files.take([("website_domain", .text(host))], in: tenantFile)
    }
  }

  private func askNotify() throws {
    let known = try files.answers("notify", member: "to", in: tenantFile).joined(separator: ", ")
    let own = try files.answered("forward_to", in: tenantFile).flatMap { PhoneNumber(e164: $0) }
    let likely = own?.lineType == .mobile ? own?.e164 : nil
    try dialogue.settle(.notify, offered: known.isEmpty ? likely : known) { answer in
      // What stands there may say more than one line can.
      if answer == known { return nil }
      do throws(PeopleToTell.Fault) {
        let people = try PeopleToTell(answer, country: country)
        return writing { try self.files.take([("notify", people.setting)], in: self.tenantFile) }
      } catch {
        return error.reason
      }
    }
  }

  /// A fault of the disk, too, is said and asked again.
  private func writing(_ body: () throws -> String?) -> String? {
    do { return try body() } catch { return "\(error)" }
  }

  private func askTestTo() throws -> String? {
    var testTo: String?
    try dialogue.settle(.testTo, offered: nil, isOptional: true) { answer in
      if answer.isEmpty { return nil }
      guard let number = PhoneNumber(userTyped: answer, defaultCountry: country) else {
        return
          "'\(answer)' is no telephone number (without prefix: of \(country)); write it like +41791234567"
      }
      testTo = number.e164
      return nil
    }
    return testTo
  }

  var client: TwilioClient {
    let text = try? files.text(of: SetupFiles.installation)
    return TwilioClient(
      transport: transport, apiBase: text?.text(at: "twilio.api_base") ?? "https://api.twilio.com",
      lookupsBase: text?.text(at: "twilio.lookups_base") ?? "https://lookups.twilio.com")
  }
}
