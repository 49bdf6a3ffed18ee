// MailboxAnswers.swift - does a mailbox take the calls that nobody takes? Pure.
//
// Twilio cannot tell a mailbox from a person: the leg is connected, and the call counts as answered, so nobody texts the
// caller. But a mailbox takes calls always after the same time of ringing, nothing rings for longer than that, and its calls
// are short; people take them sooner or later. What takes a call at once (a diversion of a phone that is off) is not seen
// here: people do that too. Only a key is proof: `screening`.

/// A call that somebody, or something, took. In milliseconds.
package struct TakenCall: Hashable, Sendable {
  package var rang: Int
  package var talked: Int

  package init(rang: Int, talked: Int) {
    self.rang = rang
    self.talked = talked
  }
}

/// The calls of a tenant that a mailbox seems to have taken.
package struct MailboxAnswers: Hashable, Sendable {
  package static let days = 14
  /// Newer calls are enough of a sample.
  package static let mostCalls = 500

  /// People take a call within this time at about the same moment too.
  private static let earliest = 8000
  /// How much its time varies, with what Twilio takes for the connection.
  private static let width = 2500
  private static let fewest = 6
  /// What a mailbox records at most, and how long half of its callers stay at most: many hang up at the greeting.
  private static let longestTalk = 180_000
  private static let usualTalk = 45_000
  /// `ring_seconds` is kept to within so much.
  private static let slack = 4000
  /// So many seconds before the mailbox the caller must be ours.
  private static let headStart = 2

  package var count: Int
  /// Calls that were taken, its own included.
  package var total: Int
  /// After how many seconds of ringing it takes a call, at the earliest.
  package var afterSeconds: Int

  /// `ring_seconds` with which the caller is ours before the mailbox has him; nil where Twilio cannot ring so shortly.
  package var ringSeconds: Int? { afterSeconds >= 12 ? afterSeconds - MailboxAnswers.headStart : nil }

  /// nil where the calls do not look like it, or where it rings too shortly by now for a mailbox to take them so.
  /// - Parameter ringSeconds: as it is set. What rang for longer than that rang under other settings.
  package init?(_ calls: [TakenCall], ringSeconds: Int) {
    let calls = calls.filter { $0.rang <= ringSeconds * 1000 + MailboxAnswers.slack }
      .sorted { ($0.rang, $0.talked) < ($1.rang, $1.talked) }
    var best: (count: Int, from: Int)?
    for (index, first) in calls.enumerated()
    where first.rang >= MailboxAnswers.earliest && index + MailboxAnswers.fewest <= calls.count {
      let cluster = calls[index...].prefix { $0.rang <= first.rang + MailboxAnswers.width }
      let before = calls[..<index].reversed().prefix { $0.rang > first.rang - 2 * MailboxAnswers.width }.count
      let later = calls.count - index - cluster.count
      let talks = cluster.map(\.talked).sorted()
      guard cluster.count >= MailboxAnswers.fewest, cluster.count > best?.count ?? 0,
        // Three times what its neighbourhood makes likely.
        2 * cluster.count >= 3 * before + 6, later * 10 <= cluster.count,
        talks[talks.count / 2] <= MailboxAnswers.usualTalk,
        talks[talks.count - 1] <= MailboxAnswers.longestTalk
      else { continue }
      best = (cluster.count, first.rang)
    }
    guard let best, ringSeconds > best.from / 1000 - MailboxAnswers.headStart else { return nil }
    count = best.count
    total = calls.count
    afterSeconds = best.from / 1000
  }
}
