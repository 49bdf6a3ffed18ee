// SettingsSnapshot.swift - writes the checked configuration as one small read-only SQLite file.
//
// `opsfabric apply` writes it, every handler and the runner read it (SettingsReader) without locks and
// without parsing JSON. It is only ever replaced as a whole. It holds auth tokens: mode 0600.

import Business
import LocalTime
import SQLite

package enum SettingsSnapshot {
  /// Takes the configuration over, or throws and leaves what was there. A copy is written beside it: should the
  /// file be lost or damaged, the phone still rings.
  package static func write(
    _ installation: Installation, _ tenants: [Tenant], appliedAt: Timestamp, to path: String
  ) throws {
    let sorted = tenants.sorted { $0.id < $1.id }
    for file in [path, copyPath(path)] {
      try SettingsFile.replace(file) { temporary in
        try build(installation, sorted, appliedAt, at: temporary)
        try SettingsSeal.append(to: temporary)
      }
    }
  }

  /// Where the copy of a settings file is.
  package static func copyPath(_ path: String) -> String { path + "-copy" }

  private static func build(
    _ installation: Installation, _ tenants: [Tenant], _ appliedAt: Timestamp, at path: String
  ) throws {
    let database = try Database(path: path, access: .readWrite)
    // The file is not the real one until it is renamed, so it needs neither journal nor SQLite's syncs.
    try database.execute(script: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
    try database.transaction {
      try database.execute(
        script: """
          PRAGMA application_id = \(SettingsSchema.applicationID);
          PRAGMA user_version = \(SettingsSchema.version);
          \(SettingsSchema.tables)
          """)
      try insert(into: "installation", [.integer(appliedAt.milliseconds)] + installation.stored(), database)
      for tenant in tenants {
        try insert(
          into: "tenant", [.text(tenant.id)] + tenant.stored(place: "tenant \(tenant.id): "), database)
      }
      try insertLookups(installation, tenants, database)
    }
    let verdict = try database.first("PRAGMA quick_check") { $0.text(0) }
    guard verdict == "ok" else { throw SettingsError.damaged(path: path, detail: verdict ?? "no answer") }
  }

  private static func insertLookups(
    _ installation: Installation, _ tenants: [Tenant], _ database: Database
  ) throws {
    func account(_ account: TwilioAccount, of tenant: String?) throws {
      // Tenants that share one subaccount share its token: the first stands for all.
      try database.execute(
        "INSERT OR IGNORE INTO account VALUES (?, ?, ?)", .text(account.accountSid),
        .text(account.authToken.value), .text(tenant))
    }
    func ownNumber(_ number: String?, of tenant: String) throws {
      guard let number, number.hasPrefix("+") else { return }
      try database.execute("INSERT OR IGNORE INTO own_number VALUES (?, ?)", .text(number), .text(tenant))
    }
    try account(installation.account, of: nil)
    for number in installation.alertNumbers { try ownNumber(number, of: everyTenant) }
    for tenant in tenants {
      if let own = tenant.twilio { try account(own, of: tenant.id) }
      for number in tenant.voiceNumbers {
        try database.execute(
          "INSERT OR IGNORE INTO voice_number VALUES (?, ?)", .text(number), .text(tenant.id))
      }
      for address in tenant.voiceNumbers + [tenant.smsSender] {
        try database.execute(
          "INSERT OR IGNORE INTO sender VALUES (?, ?)", .text(address), .text(tenant.id))
        try ownNumber(address, of: everyTenant)
      }
      try ownNumber(tenant.forwardTo, of: tenant.id)
      try ownNumber(tenant.callbackPhone, of: tenant.id)
      for number in tenant.staffNumbers { try ownNumber(number, of: tenant.id) }
      for phone in tenant.notify.compactMap(\.phone) { try ownNumber(phone, of: tenant.id) }
    }
  }

  /// In `own_number`: holds for all tenants.
  static let everyTenant = ""

  private static func insert(into table: String, _ values: [Value], _ database: Database) throws {
    let marks = Array(repeating: "?", count: values.count).joined(separator: ", ")
    try database.execute("INSERT INTO \(table) VALUES (\(marks))", values: values)
  }
}
