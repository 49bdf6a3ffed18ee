// ContactsCommand.swift - `opsfabric contacts`: a tenant's address book in and out.

import Books
import Business
import Desk
import JSON
import Platform
import Store

struct ContactsCommand: Command {
  static let name = "contacts"
  static let usage = "opsfabric contacts import TENANT FILE [--json] | contacts export TENANT [--csv|--json]"
  static let summary = "a tenant's address book in and out"
  static let details = """
    import  reads vCard 2.1 to 4.0, or CSV with headings in German, French, Italian or English, and says what it read,
            what it skipped and why; a name that was typed on the desk stays, and so does `private`
    export  writes vCard 4.0, or CSV with --csv
    --json  import: its report as one JSON object; export: one object per line, as `list contacts --json`
    """

  private static let table = Table<ContactRow>(
    name: "contacts", key: ["phone"],
    columns: [
      .text("name") { $0.name }, .code("phone") { $0.phone }, .code("kind") { $0.kind.rawValue },
      .text("note") { $0.note },
    ])

  private enum Action {
    case importing(String)
    case exporting(Format)
  }
  private enum Format { case vCard, csv, json }

  private let tenant: String
  private let action: Action
  private let isJSON: Bool

  init(_ arguments: inout Arguments) throws {
    let isCSV = arguments.flag("--csv")
    isJSON = arguments.flag("--json")
    if isCSV && isJSON { throw UsageError("--csv or --json, not both") }
    let word = try arguments.next("import or export")
    tenant = try arguments.next("the tenant's ID")
    switch word {
    case "import" where !isCSV: action = .importing(try arguments.next("the file"))
    case "import": throw UsageError("--csv is of export; import finds it out")
    case "export": action = .exporting(isCSV ? .csv : isJSON ? .json : .vCard)
    default:
      throw UsageError(
        "'\(short(word))' cannot be done with contacts\(hint(for: word, among: ["import", "export"]))")
    }
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let settings = try world.settings()
    let tenant = try settings.known(self.tenant)
    let store = try world.store()
    switch action {
    case .importing(let path):
      return try take(
        path, tenant,
        Intake(store: store, settings: settings, zones: world.zones, recordedAt: world.clock.now()))
    case .exporting(.json):
      try store.listJSON(.contacts, ListFilter(tenant: tenant.id)) {
        printToStandardOutput(JSONDocument.visible($0))
      }
      return .done
    case .exporting(let format):
      let contacts = try store.allContacts(tenant: tenant.id)
      if format == .csv {
        // As the books are written: no cell acts as a formula.
        var writer = try CSVWriter(ContactsCommand.table, .rfc4180) { writeAll($0, to: 1) }
        for contact in contacts { try writer.row(contact) }
        try writer.finish()
      } else {
        for contact in contacts {
          writeAll(
            ContactVCards.written(
              name: contact.name, phone: contact.phone, kind: contact.kind, note: contact.note), to: 1)
        }
      }
      return .done
    }
  }

  private func take(_ path: String, _ tenant: Tenant, _ intake: Intake) throws -> ExitCode {
    guard let book = ReadContact.all(in: try Files.read(path)) else {
      throw CommandError("\(short(path)): no vCard, and no heading of CSV names a column of numbers")
    }
    let result = try intake.take(book, by: "operator", tenant: tenant)
    if isJSON {
      printToStandardOutput(json(result))
    } else {
      printToStandardOutput(result.said(.en))
      for line in result.lines { printToStandardOutput("  " + line.said(.en)) }
    }
    return result.numbers > 0 ? .done : .failed
  }

  private func json(_ result: ContactImport) -> String {
    func lines(_ lines: [ContactImport.Line]) -> JSONDocument {
      .array(lines.map { .object(["line": .number(String($0.line)), "reason": .string($0.said(.en))]) })
    }
    let report = JSONDocument.object([
      "entries": .number(String(result.entries)), "numbers": .number(String(result.numbers)),
      "written": .number(String(result.written)), "unchanged": .number(String(result.unchanged)),
      "skipped": lines(result.skipped), "changed": lines(result.changed),
    ])
    return JSONDocument.visible(String(decoding: report.bytes, as: UTF8.self))
  }
}
