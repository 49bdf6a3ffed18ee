// FileHash.swift - SHA-256 of files and of their parts, read piece by piece.

import Crypto
import Glibc
import Platform

enum FileHash {
  private static let pieceBytes = 1 << 20

  /// Of a file as a whole, and of each of its parts.
  /// - Parameter isAbandoned: asked between two pieces.
  static func parts(
    of path: String, partBytes: Int, isAbandoned: () -> Bool = { false }
  ) throws(CopyError) -> (whole: String, bytes: Int, parts: [Manifest.Part]) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .local("\(SystemError("open", path))") }
    defer { close(descriptor) }
    var whole = SHA256Stream()
    var part = SHA256Stream()
    var (bytes, ofPart) = (0, 0)
    var parts: [Manifest.Part] = []
    func endPart() {
      parts.append(.init(bytes: ofPart, sha256: hexadecimal(part.finish())))
      part = SHA256Stream()
      ofPart = 0
    }
    var piece = [UInt8](repeating: 0, count: pieceBytes)
    while true {
      if isAbandoned() { throw .interrupted }
      let count = read(descriptor, &piece, min(pieceBytes, partBytes - ofPart))
      guard count >= 0 else { throw .local("\(SystemError("read", path))") }
      if count == 0 { break }
      whole.add(piece[..<count])
      part.add(piece[..<count])
      bytes += count
      ofPart += count
      if ofPart == partBytes { endPart() }
    }
    if ofPart > 0 || parts.isEmpty { endPart() }
    return (hexadecimal(whole.finish()), bytes, parts)
  }

  static func of(_ path: String, isAbandoned: () -> Bool = { false }) throws(CopyError) -> String {
    try parts(of: path, partBytes: Int.max, isAbandoned: isAbandoned).whole
  }
}

/// Cuts a file, or leaves it where there is none to cut.
func truncate(_ path: String, to bytes: Int) -> Bool {
  Glibc.truncate(path, off_t(bytes)) == 0 || (errno == ENOENT && bytes == 0)
}
