// ErrorFaultTests.swift - whose the fault is, code by code: recipient, text, moment, or us.

import Testing
import Twilio

/// The listing of the project's reference on Twilio (section 6 and its later corrections), code by code: P permanent for
/// the recipient or the text, C ours (configuration), T transient, ? not certain.
private let listing: [(kind: Character, codes: [Int])] = [
  (
    "C",
    [20001, 20003, 20005, 90010, 20404, 21212, 21408, 21601, 21606, 21602, 21603, 21604, 21619, 21608, 21609]
  ),
  (
    "C",
    [21617, 21703, 21704, 21705, 30002, 30018, 30024, 30022, 30023, 30027, 30032, 30034, 30037, 30044, 63038]
  ),
  ("P", [21211, 21214, 21217, 21610, 21612, 21614, 21635, 21618, 14107, 30004, 30005, 30006, 30007]),
  ("T", [20429, 21611, 30001, 30003, 30017, 30450, 30036, 30046]),
  ("?", [20500, 20503, 30008, 30410]),
]

/// Dead at the first try until this table was asked: all of them are ours to mend.
private let ours = [
  21660, 21659, 21657, 21616, 21607, 21701, 21702, 21709, 21624, 20010, 21656, 21729, 30033, 30035,
]

@Suite struct ErrorFaultTests {
  @Test(arguments: listing.flatMap { kind, codes in codes.map { (kind, $0) } })
  func `the reference's class of a code is ours`(kind: Character, code: Int) throws {
    let fault = try #require(TwilioErrorCode.fault(code))
    #expect(TwilioErrorCode.codes.contains(code))
    switch kind {
    case "C": #expect(fault == .ours)
    case "P": #expect(fault == .recipient || fault == .text)
    default: #expect(fault == .moment)
    }
  }

  @Test(arguments: ours) func `what lies in our account, sender or request is held`(code: Int) {
    for status in [400, 403, 404] {
      let verdict = TwilioErrorCode.onCreate(httpStatus: status, code: code)
      #expect([.configuration, .credentials].contains(verdict))
    }
    #expect([.configuration, .credentials].contains(TwilioErrorCode.onDelivery(code: code)))
    #expect(TwilioErrorCode.fault(code) == .ours)
  }

  @Test func `each code has one row, and its verdict follows from whose the fault is`() {
    let codes = TwilioErrorCode.codes
    #expect(Set(codes).count == codes.count)
    #expect(codes.count > 150)
    for code in codes {
      let verdict = TwilioErrorCode.onCreate(httpStatus: 400, code: code)
      let isHeld = verdict == .configuration || verdict == .credentials
      #expect(isHeld == (TwilioErrorCode.fault(code) == .ours), "\(code)")
      let isNever = [.permanent, .landline, .optedOut].contains(verdict)
      let concernsMessage = [.recipient, .text].contains(TwilioErrorCode.fault(code))
      // A provider's time-out is of the moment, and yet never repeated: the message may have arrived.
      #expect(isNever == concernsMessage || code == 30410, "\(code)")
      #expect(TwilioErrorCode.meaning(code)?.isEmpty == false, "\(code)")
    }
  }

  @Test(arguments: [
    20007, 20499, 21404, 21625, 21661, 21699, 21750, 30130, 30441, 30890, 572_002, 572_005, 572_999,
  ])
  func `a new code among those of account, sender and request is held`(code: Int) {
    #expect(TwilioErrorCode.onCreate(httpStatus: 400, code: code) == .configuration)
    #expect(TwilioErrorCode.onDelivery(code: code) == .configuration)
    #expect(TwilioErrorCode.meaning(code) != nil)
  }

  @Test(arguments: [
    1, 0, -21_606, 19_999, 20_600, 21_399, 21_599, 21_800, 29_999, 30_999, 571_999, 573_000, Int.max,
  ])
  func `a new code of no known family is for good in an answer and worth the retries in a report`(code: Int) {
    #expect(TwilioErrorCode.onCreate(httpStatus: 400, code: code) == .permanent)
    #expect(TwilioErrorCode.onDelivery(code: code) == .ordinaryRetry)
    #expect(TwilioErrorCode.fault(code) == nil)
  }
}
