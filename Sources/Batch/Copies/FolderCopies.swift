// FolderCopies.swift - copies in a folder of another disk.
//
// The folder itself is never made: where a disk is not mounted it is not there, and nothing is written beside it.

import Curl
import Glibc
import Platform

struct FolderCopies: CopyStore {
  let path: String
  let isAbandoned: () -> Bool

  private static let pieceBytes = 1 << 20

  private func place(_ name: String) -> String { "\(path)/\(name)" }

  private func check() throws(CopyError) {
    if isAbandoned() { throw .interrupted }
    guard Files.isFolder(path) else {
      throw .unreachable("there is no folder \(path): mount its disk, or make it")
    }
  }

  func put(_ source: CopySource, as name: String) throws(CopyError) {
    try check()
    let target = place(name)
    do {
      let folder = Files.parent(of: target)
      if folder != path { try Files.makeFolder(folder) }
      // Released without `commit`, it leaves nothing behind; a kill leaves a name that nobody takes for a copy.
      let file = try FileReplacement(target)
      switch source.body {
      case .none: break
      case .bytes(let bytes): try file.write(bytes)
      case .file(let path, let offset, let count):
        try write(path, offset..<offset + count, to: file)
      }
      try FileReplacement.commit([file])
    } catch let error as SystemError {
      throw FolderCopies.failure(error)
    } catch let error as CopyError {
      throw error
    } catch {
      throw .local("\(error)")
    }
  }

  private func write(_ path: String, _ range: Range<Int>, to file: FileReplacement) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("open", path) }
    defer { close(descriptor) }
    var offset = range.lowerBound
    while offset < range.upperBound {
      if isAbandoned() { throw CopyError.interrupted }
      var piece = [UInt8](
        repeating: 0, count: min(FolderCopies.pieceBytes, range.upperBound - offset))
      let count = pread(descriptor, &piece, piece.count, off_t(offset))
      guard count > 0 else { throw SystemError("read", path, code: count < 0 ? errno : EIO) }
      try file.write(Array(piece[..<count]))
      offset += count
    }
  }

  static func failure(_ error: SystemError) -> CopyError {
    switch error.code {
    case ENOSPC, EDQUOT, EFBIG: .full("\(error)")
    case EACCES, EPERM, EROFS: .refused("\(error)")
    default: .unreachable("\(error)")
    }
  }

  func get(_ name: String, limit: Int) throws(CopyError) -> [UInt8]? {
    try check()
    guard Files.exists(place(name)) else { return nil }
    do throws(SystemError) { return try Files.read(place(name), limit: limit) } catch {
      throw FolderCopies.failure(error)
    }
  }

  func fetch(_ name: String, addingTo target: String) throws(CopyError) -> Bool {
    try check()
    let source = open(place(name), O_RDONLY | O_CLOEXEC)
    guard source >= 0 else {
      if errno == ENOENT { return false }
      throw FolderCopies.failure(SystemError("open", place(name)))
    }
    defer { close(source) }
    do throws(SystemError) {
      var piece = [UInt8](repeating: 0, count: FolderCopies.pieceBytes)
      while true {
        let count = read(source, &piece, piece.count)
        if count == 0 { return true }
        guard count > 0 else { throw SystemError("read", place(name)) }
        try Files.append(Array(piece[..<count]), to: target)
        if isAbandoned() { break }
      }
    } catch { throw FolderCopies.failure(error) }
    throw .interrupted
  }

  func size(_ name: String) throws(CopyError) -> Int? {
    try check()
    return Files.size(place(name))
  }

  func list(_ folder: String) throws(CopyError) -> [String: Int] {
    try check()
    guard Files.exists(place(folder)) else { return [:] }
    do throws(SystemError) {
      var names: [String: Int] = [:]
      for name in try Files.list(place(folder)) {
        if let size = Files.size("\(place(folder))/\(name)") { names[name] = size }
      }
      return names
    } catch { throw FolderCopies.failure(error) }
  }

  func delete(_ name: String) throws(CopyError) {
    try check()
    do throws(SystemError) { try Files.remove(place(name)) } catch { throw FolderCopies.failure(error) }
  }
}
