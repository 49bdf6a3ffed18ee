// InvisibleTests.swift - characters that show nothing, around and inside of what somebody wrote.

import Business
import Testing

/// Unicode 15 to 17, DerivedCoreProperties.txt: Default_Ignorable_Code_Point.
private let defaultIgnorable: [ClosedRange<UInt32>] = [
  0xAD...0xAD, 0x34F...0x34F, 0x61C...0x61C, 0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F,
  0x200B...0x200F,
  0x202A...0x202E, 0x2060...0x206F, 0x3164...0x3164, 0xFE00...0xFE0F, 0xFEFF...0xFEFF, 0xFFA0...0xFFA0,
  0xFFF0...0xFFF8, 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF,
]

struct InvisibleTests {
  private let invisible: [Unicode.Scalar] =
    defaultIgnorable.flatMap { range in range.compactMap { Unicode.Scalar($0) } } + ["\u{FFFC}"]

  @Test func `what shows nothing hides neither a digit nor a word, wherever it stands`() {
    #expect(invisible.count > 4000)
    for scalar in invisible {
      for body in ["\(scalar)1", "1\(scalar)", "(\(scalar)1\(scalar))", "\(scalar)\n\(scalar)1 \(scalar)."] {
        #expect(Reply(body: body) == .urgent, "U+\(String(scalar.value, radix: 16)) \(body)")
      }
      for body in ["\(scalar)STOP", "ST\(scalar)OP", "Stopp\(scalar)!"] {
        #expect(
          OptOutWord.classify(body, language: .de) == .stop, "U+\(String(scalar.value, radix: 16)) \(body)")
      }
      #expect(Reply(body: "\(scalar)\(scalar)") == .freeText(""), "U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test func `what shows something is no part of it`() {
    let hidden = Set(invisible)
    for code in Array(UInt32(0x21)...0x33FF) + Array(0xA000...0xABFF) + Array(0xF900...0xFFFF)
      + Array(0x1D400...0x1D7FF) + Array(0x1F000...0x1FAFF)
    {
      guard let scalar = Unicode.Scalar(code), !hidden.contains(scalar), scalar != "1",
        !("\u{275B}"..."\u{275E}").contains(scalar),
        scalar.properties.isAlphabetic || scalar.properties.generalCategory == .otherSymbol
      else { continue }
      #expect(Reply(body: "1\(scalar)") != .urgent, "U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test func `64 KiB of what shows nothing is an empty message, and soon read`() {
    for scalar in ["\u{200B}", "\u{3164}", "\u{E0001}", "\u{FFFC}"] as [Unicode.Scalar] {
      var junk = ""
      for _ in 0..<65_536 / String(scalar).utf8.count { junk.unicodeScalars.append(scalar) }
      #expect(Reply(body: junk) == .freeText(""))
      #expect(Reply(body: junk + "1" + junk) == .urgent)
      #expect(OptOutWord.classify(junk + "stop" + junk, language: .de) == .stop)
      #expect(!Reaction.isReaction(junk))
    }
    let brackets = String(repeating: "(", count: 65_536)
    #expect(Reply(body: brackets + "1") == .urgent)
    #expect(Reply(body: brackets) == .freeText(brackets))
    #expect(!Reaction.isReaction(String(repeating: "\u{201C}", count: 21_000)))
  }
}
