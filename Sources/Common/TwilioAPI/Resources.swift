// Resources.swift - what goes to Twilio and what comes back, in Twilio's own words.

import LocalTime
import Twilio

/// An account and its secret. Prints without the secret.
package struct TwilioCredentials: Sendable, Hashable {
  package let accountSid: String
  /// Who asks: the account itself, or one of its API keys.
  let user: String
  let password: String

  package init(accountSid: String, authToken: String) {
    self.accountSid = accountSid
    user = accountSid
    password = authToken
  }

  package init(accountSid: String, apiKey: String, secret: String) {
    self.accountSid = accountSid
    user = apiKey
    password = secret
  }
}

extension TwilioCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "\(accountSid):<secret>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["accountSid": accountSid]) }
}

/// A message to create.
package struct OutgoingSMS: Sendable, Hashable {
  /// E.164.
  package var to: String
  /// An E.164 number, an alphanumeric sender, or the SID of a messaging service (`MG…`).
  package var sender: String
  package var body: String
  package var statusCallback: String?
  /// How long the message may wait in Twilio's queue; sent as 1…36000.
  package var validityPeriodSeconds: Int

  package init(
    to: String, sender: String, body: String, statusCallback: String? = nil,
    validityPeriodSeconds: Int = 36000
  ) {
    self.to = to
    self.sender = sender
    self.body = body
    self.statusCallback = statusCallback
    self.validityPeriodSeconds = validityPeriodSeconds
  }
}

/// A message as Twilio keeps it, sent or received.
package struct MessageResource: Sendable, Hashable {
  package var sid: String
  package var to: String
  /// nil while a messaging service has not chosen a sender.
  package var from: String?
  package var messagingServiceSid: String?
  package var body: String
  package var status: String
  package var direction: String
  /// Final only after sending; a messaging service says 0 at first.
  package var numSegments: Int?
  package var numMedia: Int
  /// nil right after sending; usually negative.
  package var price: String?
  package var priceUnit: String?
  package var errorCode: Int?
  package var dateCreated: Timestamp?
  package var dateSent: Timestamp?
  /// Path of the list of media, relative to the API's address.
  package var mediaURI: String?

  package init(
    sid: String, to: String, from: String? = nil, messagingServiceSid: String? = nil, body: String = "",
    status: String, direction: String = "outbound-api", numSegments: Int? = nil, numMedia: Int = 0,
    price: String? = nil, priceUnit: String? = nil, errorCode: Int? = nil, dateCreated: Timestamp? = nil,
    dateSent: Timestamp? = nil, mediaURI: String? = nil
  ) {
    self.sid = sid
    self.to = to
    self.from = from
    self.messagingServiceSid = messagingServiceSid
    self.body = body
    self.status = status
    self.direction = direction
    self.numSegments = numSegments
    self.numMedia = numMedia
    self.price = price
    self.priceUnit = priceUnit
    self.errorCode = errorCode
    self.dateCreated = dateCreated
    self.dateSent = dateSent
    self.mediaURI = mediaURI
  }
}

/// A call leg as Twilio keeps it.
package struct CallResource: Sendable, Hashable {
  package var sid: String
  package var parentCallSid: String?
  package var to: String
  package var from: String
  package var status: String
  package var direction: String
  package var startTime: Timestamp?
  package var endTime: Timestamp?
  /// Seconds; nil for a call that was not answered.
  package var duration: Int?
  package var price: String?
  package var priceUnit: String?

  package init(
    sid: String, parentCallSid: String? = nil, to: String, from: String, status: String,
    direction: String = "inbound", startTime: Timestamp? = nil, endTime: Timestamp? = nil,
    duration: Int? = nil, price: String? = nil, priceUnit: String? = nil
  ) {
    self.sid = sid
    self.parentCallSid = parentCallSid
    self.to = to
    self.from = from
    self.status = status
    self.direction = direction
    self.startTime = startTime
    self.endTime = endTime
    self.duration = duration
    self.price = price
    self.priceUnit = priceUnit
  }
}

/// A recording as Twilio keeps it.
package struct RecordingResource: Sendable, Hashable {
  package var sid: String
  package var callSid: String
  /// `in-progress`, `paused`, `stopped`, `processing`, `completed`, `absent`, `failed` or `deleted`.
  package var status: String
  /// `RecordVerb` where a `<Record>` made it.
  package var source: String
  package var seconds: Int
  package var startTime: Timestamp?

  package init(
    sid: String, callSid: String, status: String, source: String, seconds: Int, startTime: Timestamp?
  ) {
    self.sid = sid
    self.callSid = callSid
    self.status = status
    self.source = source
    self.seconds = seconds
    self.startTime = startTime
  }
}

/// What Lookup knows about a number. An invalid number is an answer, not an error.
package struct LookupResult: Sendable, Hashable {
  package var valid: Bool
  package var countryCode: String?
  /// `landline mobile fixedVoip nonFixedVoip personal tollFree premium sharedCost uan voicemail pager
  /// unknown`; nil when Lookup had no answer.
  package var lineType: String?
  /// Of the line-type package (60600 out of coverage …).
  package var errorCode: Int?

  /// What one request for the line type costs: the list price of 2026, since Twilio reports none per request.
  package static let listPrice = (amount: 0.008, unit: "USD")

  package init(valid: Bool, countryCode: String? = nil, lineType: String? = nil, errorCode: Int? = nil) {
    self.valid = valid
    self.countryCode = countryCode
    self.lineType = lineType
    self.errorCode = errorCode
  }
}

/// A call to be placed.
package struct OutgoingCall: Sendable, Hashable {
  /// E.164, both.
  package var to: String
  package var from: String
  /// Where Twilio asks what is to be said, once somebody picks up.
  package var url: String
  /// Asked when the call is over.
  package var statusCallback: String
  package var ringSeconds: Int

  package init(to: String, from: String, url: String, statusCallback: String, ringSeconds: Int) {
    self.to = to
    self.from = from
    self.url = url
    self.statusCallback = statusCallback
    self.ringSeconds = ringSeconds
  }
}

/// What Twilio has made of a request.
package protocol CreatedResource: Sendable {
  var sid: String { get }
  /// Of a message.
  var numSegments: Int? { get }
}

extension MessageResource: CreatedResource {}
extension CallResource: CreatedResource { package var numSegments: Int? { nil } }

package typealias SendOutcome = CreateOutcome<MessageResource>

/// What became of the request that was to create a message, or to place a call.
package enum CreateOutcome<Resource: CreatedResource>: Sendable {
  case accepted(Resource)
  /// Twilio answered that there is no message. `verdict` is never `unknown`.
  case refused(verdict: SendVerdict, httpStatus: Int, code: Int?, message: String, retryAfterSeconds: Int?)
  /// Nothing left this machine: may be repeated at once.
  case neverSent(String)
  /// The message may exist: find out before any second request.
  case unknown(String)
}

/// Why a read failed. Every read may be repeated.
package enum APIFailure: Error, Sendable, Hashable {
  case credentials(String)
  case rateLimited(retryAfterSeconds: Int?)
  case refused(httpStatus: Int, code: Int?, message: String)
  case unavailable(String)
}

extension APIFailure {
  /// For a line to the operator.
  package var reason: String {
    switch self {
    case .credentials(let text): "Twilio refuses the account: \(text)"
    case .rateLimited: "too many requests at once (429)"
    case .refused(let status, let code, let message): "\(status)\(code.map { ", \($0)" } ?? ""): \(message)"
    case .unavailable(let reason): reason
    }
  }
}
