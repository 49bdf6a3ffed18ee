// InboxSecret.swift - `data/inbox.key`: 32 random bytes behind the personal links in notices.
//
// It is made when it is not there, and never replaced: one that cannot be read, or is not what we wrote, is a fault
// that somebody must look at. Until then notices go out without a link.

import Glibc
import LocalTime
import Platform

package struct InboxSecret: Sendable {
  /// Why there is no secret, and what to do.
  package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    package let reason: String
    package let cure: String

    package var description: String { "\(reason): \(cure)" }
  }

  private static let byteCount = 32

  let bytes: [UInt8]

  package static func path(_ home: Home) -> String { home.data + "/inbox.key" }

  /// The secret in the file; nil when there is no file. Changes nothing.
  package static func read(_ home: Home) throws(Fault) -> InboxSecret? {
    let path = path(home)
    // Looked at before it is opened: a pipe would be waited for without end, and a link that leads nowhere is a
    // file that somebody keeps elsewhere, not one that is missing.
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return nil }
      throw unreadable(path, SystemError("look at", path))
    }
    guard stat(path, &status) == 0 else { throw unreadable(path, SystemError("look at", path)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw damaged("\(path) is no file", path) }
    guard status.st_size == byteCount else {
      throw damaged("\(path) has \(status.st_size) bytes, not \(byteCount)", path)
    }
    let bytes: [UInt8]
    do { bytes = try Files.read(path, limit: byteCount) } catch { throw unreadable(path, error) }
    // What a file system gives back after some crashes: the length is right, the content was never written.
    guard bytes.count == byteCount, bytes.contains(where: { $0 != bytes[0] }) else {
      throw damaged("\(path) holds no secret", path)
    }
    return InboxSecret(bytes: bytes)
  }

  /// The secret in the file, which is made where there is none.
  package static func load(_ home: Home, random: RandomSource = .system) throws(Fault) -> InboxSecret {
    if let secret = try read(home) { return secret }
    let secret = InboxSecret(bytes: random.bytes(byteCount))
    do { try Files.writeAtomically(secret.bytes, to: path(home)) } catch {
      throw Fault(
        reason: "\(path(home)) cannot be made (\(error))",
        cure: "give the folder back to the home's owner, with mode 700, and free some space")
    }
    return secret
  }

  private static func unreadable(_ path: String, _ error: SystemError) -> Fault {
    Fault(
      reason: "\(path) cannot be read (\(error))",
      cure: "give it back to the home's owner, with mode 600")
  }

  private static func damaged(_ reason: String, _ path: String) -> Fault {
    Fault(
      reason: reason,
      cure: "move it away: the next run makes a new one, and links already sent stay good")
  }
}
