// NumberReview.swift - what Twilio says about a tenant's numbers, sender and countries, and what is wrong with it.
//
// `connect` and `doctor` share it: the one mends what can be mended, the other only tells.

import Business
import Curl
import Platform
import Twilio
import TwilioAPI

/// One thing that no address can mend, and what would.
package struct Advice: Hashable, Sendable {
  /// The tenant cannot work like this; otherwise a warning.
  package var isFault: Bool
  package var what: String
  package var cure: String
}

/// Asks Twilio about each account once. Not for use from several threads.
package final class NumberReview {
  let transport: any HTTPTransport
  package let client: TwilioClient
  let installation: Installation
  private var lists: [String: Result<[PhoneNumberResource], APIFailure>] = [:]
  private var countries: [String: Result<[String: Bool], APIFailure>] = [:]
  private var callable: [String: Result<Bool, APIFailure>] = [:]

  /// Asked for in one request per account.
  private let allCountries: [String]

  /// - Parameter tenants: all that will be reviewed.
  package init(transport: any HTTPTransport, installation: Installation, tenants: [Tenant]) {
    self.transport = transport
    self.installation = installation
    allCountries = Set(tenants.flatMap(\.allowedCountries)).sorted()
    client = TwilioClient(
      transport: transport, apiBase: installation.apiBase, lookupsBase: installation.lookupsBase)
  }

  package func credentials(_ tenant: Tenant) -> TwilioCredentials {
    installation.credentials(tenant.twilio ?? installation.account)
  }

  /// All numbers of the tenant's account, asked for once.
  package func numbers(of credentials: TwilioCredentials) -> Result<[PhoneNumberResource], APIFailure> {
    if let known = lists[credentials.accountSid] { return known }
    let result =
      transport.wait { client.listNumbers(as: credentials, completion: $0) }
      ?? .failure(.unavailable("no answer"))
    lists[credentials.accountSid] = result
    return result
  }

  /// Why a number is not where it should be.
  package func absence(of number: String, tenant: Tenant) -> Advice {
    let account = credentials(tenant).accountSid
    let home = installation.credentials(installation.account)
    if tenant.twilio != nil, case .success(let numbers) = numbers(of: home),
      numbers.contains(where: { $0.phoneNumber == number })
    {
      return Advice(
        isFault: true, what: "\(number) is in account \(home.accountSid), not in \(account)",
        cure:
          "move the number to the subaccount at Twilio, or take twilio out of config/tenants/\(tenant.id).json5"
      )
    }
    return Advice(
      isFault: true, what: "\(number) is not among the numbers of account \(account)",
      cure: "buy or port the number at Twilio, or correct config/tenants/\(tenant.id).json5")
  }

  /// What the number itself cannot do.
  package func advice(on number: PhoneNumberResource, roles: Set<NumberRole>) -> [Advice] {
    var result: [Advice] = []
    if roles.contains(.voice), number.canVoice == false {
      let rings = roles.contains(.ringing) ? ", nor make them: nobody of notify is rung" : ""
      result.append(
        Advice(
          isFault: true, what: "\(number.phoneNumber) cannot take calls\(rings)",
          cure: "buy a number with voice at Twilio and write it into voice_numbers"))
    }
    if roles.contains(.voice), number.trunkSid != nil {
      result.append(
        Advice(
          isFault: true, what: "a SIP trunk takes the calls of \(number.phoneNumber), no webhook comes",
          cure: "take the number out of the trunk in Twilio's console"))
    }
    guard roles.contains(.sender) else { return result }
    let kind = PhoneNumber(e164: number.phoneNumber)?.lineType
    if number.canSMS == false {
      let what = kind == .landline ? "is a geographic number and cannot do SMS" : "cannot do SMS"
      result.append(
        Advice(
          isFault: true, what: "the sender \(number.phoneNumber) \(what)",
          cure: "buy a mobile number with SMS at Twilio and write it as sms_sender"))
    } else if number.canSMS == nil, kind == .landline {
      result.append(
        Advice(
          isFault: false, what: "the sender \(number.phoneNumber) is a geographic number: such rarely do SMS",
          cure: "look at its capabilities in Twilio's console"))
    }
    return result
  }

  /// What is wrong with a fallback address, and with what lies there and beside it.
  package func advice(onFallback plan: NumberPlan, tenant: Tenant, home: Home) -> [Advice] {
    guard !plan.fallbackURL.isEmpty else { return [] }
    let names = FallbackFile.files(of: tenant).map(\.name)
    guard !plan.fallsBackToSameHost else {
      let files = names.map { "fallback/\($0)" }.joined(separator: " and ")
      return [
        Advice(
          isFault: false, what: "the voice fallback is on the host it is meant to replace",
          cure: "put \(files) on another host, then: opsfabric connect \(tenant.id) --fallback URL")
      ]
    }
    let url = String(plan.fallbackURL.prefix { $0 != "#" })
    // Whatever the first is called there, its own words name the others.
    let folder = url.prefix { $0 != "?" }.lastIndex(of: "/").map { url[...$0] } ?? ""
    for (index, name) in names.enumerated() {
      let found = advice(onFallbackFile: name, at: index == 0 ? url : folder + name, home: home)
      // Where the first is missing, so are the others.
      guard found.isEmpty else { return found }
    }
    return []
  }

  private func advice(onFallbackFile name: String, at url: String, home: Home) -> [Advice] {
    let file = "fallback/\(name)"
    let answer = transport.answers(to: [HTTPRequest(url: url, timeoutMilliseconds: 10_000)])[0]
    func bad(_ what: String, _ cure: String) -> [Advice] { [Advice(isFault: false, what: what, cure: cure)] }
    switch answer {
    case .failure(let failure):
      return bad(
        "the fallback \(url) cannot be reached: \(failure.reason)",
        "put \(file) there, readable for everybody")
    case .success(let reply) where reply.status != 200:
      return bad(
        "the fallback \(url) answers \(reply.status)", "put \(file) there, readable for everybody")
    case .success(let reply):
      let type =
        reply.headers["content-type"].map { String($0.prefix { $0 != ";" }).lowercased() } ?? "no type"
      guard ["text/xml", "application/xml", "text/html"].contains(type) else {
        return bad("the fallback \(url) comes as \(type)", "let that web server send it as text/xml")
      }
      guard let own = try? Files.read("\(home.path)/\(file)"), own != reply.body else { return [] }
      return bad("the fallback \(url) is not what \(file) says", "copy \(file) there again")
    }
  }

  /// What is wrong with a messaging service as the sender.
  package func adviceOnService(_ tenant: Tenant) -> [Advice] {
    guard !tenant.smsSender.hasPrefix("+") else { return [] }
    let (sid, account) = (tenant.smsSender, credentials(tenant))
    let ours = "\(installation.publicURL)/sms"
    func advice(_ isFault: Bool, _ what: String, _ cure: String) -> Advice {
      Advice(isFault: isFault, what: what, cure: cure)
    }
    let service: MessagingServiceResource
    switch transport.wait(for: { client.fetchService(sid, as: account, completion: $0) }) {
    case .success(let found): service = found
    case .failure(.refused(404, _, _)):
      return [
        advice(
          true, "the messaging service \(sid) is not in account \(account.accountSid)",
          "correct sms_sender in config/tenants/\(tenant.id).json5")
      ]
    case .failure(let failure):
      return [
        advice(false, "the messaging service \(sid) cannot be read: \(failure.reason)", "try again later")
      ]
    case nil: return []
    }
    var result: [Advice] = []
    if service.smartEncoding {
      result.append(
        advice(
          false,
          "the service \(sid) replaces characters (Smart Encoding): a lost answer may not be recognised",
          "switch Smart Encoding off for the service in Twilio's console"))
    }
    if case .success(let numbers) = transport.wait(for: {
      client.listNumbers(ofService: sid, as: account, completion: $0)
    }) {
      if numbers.isEmpty {
        result.append(
          advice(true, "the service \(sid) has no number to send from", "add one to it in Twilio's console"))
      }
      if service.usesWebhookOfNumber {
        let wrong = numbers.filter { number in
          guard case .success(let owned) = self.numbers(of: account),
            let set = owned.first(where: { $0.phoneNumber == number })
          else { return false }
          return String(set[.smsURL].prefix { $0 != "#" }) != ours
        }
        if !wrong.isEmpty {
          result.append(
            advice(
              true,
              "the service \(sid) leaves replies to its numbers, and \(wrong.joined(separator: ", ")) lead elsewhere",
              "set their message address to \(WebhookAddress.url(installation.publicURL, "sms")), POST"))
        }
      }
    }
    if !service.usesWebhookOfNumber {
      if String(service.inboundURL.prefix { $0 != "#" }) != ours || service.inboundMethod != "POST" {
        let fate = service.inboundURL.isEmpty ? "drops replies" : "sends replies to \(service.inboundURL)"
        result.append(
          advice(
            true, "the service \(sid) \(fate)",
            "set its inbound request URL to \(WebhookAddress.url(installation.publicURL, "sms")), POST"))
      }
    }
    return result
  }

  /// Countries the tenant needs and the account may not text or call. A hint: where Twilio does not say, nothing is
  /// said.
  package func adviceOnCountries(_ tenant: Tenant) -> [Advice] {
    let account = credentials(tenant)
    let name = "account \(account.accountSid)"
    let voiceCure = "Twilio's console: Voice, Settings, Geo permissions"
    var result: [Advice] = []
    func add(_ isFault: Bool, _ what: String, _ cure: String) {
      result.append(Advice(isFault: isFault, what: "\(name) \(what)", cure: cure))
    }
    let untexted = tenant.allowedCountries.filter { smsPermission($0, account) == false }
    if !untexted.isEmpty {
      add(
        false, "may not text to \(untexted.joined(separator: ", "))",
        "Twilio's console: Messaging, Settings, Geo permissions; or shorten allowed_countries")
    }
    func isOutOfReach(_ number: String) -> Bool {
      guard let country = PhoneNumber(e164: number)?.country else { return false }
      return voicePermission(country, account) == false
    }
    if tenant.mode == .frontNumber, let target = tenant.forwardTo, isOutOfReach(target),
      let country = PhoneNumber(e164: target)?.country
    {
      add(true, "may not call \(country): no call is forwarded", voiceCure)
    }
    let unrung = tenant.notify.filter { $0.channel == .call && isOutOfReach($0.to) }
    if !unrung.isEmpty {
      let people = unrung.map { tenant.personName($0.to) }.joined(separator: ", ")
      add(true, "may not call the country of \(people): never rung for an urgent request", voiceCure)
    }
    guard tenant.people.contains(where: { $0.phone != nil }) else { return result }
    let uncalled = tenant.allowedCountries.filter { voicePermission($0, account) == false }
    if !uncalled.isEmpty {
      add(
        false,
        "may not call callers in \(uncalled.joined(separator: ", ")): nobody can be connected with them",
        voiceCure + "; or shorten allowed_countries")
    }
    return result
  }

  private func smsPermission(_ country: String, _ account: TwilioCredentials) -> Bool? {
    if countries[account.accountSid] == nil {
      countries[account.accountSid] =
        transport.wait { client.smsPermissions(countries: allCountries, as: account, completion: $0) }
    }
    return (try? countries[account.accountSid]?.get())?[country]
  }

  private func voicePermission(_ country: String, _ account: TwilioCredentials) -> Bool? {
    let key = "\(account.accountSid) \(country)"
    if callable[key] == nil {
      callable[key] = transport.wait { client.voicePermission(country: country, as: account, completion: $0) }
    }
    return try? callable[key]?.get()
  }
}
