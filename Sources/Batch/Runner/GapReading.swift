// GapReading.swift - which of Twilio's lists have been read since a gap was opened, and which are to be asked for.

import LocalTime
import TwilioAPI

package struct GapReading {
  /// A list that could not be read is asked for again after this long.
  private static let retryMilliseconds: Int64 = 5000

  private var read: Set<String> = []
  private var failedAt: [String: Timestamp] = [:]
  /// Accounts that Twilio does not let us in: asking again changes nothing, the alert says what does.
  private var refused: Set<String> = []

  package init() {}

  /// It has not been read, and may be.
  package func isWanted(_ list: String, of account: String) -> Bool {
    !read.contains(list) && !refused.contains(account)
  }

  /// Its last failure is long enough ago.
  package func mayAsk(_ list: String, at now: Timestamp) -> Bool {
    failedAt[list].map { now.milliseconds(since: $0) >= GapReading.retryMilliseconds } ?? true
  }

  package mutating func note<Items>(
    _ result: Result<Items, APIFailure>, _ list: String, of account: String, at now: Timestamp
  ) {
    switch result {
    case .success: read.insert(list)
    case .failure(.credentials): refused.insert(account)
    case .failure: failedAt[list] = now
    }
  }
}
