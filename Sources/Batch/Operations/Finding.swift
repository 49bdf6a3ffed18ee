// Finding.swift - what one check found: the state, and for what is wrong one line that mends it.

package struct Finding: Hashable, Sendable {
  package enum Status: String, Sendable, CaseIterable {
    case ok
    /// Works, but not as well as it should, or not for long.
    case warning
    case fault
  }

  package var check: String
  package var status: Status
  package var detail: String
  /// Empty where nothing is wrong.
  package var cure: String

  package static func ok(_ check: String, _ detail: String) -> Finding {
    Finding(check: check, status: .ok, detail: detail, cure: "")
  }
  package static func warning(_ check: String, _ detail: String, cure: String) -> Finding {
    Finding(check: check, status: .warning, detail: detail, cure: cure)
  }
  package static func fault(_ check: String, _ detail: String, cure: String) -> Finding {
    Finding(check: check, status: .fault, detail: detail, cure: cure)
  }
}
