// SendRate.swift - a token bucket per sender.

import LocalTime

struct SendRate {
  private var buckets: [String: (tokens: Double, filledAt: Timestamp)] = [:]

  /// Takes a token; false when the sender must wait.
  mutating func take(_ sender: String, perSecond: Double, burst: Double, at now: Timestamp) -> Bool {
    var bucket = buckets[sender] ?? (burst, now)
    let elapsed = Double(max(0, now.milliseconds(since: bucket.filledAt))) / 1000
    bucket.tokens = min(burst, bucket.tokens + elapsed * perSecond)
    bucket.filledAt = now
    let isGranted = bucket.tokens >= 1
    if isGranted { bucket.tokens -= 1 }
    buckets[sender] = bucket
    return isGranted
  }
}
