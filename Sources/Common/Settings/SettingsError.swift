// SettingsError.swift - why the applied settings could not be written or read, and what helps.

/// A failure of the settings snapshot. The description says what to do and shows no setting.
package enum SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no snapshot: nothing was ever applied in this home.
  case notApplied(path: String)
  /// The snapshot was made by another version of the product.
  case otherVersion(path: String)
  /// The file is no snapshot, or a value in it cannot be read.
  case damaged(path: String, detail: String)
  /// A value that the snapshot cannot keep; the configuration check lets none of these through.
  case unstorable(key: String)
  /// A system call failed.
  case system(operation: String, path: String, errno: Int32)

  /// The file is gone, broken or cannot be opened; not merely too old.
  var isLoss: Bool {
    switch self {
    case .notApplied, .damaged, .system: true
    case .otherVersion, .unstorable: false
    }
  }

  package var description: String {
    switch self {
    case .notApplied(let path): "no settings at \(path): run `opsfabric apply`"
    case .otherVersion(let path): "\(path) was written by another version: run `opsfabric apply`"
    case .damaged(let path, let detail): "\(path) is damaged (\(detail)): run `opsfabric apply`"
    case .unstorable(let key): "\(key) holds a character that cannot be kept"
    case .system(let operation, let path, let errno): "\(operation) of \(path) failed: errno \(errno)"
    }
  }
}
