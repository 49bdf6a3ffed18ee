// Finding.swift - what one check found: the state, and for what is wrong one line that mends it.

public struct Finding: Hashable, Sendable {
  public enum Status: String, Sendable, CaseIterable {
    case ok
    /// Works, but not as well as it should, or not for long.
    case warning
    case fault
  }

  public var check: String
  public var status: Status
  public var detail: String
  /// Empty where nothing is wrong.
  public var cure: String

  public static func ok(_ check: String, _ detail: String) -> Finding {
    Finding(check: check, status: .ok, detail: detail, cure: "")
  }
  public static func warning(_ check: String, _ detail: String, cure: String) -> Finding {
    Finding(check: check, status: .warning, detail: detail, cure: cure)
  }
  public static func fault(_ check: String, _ detail: String, cure: String) -> Finding {
    Finding(check: check, status: .fault, detail: detail, cure: cure)
  }
}
