// SendRate.swift - a token bucket per sender: `messages_per_second`, with a burst of one second's worth.

import LocalTime

struct SendRate {
  private var buckets: [String: (tokens: Double, filledAt: Timestamp)] = [:]

  /// Takes a token; false when the sender must wait.
  mutating func take(_ sender: String, perSecond: Double, at now: Timestamp) -> Bool {
    let capacity = max(1, perSecond)
    var bucket = buckets[sender] ?? (capacity, now)
    let elapsed = Double(max(0, now.milliseconds(since: bucket.filledAt))) / 1000
    bucket.tokens = min(capacity, bucket.tokens + elapsed * perSecond)
    bucket.filledAt = now
    let isGranted = bucket.tokens >= 1
    if isGranted { bucket.tokens -= 1 }
    buckets[sender] = bucket
    return isGranted
  }
}
