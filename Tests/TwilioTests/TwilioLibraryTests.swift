// TwilioLibraryTests.swift - our signatures against those of Twilio's Python library, on seeded random requests.

import CGI
import Testing

@testable import Twilio

@Suite(.enabled(if: TwilioLibrary.isInstalled, "needs python3 and the package twilio (pip install twilio)"))
struct TwilioLibraryTests {
  /// SplitMix64: the same requests in every run.
  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
      return z ^ z >> 31
    }
  }

  private static let names = [
    "Body", "body", "From", "To", "Caller", "CallSid", "Digits", "ForwardedFrom", "a", "B", "Ä", "ü", "_",
    "1", "10",
    "2", "NumMedia", "MediaUrl0", "e\u{301}", "é", "ﬁ", "Ａ", "👍",
  ]
  private static let values = [
    "", " ", "0", "1234", "+41791234567", "Grüezi, 2 – morn", "👍🏽🇨🇭", "e\u{301}", "é", "a=b&c=d", "100%", "%2B",
    "+",
    "a\r\nb", "\t", "'\"<>", "ß", "\u{FEFF}x", "\u{200b}", "Ａ",
  ]
  private static let hosts = [
    "https://example.ch", "https://example.ch:443", "https://example.ch:8443", "http://example.ch",
    "http://example.ch:80", "http://example.ch:8080",
  ]
  private static let paths = ["/voice", "/cgi-bin/sms?t=7", "/", "/a?b=%C3%BC&c=+d", "/x?q=a:b/c"]

  private func fields(_ random: inout Random) -> FormFields {
    let count = Int.random(in: 0...8, using: &random)
    return FormFields(
      (0..<count).map { _ in
        .init(
          name: Self.names.randomElement(using: &random) ?? "",
          value: Self.values.randomElement(using: &random) ?? "")
      })
  }

  @Test func `our signatures are those of Twilio's library, and we accept what it accepts`() throws {
    var random = Random(state: 20_260_210)
    var questions: [TwilioLibrary.Question] = []
    for _ in 0..<400 {
      let path = Self.paths.randomElement(using: &random) ?? ""
      let token = ["12345", "0123456789abcdef0123456789abcdef"].randomElement(using: &random) ?? ""
      questions.append(
        .init(
          signedURL: (Self.hosts.randomElement(using: &random) ?? "") + path,
          judgedURL: (Self.hosts.randomElement(using: &random) ?? "") + path, token: token,
          judgedToken: Bool.random(using: &random) || Bool.random(using: &random) ? token : "other",
          fields: fields(&random)))
    }
    let verdicts = try TwilioLibrary.judge(questions)
    try #require(verdicts.count == questions.count)
    var accepted = 0
    for (question, verdict) in zip(questions, verdicts) {
      let signature = WebhookSignature.compute(
        url: question.signedURL, fields: question.fields, authToken: question.token)
      let isValid = WebhookSignature.isValid(
        verdict.signature, url: question.judgedURL, fields: question.fields, authToken: question.judgedToken)
      #expect(signature == verdict.signature)
      if verdict.isValid {
        accepted += 1
        #expect(isValid, "\(question.signedURL) as \(question.judgedURL)")
      }
      // We may be more lenient about the port, and about nothing else.
      if question.judgedToken != question.token || scheme(question.signedURL) != scheme(question.judgedURL) {
        #expect(!isValid && !verdict.isValid)
      }
    }
    #expect(accepted > 40)
    #expect(questions.count - accepted > 100)
  }

  private func scheme(_ url: String) -> Substring { url.prefix { $0 != ":" } }
}
