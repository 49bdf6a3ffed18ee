// PhotoJudgeTests.swift - what other programs write is kept, looks the same to other programs, and tells nothing.

import Platform
import Testing

@testable import Uploads

@Suite(.enabled(if: PhotoJudge.isInstalled, "python3 has no pillow"))
struct PhotoJudgeTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Photos that were met and photos made for this, as sent and as kept.
  private func folders() throws -> (sent: String, kept: String) {
    let (sent, kept) = ("\(scratch.path)/sent", "\(scratch.path)/kept")
    for folder in [sent, kept] { try Files.makeFolder(folder) }
    for name in try Files.list(PhotoJudge.met) {
      try Files.writeAtomically(try Files.read("\(PhotoJudge.met)/\(name)"), to: "\(sent)/\(name)")
    }
    _ = try PhotoJudge.ask(["make", sent])
    for name in try Files.list(sent) {
      let photo = try Files.read("\(sent)/\(name)")
      guard let bytes = try? stored(photo, in: scratch, pieces: 1000) else {
        Issue.record("\(name) is refused: \(String(describing: store(photo, in: scratch)))")
        continue
      }
      let tells = bytes.contains(PhotoJudge.mark)
      #expect(!tells, "\(name)")
      try Files.writeAtomically(bytes, to: "\(kept)/\(name)")
    }
    return (sent, kept)
  }

  @Test func `photos of other programs keep their pixels and their size, and no word of their metadata`()
    throws
  {
    let (sent, kept) = try folders()
    #expect(try Files.list(sent).count > (PhotoJudge.hasHEIF ? 150 : 120))
    #expect(try PhotoJudge.ask(["compare", sent, kept]) == [])
  }

  @Test(.enabled(if: PhotoJudge.hasBrowser, "chromium is missing"))
  func `a browser shows them as before, turned the same way`() throws {
    let (sent, kept) = try folders()
    #expect(try PhotoJudge.ask(["browse", sent, kept]) == [])
  }
}

extension [UInt8] {
  func contains(_ part: [UInt8]) -> Bool {
    indices.contains { self[$0] == part.first && self[$0...].starts(with: part) }
  }
}
