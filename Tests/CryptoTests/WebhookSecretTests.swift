// WebhookSecretTests.swift - signatures of Standard Webhooks, verified by the library of the same name beforehand.

import Crypto
import Testing

@Suite struct WebhookSecretTests {
  private static let first = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY"
  private static let second = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
  private static let longest =
    "whsec_//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eDf3t3c29rZ2NfW1dTT0tHQz87NzMvKycjHxsXEw8LBwA=="
  private static let ticket =
    #"{"type":"ticket.created","timestamp":"2026-11-27T04:00:00Z","data":{"id":"T-1001"}}"#
  private static let names =
    #"{"type":"ticket.created","timestamp":"2026-11-27T04:01:05Z","data":{"name":"Müller & Söhne – Zürich €","urgent":true}}"#

  @Test(
    arguments: [
      (first, "evt_01", 1_795_752_000, ticket, "v1,BGG4LnS4pUyLUTBYa6wjYQUyr/vJc0fzqN+8DziZByY="),
      (second, "evt_01J9ZQ5K8X", 1_795_752_065, names, "v1,B1kXTtYW3CfWBVBFvpreZjzAxSwYRvPjyi3Sw6PIvKo="),
      // The same, five minutes later: another attempt has another signature.
      (second, "evt_01J9ZQ5K8X", 1_795_752_365, names, "v1,Jw9TsCGgpiC7N1UssaxK+LXRQHTiGoDlAD8TU5R9etw="),
      (longest, "evt_empty", 1, "{}", "v1,E7szFUKxZ5RDbjvRY6zz+zzYEN51hbJuT2sCaNexrHo="),
      (first, "evt_01J9ZQ5K8X", 1_795_752_065, names, "v1,ZSmTMzExQp68v7yVxstYUr4upEqi/ReleYtu1rBXiZs="),
    ] as [(String, String, Int64, String, String)])
  func `signatures are those of the library`(
    secret: String, id: String, timestamp: Int64, body: String, signature: String
  ) throws {
    let key = try #require(WebhookSecret(secret))
    #expect(key.signature(id: id, timestamp: timestamp, body: Array(body.utf8)) == signature)
  }

  @Test(arguments: [
    "", "whsec_", "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY", "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhc=",
    "whsk_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY", "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhc*",
    "whsec_" + base64([UInt8](repeating: 7, count: 65)), "whsec_" + base64([UInt8](repeating: 7, count: 23)),
  ])
  func `what is no secret of 24 to 64 bytes is none`(text: String) {
    #expect(WebhookSecret(text) == nil)
  }
}
