// MessagingServices.swift - a messaging service as a sender: where its replies go, and what it does to texts.

import Curl

/// A messaging service as Twilio keeps it.
package struct MessagingServiceResource: Sendable, Hashable {
  /// Replies go to the address set on each number, not to the service's.
  package var usesWebhookOfNumber: Bool
  /// Empty: replies are dropped, unless the numbers' own addresses are used.
  package var inboundURL: String
  package var inboundMethod: String
  /// Twilio replaces characters of our texts.
  package var smartEncoding: Bool

  package init(usesWebhookOfNumber: Bool, inboundURL: String, inboundMethod: String, smartEncoding: Bool) {
    self.usesWebhookOfNumber = usesWebhookOfNumber
    self.inboundURL = inboundURL
    self.inboundMethod = inboundMethod
    self.smartEncoding = smartEncoding
  }
}

extension TwilioClient {
  package func fetchService(
    _ sid: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<MessagingServiceResource, APIFailure>) -> Void
  ) {
    read("\(neighbour("messaging"))/v1/Services/\(sid)", WireService.self, as: credentials) {
      completion($0.map(\.resource))
    }
  }

  /// The numbers a service sends from, the first thousand.
  package func listNumbers(
    ofService sid: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<[String], APIFailure>) -> Void
  ) {
    read(
      "\(neighbour("messaging"))/v1/Services/\(sid)/PhoneNumbers?PageSize=1000", WireServiceNumbers.self,
      as: credentials
    ) { completion($0.map { $0.phoneNumbers.compactMap(\.phoneNumber.value) }) }
  }
}

struct WireService: Decodable {
  let sid: String
  let useInboundWebhookOnNumber, smartEncoding: Bool?
  let inboundRequestUrl, inboundMethod: LooseText?

  var resource: MessagingServiceResource {
    MessagingServiceResource(
      usesWebhookOfNumber: useInboundWebhookOnNumber ?? false, inboundURL: inboundRequestUrl?.value ?? "",
      inboundMethod: inboundMethod?.value ?? "POST", smartEncoding: smartEncoding ?? false)
  }
}

struct WireServiceNumbers: Decodable {
  struct Number: Decodable { let phoneNumber: LooseText }
  let phoneNumbers: [Number]
}
