// InboxLinks.swift - puts the personal link into a notice when it leaves.
//
// The key is derived from the message and a secret file, so that every try of a message, and its
// reconciliation, has the same text, while the database alone gives no key away: it holds the hash.

import Business
import Crypto
import Desk
import LocalTime
import Platform
import Store

package struct InboxLinks {
  /// What the links are derived from, or why there are none.
  let secret: Result<InboxSecret, InboxSecret.Fault>

  /// Reads `data/inbox.key`, or makes it.
  package init(home: Home, random: RandomSource = .system) {
    do { secret = .success(try InboxSecret.load(home, random: random)) } catch { secret = .failure(error) }
  }

  /// The text as it leaves. A notice without a link is better than none.
  func render(_ row: OutboxRow, publicURL: String) -> String {
    guard let mark = linkMark(in: row) else { return row.body }
    guard let key = key(for: row) else { return withoutLink(row.body, mark: mark) }
    return row.body.replacingCharacters(in: mark, with: InboxLink.url(publicURL: publicURL, key: key))
  }

  /// The text without its link, and the link; a notice without one is better than none.
  func parts(of row: OutboxRow, publicURL: String) -> (text: String, link: String?) {
    guard let mark = linkMark(in: row) else { return (row.body, nil) }
    return (
      withoutLink(row.body, mark: mark), key(for: row).map { InboxLink.url(publicURL: publicURL, key: $0) }
    )
  }

  /// Whether `sent` ends with this row's text as it leaves now, or left without a link; while there is no secret,
  /// with a link of any key. (A trial account puts words in front.)
  func isText(_ sent: String, of row: OutboxRow, publicURL: String) -> Bool {
    if sent.hasSuffix(render(row, publicURL: publicURL)) { return true }
    guard let mark = linkMark(in: row) else { return false }
    let bare = withoutLink(row.body, mark: mark)
    if sent.hasSuffix(bare) { return true }
    let anyLink = InboxLink.url(publicURL: publicURL, key: "")
    guard key(for: row) == nil, let link = sent.ranges(of: anyLink).last else { return false }
    return sent[..<link.lowerBound].hasSuffix(bare + "\n")
  }

  /// Makes the link good, in the transaction that claims the message.
  func admit(_ row: OutboxRow, store: Store, at now: Timestamp) throws {
    guard linkMark(in: row) != nil, let key = key(for: row) else { return }
    try store.addInboxLink(
      hash: InboxKey.hash(key), person: InboxPerson(tenant: row.tenant, person: row.recipient),
      ticket: row.ticketID, at: now,
      expiresAt: now.adding(days: InboxLink.validDays))
  }

  /// The mark stands at the end; the same letters in a caller's words stay words.
  private func linkMark(in row: OutboxRow) -> Range<String.Index>? {
    row.kind.goesToCaller ? nil : row.body.ranges(of: NoticeText.linkMark).last
  }

  /// Without the line of the mark, which is the last one, and the empty lines before it.
  private func withoutLink(_ body: String, mark: Range<String.Index>) -> String {
    var rest = body[..<mark.lowerBound]
    rest = rest.lastIndex(of: "\n").map { rest[..<$0] } ?? rest
    while rest.last?.isNewline == true { rest = rest.dropLast() }
    return String(rest)
  }

  private func key(for row: OutboxRow) -> String? {
    guard case .success(let secret) = secret else { return nil }
    let mac = hmacSHA256(
      key: secret.bytes, message: Array("link:\(row.id):\(row.createdAt.milliseconds)".utf8))
    return InboxKey.text(Array(mac.prefix(16)))
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
