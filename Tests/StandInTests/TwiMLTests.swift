// TwiMLTests.swift - the reader takes what Twilio takes, and refuses what it refuses.

import StandIn
import Testing

@Suite struct TwiMLTests {
  @Test func `verbs come in order, with attributes, text and children`() throws {
    let verbs = try TwiML.parse(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!-- forwarding -->
      <Response><Dial timeout="13" action='https://h/dial-result?t=4&amp;x=1'>
        <Number url="/screen">+41791234567</Number></Dial>
        <Say language="de-DE">Gr&#xFC;ezi &lt;1&gt; <![CDATA[& Co]]></Say><Hangup/>
      </Response>
      """)
    #expect(verbs.map(\.name) == ["Dial", "Say", "Hangup"])
    #expect(verbs[0]["action"] == "https://h/dial-result?t=4&x=1")
    #expect(verbs[0].children.first?.text == "+41791234567")
    #expect(verbs[1].text == "Grüezi <1> & Co")
  }

  @Test(arguments: ["<Response/>", "<Response></Response>", " <Response />\n"])
  func `an empty response has no verbs`(text: String) throws { #expect(try TwiML.parse(text).isEmpty) }

  @Test(arguments: [
    "", "Hallo", "<response/>", "<Response>", "<Response><Say>a</Response>", "<Response/><Response/>",
    "<Response><Say>a & b</Say></Response>", "<Response><Say a=1>x</Say></Response>",
    "<Response><Dial action=\"?a=1&b=2\">1</Dial></Response>", "<Response>Hallo</Response>",
    "<Response><Say a='1' a='2'/></Response>", "<Response><Say>&nbsp;</Say></Response>",
    "<Response><Say a='<'/></Response>", "<Response><Say", "<!DOCTYPE x><Response/>",
  ])
  func `what is no TwiML is refused`(text: String) {
    #expect(throws: TwiMLError.self) { try TwiML.parse(text) }
  }
}
