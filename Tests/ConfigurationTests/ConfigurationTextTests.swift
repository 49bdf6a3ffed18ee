// ConfigurationTextTests.swift - values changed where they stand, and everything else left as a person wrote it.

import Testing

@testable import Configuration

struct ConfigurationTextTests {
  private func changed(_ text: String, _ key: String, _ value: ConfigurationText.Value) throws -> String {
    var file = try #require(ConfigurationText(text))
    file.set(key, to: value)
    return file.text
  }

  @Test func `a value is replaced where it stands, with the comments around it`() throws {
    let text = "{\n  // the name\n  name: 'Old', // as callers know it\n  other: 1,\n}\n"
    #expect(
      try changed(text, "name", .text("Dörfler \"AG\"\\"))
        == "{\n  // the name\n  name: \"Dörfler \\\"AG\\\"\\\\\", // as callers know it\n  other: 1,\n}\n")
  }

  @Test func `a line of the sample that is switched off is switched on in its place`() throws {
    let text =
      "{\n  name: \"A\",\n\n  // who sends\n  //sms_sender: \"+41790000010\",\n\n  active: true,\n}\n"
    #expect(
      try changed(text, "sms_sender", .text("+41797770100"))
        == "{\n  name: \"A\",\n\n  // who sends\n  sms_sender: \"+41797770100\",\n\n  active: true,\n}\n")
  }

  @Test func `a key that stands nowhere comes last, behind a comma where one is missing`() throws {
    #expect(try changed("{ name: 'A' }", "active", .flag(true)) == "{ name: 'A',\n  active: true, }")
    #expect(try changed("{}", "active", .flag(true)) == "{\n  active: true,}")
    #expect(
      try changed("{ twilio: { account_sid: 'x' } }", "twilio.auth_token", .text("t"))
        == "{ twilio: { account_sid: 'x',\n    auth_token: \"t\", } }")
    #expect(
      try changed("{ public_url: '' }", "twilio.auth_token", .text("t"))
        == "{ public_url: '',\n  twilio: { auth_token: \"t\" }, }")
  }

  /// A comment is no place: neither for a value nor for a bracket.
  @Test func `brackets and keys in comments and texts are none`() throws {
    let text = "{ /* name: 'no' } */ a: '} name: 1', // }\n  name: 2 }"
    #expect(try changed(text, "name", .whole(3)) == "{ /* name: 'no' } */ a: '} name: 1', // }\n  name: 3 }")
  }

  @Test func `lists of objects are written and read`() throws {
    var file = try #require(ConfigurationText(SampleFiles.tenant))
    let people = ConfigurationText.Value.list([
      .object([.init("channel", .text("sms")), .init("to", .text("+41790000001"))]),
      .object([.init("channel", .text("email")), .init("to", .text("a@example.ch"))]),
    ])
    file.set("notify", to: people)
    #expect(file.texts(at: "notify", member: "to") == ["+41790000001", "a@example.ch"])
    #expect(file.texts(at: "voice_numbers") == ["+41790000010"])
    #expect(file.text(at: "name") == "Muster Haustechnik AG" && file.flag(at: "active") == false)
    #expect(file.text(at: "quiet_hours.from") == "21:00" && file.text(at: "no.such") == nil)
  }

  @Test(arguments: ["", "[]", "{ a: }", "{ a: 1", "\"text\""])
  func `what is no object of JSON5 is nobody's to change`(_ text: String) {
    #expect(ConfigurationText(text) == nil)
  }

  /// Whatever is asked of it, a file that was JSON5 stays JSON5.
  @Test func `every text there is can be a value`() throws {
    for text in ["", "\n\t\"\\", "\u{2028}", "\u{0}\u{1b}[31m", "// no comment", "}", "Zoë 🔧"] {
      var file = try #require(ConfigurationText("{ name: 'A', }"))
      file.set("name", to: .text(text))
      // Other control characters have no place in a setting.
      let isKept: (Unicode.Scalar) -> Bool = {
        $0.value >= 32 && $0.value != 0x2028 || "\n\t".unicodeScalars.contains($0)
      }
      let expected = String(String.UnicodeScalarView(text.unicodeScalars.map { isKept($0) ? $0 : " " }))
      #expect(file.text(at: "name") == expected, "\(text.debugDescription)")
    }
  }
}
