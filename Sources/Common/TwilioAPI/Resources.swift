// Resources.swift - what goes to Twilio and what comes back, in Twilio's own words.

import LocalTime
import Twilio

/// An account and its secret. Prints without the secret.
public struct TwilioCredentials: Sendable, Hashable {
  public let accountSid: String
  public let authToken: String

  public init(accountSid: String, authToken: String) {
    self.accountSid = accountSid
    self.authToken = authToken
  }
}

extension TwilioCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "\(accountSid):<secret>" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["accountSid": accountSid]) }
}

/// A message to create.
public struct OutgoingSMS: Sendable, Hashable {
  /// E.164.
  public var to: String
  /// An E.164 number, an alphanumeric sender, or the SID of a messaging service (`MG…`).
  public var sender: String
  public var body: String
  public var statusCallback: String?
  /// How long the message may wait in Twilio's queue; sent as 1…36000.
  public var validityPeriodSeconds: Int

  public init(
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
public struct MessageResource: Sendable, Hashable {
  public var sid: String
  public var to: String
  /// nil while a messaging service has not chosen a sender.
  public var from: String?
  public var messagingServiceSid: String?
  public var body: String
  public var status: String
  public var direction: String
  /// Final only after sending; a messaging service says 0 at first.
  public var numSegments: Int?
  public var numMedia: Int
  /// nil right after sending; usually negative.
  public var price: String?
  public var priceUnit: String?
  public var errorCode: Int?
  public var dateCreated: Timestamp?
  public var dateSent: Timestamp?
  /// Path of the list of media, relative to the API's address.
  public var mediaURI: String?

  public init(
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
public struct CallResource: Sendable, Hashable {
  public var sid: String
  public var parentCallSid: String?
  public var to: String
  public var from: String
  public var status: String
  public var direction: String
  public var startTime: Timestamp?
  public var endTime: Timestamp?
  /// Seconds; nil for a call that was not answered.
  public var duration: Int?
  public var price: String?
  public var priceUnit: String?

  public init(
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

/// What Lookup knows about a number. An invalid number is an answer, not an error.
public struct LookupResult: Sendable, Hashable {
  public var valid: Bool
  public var countryCode: String?
  /// `landline mobile fixedVoip nonFixedVoip personal tollFree premium sharedCost uan voicemail pager
  /// unknown`; nil when Lookup had no answer.
  public var lineType: String?
  /// Of the line-type package (60600 out of coverage …).
  public var errorCode: Int?

  /// What one request for the line type costs: the list price of 2026, since Twilio reports none per request.
  public static let listPrice = (amount: 0.008, unit: "USD")

  public init(valid: Bool, countryCode: String? = nil, lineType: String? = nil, errorCode: Int? = nil) {
    self.valid = valid
    self.countryCode = countryCode
    self.lineType = lineType
    self.errorCode = errorCode
  }
}

/// What became of the request that was to create a message.
public enum SendOutcome: Sendable {
  case accepted(MessageResource)
  /// Twilio answered that there is no message. `verdict` is never `unknown`.
  case refused(verdict: SendVerdict, httpStatus: Int, code: Int?, message: String, retryAfterSeconds: Int?)
  /// Nothing left this machine: may be repeated at once.
  case neverSent(String)
  /// The message may exist: find out before any second request.
  case unknown(String)
}

/// Why a read failed. Every read may be repeated.
public enum APIFailure: Error, Sendable, Hashable {
  case credentials(String)
  case rateLimited(retryAfterSeconds: Int?)
  case refused(httpStatus: Int, code: Int?, message: String)
  case unavailable(String)
}

extension APIFailure {
  /// For a line to the operator.
  public var reason: String {
    switch self {
    case .credentials(let text): "Twilio refuses the account: \(text)"
    case .rateLimited: "too many requests at once (429)"
    case .refused(let status, let code, let message): "\(status)\(code.map { ", \($0)" } ?? ""): \(message)"
    case .unavailable(let reason): reason
    }
  }
}
