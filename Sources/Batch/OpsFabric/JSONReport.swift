// JSONReport.swift - what a command reports, for programs: one object a line, times in UTC.

import JSON
import Platform

/// One line of standard output.
func printJSON(_ document: JSONDocument) {
  printToStandardOutput(JSONDocument.visible(String(decoding: document.bytes, as: UTF8.self)))
}

extension JSONDocument {
  static func whole(_ number: Int) -> JSONDocument { .number(String(number)) }
  static func texts(_ texts: [String]) -> JSONDocument { .array(texts.map { .string($0) }) }
}
