// DisclosurePage.swift - what is held about a number as a page for that person: one file, nothing fetched but the
// photos and voice messages that lie beside it.

import Business
import JSON
import LocalTime
import Pages
import Platform
import Store

struct DisclosurePage {
  private let disclosure: Disclosure
  /// Path below `uploads/` -> path of the copy, below the page's folder.
  private let copies: [String: String]
  private let zones: [String: TimeZoneRules]
  private let words: DisclosureWords

  init(_ disclosure: Disclosure, copies: [String: String], zones: TimeZones) throws {
    self.disclosure = disclosure
    self.copies = copies
    self.zones = Dictionary(
      uniqueKeysWithValues: try disclosure.tenants.map { ($0.id, try $0.zone(zones)) })
    words = DisclosureWords(language: disclosure.language)
  }

  var html: HTML {
    let title = words.title(disclosure.number)
    var page: HTML = """
      <!DOCTYPE html>
      <html lang="\(words.language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file:; media-src 'self' file:">
      <meta name="referrer" content="no-referrer">
      <meta name="color-scheme" content="light dark">
      <title>\(title)</title>
      <style>
      body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere }
      dl { display: grid; grid-template-columns: minmax(6rem, 1fr) 3fr; gap: 0 1rem; border-top: 1px solid; padding-top: .5rem }
      dd { margin: 0; white-space: pre-line }
      img { max-width: 100%; height: auto }
      </style>
      </head>
      <body>
      <main>
      <h1>\(title)</h1>
      <p>\(words.intro(moment(disclosure.at, zone)))</p>

      """
    if disclosure.tenants.count > 0 {
      page += "<p>\(words.by(disclosure.tenants.map(\.name).joined(separator: ", ")))</p>\n"
    }
    for (table, rows) in disclosure.tables {
      page += section(words.heading(table), rows.map { entry($0, words.columns(of: table, in: $0)) })
    }
    page += section(
      words.mentions, disclosure.mentions.map { entry($0, ["at", "tenant", "table", "column", "words"]) })
    page += section(
      words.files,
      disclosure.files.map { file in
        "<dl>\n<dt>\(words.label("file"))</dt><dd>\(file.name)</dd>\n<dt>\(words.label("lines"))</dt><dd>\(file.lines.joined(separator: "\n"))</dd>\n</dl>\n"
      })
    page += "</main>\n</body>\n</html>\n"
    return page
  }

  private func section(_ heading: String, _ entries: [HTML]) -> HTML {
    entries.isEmpty ? HTML() : "<h2>\(heading) (\(entries.count))</h2>\n\(entries)"
  }

  private func entry(_ row: JSONDocument, _ columns: [String]) -> HTML {
    var list: HTML = "<dl>\n"
    for column in columns {
      guard let value = row[column], let text = said(value, column, row), !text.isEmpty else { continue }
      list += "<dt>\(words.label(column))</dt><dd>\(text)</dd>\n"
    }
    if let copy = row["file"]?.text.flatMap({ copies[$0] }) {
      list +=
        copy.hasPrefix("photos/")
        ? "<dt>\(words.photo)</dt><dd><img src=\"\(copy)\" alt=\"\(words.photo)\"></dd>\n"
        : "<dt>\(words.recording)</dt><dd><audio controls src=\"\(copy)\"></audio></dd>\n"
    }
    list += "</dl>\n"
    return list
  }

  private func said(_ value: JSONDocument, _ column: String, _ row: JSONDocument) -> String? {
    switch value {
    case .string(let text):
      if HeldTable.isTime(column), let time = Timestamp(iso8601: text) {
        return moment(time, row["tenant"]?.text.flatMap { zones[$0] } ?? zone)
      }
      if column == "tenant" { return disclosure.tenants.first { $0.id == text }?.name ?? text }
      return words.code(text, in: column)
    case .number(let digits): return digits
    case .null, .bool, .array, .object: return nil
    }
  }

  /// That of what belongs to no tenant.
  private var zone: TimeZoneRules? { disclosure.tenants.first.flatMap { zones[$0.id] } }

  /// `2026-02-10 09:05`, in UTC where there is no zone.
  private func moment(_ time: Timestamp, _ zone: TimeZoneRules?) -> String {
    guard let local = zone?.local(time) else { return time.iso8601 }
    return "\(local.date.iso8601) \(local.clock)"
  }
}
