// Numbers.swift - the IncomingPhoneNumbers resource (set-up of a number) and Lookup v2.

import LocalTime
import SQLite

/// Parameter of the API -> field of the answer, for what may be set on a number.
private let numberFields: [(parameter: String, field: String, byDefault: String)] = [
  ("FriendlyName", "friendly_name", ""), ("VoiceUrl", "voice_url", ""),
  ("VoiceMethod", "voice_method", "POST"), ("VoiceFallbackUrl", "voice_fallback_url", ""),
  ("VoiceFallbackMethod", "voice_fallback_method", "POST"), ("StatusCallback", "status_callback", ""),
  ("StatusCallbackMethod", "status_callback_method", "POST"), ("SmsUrl", "sms_url", ""),
  ("SmsMethod", "sms_method", "POST"), ("SmsFallbackUrl", "sms_fallback_url", ""),
  ("SmsFallbackMethod", "sms_fallback_method", "POST"),
  ("VoiceApplicationSid", "voice_application_sid", ""), ("SmsApplicationSid", "sms_application_sid", ""),
  ("TrunkSid", "trunk_sid", ""),
]

extension StandIn {
  /// What is set on a number, by field name (`voice_url` …); nil for a number nobody owns.
  package func settings(ofNumber number: String) throws -> [String: String]? {
    guard
      let sid = try database.first(
        "SELECT sid FROM numbers WHERE phone_number = ?", .text(number), as: { $0.text(0) })
    else { return nil }
    var result: [String: String] = [:]
    for field in numberFields { result[field.field] = field.byDefault }
    result["friendly_name"] = number
    for (name, value) in try database.rows(
      "SELECT name, value FROM number_settings WHERE sid = ?", .text(sid), as: { ($0.text(0), $0.text(1)) })
    {
      result[name] = value
    }
    return result
  }

  /// Sets something on a number as its owner would in the console; the parameter as in the API (`VoiceUrl`).
  package func change(number: String, _ parameter: String, to value: String) throws {
    let sid = try database.first(
      "SELECT sid FROM numbers WHERE phone_number = ?", .text(number), as: { $0.text(0) })
    if let sid { _ = try applySettings([(parameter, value)], to: sid) }
  }

  private func numberJSON(_ sid: String, account: String) throws -> JSONValue? {
    let found = try database.first(
      """
      SELECT phone_number, voice, sms, created_at, updated_at FROM numbers
      WHERE sid = ? AND account_sid = ?
      """, .text(sid), .text(account),
      as: { row in
        (
          number: row.text(0), voice: row.boolean(1), sms: row.boolean(2),
          created: Timestamp(milliseconds: Int64(row.integer(3))),
          updated: Timestamp(milliseconds: Int64(row.integer(4)))
        )
      })
    guard let found, let set = try settings(ofNumber: found.number) else { return nil }
    let uri = "/2010-04-01/Accounts/\(account)/IncomingPhoneNumbers/\(sid)"
    return .object(
      [
        ("sid", .text(sid)), ("account_sid", .text(account)), ("phone_number", .text(found.number)),
        (
          "capabilities",
          .object([
            ("voice", .bool(found.voice)), ("sms", .bool(found.sms)), ("mms", .bool(false)),
            ("fax", .bool(false)),
          ])
        ),
      ] + numberFields.map { ($0.field, .text(set[$0.field])) } + [
        ("voice_caller_id_lookup", .bool(false)), ("date_created", .text(found.created.rfc2822)),
        ("date_updated", .text(found.updated.rfc2822)), ("address_requirements", .text("any")),
        ("address_sid", .null), ("beta", .bool(false)), ("bundle_sid", .null), ("identity_sid", .null),
        ("emergency_status", .text("Inactive")), ("emergency_address_sid", .null),
        ("origin", .text("twilio")),
        ("status", .text("in-use")), ("api_version", .text("2010-04-01")),
        ("subresource_uris", .object([])), ("uri", .text(uri + ".json")),
      ])
  }

  func listNumbers(_ call: APICall) throws -> Reply {
    var filter = ListFilter()
    filter.equal("account_sid", call.account)
    if let part = call.query["PhoneNumber"], !part.isEmpty {
      // As at Twilio a part of the number is enough.
      filter.add("instr(phone_number, ?) > 0", .text(part))
    }
    return try page(of: "numbers", named: "incoming_phone_numbers", filter: filter, call: call) {
      try numberJSON($0, account: call.account)
    }
  }

