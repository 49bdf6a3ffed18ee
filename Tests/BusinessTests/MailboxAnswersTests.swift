// MailboxAnswersTests.swift - calls that a mailbox took, told from those that people took.

import Business
import Foundation
import Testing

struct MailboxAnswersTests {
  /// What people do: they come to the phone sooner or later, and talk for a while.
  private func people(
    _ count: Int, median: Double, spread: Double, talk: Double, ringSeconds: Int, _ random: inout LineRandom
  )
    -> [TakenCall]
  {
    var calls: [TakenCall] = []
    while calls.count < count {
      let rang = median * exp(spread * random.normal())
      // Later than that nobody can take it.
      guard rang <= Double(ringSeconds) else { continue }
      calls.append(TakenCall(rang: Int(rang * 1000), talked: Int(talk * exp(random.normal()) * 1000)))
    }
    return calls
  }

  private func mailbox(_ count: Int, after seconds: Double, _ random: inout LineRandom) -> [TakenCall] {
    (0..<count).map { _ in
      TakenCall(
        rang: Int((seconds + 0.4 * random.normal()) * 1000),
        talked: Int(
          (random.fraction() < 0.6 ? 3 + 8 * random.fraction() : 15 + 45 * random.fraction()) * 1000))
    }
  }

  @Test func `people who take their calls are no mailbox, however they do it`() {
    var random = LineRandom(seed: 1)
    var alarms = 0
    for _ in 0..<300 {
      let ringSeconds = [12, 18, 18, 25, 30][Int(random.next() % 5)]
      let calls = people(
        10 + Int(random.next() % 120), median: 4 + 9 * random.fraction(),
        spread: 0.3 + 0.4 * random.fraction(),
        talk: 30 + 120 * random.fraction(), ringSeconds: ringSeconds, &random)
      if MailboxAnswers(calls, ringSeconds: ringSeconds) != nil { alarms += 1 }
    }
    #expect(alarms <= 1)
  }

  @Test(arguments: [(17.0, 20), (20.0, 25), (25.0, 30)])
  func `a mailbox is seen by its calls, and when it takes them`(seconds: Double, ringSeconds: Int) {
    var random = LineRandom(seed: UInt64(seconds))
    var found = 0
    for _ in 0..<100 {
      let calls =
        people(25, median: 7, spread: 0.4, talk: 90, ringSeconds: Int(seconds) - 1, &random)
        + mailbox(9, after: seconds, &random)
      guard let answers = MailboxAnswers(calls.shuffled(using: &random), ringSeconds: ringSeconds) else {
        continue
      }
      found += 1
      #expect(answers.total == 34 && 6...11 ~= answers.count)
      #expect(Int(seconds) - 3...Int(seconds) ~= answers.afterSeconds)
      #expect(answers.ringSeconds ?? 99 < answers.afterSeconds)
    }
    #expect(found >= 90)
  }

  @Test func `talks of many minutes, or calls that ring on, are no mailbox`() {
    let cluster = (0..<8).map { TakenCall(rang: 16_000 + 100 * $0, talked: 20_000) }
    #expect(MailboxAnswers(cluster, ringSeconds: 18)?.count == 8)
    #expect(MailboxAnswers(cluster.map { TakenCall(rang: $0.rang, talked: 90_000) }, ringSeconds: 18) == nil)
    #expect(MailboxAnswers(cluster + [TakenCall(rang: 17_000, talked: 200_000)], ringSeconds: 18) == nil)
    #expect(MailboxAnswers(cluster + [TakenCall(rang: 20_500, talked: 60_000)], ringSeconds: 18) == nil)
    #expect(MailboxAnswers(Array(cluster.prefix(5)), ringSeconds: 18) == nil)
    // It rings for less by now: what was is no more.
    #expect(MailboxAnswers(cluster, ringSeconds: 11) == nil)
    // Whoever sits beside the phone takes it at once, always.
    #expect(
      MailboxAnswers(cluster.map { TakenCall(rang: $0.rang - 12_000, talked: 20_000) }, ringSeconds: 18)
        == nil)
  }
}
