// Manifest.swift - what a copy consists of, as JSON. It is written when all the rest lies there.

import JSON
import LocalTime

package struct Manifest: Hashable, Sendable {
  /// A later program may write another; what it cannot read it must not guess.
  private static let format = 1
  /// Larger ones are no manifests of ours.
  package static let longest = 64 << 20

  package struct Part: Hashable, Sendable {
    package var bytes: Int
    package var sha256: String
  }

  /// Below uploads/.
  package struct File: Hashable, Sendable {
    package var path: String
    package var bytes: Int
    package var sha256: String

    /// At the copies' place: by what it holds, so that it lies there once.
    package var name: String {
      let words = (path.split(separator: "/").last ?? "").split(separator: ".")
      let suffix = words.count > 1 ? String(words[words.count - 1]) : "bin"
      return "\(suffix == "mp3" ? CopyName.recordings : CopyName.photos)/\(sha256).\(suffix)"
    }
  }

  package var name: CopyName
  package var installation: String
  /// All that was committed before is in it.
  package var madeAt: Timestamp
  package var schema: Int
  package var bytes: Int
  package var sha256: String
  package var parts: [Part]
  package var rows: [String: Int]
  /// How far the tables had grown.
  package var mark: String
  package var files: [File]

  package var json: [UInt8] {
    JSONDocument.object([
      "format": number(Manifest.format), "name": .string(name.text), "installation": .string(installation),
      "made_at": number(Int(madeAt.milliseconds)), "schema": number(schema), "bytes": number(bytes),
      "sha256": .string(sha256),
      "parts": .array(
        parts.map { .object(["bytes": number($0.bytes), "sha256": .string($0.sha256)]) }),
      "rows": .object(rows.mapValues(number)), "mark": .string(mark),
      "files": .array(
        files.map {
          .object(["path": .string($0.path), "bytes": number($0.bytes), "sha256": .string($0.sha256)])
        }),
    ]).bytes
  }

  private func number(_ number: Int) -> JSONDocument { .number(String(number)) }

  /// nil where it is none, or not whole: then there is no copy.
  package init?(_ json: [UInt8]) {
    guard let document = try? JSONDocument(json), document["format"]?.integer == Manifest.format,
      let name = document["name"]?.text.flatMap({ CopyName($0) }),
      let installation = document["installation"]?.text, let madeAt = document["made_at"]?.integer,
      let schema = document["schema"]?.integer, let bytes = document["bytes"]?.integer,
      let sha256 = document["sha256"]?.text, let parts = document["parts"]?.items,
      let files = document["files"]?.items
    else { return nil }
    self.name = name
    self.installation = installation
    self.madeAt = Timestamp(milliseconds: Int64(madeAt))
    self.schema = schema
    self.bytes = bytes
    self.sha256 = sha256
    mark = document["mark"]?.text ?? ""
    rows = (document["rows"]?.members ?? [:]).compactMapValues(\.integer)
    self.parts = parts.compactMap { part in
      guard let bytes = part["bytes"]?.integer, let sha256 = part["sha256"]?.text else { return nil }
      return Part(bytes: bytes, sha256: sha256)
    }
    self.files = files.compactMap { file in
      guard let path = file["path"]?.text, let bytes = file["bytes"]?.integer,
        let sha256 = file["sha256"]?.text, Manifest.isFile(path), Manifest.isHash(sha256)
      else { return nil }
      return File(path: path, bytes: bytes, sha256: sha256)
    }
    guard self.parts.count == parts.count, self.files.count == files.count,
      self.parts.map(\.bytes).reduce(0, +) == bytes, sha256.hasPrefix(name.text.suffix(16))
    else { return nil }
  }

  package init(
    name: CopyName, installation: String, madeAt: Timestamp, schema: Int, bytes: Int, sha256: String,
    parts: [Part], rows: [String: Int], mark: String, files: [File]
  ) {
    self.name = name
    self.installation = installation
    self.madeAt = madeAt
    self.schema = schema
    self.bytes = bytes
    self.sha256 = sha256
    self.parts = parts
    self.rows = rows
    self.mark = mark
    self.files = files
  }

  /// `TENANT/NAME.EXT` and nothing else: a manifest must not write elsewhere.
  static func isFile(_ path: String) -> Bool {
    let words = path.split(separator: "/", omittingEmptySubsequences: false)
    return words.count == 2
      && words.allSatisfy { word in
        !word.isEmpty && !word.hasPrefix(".")
          && word.utf8.allSatisfy {
            48...57 ~= $0 || 65...90 ~= $0 || 97...122 ~= $0 || "-_.".utf8.contains($0)
          }
      }
  }

  private static func isHash(_ text: String) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { 48...57 ~= $0 || 97...102 ~= $0 }
  }
}
