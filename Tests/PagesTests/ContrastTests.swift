// ContrastTests.swift - the style sheet's own colours, by WCAG's formula.

import Pages
import Testing

struct ContrastTests {
  /// Text and what it stands on.
  static let texts = [
    ("ink", "paper"), ("ink", "card"), ("ink", "tint"), ("ink", "alarm-tint"), ("soft", "paper"),
    ("soft", "card"), ("soft", "tint"), ("soft", "alarm-tint"), ("accent", "paper"), ("accent", "card"),
    ("accent", "tint"), ("on-accent", "accent"), ("on-band", "band"), ("alarm", "card"),
    ("alarm", "alarm-tint"),
    ("on-alarm", "alarm"), ("late", "late-tint"), ("late", "card"),
  ]
  /// Borders of inputs, marks and the focus ring.
  static let shapes = [
    ("edge", "card"), ("edge", "paper"), ("accent", "paper"), ("accent", "card"), ("alarm", "card"),
    ("alarm", "paper"),
    ("on-band", "band"), ("alarm", "alarm-tint"),
  ]

  /// The custom properties between a marker and the next brace.
  private func palette(dark: Bool) throws -> [String: String] {
    let sheet = Stylesheet.text
    let marker = dark ? "prefers-color-scheme:dark){:root{" : ":root{"
    let start = try #require(sheet.ranges(of: marker).first)
    var colours: [String: String] = [:]
    for rule in sheet[start.upperBound...].prefix(while: { $0 != "}" }).split(separator: ";") {
      let parts = rule.split(separator: ":")
      if parts.count == 2, parts[0].hasPrefix("--") {
        colours[String(parts[0].dropFirst(2))] = String(parts[1])
      }
    }
    return colours
  }

  /// Relative luminance of `#rrggbb`.
  private func luminance(_ colour: String) throws -> Double {
    let digits = colour.dropFirst()
    try #require(digits.count == 6)
    let channels = try stride(from: 0, to: 6, by: 2).map { offset in
      let value = try #require(Int(digits.dropFirst(offset).prefix(2), radix: 16))
      let share = Double(value) / 255
      return share <= 0.04045 ? share / 12.92 : power((share + 0.055) / 1.055)
    }
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }

  /// x to the power of 2.4, as x² times the fifth root of x², which Newton finds.
  private func power(_ x: Double) -> Double {
    let square = x * x
    var root = 1.0
    for _ in 0..<60 { root -= (root * root * root * root * root - square) / (5 * root * root * root * root) }
    return square * root
  }

  private func contrast(_ one: String, _ other: String) throws -> Double {
    let (a, b) = (try luminance(one), try luminance(other))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  @Test func `the formula knows black and white`() throws {
    #expect(abs(try contrast("#000000", "#ffffff") - 21) < 0.001)
    #expect(abs(try contrast("#767676", "#ffffff") - 4.54) < 0.01)
  }

  @Test(arguments: [false, true])
  func `text reaches 4,5 to 1, by day and by night`(dark: Bool) throws {
    let colours = try palette(dark: dark)
    for (text, ground) in Self.texts {
      let ratio = try contrast(#require(colours[text]), #require(colours[ground]))
      #expect(ratio >= 4.5, "\(text) on \(ground): \(ratio)")
    }
  }

  @Test(arguments: [false, true])
  func `borders, marks and the focus ring reach 3 to 1`(dark: Bool) throws {
    let colours = try palette(dark: dark)
    for (shape, ground) in Self.shapes {
      let ratio = try contrast(#require(colours[shape]), #require(colours[ground]))
      #expect(ratio >= 3, "\(shape) on \(ground): \(ratio)")
    }
  }

  @Test func `both palettes name the same colours, and no rule has one of its own`() throws {
    #expect(try palette(dark: false).keys.sorted() == palette(dark: true).keys.sorted())
    let rules = try #require(Stylesheet.text.ranges(of: "*,*::before").first)
    #expect(!Stylesheet.text[rules.lowerBound...].contains("#"))
    #expect(!Stylesheet.text.contains("url(") && !Stylesheet.text.contains("@import"))
    #expect(!Stylesheet.text.contains("<"))
  }
}
