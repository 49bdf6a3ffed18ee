// TableMetadata.swift - the file beside a CSV that says what is in it, in W3C's vocabulary (CSVW).
//
// `report_x_2026-02.csv-metadata.json` is the name under which CSVW's readers look for it by themselves. It
// names separator, encoding and each column's type, so that a program need not guess.

import JSON

extension Table {
  /// The metadata of the file as bytes.
  /// - Parameters:
  ///   - fileName: of the CSV, in the same folder.
  ///   - notes: what a reader must know, such as prices that are missing.
  package func metadata(of fileName: String, in dialect: CSVDialect, title: String, notes: [String] = [])
    -> [UInt8]
  {
    let columns = self.columns.map { column in
      JSONText.object([
        ("name", .string(column.name)), ("titles", .string(column.title(in: dialect))),
        ("datatype", column.content.datatype(in: dialect)),
        ("required", .literal(column.isRequired ? "true" : "false")),
      ])
    }
    var members: [(String, JSONText)] = [
      ("@context", .string("http://www.w3.org/ns/csvw")), ("url", .string(fileName)),
      ("dc:title", .string(title)),
      (
        "dialect",
        .object([
          ("delimiter", .string(String(UnicodeScalar(dialect.separator)))), ("encoding", .string("utf-8")),
          ("lineTerminators", .array([.string("\r\n")])), ("quoteChar", .string("\"")),
          ("doubleQuote", .literal("true")), ("header", .literal("true")),
        ])
      ),
      (
        "tableSchema",
        .object([
          ("columns", .array(columns)), ("primaryKey", .array(key.map { .string($0) })),
        ])
      ),
    ]
    if !notes.isEmpty { members.append(("dc:description", .string(notes.joined(separator: " ")))) }
    return Array((JSONText.object(members).text + "\n").utf8)
  }
}

extension ColumnContent {
  fileprivate func datatype(in dialect: CSVDialect) -> JSONText {
    // "Tabular data" model, 6.4.2: without a format the mark is a point.
    let mark: [(String, JSONText)] =
      dialect.hasDecimalComma ? [("format", .object([("decimalChar", .string(","))]))] : []
    return switch self {
    case .text: .string("string")
    case .count: .string("nonNegativeInteger")
    case .amount, .minutes: mark.isEmpty ? .string("decimal") : .object([("base", .string("decimal"))] + mark)
    case .rate:
      .object([("base", .string("decimal")), ("minimum", .string("0")), ("maximum", .string("1"))] + mark)
    case .month: .string("gYearMonth")
    case .date: .object([("base", .string("date")), ("format", .string("yyyy-MM-dd"))])
    case .time: .object([("base", .string("time")), ("format", .string("HH:mm:ss"))])
    }
  }
}

/// A JSON value on its way to text.
enum JSONText {
  case literal(String)
  case string(String)
  case array([JSONText])
  case object([(String, JSONText)])

  /// Indented by two spaces; small values stay on their line.
  var text: String { text(indent: "") }

  private func text(indent: String) -> String {
    switch self {
    case .literal(let word): return word
    case .string(let string): return JSONDocument.quoted(string)
    case .array(let values):
      if values.allSatisfy(\.isSimple) {
        return "[" + values.map { $0.text(indent: "") }.joined(separator: ", ") + "]"
      }
      let inner = indent + "  "
      return "[\n" + values.map { inner + $0.text(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let members):
      let inner = indent + "  "
      let isSmall = members.allSatisfy(\.1.isSimple) && members.count <= 4
      let lines = members.map { "\(JSONDocument.quoted($0.0)): \($0.1.text(indent: inner))" }
      return isSmall
        ? "{ " + lines.joined(separator: ", ") + " }"
        : "{\n" + lines.map { inner + $0 }.joined(separator: ",\n") + "\n\(indent)}"
    }
  }

  private var isSimple: Bool {
    switch self {
    case .literal, .string: true
    case .array, .object: false
    }
  }
}
