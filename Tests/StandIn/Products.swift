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

  /// Of the kinds in the setting `kinds_for_sale` (`Mobile Local`; all of them where there is none) one number each. Only
  /// a mobile one can do SMS.
  func numbersForSale(_ call: APICall) throws -> Reply {
    let (country, kind) = (call.sid, call.subSid)
    let kinds = (try setting("kinds_for_sale") ?? "Mobile Local National").split(separator: " ").map(
      String.init)
    guard kinds.contains(kind) else { return .notFound(call.path) }
    return .json(
      200,
      .object([
        (
          "available_phone_numbers",
          .array([
            .object([
              ("friendly_name", .text("+41 79 000 00 00")), ("phone_number", .text("+41790000000")),
              ("iso_country", .text(country)),
              ("address_requirements", .text(kind == "Local" ? "local" : "none")), ("beta", .bool(false)),
              (
                "capabilities",
                .object([("voice", .bool(true)), ("SMS", .bool(kind == "Mobile")), ("MMS", .bool(false))])
              ),
            ])
          ])
        ), ("uri", .text(call.path)),
      ]))
  }

  func numberPrices(_ call: APICall) -> Reply {
    .json(
      200,
      .object([
        ("country", .text(call.sid)), ("iso_country", .text(call.sid)), ("price_unit", .text("USD")),
        (
          "phone_number_prices",
          .array(
            [("local", "1.00"), ("mobile", "9.00"), ("national", "1.50"), ("toll free", "25.00")].map {
              .object([
                ("number_type", .text($0.0)), ("base_price", .text($0.1)), ("current_price", .text($0.1)),
              ])
            })
        ),
      ]))
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
