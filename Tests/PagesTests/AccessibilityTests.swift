// AccessibilityTests.swift - labels, ids, headings, language and what the strict policy allows.

import Business
import Pages
import Testing

struct AccessibilityTests {
  @Test(arguments: Language.allCases)
  func `every field has a label, and every reference a target`(language: Language) throws {
    for page in try SamplePage.all(in: language) {
      let reader = try MarkupReader(page.html)
      let ids = reader.elements.compactMap { $0.attributes["id"] }
      #expect(Set(ids).count == ids.count, "\(page.name): an id twice")
      let labelled = Set(reader.all("label").compactMap { $0.attributes["for"] })
      for field in reader.all("input", "textarea", "select") where field.attributes["type"] != "hidden" {
        let isHidden = reader.isInside(field) { $0.attributes["aria-hidden"] == "true" }
        if isHidden { continue }
        let id = field.attributes["id"] ?? ""
        #expect(labelled.contains(id) || field.attributes["aria-label"] != nil, "\(page.name): \(id)")
      }
      for element in reader.elements {
        let targets = ["for", "aria-describedby", "aria-labelledby"].compactMap { element.attributes[$0] }
        for target in targets.flatMap({ $0.split(separator: " ") }) {
          #expect(ids.contains(String(target)), "\(page.name): nothing is called \(target)")
        }
        if let link = element.attributes["href"], link.hasPrefix("#") {
          #expect(ids.contains(String(link.dropFirst())), "\(page.name): \(link) leads nowhere")
        }
        if element.attributes["aria-invalid"] == "true" {
          #expect(element.attributes["aria-describedby"] != nil, "\(page.name): an error without its text")
        }
      }
    }
  }

  @Test(arguments: Language.allCases)
  func `every page says its language, has a title, one h1 and one main`(language: Language) throws {
    for page in try SamplePage.all(in: language) {
      let reader = try MarkupReader(page.html)
      #expect(page.html.hasPrefix("<!DOCTYPE html>"))
      #expect(reader.all("html").first?.attributes["lang"] == language.rawValue)
      #expect(reader.all("title").first?.text.isEmpty == false)
      #expect(reader.all("h1").count == 1 && reader.all("main").count == 1, "\(page.name)")
      var level = 1
      for heading in reader.all("h2", "h3") {
        let own = heading.name == "h2" ? 2 : 3
        #expect(own <= level + 1, "\(page.name): a level is left out")
        level = own
      }
      for image in reader.all("img") { #expect(image.attributes["alt"]?.isEmpty == false) }
      for button in reader.all("button") {
        #expect(!button.text.isEmpty && button.attributes["type"] == "submit")
      }
      for drawing in reader.all("svg") { #expect(drawing.attributes["aria-hidden"] == "true") }
    }
  }

  @Test(arguments: Language.allCases)
  func `no page has a script, a handler, a style attribute or anything from elsewhere`(language: Language)
    throws
  {
    for page in try SamplePage.all(in: language) {
      let reader = try MarkupReader(page.html)
      #expect(!page.html.contains("http://") && !page.html.contains("https://"), "\(page.name)")
      #expect(reader.all("script", "iframe", "object", "embed", "base").isEmpty)
      #expect(reader.all("style").count == 1 && page.html.contains("<style>\(Stylesheet.text)</style>"))
      for element in reader.elements {
        #expect(element.attributes["style"] == nil)
        #expect(!element.attributes.keys.contains { $0.hasPrefix("on") })
        for key in ["href", "src", "srcset", "action", "formaction"] {
          guard let address = element.attributes[key] else { continue }
          // A path of this site, whole or from here; a picture of nothing.
          let isOwn =
            !address.hasPrefix("//") && !address.prefix { $0 != "/" && $0 != "?" && $0 != "#" }.contains(":")
          let isNothing = address == "data:," || address.hasPrefix("data:image/gif;base64,R0lGODlhAQABA")
          #expect(isOwn || address.hasPrefix("tel:+") || isNothing, "\(page.name): \(address)")
        }
      }
    }
  }

  @Test(arguments: Language.allCases)
  func `every change in the inbox is a POST with the token`(language: Language) throws {
    for page in try SamplePage.all(in: language) {
      let reader = try MarkupReader(page.html)
      for (index, form) in reader.elements.enumerated() where form.name == "form" {
        let inputs = reader.elements.filter { $0.ancestors.contains(index) && $0.name == "input" }
        let changes = reader.elements.contains {
          $0.ancestors.contains(index) && $0.name == "button" && $0.attributes["name"] == InboxNames.action
        }
        guard changes else { continue }
        #expect(form.attributes["method"] == "post")
        #expect(inputs.contains { $0.attributes["name"] == InboxNames.csrf }, "\(page.name)")
      }
    }
  }

  @Test func `a program finds the trap, neither a person nor autofill does`() throws {
    let page = try MarkupReader(
      wizardPage(WizardForm(), tenant: PageTenant(name: "X"), language: .de, token: "t").markup)
    let trap = try #require(page.all("input").first { $0.attributes["name"] == WizardNames.trap })
    #expect(trap.attributes["tabindex"] == "-1" && trap.attributes["autocomplete"] == "one-time-code")
    #expect(trap.attributes["type"] == "text" && trap.attributes["value"] == "")
    #expect(
      trap.attributes["aria-label"] == nil && trap.attributes["id"] == nil, "nothing to read for autofill")
    #expect(page.isInside(trap) { $0.attributes["aria-hidden"] == "true" })
  }

  @Test func `whether somebody is a person is asked only where there is reason to`() throws {
    func boxes(_ form: WizardForm) throws -> [Element] {
      try MarkupReader(
        wizardPage(form, tenant: PageTenant(name: "X"), language: .de, token: "t").markup
      ).all("input").filter { $0.attributes["type"] == "checkbox" }
    }
    #expect(try boxes(WizardForm()).isEmpty)
    #expect(try boxes(WizardForm(problems: [.text: .missing])).isEmpty)
    let asked = try #require(try boxes(WizardForm(problems: [.person: .missing])).first)
    #expect(asked.attributes["checked"] == nil && asked.attributes["name"] == "person")
    let ticked = try #require(try boxes(WizardForm(isPerson: true, problems: [.text: .missing])).first)
    #expect(ticked.attributes["checked"] != nil, "what was ticked is not asked for twice")
  }

  @Test func `every address on the form's pages is relative to where the browser is`() throws {
    for page in try SamplePage.all(in: .de) where !page.html.contains("<body class=\"inbox") {
      for element in try MarkupReader(page.html).elements {
        guard let address = element.attributes["href"] ?? element.attributes["action"] else { continue }
        let isRelative = address.hasPrefix("?") || address.hasPrefix("#")
        #expect(isRelative || address.hasPrefix("tel:+") || address == "data:,", "\(page.name): \(address)")
      }
    }
  }

  @Test func `only open requests and missed calls reload themselves, and can be told not to`() throws {
    for page in try SamplePage.all(in: .de) {
      let reloads = page.html.contains("http-equiv=\"refresh\"")
      #expect(
        reloads
          == ((page.name.hasPrefix("open list") || page.name.hasPrefix("calls"))
            && !page.name.hasSuffix("at rest")),
        "\(page.name)")
      guard reloads else { continue }
      let typing = try MarkupReader(page.html).all("input", "textarea").filter {
        $0.attributes["type"] != "hidden"
      }
      #expect(typing.isEmpty)
      #expect(page.html.contains("refresh=off"))
    }
  }
}
