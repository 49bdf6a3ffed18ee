// BookedMonth.swift - February 2026 of three tenants with everything a report can meet, always the same rows.
//
// Used for the golden files (Tests/Golden/reports), in the test's own process and by the shipped program.

import Business
import LocalTime
import Platform
import SQLite
import Store

package enum BookedMonth {
  package static let month = "2026-02"
  /// Quotes, a separator and umlauts in the name; two currencies.
  package static let busy = (id: "doerfler", name: "Dörfler \"Dach; Bau\" AG", number: "+41435550100")
  /// A name that a spreadsheet would run.
  package static let formula = (id: "mueller", name: "=Müller & Söhne, -10%", number: "+41435550200")
  /// Nothing happened.
  package static let quiet = (id: "still", name: "Stille Örtchen GmbH", number: "+41435550300")

  /// The golden files of a profile.
  package static func golden(_ profile: String) -> String {
    #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Golden/reports/\(profile)"
  }

  package static func tenants() -> [Tenant] {
    [busy, formula, quiet].map { tenant in
      var made = TestWorld.tenant(tenant.id, name: tenant.name, number: tenant.number)
      if tenant.id == busy.id { made.accounts = .init(debit: "6513", credit: "2000") }
      if tenant.id == formula.id { made.accounts = .init(debit: "-6513", credit: "2000") }
      return made
    }
  }

  /// The same tenants as their configuration files: ID -> JSON5.
  package static var tenantFiles: [String: String] {
    func file(_ tenant: (id: String, name: String, number: String), _ more: String) -> String {
      """
      {
        name: '\(tenant.name)', voice_numbers: ["\(tenant.number)"], forward_to: "+41434435200",
        website_domain: "\(tenant.id).example.ch",
        \(more)
      }

      """
    }
    return [
      busy.id: file(busy, #"accounts: { debit: "6513", credit: "2000" },"#),
      formula.id: file(formula, #"accounts: { debit: "-6513", credit: "2000" },"#),
      quiet.id: file(quiet, ""),
    ]
  }

  /// Writes the rows.
  package static func fill(_ store: Store, home: Home) throws {
    let books = try Bookkeeper(store: store, home: home)
    try store.write {
      try fillBusy(books)
      try fillFormula(books)
    }
    try books.settle()
  }

  private static func fillBusy(_ books: Bookkeeper) throws {
    let (tenant, number) = (busy.id, busy.number)
    func miss(_ name: String, _ at: String, from: String) throws -> Int {
      try books.miss("CA-\(name)", tenant: tenant, number: number, from: from, at: at)
    }
    // The first and the last second of the month in Zurich, and their neighbours outside.
    _ = try miss("before", "2026-01-31T22:59:59Z", from: "anonymous")
    let first = try miss("first", "2026-01-31T23:00:00Z", from: "+41791234567")
    try books.text("SM01", call: first, at: "2026-01-31T23:00:50Z", price: 0.0769)
    let last = try miss("last", "2026-02-28T22:59:59Z", from: "+491711234567")
    try books.text(
      "SM02", call: last, at: "2026-03-01T06:00:05Z", price: 0.1, deferredTo: "2026-03-01T06:00:00Z")
    _ = try miss("after", "2026-02-28T23:00:00Z", from: "anonymous")

    // Answered in every way; the second answer of one does not count.
    for (index, answers) in [["1"], ["2", "1"], ["3"], ["Wasser; im\nKeller"], ["STOP"]].enumerated() {
      let caller = "+4179000000\(index)"
      let call = try miss("reply\(index)", "2026-02-10T08:0\(index):00Z", from: caller)
      let message = try books.text(
        "SM1\(index)", call: call, at: "2026-02-10T08:0\(index):55Z", segments: index == 3 ? 2 : 1,
        price: index == 3 ? 0.1538 : 0.0769)
      for (count, answer) in answers.enumerated() {
        try books.reply(
          "SM2\(index)\(count)", answer, to: message, tenant: tenant, from: caller, number: number,
          at: "2026-02-10T08:1\(index):0\(count)Z", price: index == 2 ? nil : 0.0075)
      }
    }
    // Late, retried, given up, in another currency.
    let late = try miss("late", "2026-02-11T09:00:00Z", from: "+33612345678")
    try books.text("SM30", call: late, at: "2026-02-11T09:03:00Z", price: 0.05, unit: "eur")
    let retried = try miss("retried", "2026-02-12T09:00:00Z", from: "+41790000077")
    try books.text("SM41", call: retried, at: "2026-02-12T09:00:50Z", price: 0.0769, earlier: "SM40")
    let dead = try miss("dead", "2026-02-13T09:00:00Z", from: "+41790000078")
    try books.text("SM50", call: dead, at: "2026-02-13T09:00:50Z", price: 0.0769, isDead: true)
    // Skipped and waiting, and a call that was answered.
    for (index, reason) in [Reason.withheld, .landline, .dedupe, .dedupe].enumerated() {
      let call = try miss("skip\(index)", "2026-02-14T10:0\(index):00Z", from: "+4144300000\(index)")
      _ = try books.store.decideSkip(ifWaiting: call, reason: reason, at: books.time("2026-02-14T10:10:00Z"))
    }
    _ = try miss("waiting", "2026-02-15T10:00:00Z", from: "+41790000079")
    try books.answer("CA-answered", tenant: tenant, number: number, at: "2026-02-15T11:00:00Z")
    // A form, and the voice menu.
    try books.form(tenant: tenant, phone: "+41790000002", at: "2026-02-10T08:30:00Z")
    for second in ["2026-01-31T22:59:59Z", "2026-02-05T10:00:00Z", "2026-02-28T22:59:59Z"] {
      try books.lookup(tenant: tenant, at: second)
    }
    try books.menuTicket(tenant: tenant, call: last, at: "2026-02-28T23:00:10Z")
  }

  private static func fillFormula(_ books: Bookkeeper) throws {
    let (tenant, number) = (formula.id, formula.number)
    let call = try books.miss(
      "CA-m1", tenant: tenant, number: number, from: "+41781112233", at: "2026-02-20T10:00:00Z")
    try books.text("SM90", call: call, at: "2026-02-20T10:00:50Z", price: nil)
  }
}
