// PhotoFile.swift - a file under a temporary name that becomes the real one only when it is whole.

import Glibc
import Platform

/// The system calls that a full or broken disk fails; tests fail them on order.
struct PhotoFileCalls: Sendable {
  var write: @Sendable (Int32, UnsafeRawPointer?, Int) -> Int = { Glibc.write($0, $1, $2) }
  var sync: @Sendable (Int32) -> Int32 = { fsync($0) }
  var rename: @Sendable (String, String) -> Int32 = { Glibc.rename($0, $1) }
}

/// Written through a buffer; gone with this object unless committed.
final class PhotoFile {
  let path: String
  private let temporary: String
  private let calls: PhotoFileCalls
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private var flushed = 0

  private static let bufferBytes = 64 << 10

  /// Mode 0600, in a folder that is made when it is not there.
  init(_ name: String, in folder: String, calls: PhotoFileCalls) throws(PhotoFault) {
    path = "\(folder)/\(name)"
    temporary = "\(folder)/\(name)\(PhotoStore.temporarySuffix)"
    self.calls = calls
    do throws(SystemError) {
      try Files.makeFolder(folder)
    } catch {
      throw .cannotStore(error)
    }
    descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .cannotStore(SystemError("create", temporary)) }
    buffer.reserveCapacity(PhotoFile.bufferBytes)
  }

  deinit { discard() }

  var size: Int { flushed + buffer.count }

  func write(_ bytes: Span<UInt8>) throws(PhotoFault) {
    if buffer.count + bytes.count > PhotoFile.bufferBytes { try flush() }
    guard bytes.count < PhotoFile.bufferBytes else { return try writeNow(bytes) }
    bytes.withUnsafeBufferPointer { buffer.append(contentsOf: $0) }
  }

  func flush() throws(PhotoFault) {
    guard !buffer.isEmpty else { return }
    let bytes = buffer
    buffer.removeAll(keepingCapacity: true)
    try writeNow(bytes.span)
  }

  private func writeNow(_ bytes: Span<UInt8>) throws(PhotoFault) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        calls.write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw fault("write", count == 0 ? ENOSPC : errno) }
      written += count
    }
    flushed += written
  }

  /// Puts bytes in place of those at `offset`. After `flush`.
  func replace(at offset: Int, _ bytes: [UInt8]) throws(PhotoFault) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written, off_t(offset + written))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw fault("write", count == 0 ? ENOSPC : errno) }
      written += count
    }
  }

  /// The bytes at `offset`; fewer where the file ends. After `flush`.
  func read(at offset: Int, _ count: Int) throws(PhotoFault) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(0, min(count, size - offset)))
    var done = 0
    while done < bytes.count {
      let got = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done, off_t(offset + done))
      }
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { throw fault("read", got == 0 ? EIO : errno) }
      done += got
    }
    return bytes
  }

  func truncate(to size: Int) throws(PhotoFault) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw fault("truncate", errno) }
    flushed = size
  }

  /// On disk, under its real name, for good. Whatever fails here leaves nothing.
  func commit() throws(PhotoFault) {
    try flush()
    guard calls.sync(descriptor) == 0 else { throw fault("sync", errno) }
    guard calls.rename(temporary, path) == 0 else { throw fault("rename", errno) }
    do throws(SystemError) {
      try Files.syncFolder(Files.parent(of: path))
    } catch {
      unlink(path)
      throw .cannotStore(error)
    }
    close(descriptor)
    descriptor = -1
  }

  func discard() {
    guard descriptor >= 0 else { return }
    unlink(temporary)
    close(descriptor)
    descriptor = -1
  }

  private func fault(_ operation: String, _ code: Int32) -> PhotoFault {
    .cannotStore(SystemError(operation, temporary, code: code))
  }
}
