// TwilioClient.swift - Twilio's REST API: messages, calls, Lookup.
//
// Answers come through completions, called from the transport's `poll`. Creating a message is the
// one request here that must not be repeated lightly; it ends in a SendOutcome which says so.
// Credentials go to the two configured addresses and their neighbours at Twilio only (accounts.twilio.com beside
// api.twilio.com), never to an address found in an answer.

import CGI
import Curl
import LocalTime
import Twilio

/// One client serves all accounts; the credentials come with each request.
package final class TwilioClient {
  let transport: any HTTPTransport
  let apiBase: String
  let lookupsBase: String
  let timeoutMilliseconds: Int

  /// - Parameter apiBase: `https://api.twilio.com`, or a stand-in's address with or without a path.
  /// - Parameter lookupsBase: `https://lookups.twilio.com`, likewise.
  package init(
    transport: any HTTPTransport, apiBase: String, lookupsBase: String, timeoutMilliseconds: Int = 10000
  ) {
    self.transport = transport
    self.apiBase = withoutTrailingSlashes(apiBase)
    self.lookupsBase = withoutTrailingSlashes(lookupsBase)
    self.timeoutMilliseconds = timeoutMilliseconds
  }

  /// Hands a message to Twilio. Called twice it sends twice: the caller guards.
  package func create(
    _ sms: OutgoingSMS, as credentials: TwilioCredentials, completion: @escaping (SendOutcome) -> Void
  ) {
    var fields: [(name: String, value: String)] = [
      ("To", sms.to),
      (isMessagingService(sms.sender) ? "MessagingServiceSid" : "From", sms.sender),
      ("Body", sms.body),
    ]
    if let callback = sms.statusCallback { fields.append(("StatusCallback", callback)) }
    fields.append(("ValidityPeriod", String(min(max(1, sms.validityPeriodSeconds), 36000))))
    create("Messages.json", fields, as: credentials, { decoded(WireMessage.self, $0)?.resource }, completion)
  }

  /// Lets Twilio ring somebody. Called twice it rings twice: the caller guards.
  package func place(
    _ call: OutgoingCall, as credentials: TwilioCredentials,
    completion: @escaping (CreateOutcome<CallResource>) -> Void
  ) {
    let fields: [(name: String, value: String)] = [
      ("To", call.to), ("From", call.from), ("Url", call.url), ("Method", "POST"),
      ("StatusCallback", call.statusCallback), ("StatusCallbackMethod", "POST"),
      ("StatusCallbackEvent", "completed"), ("Timeout", String(call.ringSeconds)),
    ]
    create("Calls.json", fields, as: credentials, { decoded(WireCall.self, $0)?.resource }, completion)
  }

  private func create<Resource>(
    _ path: String, _ fields: [(name: String, value: String)], as credentials: TwilioCredentials,
    _ read: @escaping ([UInt8]) -> Resource?, _ completion: @escaping (CreateOutcome<Resource>) -> Void
  ) {
    let request = form(fields, to: resource(path, of: credentials), as: credentials)
    transport.submit(request) { result in
      switch result {
      case .failure(.neverSent(let reason)): completion(.neverSent(reason))
      case .failure(.ambiguous(let reason)), .failure(.tooLarge(let reason)): completion(.unknown(reason))
      case .success(let reply) where 200..<300 ~= reply.status:
        if let made = read(reply.body), !made.sid.isEmpty {
          completion(.accepted(made))
        } else {
          completion(.unknown("HTTP \(reply.status) without a readable answer"))
        }
      case .success(let reply): completion(ErrorReply(reply).outcome())
      }
    }
  }

  /// The present state of a message: final status, price, segments.
  package func fetchMessage(
    _ sid: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<MessageResource, APIFailure>) -> Void
  ) {
    read(resource("Messages/\(percentEncoded(sid)).json", of: credentials), WireMessage.self, as: credentials)
    {
      completion($0.map(\.resource))
    }
  }

  /// Empties the text Twilio keeps of a message; what it cost and when it went stays.
  package func redactMessage(
    _ sid: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<MessageResource, APIFailure>) -> Void
  ) {
    let url = resource("Messages/\(percentEncoded(sid)).json", of: credentials)
    exchange(form([("Body", "")], to: url, as: credentials), WireMessage.self) { result, _ in
      completion(result.map(\.resource))
    }
  }

  /// The Sids of the pictures that came with a message.
  package func listMedia(
    of message: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<[String], APIFailure>) -> Void
  ) {
    let url = resource("Messages/\(percentEncoded(message))/Media.json?PageSize=100", of: credentials)
    read(url, WireMediaPage.self, as: credentials) { completion($0.map { $0.mediaList.map(\.sid) }) }
  }

  /// Removes a picture from Twilio.
  package func deleteMedia(
    _ sid: String, of message: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<Void, APIFailure>) -> Void
  ) {
    delete(
      "Messages/\(percentEncoded(message))/Media/\(percentEncoded(sid)).json", as: credentials,
      completion: completion)
  }

  /// A voice message's audio, as MP3.
  package func fetchRecording(
    _ sid: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<[UInt8], APIFailure>) -> Void
  ) {
    var request = request(resource("Recordings/\(percentEncoded(sid)).mp3", of: credentials), as: credentials)
    request.headers = [(name: "Accept", value: "audio/mpeg")]
    submit(request) { completion($0.map(\.body)) }
  }

  /// Removes a voice message from Twilio.
  package func deleteRecording(
    _ sid: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<Void, APIFailure>) -> Void
  ) {
    delete("Recordings/\(percentEncoded(sid)).json", as: credentials, completion: completion)
  }

  private func delete(
    _ path: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<Void, APIFailure>) -> Void
  ) {
    var request = request(resource(path, of: credentials), as: credentials)
    request.method = "DELETE"
    submit(request) { result in
      // Twilio says 204 of what is gone. A page of something in between says 200, and nothing was done.
      completion(
        result.flatMap { reply in
          reply.status == 204
            ? .success(()) : .failure(.unavailable("HTTP \(reply.status) where 204 says that it is gone"))
        })
    }
  }

  /// One request whose answer is no `Wire` value.
  private func submit(
    _ request: HTTPRequest, completion: @escaping (Result<HTTPReply, APIFailure>) -> Void
  ) {
    transport.submit(request) { result in
      switch result {
      // It would be no smaller another time.
      case .failure(.tooLarge(let reason)):
        completion(.failure(.refused(httpStatus: 200, code: nil, message: reason)))
      case .failure(let failure): completion(.failure(.unavailable(failure.reason)))
      case .success(let reply) where 200..<300 ~= reply.status: completion(.success(reply))
      case .success(let reply): completion(.failure(ErrorReply(reply).failure))
      }
    }
  }

  /// The present state of a call leg.
  package func fetchCall(
    _ sid: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<CallResource, APIFailure>) -> Void
  ) {
    read(resource("Calls/\(percentEncoded(sid)).json", of: credentials), WireCall.self, as: credentials) {
      completion($0.map(\.resource))
    }
  }

  /// Asks Lookup v2 for the line type, which is charged.
  package func lookup(
    _ number: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<LookupResult, APIFailure>) -> Void
  ) {
    let url = "\(lookupsBase)/v2/PhoneNumbers/\(percentEncoded(number))?Fields=line_type_intelligence"
    read(url, WireLookup.self, as: credentials) { completion($0.map(\.result)) }
  }

  /// `…/2010-04-01/Accounts/AC…/` + path.
  func resource(_ path: String, of credentials: TwilioCredentials) -> String {
    "\(apiBase)\(accountPath(of: credentials))\(path)"
  }

  func accountPath(of credentials: TwilioCredentials) -> String {
    "/2010-04-01/Accounts/\(percentEncoded(credentials.accountSid))/"
  }

  func request(_ url: String, as credentials: TwilioCredentials) -> HTTPRequest {
    HTTPRequest(
      url: url, headers: [(name: "Accept", value: "application/json")], username: credentials.user,
      password: credentials.password, timeoutMilliseconds: timeoutMilliseconds)
  }

  /// One GET and its answer as a `Wire` value.
  func read<Wire: Decodable>(
    _ url: String, _ type: Wire.Type, as credentials: TwilioCredentials,
    completion: @escaping (Result<Wire, APIFailure>) -> Void
  ) {
    exchange(request(url, as: credentials), type) { result, _ in completion(result) }
  }

  /// One request and its answer as a `Wire` value, with the answer's headers if there was one.
  func exchange<Wire: Decodable>(
    _ request: HTTPRequest, _ type: Wire.Type,
    completion: @escaping (Result<Wire, APIFailure>, _ headers: [String: String]) -> Void
  ) {
    transport.submit(request) { result in
      switch result {
      case .failure(let failure): completion(.failure(.unavailable(failure.reason)), [:])
      case .success(let reply) where 200..<300 ~= reply.status:
        guard let value = decoded(type, reply.body) else {
          completion(
            .failure(.unavailable("HTTP \(reply.status) with an unreadable answer")), reply.headers)
          return
        }
        completion(.success(value), reply.headers)
      case .success(let reply): completion(.failure(ErrorReply(reply).failure), reply.headers)
      }
    }
  }

  /// A POST with a form.
  func form(
    _ fields: [(name: String, value: String)], to url: String, as credentials: TwilioCredentials
  ) -> HTTPRequest {
    var request = request(url, as: credentials)
    request.method = "POST"
    request.headers.append((name: "Content-Type", value: "application/x-www-form-urlencoded"))
    request.body = Array(formEncoded(fields).utf8)
    return request
  }

  /// The address of another of Twilio's services: `accounts` beside `https://api.twilio.com` is
  /// `https://accounts.twilio.com`. A stand-in plays them all at its one address.
  func neighbour(_ service: String) -> String {
    let parts = apiBase.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[2].hasPrefix("api."), parts[2].hasSuffix(".twilio.com") else {
      return apiBase
    }
    return "\(parts[0])//\(service)\(parts[2].dropFirst("api".count))"
  }
}

/// `MG` + 32 hex digits. An alphanumeric sender may begin with MG too, but has 11 characters at most.
private func isMessagingService(_ sender: String) -> Bool {
  sender.hasPrefix("MG") && sender.utf8.count > 11
}

private func withoutTrailingSlashes(_ address: String) -> String {
  var address = address
  while address.hasSuffix("/") { address.removeLast() }
  return address
}
