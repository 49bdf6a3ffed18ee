// TestCallSid.swift - the mark of a call that `opsfabric test-call` plays: Twilio knows nothing of it.
//
// It looks like any CallSid, so that nothing but this mark sets such a call apart on its way; and everybody sees it
// in `opsfabric list calls`: 7e57ca11 reads "test call".

import Platform

package enum TestCallSid {
  private static let mark = "CA7e57ca117e57ca11"

  package static func new(_ random: RandomSource) -> String { mark + random.token(bytes: 8) }

  /// Of Twilio's own random SIDs one in 2^64 begins like this.
  package static func isTest(_ sid: String) -> Bool { sid.hasPrefix(mark) }
}
