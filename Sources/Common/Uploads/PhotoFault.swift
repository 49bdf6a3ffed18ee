// PhotoFault.swift - why a photo was not kept, and what is known of one that was.

import Platform

/// Why one photo was not kept; the rest of the form stands.
package enum PhotoFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Not a single byte.
  case empty
  /// Not JPEG, PNG, WebP or HEIC by its content.
  case notAnImage
  /// Begins like one, but its structure is broken.
  case brokenImage
  case tooLarge(limit: Int)
  /// All that was sent together is too large.
  case formTooLarge(limit: Int)
  /// There were enough already.
  case tooMany(limit: Int)
  /// The upload broke off within it.
  case incomplete
  /// Photos were not taken just then, this one and those behind it.
  case refused
  /// The disk is full, or the like: for the operator.
  case cannotStore(SystemError)

  package var description: String {
    switch self {
    case .empty: "empty"
    case .notAnImage: "not an image"
    case .brokenImage: "a broken image"
    case .tooLarge(let limit): "larger than \(limit) bytes"
    case .formTooLarge(let limit): "in a form larger than \(limit) bytes"
    case .tooMany(let limit): "one more than \(limit)"
    case .incomplete: "cut short"
    case .refused: "not taken just now"
    case .cannotStore(let error): error.description
    }
  }
}

/// A photo on disk.
package struct StoredPhoto: Hashable, Sendable {
  /// Its file's name within the tenant's folder: 32 random hexadecimal digits and the extension.
  package let name: String
  package let path: String
  package let kind: PhotoKind
  /// Bytes as stored, without metadata.
  package let size: Int
}

/// What became of one file that was sent.
package struct PhotoOutcome: Hashable, Sendable {
  /// As the browser named it.
  package let part: FilePart
  package let result: Result<StoredPhoto, PhotoFault>
}
