// WireFormat.swift - Twilio's JSON, read with tolerance where Twilio itself wavers.
//
// Numbers come as numbers or as text, fields come as null or not at all. A resource without its SID
// is no resource; everything else may be missing. Names are Twilio's, without their underscores.

import CGI
import FoundationEssentials
import LocalTime

/// A number written as number or as text; nil for anything else, null included.
struct LooseInt: Decodable {
  let value: Int?

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int.self) {
      value = number
    } else {
      value = (try? container.decode(String.self)).flatMap { Int($0) }
    }
  }
}

/// A text, without NUL; a number is taken as text (`price` in some resources), anything else is nil.
struct LooseText: Decodable {
  let value: String?

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      value = text.utf8.contains(0) ? MendedText(Array(text.utf8)[...]).text : text
    } else if let number = try? container.decode(Int.self) {
      value = String(number)
    } else {
      value = (try? container.decode(Double.self)).map { String($0) }
    }
  }
}

struct WireMessage: Decodable {
  struct Subresources: Decodable { let media: LooseText? }

  let sid: String
  let to, from, messagingServiceSid, body, status, direction: LooseText?
  let numSegments, numMedia, errorCode: LooseInt?
  let price, priceUnit, dateCreated, dateSent: LooseText?
  let subresourceUris: Subresources?

  var resource: MessageResource {
    MessageResource(
      sid: sid, to: to?.value ?? "", from: from?.value,
      messagingServiceSid: messagingServiceSid?.value, body: body?.value ?? "",
      status: status?.value ?? "", direction: direction?.value ?? "", numSegments: numSegments?.value,
      numMedia: numMedia?.value ?? 0, price: price?.value, priceUnit: priceUnit?.value,
      errorCode: errorCode?.value, dateCreated: timestamp(dateCreated),
      dateSent: timestamp(dateSent), mediaURI: subresourceUris?.media?.value)
  }
}

struct WireCall: Decodable {
  let sid: String
  let parentCallSid, to, from, status, direction, startTime, endTime, price, priceUnit: LooseText?
  let duration: LooseInt?

  var resource: CallResource {
    CallResource(
      sid: sid, parentCallSid: parentCallSid?.value, to: to?.value ?? "", from: from?.value ?? "",
      status: status?.value ?? "", direction: direction?.value ?? "", startTime: timestamp(startTime),
      endTime: timestamp(endTime), duration: duration?.value, price: price?.value,
      priceUnit: priceUnit?.value)
  }
}

struct WireMessagePage: Decodable {
  let messages: [WireMessage]
  let nextPageUri: String?
}

struct WireMediaPage: Decodable {
  struct Media: Decodable { let sid: String }
  let mediaList: [Media]
}

struct WireCallPage: Decodable {
  let calls: [WireCall]
  let nextPageUri: String?
}

struct WireRecording: Decodable {
  let sid: String
  let callSid, status, source, startTime, dateCreated: LooseText?
  let duration: LooseInt?

  var resource: RecordingResource {
    RecordingResource(
      sid: sid, callSid: callSid?.value ?? "", status: status?.value ?? "", source: source?.value ?? "",
      seconds: duration?.value ?? 0, startTime: timestamp(startTime) ?? timestamp(dateCreated))
  }
}

struct WireRecordingPage: Decodable {
  let recordings: [WireRecording]
  let nextPageUri: String?
}

struct WireLookup: Decodable {
  struct LineType: Decodable {
    let type: LooseText?
    let errorCode: LooseInt?
  }

  let valid: Bool
  let countryCode: LooseText?
  let lineTypeIntelligence: LineType?

  var result: LookupResult {
    LookupResult(
      valid: valid, countryCode: countryCode?.value, lineType: lineTypeIntelligence?.type?.value,
      errorCode: lineTypeIntelligence?.errorCode?.value)
  }
}

struct WireError: Decodable {
  let code: LooseInt?
  /// The newer services write `detail` (RFC 9457).
  let message, detail: LooseText?
}

/// nil when the bytes are not JSON of this shape, broken texts aside.
func decoded<T: Decodable>(_ type: T.Type, _ bytes: [UInt8]) -> T? {
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  return try? decoder.decode(type, from: Data(mendedJSON(bytes)))
}

/// RFC 2822 in the 2010 API; ISO 8601 in the newer ones.
private func timestamp(_ text: LooseText?) -> Timestamp? {
  text?.value.flatMap { Timestamp(rfc2822: $0) ?? Timestamp(iso8601: $0) }
}
