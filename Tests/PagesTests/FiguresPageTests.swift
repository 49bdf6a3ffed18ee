// FiguresPageTests.swift - the figures: every drawing has its numbers, and no number breaks a drawing.

import Business
import LocalTime
import Pages
import Testing

struct FiguresPageTests {
  private func page(_ number: (Int) -> Int, hours: [Int]) throws -> MarkupReader {
    var month = CivilMonth(of: CivilDate(daysSinceEpoch: 20_500))
    let months = (0..<13).map { index in
      defer { month = month.previous }
      let number = number(index)
      return InboxMonth(
        month: month, missed: number, texted: number / 2, replied: number, requests: number, promises: number,
        kept: number / 2, tenthsToHuman: number == 0 ? nil : number, jobsWon: number, valueWon: number)
    }
    let frame = InboxFrame(
      tenant: "<b>Dörfler & Co</b>", language: .de, action: "inbox", csrfToken: "t", currency: "<i>CHF</i>")
    return try MarkupReader(inboxFiguresPage(months, hours: hours, asOf: nil, frame: frame).markup)
  }

  @Test(arguments: [0, 1, 7, 100_000])
  func `every drawing stands beside a table with its numbers, and its bars stay inside`(number: Int) throws {
    let page = try page({ $0 == 3 ? number : $0 % 2 }, hours: (0..<168).map { $0 == 9 ? number : 0 })
    #expect(page.all("svg").filter { $0.attributes["class"] == "chart" }.count == 7)
    #expect(
      page.all("table").count == 7 && page.all("table").allSatisfy { $0.attributes["aria-labelledby"] != nil }
    )
    #expect(page.all("td").contains { $0.text == String(number) })
    for bar in page.all("rect") {
      func at(_ name: String) -> Int { bar.attributes[name].flatMap { Int($0) } ?? -1 }
      #expect(at("x") >= 0 && at("x") + at("width") <= 320 && at("width") > 0)
      #expect(at("y") >= 0 && at("y") + at("height") <= 120 && at("height") > 0)
    }
  }

  @Test func `where there is nothing to divide by stands a dash, and nothing is drawn`() throws {
    let page = try page({ _ in 0 }, hours: Array(repeating: 0, count: 168))
    // Share of promises and minutes, each of 13 months.
    #expect(page.all("td").filter { $0.text == "–" }.count == 26)
    #expect(page.all("td").contains { $0.text == "0 von 0" } && page.all("td").contains { $0.text == "0.00" })
    #expect(page.all("rect").allSatisfy { $0.attributes["y"] == "5" }, "the legend alone")
    #expect(page.all("p").contains { $0.text == "Noch kein Anruf in dieser Zeit." })
  }

  @Test func `the highest bar is full, half of it half, and a little is still seen`() throws {
    let page = try page({ [1000, 500, 1][$0 % 3] }, hours: Array(repeating: 1, count: 168))
    let heights = Set(page.all("rect").compactMap { $0.attributes["height"].flatMap { Int($0) } })
    #expect(heights.isSuperset(of: [100, 50, 1]))
    #expect(page.all("b").isEmpty && page.all("i").isEmpty, "names are text")
    #expect(page.all("th").contains { $0.text == "Wert in <i>CHF</i>" })
  }
}
