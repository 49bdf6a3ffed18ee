// AxeTests.swift - axe-core looks at the pages in a real browser: somebody else's idea of what everybody can use.

import Platform
import StandIn
import TestSupport
import Testing

private enum Axe {
  /// Only the file that the package brings; it is not Python's business otherwise.
  static let source: String? = {
    let found = "import axe_playwright_python as axe; print(list(axe.__path__)[0] + '/axe.min.js')"
    guard let path = (try? Python.ask(found)) ?? nil, let bytes = try? Files.read(path) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }()
}

extension EndToEnd {
  @Suite(
    .enabled(if: Chromium.program != nil, "chromium is not installed: run `make test`"),
    .enabled(if: Axe.source != nil, "python3 -m pip install --no-deps axe-playwright-python"))
  struct AxeTests {
    /// What it finds, by rule and element; its "best practices" included.
    private func findings(_ page: BrowserPage) throws -> [String] {
      _ = try page.ask("\(try #require(Axe.source));1")
      return try page.askWithTimers(
        """
        axe.run(document, {preload: false, resultTypes: ['violations']}).then(found => found.violations.flatMap(
          rule => rule.nodes.map(node => rule.id + ': ' + node.html.slice(0, 200))))
        """
      ).elements.compactMap(\.text)
    }

    @Test func `it finds what is wrong`() throws {
      let page = try BrowserPage(try Chromium())
      try page.open("data:text/html,<title>x</title><main><img src=x><input></main>")
      let rules = Set(try findings(page).map { String($0.prefix { $0 != ":" }) })
      #expect(rules.isSuperset(of: ["html-has-lang", "image-alt", "label"]), "\(rules)")
    }

    @Test(.timeLimit(.minutes(3)))
    func `it finds nothing on the operator's pages, the figures and the desk`() throws {
      let world = try PhoneWorld()
      let shipped = world.shipped
      for (caller, key) in [("+41448108200", "1"), ("+41445556677", "2")] {
        let call = try shipped.standInProgram(
          "call", "--from", caller, "--to", ShippedInstallation.number, "--outcome", "busy", "--ring", "1",
          "--press", key)
        try #require(call.exitCode == 0, "\(call.output)\(call.errors)")
      }
      // What went wrong stands on the operator's page.
      try shipped.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: 21660), times: 99)
      try world.reply("Das Tor klemmt")
      #expect(try shipped.opsfabric("run", "--linger", "7").exitCode == 0)
      try HeldDatabase.run(
        "UPDATE messages SET first_due_at = first_due_at - 360000", on: shipped.home.database)
      let page = try BrowserPage(world.browser)
      for link in [["inbox", "doerfler", "link", "Ada"], ["operator", "link", "Olga"]] {
        let printed = try shipped.opsfabric(words: link).output
        try page.open(
          String(try #require(printed.split(whereSeparator: \.isWhitespace).first { $0.contains("?k=") })))
      }
      // The lists come anew each minute, unless somebody taps on what ends that (WCAG 2.2.1): it cannot know of that.
      let pages = [
        "operator", "operator?tenant=doerfler", "inbox?view=figures", "inbox?refresh=off",
        "inbox?view=calls&refresh=off", "inbox?view=done", "inbox?view=search&q=Tor", "inbox?view=contacts",
        "inbox?id=1", "inbox?number=%2B41791234567",
      ].map { "\(shipped.publicURL)/\($0)" }
      for address in pages + [world.wizard] {
        try page.open(address)
        #expect(page.statuses.last == 200, "\(address)")
        let found = try findings(page)
        #expect(found.isEmpty, "\(address): \(found)")
      }
    }
  }
}
