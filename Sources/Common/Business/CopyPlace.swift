// CopyPlace.swift - where copies of the database go, outside this machine: a folder, a WebDAV server, a bucket.

/// `backup.to`.
package enum CopyPlace: Hashable, Sendable {
  /// A folder of another disk, as an absolute path without a slash at its end.
  case folder(String)
  /// A folder's address without a slash at its end.
  case webDAV(String)
  /// `prefix` is empty, or ends with a slash.
  case s3(bucket: String, prefix: String)

  /// Why a text names no place.
  package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
  }

  package static let expected =
    "write s3://BUCKET/FOLDER, https://HOST/FOLDER (WebDAV) or file:/FOLDER"

  package init(_ text: String) throws(Fault) {
    if let rest = CopyPlace.rest(of: text, behind: "file:") {
      // file:///mnt/x and file:/mnt/x are the same.
      let path = rest.hasPrefix("///") ? String(rest.dropFirst(2)) : rest
      let bytes = Array(path.utf8)
      guard path.hasPrefix("/"), !path.hasPrefix("//"), path.utf8.count > 1,
        !bytes.contains(where: { $0 < 32 }), !CopyPlace.parts(path).contains("..")
      else { throw Fault(description: "names no folder by its whole path") }
      self = .folder(CopyPlace.withoutSlash(path))
      return
    }
    if let rest = CopyPlace.rest(of: text, behind: "s3://") {
      let bucket = String(rest.prefix { $0 != "/" })
      guard 3...63 ~= bucket.utf8.count, bucket.utf8.allSatisfy(CopyPlace.isOfBucket) else {
        throw Fault(description: "names no bucket")
      }
      var prefix = CopyPlace.withoutSlash(String(rest.dropFirst(bucket.count).drop { $0 == "/" }))
      guard prefix.utf8.allSatisfy(CopyPlace.isOfKey), !CopyPlace.parts(prefix).contains("..") else {
        throw Fault(description: "has a folder with other characters than A-Z a-z 0-9 . _ - /")
      }
      if !prefix.isEmpty { prefix += "/" }
      self = .s3(bucket: bucket, prefix: prefix)
      return
    }
    for scheme in ["https://", "http://"] {
      guard let rest = CopyPlace.rest(of: text, behind: scheme) else { continue }
      let host = rest.prefix { $0 != "/" }
      guard !host.isEmpty, text.utf8.allSatisfy({ 33...126 ~= $0 && !"\"<>\\^`{|}?#@".utf8.contains($0) })
      else { throw Fault(description: "is no address of a folder") }
      self = .webDAV(CopyPlace.withoutSlash(text))
      return
    }
    throw Fault(description: "names no place for copies")
  }

  /// As it is shown and compared.
  package var text: String {
    switch self {
    case .folder(let path): "file:" + path
    case .webDAV(let url): url
    case .s3(let bucket, let prefix): "s3://\(bucket)/\(prefix)"
    }
  }

  private static func rest(of text: String, behind scheme: String) -> String? {
    text.utf8.count >= scheme.utf8.count && text.prefix(scheme.count).lowercased() == scheme
      ? String(text.dropFirst(scheme.count)) : nil
  }

  private static func parts(_ path: String) -> [Substring] { path.split(separator: "/") }

  private static func withoutSlash(_ path: String) -> String {
    var path = Substring(path)
    while path.utf8.count > 1, path.hasSuffix("/") { path = path.dropLast() }
    return String(path)
  }

  private static func isOfBucket(_ byte: UInt8) -> Bool {
    97...122 ~= byte || 48...57 ~= byte || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }

  /// What needs no escape in a signed path.
  private static func isOfKey(_ byte: UInt8) -> Bool {
    isOfBucket(byte) || 65...90 ~= byte || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "/")
  }
}
