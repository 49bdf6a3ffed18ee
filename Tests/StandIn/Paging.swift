// Paging.swift - lists as the 2010 API answers them: filters, PageSize, Page, PageToken, next_page_uri.

import LocalTime
import SQLite

/// Conditions collected for one list query.
struct ListFilter {
  private(set) var conditions: [String] = []
  private(set) var values: [Value] = []

  mutating func add(_ condition: String, _ value: Value) {
    conditions.append(condition)
    values.append(value)
  }

  /// `Name=value`, where given.
  mutating func equal(_ column: String, _ value: String?) {
    guard let value, !value.isEmpty else { return }
    add("\(column) = ?", .text(value))
  }

  /// `Name`, `Name>` and `Name<`: a GMT day, or a time. All three include what they name. A row without
  /// the time passes none of them: whether Twilio lets it pass is not known, and this is the harder case.
  mutating func time(_ column: String, _ name: String, in query: Parameters) {
    for (suffix, symbol) in [("", ""), (">", ">"), ("<", "<")] {
      guard let text = query[name + suffix], let from = Timestamp(iso8601: text) else { continue }
      let isDay = text.utf8.count == 10
      let to = isDay ? from.adding(days: 1) : from.adding(seconds: 1)
      if symbol != "<" { add("\(column) >= ?", .integer(from.milliseconds)) }
      if symbol != ">" { add("\(column) < ?", .integer(to.milliseconds)) }
    }
  }

  var sql: String { conditions.isEmpty ? "1" : conditions.joined(separator: " AND ") }
}

extension StandIn {
  /// One page, newest first. `table` must have the columns id and sid; `item` reads `SELECT *`.
  func page(
    of table: String, named key: String, filter: ListFilter, call: APICall,
    item: (String) throws -> JSONValue?
  ) throws -> Reply {
    let size = min(max(Int(call.query["PageSize"] ?? "") ?? 50, 1), 1000)
    let page = max(Int(call.query["Page"] ?? "") ?? 0, 0)
    var filter = filter
    var offset = page * size
    if let token = call.query["PageToken"], token.hasPrefix("PA") {
      // The token is an anchor: what arrives meanwhile does not shift the pages behind it.
      filter.add(
        "id < coalesce((SELECT id FROM \(table) WHERE sid = ?), 0)", .text(String(token.dropFirst(2))))
      offset = 0
    }
    let sids = try database.rows(
      "SELECT sid FROM \(table) WHERE \(filter.sql) ORDER BY id DESC LIMIT \(size + 1) OFFSET \(offset)",
      values: filter.values, as: { $0.text(0) })
    let shown = sids.prefix(size)
    let kept = call.query.filter { !["Page", "PageSize", "PageToken"].contains($0.0) }
    func uri(_ page: Int, token: String?) -> String {
      var query = kept + [("PageSize", String(size)), ("Page", String(page))]
      if let token { query.append(("PageToken", "PA" + token)) }
      return call.path + "?"
        + query.map { FormCoding.percentEncode($0.0) + "=" + FormCoding.percentEncode($0.1) }
        .joined(separator: "&")
    }
    let start = page * size
    return .json(
      200,
      .object([
        (key, .array(try shown.compactMap { try item($0) })),
        ("first_page_uri", .text(uri(0, token: nil))),
        ("end", .number(max(start + shown.count - 1, 0))),
        ("previous_page_uri", page == 0 ? .null : .text(uri(page - 1, token: nil))),
        ("uri", .text(uri(page, token: nil))), ("page_size", .number(size)), ("start", .number(start)),
        ("next_page_uri", sids.count > size ? .text(uri(page + 1, token: shown.last)) : .null),
        ("page", .number(page)),
      ]))
  }
}
