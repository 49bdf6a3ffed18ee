// InboxLinks.swift - puts the personal link into a notice when it leaves.
//
// The key is derived from the message and a secret file, so that every try of a message, and its
// reconciliation, has the same text, while the database alone gives no key away: it holds the hash.

import Crypto
import Intake
import LocalTime
import Platform
import Rules
import Settings
import Store

public struct InboxLinks {
  private let secret: [UInt8]

  /// Reads `data/inbox.key`, or makes it.
  public init(home: Home, random: RandomSource = .system) throws {
    let path = home.data + "/inbox.key"
    if let secret = try? Files.read(path, limit: 1024), secret.count >= 32 {
      self.secret = secret
    } else {
      secret = random.bytes(32)
      try Files.writeAtomically(secret, to: path)
    }
  }

  /// The text as it leaves.
  func render(_ row: OutboxRow, publicURL: String) -> String {
    // The mark stands at the end; the same letters in a caller's words stay words.
    guard !row.kind.goesToCaller, let mark = row.body.ranges(of: NoticeText.linkMark).last else {
      return row.body
    }
    return row.body.replacingCharacters(
      in: mark, with: InboxLink.url(publicURL: publicURL, key: key(for: row)))
  }

  /// Makes the link good, in the transaction that claims the message.
  func admit(_ row: OutboxRow, store: Store, at now: Timestamp) throws {
    guard !row.kind.goesToCaller, !row.body.ranges(of: NoticeText.linkMark).isEmpty else { return }
    try store.addInboxLink(
      hash: InboxKey.hash(key(for: row)), person: InboxPerson(tenant: row.tenant, person: row.recipient),
      at: now,
      expiresAt: now.adding(days: InboxLink.validDays))
  }

  private func key(for row: OutboxRow) -> String {
    let mac = hmacSHA256(key: secret, message: Array("link:\(row.id):\(row.createdAt.milliseconds)".utf8))
    return InboxKey.text(Array(mac.prefix(16)))
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
