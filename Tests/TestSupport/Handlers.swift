// Handlers.swift - the names of the CGI programs, as the tests know them: from Package.swift, their one place.

import Platform
import Webhooks

/// The programs that a web server runs.
package enum Handlers {
  /// Their folders in Sources/Handlers.
  package static let folders: [String: String] = {
    let package = (try? Files.read("\(SwiftSource.repository)/Package.swift")) ?? []
    let list = String(decoding: package, as: UTF8.self).split(separator: "let handlers = [").dropFirst()
      .first?
      .split(separator: "\n]").first
    let rows = (list ?? "").matches(of: /"([a-z-]+)": "(\w+)"/).map { (String($0.1), String($0.2)) }
    return Dictionary(uniqueKeysWithValues: rows)
  }()

  /// All of them.
  package static let all = folders.keys.sorted()

  /// Those that Twilio calls.
  package static let webhooks = WebhookList.names
}
