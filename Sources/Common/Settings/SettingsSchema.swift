// SettingsSchema.swift - the tables of the settings snapshot.
//
// One row holds a whole tenant, so that a webhook needs one look-up; the small tables beside it are the
// look-ups. The file is never migrated: `opsfabric apply` writes it anew.

import Business

enum SettingsSchema {
  /// Files of another format are refused. To be raised when a look-up changes, or what is written in a column;
  /// a setting more or less is no other format.
  private static let format = 3
  /// The one file without a format: its tables were written by hand, with the columns of format 3.
  private static let writtenByHand = 1_204_806_912

  /// Kept as `user_version`: the format and a fingerprint of the columns.
  static let version: Int = {
    var hash = Fingerprint()
    add(Installation.settings, to: &hash)
    add(Tenant.settings, to: &hash)
    return format << 24 | hash.value
  }()

  private static func add<Owner>(_ settings: [Setting<Owner>], to hash: inout Fingerprint) {
    for index in settings.indices { hash.add(settings[index].columnMark, settings[index].access.mark) }
  }

  /// Whether a file of this version can be read, if need be by the names of its columns.
  static func isReadable(_ version: Int) -> Bool { version >> 24 == format || version == writtenByHand }

  /// "MCRs": tells a snapshot from any other SQLite file.
  static let applicationID = 0x4d43_5273

  static var tables: String {
    """
    CREATE TABLE installation (  -- one row
      applied_at INTEGER NOT NULL\(columns(Installation.self))
    ) STRICT;

    CREATE TABLE tenant (
      id TEXT NOT NULL PRIMARY KEY\(columns(Tenant.self))
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE voice_number (         -- a called number -> its tenant
      number TEXT NOT NULL,
      tenant TEXT NOT NULL,
      PRIMARY KEY (number, tenant)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE sender (               -- the address a reply was sent to -> the tenants that text from it
      address TEXT NOT NULL,
      tenant TEXT NOT NULL,
      PRIMARY KEY (address, tenant)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE own_number (           -- never a customer; tenant '' = for every tenant
      number TEXT NOT NULL,
      tenant TEXT NOT NULL,
      PRIMARY KEY (number, tenant)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE account (              -- whose token signs a webhook
      sid TEXT NOT NULL PRIMARY KEY,
      auth_token TEXT NOT NULL,
      tenant TEXT                       -- NULL: the installation's account
    ) STRICT, WITHOUT ROWID;
    """
  }

  private static func columns<Owner: SettingsOwner>(_ owner: Owner.Type) -> String {
    Owner.settings.map { ",\n  \($0.declaration)" }.joined()
  }
}

/// FNV-1a, eight bytes at a time: each webhook computes one.
struct Fingerprint {
  private var hash: UInt64 = 14_695_981_039_346_656_037

  mutating func add(_ text: StaticString, _ number: UInt64) {
    mix(number)
    let bytes = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    for start in stride(from: 0, to: bytes.count - 7, by: 8) {
      mix(bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
    }
    for byte in bytes.suffix(bytes.count % 8) { mix(UInt64(byte)) }
  }

  private mutating func mix(_ word: UInt64) { hash = (hash ^ word) &* 1_099_511_628_211 }

  /// 24 bits.
  var value: Int { Int(hash >> 40) }
}
