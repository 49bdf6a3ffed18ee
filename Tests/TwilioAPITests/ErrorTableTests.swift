// ErrorTableTests.swift - every row of the error table, and what is not in it.

import Testing
import Twilio

private let ordinary = SendVerdict.transient(afterSeconds: 120, maxRetries: 2)

private let rows: [(SendVerdict, [Int])] = [
  (.configuration, [20001, 20404, 21212, 21408, 21601, 21606, 21602, 21603, 21604, 21619, 21608, 21609]),
  (.configuration, [21617, 21703, 21704, 21705, 30018, 30024, 30022, 30023, 30027, 30032, 30034]),
  (.configuration, [30037, 30044, 63038]),
  (.credentials, [20003, 20005, 90010, 30002]),
  (.rateLimited, [20429]),
  (.permanent, [21211, 21214, 21217, 21612, 21618, 14107, 30004, 30005, 30007, 30410]),
  (.optedOut, [21610]),
  (.landline, [21614, 21635, 30006]),
  (.transient(afterSeconds: 1800, maxRetries: 2), [21611, 30450]),
  (.transient(afterSeconds: 1800, maxRetries: 1), [30003]),
  (.transient(afterSeconds: 120, maxRetries: 1), [30008]),
  (ordinary, [30001, 30017]),
  (.expired, [30036]),
]

@Suite struct ErrorTableTests {
  @Test(arguments: rows.flatMap { verdict, codes in codes.map { ($0, verdict) } })
  func `a code of the table means the same in an answer and in a report`(code: Int, verdict: SendVerdict) {
    #expect(TwilioErrorCode.onCreate(httpStatus: 400, code: code) == verdict)
    #expect(TwilioErrorCode.onDelivery(code: code) == verdict)
    #expect(TwilioErrorCode.meaning(code)?.isEmpty == false)
  }

  @Test(arguments: [20500, 20503])
  func `a server error is unknown in an answer, an ordinary failure in a report`(code: Int) {
    #expect(TwilioErrorCode.onCreate(httpStatus: 500, code: code) == .unknown)
    #expect(TwilioErrorCode.onCreate(httpStatus: 400, code: code) == .unknown)
    #expect(TwilioErrorCode.onDelivery(code: code) == ordinary)
    #expect(TwilioErrorCode.meaning(code) != nil)
  }

  @Test(arguments: [
    (400, SendVerdict.permanent), (401, .credentials), (403, .credentials), (404, .configuration),
    (405, .permanent), (410, .permanent), (429, .rateLimited), (500, .unknown), (502, .unknown),
    (503, .unknown), (504, .unknown), (302, .unknown), (200, .unknown), (0, .unknown),
  ])
  func `without a known code the status decides`(status: Int, verdict: SendVerdict) {
    #expect(TwilioErrorCode.onCreate(httpStatus: status, code: nil) == verdict)
    #expect(TwilioErrorCode.onCreate(httpStatus: status, code: 29_999) == verdict)
  }

  @Test func `a server error is never a verdict on the recipient`() {
    #expect(TwilioErrorCode.onCreate(httpStatus: 500, code: 21211) == .unknown)
    #expect(TwilioErrorCode.onCreate(httpStatus: 503, code: 20429) == .rateLimited)
  }

  @Test(arguments: [nil, 0, 29_999, 30010])
  func `a failed delivery without a telling code is worth the ordinary retries`(code: Int?) {
    #expect(TwilioErrorCode.onDelivery(code: code) == ordinary)
  }

  @Test func `a code without an action still has a meaning, a strange one has none`() {
    #expect(TwilioErrorCode.meaning(30010) != nil)
    #expect(TwilioErrorCode.meaning(29_999) == nil)
  }
}
