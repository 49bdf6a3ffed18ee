// ReplyTests.swift - what is a 1, a 2 or a 3, and what is free text.

import Business
import Testing

struct ReplyTests {
  @Test(arguments: [
    "1", " 1 ", "1\n", "\r\n1\t", "1.", "1!", "1)", "1…", "1...", "\"1\"", "'1'", "«1»", "»1«", "‹1›", "„1“",
    "“1”", "‚1‘", "’1’", "`1`", "„1“.", "«1.»", "１", "１．", "1\u{FE0F}\u{20E3}", "1\u{20E3}", "\u{FEFF}1",
    "1\u{200B}", "\u{200E}1\u{200F}", "\u{A0}1\u{202F}", "1;", "1:", "1,", "1?", "「1」", "1\u{FE0F}\u{20E3} !",
    "(1)", "[1]", "{1}", "<1>", "( 1. )", "（１）", "［1］", "【1】", "〔1〕", "⟨1⟩", ".1", "!1", ": 1", "…1",
    "\u{FFFC}1",
  ])
  func `a reply of 1 in any dress is urgent`(body: String) {
    #expect(Reply(body: body) == .urgent)
  }

  @Test func `2 and 3 are callback and wizard`() {
    #expect(Reply(body: "2.") == .callback)
    #expect(Reply(body: "2️⃣") == .callback)
    #expect(Reply(body: "３") == .wizard)
    #expect(Reply(body: "3️⃣") == .wizard)
  }

  @Test(arguments: [
    "1 bitte", "11", "1 1", "12", "0", "4", "-1", "+1", "1/2", "1 oder 2", "eins", "Option 1", "(1) bitte",
    "#1", "1%", "1 =", "1-", "1\u{301}", "1️⃣2️⃣", "Rohrbruch im Keller!", "①", "¹",
  ])
  func `anything else is free text, as it was written`(body: String) {
    #expect(Reply(body: body) == .freeText(body))
  }

  @Test func `free text loses the white space around it and nothing else`() {
    #expect(Reply(body: "  «Wasser läuft.»\n") == .freeText("«Wasser läuft.»"))
    #expect(Reply(body: "\u{FEFF}Bitte \u{2764}\u{FE0F}\u{200B} ") == .freeText("Bitte \u{2764}\u{FE0F}"))
    #expect(Reply(body: "!") == .freeText("!"))
  }

  @Test(arguments: ["", " ", "\n\u{200B}", "\u{FFFC}", "\u{3164}\u{115F}", "\u{FE0F}", "\u{E0001}\u{E0041}"])
  func `a message of pictures only is empty free text`(body: String) {
    #expect(Reply(body: body) == .freeText(""))
  }
}
