// TwilioLibraryTests.swift - Twilio's own Python library signs, the shipped handler checks.

import TestSupport
import Testing

extension EndToEnd {
  struct TwilioLibraryTests {
    /// url, token, then name and value in turn.
    private static let script = """
      import sys
      from twilio.request_validator import RequestValidator
      words = sys.argv[3:]
      print(RequestValidator(sys.argv[2]).compute_signature(sys.argv[1], dict(zip(words[::2], words[1::2]))))
      """

    @Test(
      .enabled(if: Python.hasTwilio, "the Python module twilio is not installed"),
      arguments: ["", "a=b%20c&tenant=d%C3%B6rfler"])
    func `a webhook signed by Twilio's library is accepted`(query: String) throws {
      let shipped = try ShippedInstallation()
      let fields =
        shipped.smsFields("SM1", "Grüezi, \"Boiler\" tropft & läuft + 100 % ✓ 🚿\n=ä") + [("Empty", "")]
      let url = "\(shipped.publicURL)/sms" + (query.isEmpty ? "" : "?\(query)")
      let words = [url, ShippedInstallation.token] + fields.flatMap { [$0.0, $0.1] }
      let signature = try #require(try Python.ask(Self.script, words))
      #expect(signature.count == 28)
      let answer = shipped.post("sms", fields, query: query, signature: signature)
      #expect(answer.status == 200, "\(answer.text)")
      #expect(try shipped.only("tickets")["summary"]?.contains("🚿") == true)
      let other = try #require(
        try Python.ask(Self.script, [url, "another token"] + fields.flatMap { [$0.0, $0.1] }))
      #expect(shipped.post("sms", fields, query: query, signature: other).status == 403)
    }
  }
}
