// TimeZoneError.swift - why the bytes of a zone file were refused.

/// A time zone file that cannot be used.
package enum TimeZoneError: Error, Hashable, Sendable {
  /// The file does not begin with a TZif header of version 1 to 4.
  case notTZif
  /// The file ends before the data its header announces.
  case truncated
  /// The data contradict RFC 8536; the text says where.
  case invalid(String)
  /// The footer is no POSIX TZ string with its rules.
  case badFooter
}

extension TimeZoneError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notTZif: "not a time zone file (TZif)"
    case .truncated: "time zone file is cut short"
    case .invalid(let what): "time zone file is damaged: \(what)"
    case .badFooter: "time zone file has an unreadable footer"
    }
  }
}
