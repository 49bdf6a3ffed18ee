// EscapingTests.swift - nobody's text becomes markup, on no page.

import Business
import Pages
import Testing

struct EscapingTests {
  static let attacks = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)", "</textarea><script>alert(1)</script>",
    "</title></style><svg onload=alert(1)>",
    "<!-- ", "]]><script>", "&lt;script&gt;", "&#x3C;script>", "javascript:alert(1)", "\u{0}<\u{0}script>",
    "<scr\u{0}ipt>", "\\\"><b>", "{{7*7}}", "${7*7}", "%3Cscript%3E", "\r\nSet-Cookie: a=b", "\u{2028}<b>",
    "-->",
    "//evil.example/x", "http://evil.example/x", "＜script＞", "a=\"b\" <\n>",
  ]

  /// Every page with a harmless text, read once.
  static let plain = Result { try pages("Muster").map { try MarkupReader($0.html).structure } }

  private static func pages(_ text: String) throws -> [SamplePage] {
    try SamplePage.all(in: .de, filledWith: text) + SamplePage.operators(text)
  }

  @Test(arguments: attacks)
  func `a text in every field changes no element and no attribute name`(attack: String) throws {
    let attacked = try Self.pages(attack)
    let plain = try Self.plain.get()
    #expect(plain.count == attacked.count)
    for (expected, after) in zip(plain, attacked) {
      let structure = try MarkupReader(after.html).structure
      #expect(structure == expected, "\(after.name)")
      if attack.contains("<") { #expect(!after.html.contains(attack), "\(after.name)") }
      #expect(!after.html.contains("<script"))
    }
  }

  @Test(arguments: attacks)
  func `what was typed comes back exactly, control characters apart`(attack: String) throws {
    let form = WizardForm(
      name: attack, phone: attack, address: attack, text: attack, problems: [.name: .missing])
    let page = try MarkupReader(
      wizardPage(form, tenant: PageTenant(name: "X"), language: .de, token: "t")
        .markup)
    let visible = String(String.UnicodeScalarView(attack.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    for name in ["name", "phone", "address"] {
      let field = try #require(page.all("input").first { $0.attributes["name"] == name })
      #expect(field.attributes["value"] == visible)
    }
    let area = try #require(page.all("textarea").first)
    // The first line break after the tag is HTML's own.
    #expect(area.text == "\n" + visible)
  }

  @Test(arguments: [
    "javascript:alert(1)", "//evil.example", "https://evil.example/", "/\\evil", "data:text/html,x",
    "\tjavascript:x",
  ])
  func `an address that leaves the site is never linked`(action: String) throws {
    let frame = InboxFrame(tenant: "X", language: .de, action: action, csrfToken: "t")
    let pages = [
      inboxOpenPage([], paging: InboxPaging(), waiting: 0, underWay: 0, frame: frame),
      inboxNoticePage(.notFound, language: .de, listLink: action),
    ]
    for page in pages {
      for element in try MarkupReader(page.markup).elements {
        for key in ["href", "action", "src"] {
          let value = element.attributes[key] ?? ""
          #expect(!value.contains("evil") && !value.contains("alert") && !value.contains("script"))
        }
      }
    }
  }

  @Test func `literals are markup, values are text`() {
    let text = "<&\"'>"
    let piece: HTML = "<b title=\"\(text)\">\(text)\(7)</b>"
    #expect(piece.markup == "<b title=\"&lt;&amp;&quot;&#39;&gt;\">&lt;&amp;&quot;&#39;&gt;7</b>")
    let none: HTML? = nil
    let whole: HTML = "\(piece)\(none)\([HTML(text: "<"), HTML(text: ">")])"
    #expect(whole.markup == piece.markup + "&lt;&gt;")
    #expect(HTML(text: "a\u{0}b\u{1B}c\u{85}d\te\nf").markup == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\te\nf")
  }
}
