// CopyReader.swift - copies as they lie at their place: which there are, and one brought here whole.

import LocalTime
import Platform
import Store

package struct CopyReader {
  let place: any CopyStore
  let isAbandoned: () -> Bool
  package var progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }

  package init(place: any CopyStore, isAbandoned: @escaping () -> Bool = { false }) {
    self.place = place
    self.isAbandoned = isAbandoned
  }

  /// The newest first. What has no manifest is no copy.
  package func names() throws(CopyError) -> [CopyName] {
    try place.list(CopyName.manifests).keys.compactMap { CopyName(manifest: $0) }.sorted(by: >)
  }

  package func manifest(_ name: CopyName) throws(CopyError) -> Manifest {
    guard let json = try place.get(name.manifest, limit: Manifest.longest) else {
      throw .damaged("there is no copy \(name.text)")
    }
    guard let manifest = Manifest(json), manifest.name == name else {
      throw .damaged("the copy \(name.text) is not whole: its manifest cannot be read")
    }
    return manifest
  }

  /// Brings the database here, checked by its hash and by SQLite. Goes on with what a killed one has left at `path`.
  package func fetch(_ manifest: Manifest, to path: String) throws(CopyError) {
    do throws(CopyError) { try fetchParts(manifest, to: path) } catch {
      // What is wrong is fetched anew; what is only cut off is gone on with.
      if case .damaged = error { try? Files.remove(path) }
      throw error
    }
  }

  private func fetchParts(_ manifest: Manifest, to path: String) throws(CopyError) {
    let name = manifest.name
    var end = 0
    var have = Files.size(path) ?? 0
    for (index, part) in manifest.parts.enumerated() {
      end += part.bytes
      progress(end - part.bytes, manifest.bytes)
      if have >= end { continue }
      // Part of a part: this one is fetched again.
      if have != end - part.bytes {
        guard truncate(path, to: end - part.bytes) else { throw .local("cannot cut \(path)") }
      }
      guard try place.fetch(name.part(index), addingTo: path) else {
        throw .damaged("the copy \(name.text) is not whole: \(name.part(index)) is missing")
      }
      have = Files.size(path) ?? 0
      guard have == end else {
        throw .damaged(
          "the copy \(name.text) is not whole: \(name.part(index)) has \(have - end + part.bytes) of \(part.bytes) bytes"
        )
      }
    }
    progress(manifest.bytes, manifest.bytes)
    guard try FileHash.of(path, isAbandoned: isAbandoned) == manifest.sha256 else {
      throw .damaged("the copy \(name.text) is damaged: its hash is another")
    }
    let verdict: String
    do { verdict = try CopyContents(ofFile: path).verdict } catch { verdict = "\(error)" }
    guard verdict == "ok" else { throw .damaged("the copy \(name.text) is damaged: \(verdict)") }
  }
}