  func fetchNumber(_ call: APICall) throws -> Reply {
    guard let json = try numberJSON(call.sid, account: call.account) else { return .notFound(call.path) }
    return .json(200, json)
  }

  func createNumber(_ call: APICall) throws -> Reply {
    guard let number = call.form["PhoneNumber"], isE164(number) else {
      return .refusal(400, 21421, "PhoneNumber is invalid")
    }
    if try owner(of: number) != nil { return .refusal(400, 21422, "PhoneNumber is not available") }
    let sid = try addNumber(number, account: call.account)
    if let refused = try applySettings(call.form, to: sid) { return refused }
    return .json(201, try numberJSON(sid, account: call.account) ?? .null)
  }

  func updateNumber(_ call: APICall) throws -> Reply {
    guard try numberJSON(call.sid, account: call.account) != nil else { return .notFound(call.path) }
    if let refused = try applySettings(call.form, to: call.sid) { return refused }
    return try fetchNumber(call)
  }

  /// Either all of them or none.
  private func applySettings(_ form: Parameters, to sid: String) throws -> Reply? {
    let changes = numberFields.compactMap { field in form[field.parameter].map { (field.field, $0) } }
    for (field, value) in changes {
      let isAddress = field.hasSuffix("_url") || field == "status_callback"
      if isAddress, !value.isEmpty, !isWebAddress(value) {
        return .refusal(400, 21402, "\(field) is not a valid URL")
      }
      if field.hasSuffix("_method"), !["GET", "POST"].contains(value) {
        return .refusal(400, 21403, "\(field) is not a valid method")
      }
    }
    for (field, value) in changes {
      try database.execute(
        """
        INSERT INTO number_settings (sid, name, value) VALUES (?1, ?2, ?3)
        ON CONFLICT (sid, name) DO UPDATE SET value = ?3
        """, .text(sid), .text(field), .text(value))
    }
    try database.execute(
      "UPDATE numbers SET updated_at = ? WHERE sid = ?", .integer(now().milliseconds), .text(sid))
    return nil
  }

  func lookUp(_ call: APICall) throws -> Reply {
    var number = call.sid
    if !number.hasPrefix("+"), call.query["CountryCode"] == "CH", number.hasPrefix("0") {
      number = "+41" + number.dropFirst()
    }
    let fields = (call.query["Fields"] ?? "").split(separator: ",")
    if let wrong = fields.first(where: { !lookupPackages.contains(String($0)) }) {
      return .refusal(400, 20001, "Field \(wrong) is not supported")
    }
    let type = try lineType(of: number)
    let isValid = isE164(number) && type != "invalid"
    let isMobile = type == "mobile"
    let lineType: JSONValue =
      isValid && fields.contains("line_type_intelligence")
      ? .object([
        ("error_code", .null), ("mobile_country_code", isMobile ? .text("228") : .null),
        ("mobile_network_code", isMobile ? .text("01") : .null),
        ("carrier_name", ["mobile", "landline"].contains(type) ? .text("Swisscom") : .null),
        ("type", .text(type)),
      ]) : .null
    let country = isValid ? callingCountry(of: number) : nil
    return .json(
      200,
      .object(
        [
          ("calling_country_code", .text(country?.code)), ("country_code", .text(country?.name)),
          ("phone_number", .text(number)), ("national_format", .text(isValid ? national(number) : nil)),
          ("valid", .bool(isValid)),
          ("validation_errors", isValid ? .array([]) : .array([.text("NOT_A_NUMBER")])),
        ] + lookupPackages.map { ($0, $0 == "line_type_intelligence" ? lineType : .null) } + [
          ("url", .text("https://lookups.twilio.com/v2/PhoneNumbers/\(number)"))
        ]))
  }

  private func national(_ number: String) -> String {
    "0" + number.dropFirst((callingCountry(of: number)?.code.count ?? 0) + 1)
  }
}

private let lookupPackages = [
  "caller_name", "sim_swap", "call_forwarding", "line_status", "line_type_intelligence", "identity_match",
  "reassigned_number", "sms_pumping_risk", "phone_number_quality_score", "pre_fill",
]

/// Country of a number, as far as our callers come from there.
func callingCountry(of number: String) -> (code: String, name: String)? {
  let countries = [
    ("423", "LI"), ("41", "CH"), ("49", "DE"), ("43", "AT"), ("33", "FR"), ("39", "IT"), ("44", "GB"),
    ("1", "US"),
  ]
  return countries.first { number.hasPrefix("+" + $0.0) }.map { (code: $0.0, name: $0.1) }
}
