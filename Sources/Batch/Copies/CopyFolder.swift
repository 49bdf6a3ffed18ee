// CopyFolder.swift - `data/copies/`: a copy on its way out, and what is known of photos that lie at the place already.
//
// Whatever a kill left there is gone on with, or cleared away by the next copy.

import JSON
import Platform

struct CopyFolder {
  let path: String

  init(_ home: Home) { path = home.copies }

  /// The copy on its way.
  var database: String { path + "/copy.sqlite" }
  /// Its manifest as far as the database goes; written when `database` is whole.
  var pending: String { path + "/pending.json" }
  /// Of files below uploads/ that lie at the place.
  private var index: String { path + "/files.json" }
  private static let proofPrefix = "proof-"

  /// A copy that is read back: over several runs, if need be.
  func proof(of name: CopyName) -> String { "\(path)/\(CopyFolder.proofPrefix)\(name.text).sqlite" }

  func make() throws(CopyError) {
    do throws(SystemError) { try Files.makeFolder(path) } catch { throw .local("\(error)") }
  }

  /// The copy that was on its way, if it is whole.
  func begun() -> Manifest? {
    guard let json = try? Files.read(pending, limit: Manifest.longest), let manifest = Manifest(json),
      Files.size(database) == manifest.bytes
    else { return nil }
    return manifest
  }

  func dropCopy() {
    try? Files.remove(pending)
    for suffix in ["", ".part", "-journal", "-wal", "-shm"] { try? Files.remove(database + suffix) }
  }

  func begunProof() -> CopyName? {
    let files = ((try? Files.list(path)) ?? []).filter { $0.hasPrefix(CopyFolder.proofPrefix) }
    return files.lazy.compactMap { CopyName(String($0.dropFirst(CopyFolder.proofPrefix.count).dropLast(7))) }
      .first
  }

  func dropProofs(but name: CopyName? = nil) {
    for file in (try? Files.list(path)) ?? [] where file.hasPrefix(CopyFolder.proofPrefix) {
      let path = "\(path)/\(file)"
      if path != name.map(proof) { try? Files.remove(path) }
    }
  }

  /// - Parameter place: of another one nothing is known.
  func files(at place: String) -> [Manifest.File] {
    guard let json = try? Files.read(index, limit: Manifest.longest), let document = try? JSONDocument(json),
      document["place"]?.text == place
    else { return [] }
    return (document["files"]?.items ?? []).compactMap { file in
      guard let path = file["path"]?.text, let bytes = file["bytes"]?.integer,
        let sha256 = file["sha256"]?.text
      else { return nil }
      return Manifest.File(path: path, bytes: bytes, sha256: sha256)
    }
  }

  func write(_ files: [Manifest.File], at place: String) throws(CopyError) {
    let document = JSONDocument.object([
      "place": .string(place),
      "files": .array(
        files.map {
          .object([
            "path": .string($0.path), "bytes": .number(String($0.bytes)), "sha256": .string($0.sha256),
          ])
        }),
    ])
    do throws(SystemError) { try Files.writeAtomically(document.bytes, to: index) } catch {
      throw .local("\(error)")
    }
  }

  func forgetFiles() { try? Files.remove(index) }
}
