// Products.swift - what lies beside the 2010 API: permissions by country, messaging services.

import SQLite

extension StandIn {
  /// A messaging service; its SID is `MG…`. Settings by the names of its fields.
  package func addService(
    _ sid: String, inboundURL: String = "", usesWebhookOfNumber: Bool = false, smartEncoding: Bool = false,
    numbers: [String] = []
  ) throws {
    try set("service \(sid)", to: "known")
    try set("service \(sid) inbound_request_url", to: inboundURL)
    try set("service \(sid) use_inbound_webhook_on_number", to: usesWebhookOfNumber ? "true" : nil)
    try set("service \(sid) smart_encoding", to: smartEncoding ? "true" : nil)
    try set("service \(sid) numbers", to: numbers.joined(separator: " "))
  }

  /// The service that sends from this number; nil where none does.
  func service(of number: String) throws -> String? {
    try database.rows(
      "SELECT name, value FROM settings WHERE name LIKE 'service MG% numbers' ORDER BY name",
      as: { (name: $0.text(0), numbers: $0.text(1)) }
    ).first { $0.numbers.split(separator: " ").contains { $0 == number } }
      .map { String($0.name.split(separator: " ")[1]) }
  }

  func fetchService(_ call: APICall) throws -> Reply {
    guard try setting("service \(call.sid)") != nil else { return .notFound(call.path) }
    func value(_ field: String) throws -> String? { try setting("service \(call.sid) \(field)") }
    let inbound = try value("inbound_request_url") ?? ""
    return .json(
      200,
      .object([
        ("sid", .text(call.sid)), ("friendly_name", .text("Stand-in")),
        ("inbound_request_url", inbound.isEmpty ? .null : .text(inbound)), ("inbound_method", .text("POST")),
        ("fallback_url", .null), ("fallback_method", .text("POST")), ("status_callback", .null),
        ("sticky_sender", .bool(true)), ("mms_converter", .bool(true)),
        ("smart_encoding", .bool(try value("smart_encoding") != nil)), ("validity_period", .number(36000)),
        ("use_inbound_webhook_on_number", .bool(try value("use_inbound_webhook_on_number") != nil)),
      ]))
  }

  func listServiceNumbers(_ call: APICall) throws -> Reply {
    guard try setting("service \(call.sid)") != nil else { return .notFound(call.path) }
    let numbers = (try setting("service \(call.sid) numbers") ?? "").split(separator: " ")
    return .json(
      200,
      .object([
        (
          "phone_numbers",
          .array(
            numbers.map {
              .object([
                ("phone_number", .text(String($0))), ("service_sid", .text(call.sid)),
                ("capabilities", .array([.text("SMS"), .text("Voice")])),
              ])
            })
        ),
        ("meta", .object([("next_page_url", .null), ("page", .number(0)), ("page_size", .number(100))])),
      ]))
  }

  /// The countries in the setting `sms_countries`, separated by blanks; all where there is none.
  func smsPermissions(_ call: APICall) throws -> Reply {
    let allowed = try setting("sms_countries")?.split(separator: " ").map(String.init)
    let asked = (call.query["CountryCode"] ?? "").split(separator: ",").map(String.init)
    return .json(
      200,
      .object([
        (
          "permissions",
          .array(
            asked.map { country in
              .object([
                ("country_code", .text(country)), ("type", .text("country")),
                ("enabled", .bool(allowed?.contains(country) ?? true)), ("error_code", .number(0)),
                ("error_messages", .array([])),
              ])
            })
        )
      ]))
  }

  func mayCall(_ country: String) throws -> Bool {
    try setting("voice_countries")?.split(separator: " ").contains { $0 == country } ?? true
  }

  /// The same, of `voice_countries`.
  func voicePermission(_ call: APICall) throws -> Reply {
    .json(
      200,
      .object([
        ("iso_code", .text(call.sid)), ("name", .text(call.sid)), ("continent", .text("EUROPE")),
        ("low_risk_numbers_enabled", .bool(try mayCall(call.sid))),
        ("high_risk_special_numbers_enabled", .bool(false)),
        ("high_risk_tollfraud_numbers_enabled", .bool(false)),
      ]))
  }
}
