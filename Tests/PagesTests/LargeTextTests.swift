// LargeTextTests.swift - the desk in a real browser, with letters twice as large, in all four languages.

import Business
import Pages
import Platform
import TestSupport
import Testing

@Suite(.enabled(if: Chromium.program != nil, "chromium is not installed: run `make test`"))
struct LargeTextTests {
  /// Long as names and words can be, and no blank to break a line at.
  private static let long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenreinigung"

  @Test
  func `at 320 pixels nothing of the desk runs out, with letters twice as large neither`() throws {
    // One browser for all: four at once would keep the two cores from everything else.
    let browser = try Chromium()
    let page = try BrowserPage(browser, width: 320)
    for language in Language.allCases { try look(language, page, in: browser.folder) }
  }

  private func look(_ language: Language, _ page: BrowserPage, in folder: String) throws {
    let samples = try SamplePage.all(in: language, filledWith: LargeTextTests.long).filter {
      $0.html.contains("<body class=\"inbox\">")
    }
    #expect(samples.count > 40)
    // Of the many alike, one of each kind of page.
    var seen: Set<String> = []
    for sample in samples where seen.insert(String(sample.name.prefix { $0 != "(" })).inserted {
      let file = "\(folder)/page.html"
      try Files.writeAtomically(Array(sample.html.utf8), to: file)
      try page.open("file://\(file)")
      for percent in [100, 200] {
        _ = try page.ask("document.documentElement.style.fontSize = '\(percent)%'")
        #expect(try page.overflowing() == [], "\(language) \(sample.name) at \(percent) %")
      }
    }
  }
}
