// ContactsCommand.swift - `opsfabric contacts`: a tenant's address book in and out.

import Books
import Business
import JSON
import LocalTime
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

  private static let nameLength = 100
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
    let tenant = try world.settings().known(self.tenant)
    let store = try world.store()
    switch action {
    case .importing(let path): return try take(path, tenant, store, at: world.clock.now())
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

  private func take(_ path: String, _ tenant: Tenant, _ store: Store, at now: Timestamp) throws -> ExitCode {
    let text = ContactText.decoded(try Files.read(path))
    guard let read = ContactVCards.isVCard(text) ? ContactVCards.read(text) : ContactTable.read(text) else {
      throw CommandError("\(short(path)): no vCard, and no heading of CSV names a column of numbers")
    }
    var report = ImportReport(read: read.count)
    var seen: Set<String> = []
    try store.write {
      for contact in read {
        for reason in contact.unread { report.skipped.append(.init(line: contact.line, reason: reason)) }
        if contact.numbers.isEmpty { report.skipped.append(.init(line: contact.line, reason: "no number")) }
        for typed in contact.numbers {
          func skip(_ phone: String?, _ reason: String) {
            report.skipped.append(.init(line: contact.line, phone: phone, reason: reason))
          }
          guard let phone = PhoneNumber(userTyped: typed, defaultCountry: tenant.country)?.e164 else {
            skip(nil, "'\(short(typed))' is no phone number")
            continue
          }
          guard seen.insert(phone).inserted else {
            skip(phone, "stands twice")
            continue
          }
          let old = try store.contact(tenant: tenant.id, phone: phone)
          if let old, old.source == .desk, !old.name.isEmpty {
            skip(phone, "was named on the desk, and stays \(short(old.name))")
            continue
          }
          var new = ContactRow(
            tenant: tenant.id, phone: phone,
            name: contact.name.isEmpty ? old?.name ?? "" : contact.name,
            kind: contact.kind ?? old?.kind ?? .customer,
            note: contact.note.isEmpty ? old?.note ?? "" : contact.note,
            source: .import, updatedAt: now)
          func change(_ reason: String) {
            report.changed.append(.init(line: contact.line, phone: phone, reason: reason))
          }
          if new.name.count > ContactsCommand.nameLength {
            new.name = String(new.name.prefix(ContactsCommand.nameLength))
            change("the name is cut at \(ContactsCommand.nameLength) characters")
          }
          // Somebody did not want the machine to write to it; only a person takes that back.
          if old?.kind == .private, new.kind != .private {
            new.kind = .private
            change("stays private")
          }
          if let old, old.name == new.name, old.kind == new.kind, old.note == new.note {
            report.unchanged += 1
            continue
          }
          try store.saveContact(new)
          report.written += 1
        }
      }
    }
    printToStandardOutput(isJSON ? report.json : report.text)
    return seen.isEmpty ? .failed : .done
  }
}

/// What became of an address book.
private struct ImportReport {
  struct Line {
    /// Of the file, from 1 on.
    var line: Int
    var phone: String?
    var reason: String

    var text: String { "  line \(line): " + (phone.map { "\($0) " } ?? "") + reason }
    var json: JSONDocument {
      .object([
        "line": .number(String(line)), "phone": phone.map { .string($0) } ?? .null, "reason": .string(reason),
      ])
    }
  }

  /// Entries.
  var read: Int
  /// Numbers.
  var written = 0
  var unchanged = 0
  var skipped: [Line] = []
  /// Taken in, but not as it stands in the file.
  var changed: [Line] = []

  var text: String {
    let sums =
      "read \(read) entries: \(written) numbers written, \(unchanged) unchanged, \(skipped.count) skipped"
    return ([sums] + (skipped + changed).map(\.text)).joined(separator: "\n")
  }

  var json: String {
    let report = JSONDocument.object([
      "read": .number(String(read)), "written": .number(String(written)),
      "unchanged": .number(String(unchanged)), "skipped": .array(skipped.map(\.json)),
      "changed": .array(changed.map(\.json)),
    ])
    return String(decoding: report.bytes, as: UTF8.self)
  }
}
