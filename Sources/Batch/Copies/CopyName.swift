// CopyName.swift - how a copy and its parts are called at their place.
//
//     installation                                        whose folder it is
//     db/2026-11-27T03-00-00Z_0123456789abcdef.sqlite.01   the database, in parts of some megabytes
//     photos/SHA256.jpg, recordings/SHA256.mp3            each once, whichever copies name it
//     manifests/2026-11-27T03-00-00Z_0123456789abcdef.json written last: without it there is no copy
//
// Only characters that a signed address may have as they are. By name is by time.

import LocalTime

/// `2026-11-27T03-00-00Z_0123456789abcdef`: when the copy was made, and the beginning of the database's SHA-256.
package struct CopyName: Hashable, Comparable, Sendable {
  package let text: String
  package let madeAt: Timestamp

  package static let owner = "installation"
  package static let databases = "db"
  package static let manifests = "manifests"
  package static let photos = "photos"
  package static let recordings = "recordings"
  package static let folders = [databases, manifests, photos, recordings]

  /// - Parameter sha256: in hexadecimal digits.
  package init(madeAt: Timestamp, sha256: String) {
    // Whole seconds, as they stand in the name.
    self.madeAt = Timestamp(seconds: madeAt.seconds)
    let time = String(self.madeAt.iso8601.prefix(19)).map { $0 == ":" ? "-" : $0 }
    text = String(time) + "Z_" + sha256.prefix(16)
  }

  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 37, bytes[19] == UInt8(ascii: "Z"), bytes[20] == UInt8(ascii: "_"),
      bytes[21...].allSatisfy({ 48...57 ~= $0 || 97...102 ~= $0 }), bytes[13] == UInt8(ascii: "-"),
      bytes[16] == UInt8(ascii: "-")
    else { return nil }
    var time = Array(bytes[..<20])
    time[13] = UInt8(ascii: ":")
    time[16] = UInt8(ascii: ":")
    guard let madeAt = Timestamp(iso8601: String(decoding: time, as: UTF8.self)) else { return nil }
    self.text = text
    self.madeAt = madeAt
  }

  package var manifest: String { "\(CopyName.manifests)/\(text).json" }

  /// - Parameter index: from 0.
  package func part(_ index: Int) -> String {
    "\(CopyName.databases)/\(text).sqlite.\(index < 9 ? "0" : "")\(index + 1)"
  }

  /// Of a manifest's name in its folder.
  package init?(manifest name: String) {
    guard name.hasSuffix(".json") else { return nil }
    self.init(String(name.dropLast(5)))
  }

  /// Of a part's name in its folder.
  package init?(part name: String) {
    let end = ".sqlite."
    let words = name.split(separator: ".", omittingEmptySubsequences: false)
    guard words.count == 3, words[1] == end.dropFirst().dropLast(), Int(words[2]) != nil else { return nil }
    self.init(String(words[0]))
  }

  package static func < (left: Self, right: Self) -> Bool {
    (left.madeAt, left.text) < (right.madeAt, right.text)
  }
}
