// DoctorsWord.swift - what `opsfabric doctor --json` of the shipped program says.

import TestSupport
import Testing

struct DoctorsWord {
  let findings: [JSONLine]
  private let exitCode: Int32?

  var faults: [JSONLine] { findings.filter { $0["status"] == "fault" } }

  init(_ result: ProgramResult) throws {
    try #require(result.lines.first == "[" && result.lines.last == "]", "\(result.output)\(result.errors)")
    findings = try result.lines.dropFirst().dropLast().map {
      try JSONLine($0.hasSuffix(",") ? String($0.dropLast()) : $0)
    }
    exitCode = result.exitCode
    // 1 when there is a fault, and only then.
    #expect(result.exitCode == (findings.contains { $0["status"] == "fault" } ? 1 : 0), "\(result.errors)")
  }

  /// A fault of this check is named with these words, and so is what to do; the exit code says it too.
  func expect(
    _ check: String, _ words: String, cure: String, _ comment: Comment = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let isNamed = faults.contains {
      $0["check"] == check && $0["detail"]?.contains(words) == true && $0["cure"]?.contains(cure) == true
    }
    #expect(isNamed && exitCode == 1, "\(comment) \(findings)", sourceLocation: sourceLocation)
  }

  /// Nothing of this check is wrong.
  func expectWell(_ checks: String..., sourceLocation: SourceLocation = #_sourceLocation) {
    let wrong = faults.filter { checks.contains($0["check"] ?? "") }
    #expect(wrong.isEmpty, sourceLocation: sourceLocation)
  }
}
