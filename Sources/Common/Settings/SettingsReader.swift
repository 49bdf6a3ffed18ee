// SettingsReader.swift - the applied settings, as handlers and runner see them.
//
// Takes the snapshot into memory whole and checks its hash: no lock, no journal, nothing that a second process could
// disturb. A reader keeps the settings it opened, also when `opsfabric apply` replaces the file meanwhile; a process
// that lives longer than one request opens a new reader now and then. Not for use from several threads at once.

import Business
import LocalTime
import SQLite

package final class SettingsReader {
  /// A settings file that was opened, and its one row about the whole installation.
  private struct Snapshot {
    let path: String
    let database: Database
    let isCurrent: Bool
    let appliedAt: Timestamp
    let installation: (Installation, fault: Int?)
  }

  private let snapshot: Snapshot
  private var path: String { snapshot.path }
  private var database: Database { snapshot.database }

  /// The file itself was not there, or is not what was written: this is its copy. Somebody must run `opsfabric apply`.
  package let isCopy: Bool

  /// The file has the columns of this program. One that has not serves all the same until the next `apply`: what it
  /// does not know is at its default.
  package var isCurrent: Bool { snapshot.isCurrent }

  /// Reads the copy where the file cannot be read. Throws `SettingsError`: not applied yet, another version's file,
  /// damaged.
  package init(path: String) throws { (snapshot, isCopy) = try SettingsReader.openAny(path) }

  /// Reads the copy that `apply` leaves beside the settings.
  package init(copyOf path: String) throws {
    snapshot = try SettingsReader.open(SettingsSnapshot.copyPath(path))
    isCopy = true
  }

  private static func openAny(_ path: String) throws -> (Snapshot, isCopy: Bool) {
    do {
      return (try open(path), false)
    } catch let error as SettingsError where error.isLoss {
      guard let copy = try? open(SettingsSnapshot.copyPath(path)) else { throw error }
      return (copy, true)
    }
  }

  private static func open(_ path: String) throws -> Snapshot {
    do {
      let database = try SettingsSeal.database(at: path)
      guard try database.integer("PRAGMA application_id") == SettingsSchema.applicationID else {
        throw SettingsError.damaged(path: path, detail: "no settings file")
      }
      let version = try database.integer("PRAGMA user_version") ?? 0
      let isCurrent = version == SettingsSchema.version
      guard isCurrent || SettingsSchema.isReadable(version) else {
        throw SettingsError.otherVersion(path: path)
      }
      let snapshot = try database.first("SELECT * FROM installation") { row in
        var installation = Installation.blank
        let fault = installation.read(row, inOrder: isCurrent)
        return Snapshot(
          path: path, database: database, isCurrent: isCurrent,
          appliedAt: Timestamp(milliseconds: Int64(row.integer(0))), installation: (installation, fault))
      }
      guard let snapshot else { throw SettingsError.damaged(path: path, detail: "empty") }
      return snapshot
    } catch let error as SQLiteError {
      throw SettingsError.damaged(path: path, detail: error.description)
    }
  }

  /// When `opsfabric apply` took these settings over.
  package var appliedAt: Timestamp { snapshot.appliedAt }

  package func installation() throws -> Installation {
    try whole(snapshot.installation, of: "installation")
  }

  package func tenant(id: String) throws -> Tenant? {
    try tenants("SELECT * FROM tenant WHERE id = ?", .text(id)).first
  }

  /// All tenants by id, inactive ones too.
  package func tenants() throws -> [Tenant] { try tenants("SELECT * FROM tenant ORDER BY id") }

  /// The tenant that this called number belongs to; inactive ones too.
  package func tenants(voiceNumber: String) throws -> [Tenant] {
    try tenants(
      """
      SELECT tenant.* FROM voice_number JOIN tenant ON tenant.id = voice_number.tenant
      WHERE voice_number.number = ? ORDER BY tenant.id
      """, .text(voiceNumber))
  }

  /// The tenants that text from this number or messaging service, or are called at this number.
  package func tenants(sender: String) throws -> [Tenant] {
    try tenants(
      """
      SELECT tenant.* FROM sender JOIN tenant ON tenant.id = sender.tenant
      WHERE sender.address = ? ORDER BY tenant.id
      """, .text(sender))
  }

  /// Whether some tenant texts from this number, or is called at it.
  package func isTenantsNumber(_ number: String) throws -> Bool {
    try database.integer("SELECT 1 FROM sender WHERE address = ? LIMIT 1", .text(number)) != nil
  }

  /// The tenant whose website is at this host: a Host header, however it is written. One without a port in the
  /// settings is found at every port.
  package func tenant(host: String) throws -> Tenant? {
    let host = WebHost(host)
    func tenant(at domain: String) throws -> Tenant? {
      try tenants(
        "SELECT * FROM tenant WHERE lower(website_domain) = ? ORDER BY id LIMIT 1", .text(domain)
      ).first
    }
    if let exact = try tenant(at: host.text) { return exact }
    return host.text == host.name ? nil : try tenant(at: host.name)
  }

  /// The account with this SID and the tenant whose own it is (nil: the installation's). Where several
  /// tenants share a subaccount, the first by id.
  package func account(sid: String) throws -> (account: TwilioAccount, tenantID: String?)? {
    try database.first("SELECT sid, auth_token, tenant FROM account WHERE sid = ?", .text(sid)) { row in
      (TwilioAccount(accountSid: row.text(0), authToken: Secret(row.text(1))), row.optionalText(2))
    }
  }

  /// Whether a caller's number is no customer's: any tenant's voice number or sender, the operator's alert
  /// numbers, and this tenant's forwarding target, callback number, staff and people to notify.
  package func isOwnNumber(_ number: String, tenant: String) throws -> Bool {
    try database.integer(
      "SELECT 1 FROM own_number WHERE number = ? AND tenant IN (?, ?)",
      .text(number), .text(SettingsSnapshot.everyTenant), .text(tenant)) != nil
  }

  private func tenants(_ sql: String, _ values: Value...) throws -> [Tenant] {
    let found = try database.rows(sql, values: values) { row in
      var tenant = Tenant.blank
      tenant.id = row.text(0)
      let fault = tenant.read(row, inOrder: isCurrent)
      return (tenant, fault)
    }
    return try found.map { try whole($0, of: "tenant \($0.0.id)") }
  }

  private func whole<Element>(_ read: (Element, fault: Int?), of name: String) throws -> Element {
    if let column = read.fault {
      throw SettingsError.damaged(path: path, detail: "\(name), column \(column + 1)")
    }
    return read.0
  }
}
