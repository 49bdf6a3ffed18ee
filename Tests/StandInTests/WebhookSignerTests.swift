// WebhookSignerTests.swift - Twilio's own vectors and those computed with its library (twilio.md, 3).

import StandIn
import Testing

private let url = "https://mycompany.com/myapp.php?foo=1&bar=2"
private let plain: Parameters = [
  ("CallSid", "CA1234567890ABCDE"), ("Digits", "1234"), ("From", "+14158675309"), ("To", "+18005551212"),
  ("Caller", "+14158675309"),
]

@Suite struct WebhookSignerTests {
  @Test(
    arguments: [
      (url, plain, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
      ("https://mycompany.com:443/myapp.php?foo=1&bar=2", plain, "kvajT1Ptam85bY51eRf/AJRuM3w="),
      ("http://mycompany.com:80/myapp.php?foo=1&bar=2", plain, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
      ("http://mycompany.com:1234/myapp.php?foo=1&bar=2", plain, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
      (
        url,
        [
          ("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"),
          ("Digits", "1234"),
        ], "IK+Dwps556ElfBT0I3Rgjkr1wJU="
      ),
      (
        url + "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620", [],
        "a9nBmqA0ju/hNViExpshrM61xv4="
      ),
      (
        url,
        plain.map { ["From", "Caller"].contains($0.0) ? ($0.0, "+12349013030") : $0 },
        "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
      ),
      (url, plain + [("ForwardedFrom", "")], "5eWcTAiF7RHLjC8x9rN5lf+Ntis="),
      (
        "https://example.ch/cgi/sms?t=7",
        [
          ("Body", "Gr\u{fc}ezi, 2 \u{2013} morn"), ("From", "+41791234567"), ("To", "+41435550100"),
          ("NumMedia", "0"),
        ], "SLRx0fbLKAo5IQXWjJlt5pyRvMw="
      ),
      ("https://example.ch/cgi/voice?CallSid=CA1&From=%2B41791234567", [], "PWasz7vadtyqHe84o6HI3+KGeRM="),
      (url, [("a", "1"), ("B", "2")], "7+6xDLraG9CDDY1SSSi8+cRQLR0="),
      (url + "#rc=3&rp=ct,rt,5xx", plain, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    ] as [(String, Parameters, String)])
  func `the vectors come out`(url: String, parameters: Parameters, signature: String) {
    #expect(WebhookSigner.sign(url: url, params: parameters, token: "12345") == signature)
  }

  @Test func `a signed webhook keeps empty values and drops the fragment`() {
    let leg = StoredCall(
      accountSid: "AC1", from: "+41791234567", to: "+41435550100", status: "ringing",
      startedAt: .init(seconds: 0))
    let signed = Webhook.incomingCall(leg, url: "https://example.ch/voice#rc=3").signed(token: "12345")
    #expect(signed.url == "https://example.ch/voice")
    let body = String(decoding: signed.body, as: UTF8.self)
    #expect(body.contains("FromCity=&FromCountry=CH"))
    #expect(body.contains("From=%2B41791234567"))
    let header = signed.headers.first { $0.0 == "X-Twilio-Signature" }?.1
    let back = FormCoding.decode(body)
    #expect(header == WebhookSigner.sign(url: signed.url, params: back, token: "12345"))
  }
}
