// Handlers.swift - the names of the CGI programs, as the tests know them: from Package.swift, their one place.

import Platform
import Webhooks

/// The programs that a web server runs.
package enum Handlers {
  /// All of them, in the order of Package.swift.
  package static let all: [String] = {
    let package = (try? Files.read("\(SwiftSource.repository)/Package.swift")) ?? []
    let list = String(decoding: package, as: UTF8.self).split(separator: "let handlers = [").dropFirst()
      .first?
      .split(separator: "\n]").first
    return (list ?? "").matches(of: /"([a-z-]+)": "/).map { String($0.1) }
  }()

  /// Those that Twilio calls.
  package static let webhooks = WebhookList.names
}
