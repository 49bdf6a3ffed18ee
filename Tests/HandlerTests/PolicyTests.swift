// PolicyTests.swift - the pages' policy names exactly the style sheet that stands in them.

import TestSupport
import Testing

struct PolicyTests {
  @Test(arguments: ["anfrage", "inbox", "operator"])
  func `the policy allows the page's own style sheet`(handler: String) throws {
    let page = try TestWorld().browse(handler)
    let policy = page.headers.first { $0.name == "Content-Security-Policy" }?.value ?? ""
    let hash = try #require(TestWorld.styleHash(of: page.text))
    #expect(policy.contains("style-src 'sha256-\(hash)';"), "Stylesheet.sha256 must be \"\(hash)\"")
  }
}
