// World.swift - what the stand-in knows before the first request: accounts, numbers, lines, opt-outs.

import SQLite

extension StandIn {
  /// An account, or a subaccount of `parent`.
  package func addAccount(sid: String, token: String, parent: String? = nil) throws {
    try database.execute(
      """
      INSERT INTO accounts (sid, token, parent_sid) VALUES (?1, ?2, ?3)
      ON CONFLICT (sid) DO UPDATE SET token = ?2, parent_sid = ?3
      """, .text(sid), .text(token), .text(parent))
  }

  /// A key that asks in an account's name and signs nothing.
  package func addAPIKey(sid: String, secret: String, account: String) throws {
    try addAccount(sid: sid, token: secret, parent: account)
  }

  /// The token webhooks of an account are signed with.
  package func token(of account: String) throws -> String? {
    try database.first("SELECT token FROM accounts WHERE sid = ?", .text(account), as: { $0.text(0) })
  }

  /// The account made first.
  package func firstAccount() throws -> (sid: String, token: String)? {
    try database.first(
      "SELECT sid, token FROM accounts WHERE parent_sid IS NULL ORDER BY rowid LIMIT 1",
      as: { ($0.text(0), $0.text(1)) })
  }

  /// A number the account owns. Without `sms` it can only be called, as a Swiss geographic number.
  /// Returns its Sid (`PN…`).
  @discardableResult
  package func addNumber(_ number: String, account: String, voice: Bool = true, sms: Bool = true) throws
    -> String
  {
    let sid = newSid("PN")
    let time = Value.integer(now().milliseconds)
    return try database.first(
      """
      INSERT INTO numbers (sid, account_sid, phone_number, voice, sms, created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
      ON CONFLICT (phone_number) DO UPDATE SET account_sid = ?2, voice = ?4, sms = ?5
      RETURNING sid
      """, .text(sid), .text(account), .text(number), .boolean(voice), .boolean(sms), time,
      as: { $0.text(0) }) ?? sid
  }

  /// The account that owns a number.
  package func owner(of number: String) throws -> String? {
    try database.first(
      "SELECT account_sid FROM numbers WHERE phone_number = ?", .text(number), as: { $0.text(0) })
  }

  /// What `number` is: one of Lookup's types (`mobile`, `landline`, `fixedVoip`, `voicemail` …), or
  /// `invalid`.
  package func setLine(_ number: String, type: String) throws {
    try database.execute(
      "INSERT INTO lines (number, type) VALUES (?1, ?2) ON CONFLICT (number) DO UPDATE SET type = ?2",
      .text(number), .text(type))
  }

  /// The type told to the stand-in; else by the Swiss numbering plan; else mobile.
  package func lineType(of number: String) throws -> String {
    if let known = try database.first(
      "SELECT type FROM lines WHERE number = ?", .text(number), as: { $0.text(0) })
    {
      return known
    }
    guard number.hasPrefix("+41") else { return "mobile" }
    let digits = number.dropFirst(3)
    let start = Int(digits.prefix(2)) ?? 0
    switch start {
    case 75...79: return "mobile"
    case 74: return "pager"
    case 51, 58: return "uan"
    case 80: return "tollFree"
    case 84: return "sharedCost"
    case 86: return "voicemail"
    case 90: return "premium"
    case 21...56, 61, 62, 71, 81, 91: return "landline"
    default: return "mobile"
    }
  }

  /// `recipient` gets nothing more from `sender` (21610).
  package func optOut(recipient: String, of sender: String) throws {
    try database.execute(
      "INSERT OR IGNORE INTO opt_outs (sender, recipient) VALUES (?, ?)", .text(sender), .text(recipient))
  }

  /// Takes an opt-out back.
  package func optIn(recipient: String, to sender: String) throws {
    try database.execute(
      "DELETE FROM opt_outs WHERE sender = ? AND recipient = ?", .text(sender), .text(recipient))
  }

  /// A setting kept with the state: `delivery_seconds`, `price_seconds`, `price_unit`, `public_url`,
  /// `account_status`, `account_type`, `clock_offset_seconds` (of Twilio's `Date`), `sms_countries`,
  /// `voice_countries`; nil removes it.
  package func set(_ name: String, to value: String?) throws {
    try database.execute("DELETE FROM settings WHERE name = ?", .text(name))
    if let value {
      try database.execute(
        "INSERT INTO settings (name, value) VALUES (?, ?)", .text(name), .text(value))
    }
  }

  /// A setting of `set`.
  package func setting(_ name: String) throws -> String? {
    try database.first("SELECT value FROM settings WHERE name = ?", .text(name), as: { $0.text(0) })
  }

  func fetchAccount(_ call: APICall) throws -> Reply {
    let parent = try database.first(
      "SELECT parent_sid FROM accounts WHERE sid = ?", .text(call.account), as: { $0.optionalText(0) })
    guard let parent else { return .notFound(call.path) }
    let uri = "/2010-04-01/Accounts/\(call.account)"
    return .json(
      200,
      .object([
        ("sid", .text(call.account)), ("friendly_name", .text("Stand-in")),
        ("status", .text(try setting("account_status") ?? "active")),
        ("type", .text(try setting("account_type") ?? "Full")),
        ("owner_account_sid", .text(parent ?? call.account)),
        ("auth_token", .text("[Redacted]")), ("date_created", .text("Mon, 05 Jan 2026 08:00:00 +0000")),
        ("date_updated", .text("Mon, 05 Jan 2026 08:00:00 +0000")), ("uri", .text(uri + ".json")),
        (
          "subresource_uris",
          .object([
            ("messages", .text(uri + "/Messages.json")), ("calls", .text(uri + "/Calls.json")),
            ("incoming_phone_numbers", .text(uri + "/IncomingPhoneNumbers.json")),
          ])
        ),
      ]))
  }
}
