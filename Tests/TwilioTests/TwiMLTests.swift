// TwiMLTests.swift - the documents Twilio gets, to the letter, and nothing a text could break out of.

import Foundation
import Testing

@testable import Twilio

@Suite struct TwiMLTests {
  private static let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

  @Test func `an empty response is a whole document`() {
    #expect(TwiML.response() == TwiMLTests.head + "<Response/>\n")
  }

  @Test func `verbs stand in order, attributes that are nil are left out`() {
    let document = TwiML.response([
      .element(
        "Gather", ["action": "/m?a=1&b=2", "timeout": nil, "numDigits": "1"],
        [.say("1 < 2", language: "de-DE")]),
      .hangup,
    ])
    #expect(
      document
        == TwiMLTests.head + "<Response><Gather action=\"/m?a=1&amp;b=2\" numDigits=\"1\">"
        + "<Say language=\"de-DE\">1 &lt; 2</Say></Gather><Hangup/></Response>\n")
  }

  @Test(arguments: [
    ("&<>\"'", "&amp;&lt;&gt;&quot;&apos;"), ("]]>", "]]&gt;"), ("&amp;", "&amp;amp;"),
    ("Müller & Söhne", "Müller &amp; Söhne"),
    ("👍🏽 é e\u{301}", "👍🏽 é e\u{301}"), ("a\tb\nc\rd", "a\tb\nc\rd"), ("a\r\nb", "a\r\nb"),
    ("a\u{0}\u{1}\u{8}\u{b}\u{1f}b", "ab"), ("\u{FFFE}x\u{FFFF}", "x"), ("<\u{301}", "&lt;\u{301}"), ("", ""),
  ])
  func `text is escaped, and what XML cannot hold left out`(_ text: String, _ expected: String) {
    #expect(Array(TwiML.escaped(text).unicodeScalars) == Array(expected.unicodeScalars))
  }

  @Test(arguments: [
    (18, "13"), (30, "25"), (11, "6"), (10, "5"), (9, "5"), (5, "5"), (0, "5"), (-3, "5"), (60, "55"),
  ])
  func `five seconds are taken off the ringing, but five are the least`(_ ring: Int, _ timeout: String) {
    let document = ForwardingTwiML(forwardTo: "+41435550100", ringSeconds: ring).document
    #expect(document.contains("<Dial timeout=\"\(timeout)\" "))
  }

  @Test func `the static fallback only forwards`() {
    #expect(
      ForwardingTwiML(forwardTo: "+41435550100", ringSeconds: 18).document
        == TwiMLTests.head
        + "<Response><Dial timeout=\"13\" answerOnBridge=\"true\"><Number>+41435550100</Number></Dial></Response>\n"
    )
  }

  @Test func `the forward asks for its result, and for screening where it is on`() {
    let document = ForwardingTwiML(
      forwardTo: "+41435550100", ringSeconds: 20, action: "https://a.ch/dial-result?x=1&y=2",
      screeningURL: "https://a.ch/screen?c=CA1&t=a"
    ).document
    #expect(
      document
        == TwiMLTests.head + "<Response><Dial timeout=\"15\" answerOnBridge=\"true\" "
        + "action=\"https://a.ch/dial-result?x=1&amp;y=2\" method=\"POST\">"
        + "<Number url=\"https://a.ch/screen?c=CA1&amp;t=a\" method=\"POST\">+41435550100</Number></Dial></Response>\n"
    )
  }
}
