// QueueAccess.swift - which queue, and who may use it.

import Business
import Curl
import Platform

/// An Amazon SQS queue with credentials.
package struct QueueAccess: Sendable {
  /// As AWS names the queue; it is also the address of the service.
  package let url: String
  let signing: AWSSigning
  let sessionToken: String?

  /// The settings' credentials, else the environment's: a function service sets those, with a session token.
  /// nil: there are none.
  package init?(_ settings: Installation.SQS, environment: Environment) {
    url = settings.queueURL
    if let key = settings.accessKeyID, let secret = settings.secretAccessKey {
      signing = AWSSigning(
        service: "sqs", region: settings.region, accessKeyID: key, secretAccessKey: secret.value)
      sessionToken = nil
      return
    }
    guard let key = environment["AWS_ACCESS_KEY_ID"], !key.isEmpty,
      let secret = environment["AWS_SECRET_ACCESS_KEY"], !secret.isEmpty
    else { return nil }
    signing = AWSSigning(service: "sqs", region: settings.region, accessKeyID: key, secretAccessKey: secret)
    sessionToken = environment["AWS_SESSION_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
  }

  package static let missing =
    "intake.sqs has no credentials: neither access_key_id in the settings nor AWS_ACCESS_KEY_ID and "
    + "AWS_SECRET_ACCESS_KEY in the environment"

  /// Scheme, host and port: JSON requests go to the root of the service.
  var endpoint: String {
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    return parts.prefix(3).joined(separator: "/") + "/"
  }

  /// A FIFO queue keeps the order of what belongs together, and drops what was sent twice within five minutes.
  var isFIFO: Bool { url.hasSuffix(".fifo") }
}
