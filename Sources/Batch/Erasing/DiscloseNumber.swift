// DiscloseNumber.swift - `opsfabric disclose`: everything held about one number, for whose number it is.
//
// One JSON file, one page with the same, the photos and voice messages. Nothing is changed. Secrets and the data of others are left out:
// of the tenant's people it says `staff`.

import Books
import Business
import JSON
import LocalTime
import Platform
import Settings
import Store

/// What is held about a number.
package struct Disclosure: Sendable {
  package var number: String
  package var at: Timestamp
  /// Tables that hold something, in their order.
  package var tables: [(table: HeldTable, rows: [JSONDocument])] = []
  /// Texts about others that name the number.
  package var mentions: [JSONDocument] = []
  package var files: [HeldFile] = []
  /// Those concerned.
  var tenants: [BookTenant] = []

  package var isEmpty: Bool { tables.isEmpty && mentions.isEmpty && files.isEmpty }

  package func rows(_ table: HeldTable) -> [JSONDocument] { tables.first { $0.table == table }?.rows ?? [] }

  /// That of the tenant it last had to do with.
  var language: Language {
    let newest = tables.flatMap { held in
      held.rows.compactMap { row in
        row["tenant"]?.text.map { (tenant: $0, at: row[held.table.time]?.text ?? "") }
      }
    }.max { $0.at < $1.at }
    return tenants.first { $0.id == newest?.tenant }?.language ?? tenants.first?.language ?? .de
  }

  /// Members are sorted by name; a table without rows is an empty array, so that all keys are always there.
  package var json: [UInt8] {
    var members: [String: JSONDocument] = [
      "number": .string(number), "made_at": .string(at.iso8601), "mentions": .array(mentions),
      "files": .array(
        files.map { .object(["file": .string($0.name), "lines": .array($0.lines.map { .string($0) })]) }),
    ]
    for table in HeldTable.allCases { members[table.rawValue] = .array(rows(table)) }
    return JSONDocument.object(members).bytes + [10]
  }
}

package struct DiscloseNumber {
  private let home: Home
  private let store: Store
  private let settings: SettingsReader
  private let number: PhoneNumber

  package init(home: Home, store: Store, settings: SettingsReader, number: PhoneNumber) {
    self.home = home
    self.store = store
    self.settings = settings
    self.number = number
  }

  package func gather(at now: Timestamp) throws -> Disclosure {
    let spellings = NumberSpellings(number)
    let isOurs = try settings.isOurs(number)
    let rateKeys = try settings.rateKeys(of: number)
    var disclosure = Disclosure(number: number.e164, at: now)
    func read(_ rows: [String]) throws -> [JSONDocument] {
      try rows.map { try JSONDocument(Array($0.utf8)) }
    }
    try store.snapshot {
      for table in HeldTable.allCases {
        let rows = try read(store.held(table, of: number, isOurs: isOurs, rateKeys: rateKeys))
        if !rows.isEmpty { disclosure.tables.append((table, rows)) }
      }
      disclosure.mentions = try read(store.heldMentions(of: spellings)).filter { mention in
        // What is about the number itself stands there whole.
        !disclosure.tables.contains { table, rows in
          table.rawValue == mention["table"]?.text && rows.contains { $0["id"] == mention["id"] }
        }
      }
    }
    disclosure.files = try NumberFiles(home: home, spellings: spellings).held()
    let concerned = Set(disclosure.tables.flatMap { $0.rows.compactMap { $0["tenant"]?.text } })
    disclosure.tenants = try BookTenant.all(store: store, settings: settings).filter {
      concerned.contains($0.id)
    }
    return disclosure
  }

  /// Writes `disclosure.json`, `disclosure.html`, `photos/` and `recordings/` into a folder, which is made, or is there and empty.
  /// Returns how many photos and voice messages were copied.
  package func write(_ disclosure: Disclosure, to folder: String, zones: TimeZones) throws -> Int {
    try Files.makeFolder(folder)
    var copies: [String: String] = [:]
    for (table, name) in [(HeldTable.photos, "photos"), (.recordings, "recordings")] {
      for (place, row) in disclosure.rows(table).enumerated() {
        // A link to a picture at Twilio, or a file that is gone.
        guard let file = row["file"]?.text, Files.exists("\(home.uploads)/\(file)") else { continue }
        let ending = file.split(separator: ".").last ?? ""
        let copy = "\(name)/\(place + 1).\(ending)"
        try Files.makeFolder("\(folder)/\(name)")
        try Files.writeAtomically(try Files.read("\(home.uploads)/\(file)"), to: "\(folder)/\(copy)")
        copies[file] = copy
      }
    }
    let page = try DisclosurePage(disclosure, copies: copies, zones: zones).html
    let files = try [
      ("disclosure.json", disclosure.json), ("disclosure.html", page.bytes),
    ].map { name, bytes in
      let file = try FileReplacement("\(folder)/\(name)")
      try file.write(bytes)
      return file
    }
    try FileReplacement.commit(files)
    return copies.count
  }
}
