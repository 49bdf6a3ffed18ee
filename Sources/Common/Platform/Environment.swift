// Environment.swift - environment variables, as a value.

import Glibc

/// A snapshot of the environment; tests hand in their own.
package struct Environment: Sendable {
  private let lookup: @Sendable (String) -> String?

  package init(_ variables: [String: String]) { lookup = { variables[$0] } }
  private init(lookup: @escaping @Sendable (String) -> String?) { self.lookup = lookup }

  package subscript(name: String) -> String? { lookup(name) }

  /// The process's own; bytes that are not UTF-8 are replaced.
  package static let process = Environment(lookup: { name in getenv(name).map { String(cString: $0) } })
}
