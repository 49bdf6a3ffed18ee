// MultipartForm.swift - what a multipart/form-data body may hold, and what was read of it.
//
// A form keeps everything that arrived whole. What did not is named twice: `problems` for single parts,
// `fault` for the end of the body, so that the page can say which field or photo to send again.

import CGI

/// Sizes and numbers beyond which a body, or a part of it, is not taken.
package struct MultipartLimits: Hashable, Sendable {
  package var totalBytes = 45 << 20
  /// A text field; a longer one is cut and reported.
  package var fieldBytes = 16 << 10
  package var fields = 40
  package var fileBytes = 8 << 20
  package var files = 5
  /// The header lines of one part.
  package var headerBytes = 8 << 10
  /// Parts of any kind: bounds the work that a body of many tiny parts makes.
  package var parts = 200

  package init() {}
}

/// Why a body cannot be read, or not to its end.
package enum MultipartFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The content type is another one.
  case notMultipart
  case missingBoundary
  /// Not 1 to 70 of RFC 2046's characters.
  case badBoundary
  /// The boundary never came: nothing was read.
  case noParts
  /// The closing boundary did not come.
  case truncated
  case tooLarge(limit: Int)
  case tooManyParts(limit: Int)
  /// Files came that nobody wanted; of the first one and of what follows nothing was read.
  case filesRefused
  /// Reading failed.
  case unreadable

  package var description: String {
    switch self {
    case .notMultipart: "not multipart/form-data"
    case .missingBoundary: "multipart/form-data without a boundary"
    case .badBoundary: "multipart/form-data with an impossible boundary"
    case .noParts: "the boundary is nowhere in the body"
    case .truncated: "the body ended before its closing boundary"
    case .tooLarge(let limit): "the body is larger than \(limit) bytes"
    case .tooManyParts(let limit): "more than \(limit) parts"
    case .filesRefused: "files that are not taken"
    case .unreadable: "the body could not be read"
    }
  }
}

/// One part that was not taken, or not whole; the rest of the form stands.
package struct PartProblem: Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// The field is there, cut at the limit.
    case tooLong(limit: Int)
    case tooManyFields(limit: Int)
    /// Its header lines are malformed, too long, or do not name it.
    case badHeaders
    /// A Content-Transfer-Encoding, which RFC 7578 does away with.
    case encoded
    /// The body ended, or became too large, within this field.
    case incomplete
  }

  /// The field's name; empty when it is not known.
  package let name: String
  package let reason: Reason

  package init(name: String, reason: Reason) {
    self.name = name
    self.reason = reason
  }
}

/// The text fields of a body, in the order they were sent; its files went to the sink.
package struct MultipartForm: Hashable, Sendable {
  package var fields: FormFields
  /// At most `problemLimit`.
  package var problems: [PartProblem]
  /// Why reading ended early; nil when the closing boundary came.
  package var fault: MultipartFault?

  /// How many problems are remembered; more help nobody.
  package static let problemLimit = 50

  package init(fields: FormFields = FormFields(), problems: [PartProblem] = [], fault: MultipartFault? = nil)
  {
    self.fields = fields
    self.problems = problems
    self.fault = fault
  }

  /// The problems of that field.
  package func problems(of name: String) -> [PartProblem.Reason] {
    problems.filter { $0.name == name }.map(\.reason)
  }
}
