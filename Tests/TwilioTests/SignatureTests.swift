// SignatureTests.swift - X-Twilio-Signature against the vectors of Twilio's own tests and documentation.

import CGI
import Crypto
import Testing

@testable import Twilio

@Suite struct SignatureTests {
  static let url = "https://mycompany.com/myapp.php?foo=1&bar=2"
  static let call = [
    ("CallSid", "CA1234567890ABCDE"), ("Digits", "1234"), ("From", "+14158675309"), ("To", "+18005551212"),
    ("Caller", "+14158675309"),
  ]
  private static let hash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"

  struct Vector: Sendable, CustomStringConvertible {
    let number: Int
    let url: String
    let fields: [(String, String)]
    let signature: String
    var description: String { "vector \(number)" }

    var form: FormFields { FormFields(fields.map { .init(name: $0.0, value: $0.1) }) }
  }

  /// What the signature is over, to the letter.
  static let exact = [
    Vector(number: 1, url: url, fields: call, signature: "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    Vector(
      number: 2, url: "https://mycompany.com:443/myapp.php?foo=1&bar=2", fields: call,
      signature: "kvajT1Ptam85bY51eRf/AJRuM3w="),
    Vector(
      number: 3, url: "http://mycompany.com:80/myapp.php?foo=1&bar=2", fields: call,
      signature: "0ZXoZLH/DfblKGATFgpif+LLRf4="),
    Vector(
      number: 4, url: "http://mycompany.com:1234/myapp.php?foo=1&bar=2", fields: call,
      signature: "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
    Vector(
      number: 6, url: url,
      fields: [
        ("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234"),
      ], signature: "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    Vector(
      number: 7, url: "\(url)&bodySHA256=\(hash)", fields: [], signature: "a9nBmqA0ju/hNViExpshrM61xv4="),
    Vector(
      number: 8, url: url,
      fields: call.map { $0.0 == "From" || $0.0 == "Caller" ? ($0.0, "+12349013030") : $0 },
      signature: "0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
    Vector(
      number: 9, url: url, fields: call + [("ForwardedFrom", "")], signature: "5eWcTAiF7RHLjC8x9rN5lf+Ntis="),
    Vector(
      number: 10, url: "https://example.ch/cgi/sms?t=7",
      fields: [
        ("Body", "Gr\u{fc}ezi, 2 \u{2013} morn"), ("From", "+41791234567"), ("To", "+41435550100"),
        ("NumMedia", "0"),
      ], signature: "SLRx0fbLKAo5IQXWjJlt5pyRvMw="),
    Vector(
      number: 11, url: "https://example.ch/cgi/voice?CallSid=CA1&From=%2B41791234567", fields: [],
      signature: "PWasz7vadtyqHe84o6HI3+KGeRM="),
    Vector(
      number: 12, url: url, fields: [("a", "1"), ("B", "2")], signature: "7+6xDLraG9CDDY1SSSi8+cRQLR0="),
  ]

  /// The address as configured here, though Twilio signed another form of it.
  static let accepted =
    exact + [
      Vector(number: 2, url: url, fields: call, signature: "kvajT1Ptam85bY51eRf/AJRuM3w="),
      Vector(
        number: 3, url: "http://mycompany.com/myapp.php?foo=1&bar=2", fields: call,
        signature: "0ZXoZLH/DfblKGATFgpif+LLRf4="),
      Vector(
        number: 5, url: "https://mycompany.com:1234/myapp.php?foo=1&bar=2", fields: call,
        signature: "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    ]

  @Test(arguments: exact) func `the signature is Twilio's`(_ vector: Vector) {
    let signature = WebhookSignature.compute(url: vector.url, fields: vector.form, authToken: "12345")
    #expect(signature == vector.signature)
  }

  @Test(arguments: accepted) func `what Twilio signed is accepted, in either form of the port`(
    _ vector: Vector
  ) {
    #expect(
      WebhookSignature.isValid(vector.signature, url: vector.url, fields: vector.form, authToken: "12345"))
  }

  @Test(arguments: accepted) func `anything changed is refused`(_ vector: Vector) {
    let form = vector.form
    func isValid(
      _ signature: String? = nil, url: String? = nil, fields: FormFields? = nil, token: String = "12345"
    ) -> Bool {
      WebhookSignature.isValid(
        signature ?? vector.signature, url: url ?? vector.url, fields: fields ?? form, authToken: token)
    }
    #expect(!isValid(""))
    #expect(!isValid(vector.signature.lowercased()))
    #expect(!isValid(String(vector.signature.dropLast())))
    #expect(!isValid(vector.signature + "="))
    #expect(!isValid(" " + vector.signature))
    #expect(!isValid(url: vector.url + "&x=1"))
    #expect(!isValid(url: vector.url + "/"))
    #expect(!isValid(url: vector.url.replacing("https:", with: "HTTPS:").replacing("http:", with: "https:")))
    #expect(!isValid(fields: FormFields(form.fields + [.init(name: "x", value: "")])))
    #expect(!isValid(token: "12346"))
    #expect(!isValid(token: "12345 "))
  }

  @Test func `with an empty token nothing is valid, its own signature least of all`() {
    let fields = FormFields()
    let signature = WebhookSignature.compute(url: SignatureTests.url, fields: fields, authToken: "")
    #expect(!WebhookSignature.isValid(signature, url: SignatureTests.url, fields: fields, authToken: ""))
  }

  @Test func `the order in which fields were sent makes no difference`() {
    let fields = SignatureTests.call.map { FormFields.Field(name: $0.0, value: $0.1) }
    let first = WebhookSignature.compute(url: SignatureTests.url, fields: FormFields(fields), authToken: "t")
    let last = WebhookSignature.compute(
      url: SignatureTests.url, fields: FormFields(fields.reversed()), authToken: "t")
    #expect(first == last)
  }

  /// Capitals before small letters, both before umlauts, U+FF21 before U+1F44D (UTF-16 has it the other way
  /// round), and two spellings of one umlaut are two names.
  @Test func `names are ordered by code points, however they look`() {
    let ordered = ["B", "Z", "a", "e\u{301}", "z", "\u{e9}", "\u{fc}", "\u{ff21}", "\u{1f44d}"]
    let fields = FormFields(ordered.reversed().map { .init(name: $0, value: "") })
    let signature = WebhookSignature.compute(url: "https://a", fields: fields, authToken: "t")
    let message = Array("https://a".utf8) + ordered.flatMap { Array($0.utf8) }
    #expect(signature == base64(hmacSHA1(key: Array("t".utf8), message: message)))
  }

  /// Vector 13: how a request signed with a shared key would look; only the hash is ours.
  @Test func `HMAC-SHA-256 over the same text is as in vector 13`() {
    let text =
      SignatureTests.url
      + SignatureTests.call.sorted { $0.0 < $1.0 }.map { $0.0 + $0.1 }.joined()
    let digest = hmacSHA256(key: Array("12345".utf8), message: Array(text.utf8))
    #expect(base64(digest) == "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=")
  }

  @Test(arguments: [
    ("https://a.ch/x", ["https://a.ch/x", "https://a.ch:443/x"]),
    ("https://a.ch:443/x", ["https://a.ch:443/x", "https://a.ch/x"]),
    ("http://a.ch/x", ["http://a.ch/x", "http://a.ch:80/x"]),
    (
      "https://a.ch:8443/x?y=:1",
      ["https://a.ch:8443/x?y=:1", "https://a.ch/x?y=:1", "https://a.ch:443/x?y=:1"]
    ),
    ("https://a.ch?y=1", ["https://a.ch?y=1", "https://a.ch:443?y=1"]),
    ("https://a.ch/x?u=http://b:9/", ["https://a.ch/x?u=http://b:9/", "https://a.ch:443/x?u=http://b:9/"]),
    ("https://[::1]/x", ["https://[::1]/x", "https://[::1]:443/x"]),
    ("https://[::1]:99/x", ["https://[::1]:99/x", "https://[::1]/x", "https://[::1]:443/x"]),
    ("no address", ["no address"]),
  ])
  func `an address is tried as given, without a port, and with the standard one`(
    _ url: String, _ variants: [String]
  ) {
    #expect(WebhookSignature.portVariants(of: url) == variants)
  }

  // MARK: Shared keys

  static let shared = "shared-secret-0123456789abcdef"
  static let recording = [
    ("RecordingSource", "RecordVerb"), ("RecordingSid", "RE" + String(repeating: "0", count: 31) + "2"),
    (
      "RecordingUrl",
      "https://api.twilio.com/2010-04-01/Accounts/AC" + String(repeating: "0", count: 31) + "3/Recordings/RE"
        + String(repeating: "0", count: 31) + "2"
    ), ("RecordingStatus", "completed"), ("RecordingChannels", "1"), ("ErrorCode", "0"),
    ("CallSid", "CA" + String(repeating: "0", count: 31) + "1"),
    ("RecordingStartTime", "Fri, 27 Nov 2026 08:15:30 +0000"),
    ("AccountSid", "AC" + String(repeating: "0", count: 31) + "3"),
    ("RecordingDuration", "21"),
  ]
  static let ended = [
    ("CallSid", "CA" + String(repeating: "0", count: 31) + "1"), ("CallStatus", "busy"),
    ("CallDuration", "0"),
    ("Duration", "0"), ("ToCity", ""), ("SequenceNumber", "2"), ("SipResponseCode", "486"), ("FromCity", ""),
    ("From", "+41435550100"),
    ("To", "+41791234567"),
  ]

  /// Of Twilio's library 9.13.0.
  static let keyed: [(vector: Vector, algorithm: WebhookSignature.Algorithm)] = [
    (
      .init(
        number: 14, url: "https://example.ch/cgi-bin/call-status?j=9", fields: ended,
        signature: "nDS3LJrBMsd9ncys4aOoiC9tSBE="), .sha1
    ),
    (
      .init(
        number: 15, url: "https://example.ch/cgi-bin/call-status?j=9", fields: ended,
        signature: "mOEV1NIew+qf2l3IoKgQ01uQsk4u5/2OrYiCqvqjVWY="), .sha256
    ),
    (
      .init(
        number: 16, url: "https://example.ch/cgi-bin/recording?t=42", fields: recording,
        signature: "oUYj7+KC0raZoEFnBYovjOd05Xg="), .sha1
    ),
    (
      .init(
        number: 17, url: "https://example.ch/cgi-bin/recording?t=42", fields: recording,
        signature: "rcQVyxVlGw0RDGBNVDtawUd+/YmeOVELNDtrasNpDMg="), .sha256
    ),
    (
      .init(
        number: 19, url: "https://example.ch/r",
        fields: [("A", "2"), ("A", "1"), ("A", "2"), ("A", ""), ("a", "x")],
        signature: "YrDDn642J16RfcuxolNnuhBlm+ph+wYD+iqmixmvSPI="), .sha256
    ),
    (
      .init(
        number: 21, url: "https://example.ch/e", fields: [("Body", ""), ("NumMedia", "0")],
        signature: "uTKzLhiVKmgPeM+vnLl8irr5R+CtVT84VikfRqrGnA8="), .sha256
    ),
    (
      .init(
        number: 22, url: "https://example.ch/cgi-bin/sms?t=7",
        fields: [
          ("Body", "Grüezi 😀 l’été"), ("From", "+41791234567"), ("To", "+41435550100"), ("NumMedia", "0"),
        ], signature: "evHTfNATBTznUvPs6toKzkp48bweia+DX/rkt+v5rk4="), .sha256
    ),
  ]

  @Test(arguments: keyed.indices) func `a shared key signs with the hash that is named`(index: Int) {
    let (vector, algorithm) = Self.keyed[index]
    let secret = algorithm == .sha1 ? "12345" : Self.shared
    #expect(
      WebhookSignature.compute(url: vector.url, fields: vector.form, authToken: secret, algorithm: algorithm)
        == vector.signature, "vector \(vector.number)")
    #expect(
      WebhookSignature.isValid(
        vector.signature, url: vector.url, fields: vector.form, authToken: secret, algorithm: algorithm))
    #expect(
      !WebhookSignature.isValid(
        vector.signature, url: vector.url, fields: vector.form, authToken: secret,
        algorithm: algorithm == .sha1 ? .sha256 : .sha1))
  }

  @Test(arguments: [
    ("key=k1,algorithm=HMAC_SHA256", "k1 HMAC_SHA256"),
    (" algorithm=hmac_sha256 , key=k1 ", "k1 HMAC_SHA256"),
    ("key=k1", "k1 HMAC_SHA1"), ("key=k1,Algorithm=HMAC_SHA256", "k1 HMAC_SHA1"),
    ("key=k1,algorithm=HMAC_SHA1", "k1 HMAC_SHA1"),
    ("", nil), ("algorithm=HMAC_SHA256", nil), ("key=,algorithm=HMAC_SHA256", nil),
    ("key=k1,algorithm=HMAC_MD5", nil),
    ("key=k1,algorithm=", nil), ("k1", nil),
  ])
  func `the settings of a signature are read as Twilio's library reads them`(header: String, meaning: String?)
  {
    let settings = WebhookSignature.settings(header)
    #expect(settings.map { "\($0.key) \($0.algorithm.rawValue)" } == meaning)
  }
}
