// DiskModel.swift - a disk that loses its power: what the programs changed, as fault-tracer has recorded it, and
// what of it may be left.
//
// Strict, as POSIX allows: what a file holds is safe once the file was synced, a name once its folder was. Of the
// rest any part may be there: writes in another order, single sectors of a write, some of the names.

import Glibc
import Platform
import TestSupport

/// One recorded change.
struct DiskChange {
  enum Kind: UInt8 {
    case created = 0x43
    case written = 0x57
    case truncated = 0x54
    case synced = 0x53
    case folderSynced = 0x44
    case renamed = 0x52
    case removed = 0x55
    case folderMade = 0x4d
    case answered = 0x41
    case sent = 0x4e
  }

  var kind: Kind
  var inode: UInt64
  var offset: Int
  var path: String
  var data: [UInt8]

  /// It made, changed or removed a name in this folder.
  func isIn(_ folder: String) -> Bool {
    Files.parent(of: path) == folder
      || (kind == .renamed && Files.parent(of: String(decoding: data, as: UTF8.self)) == folder)
  }

  /// The record of fault-tracer; see Tests/FaultTracer/effects.c.
  static func read(_ path: String) throws -> [DiskChange] {
    let bytes = try Files.read(path)
    var changes: [DiskChange] = []
    var place = 0
    func number(_ index: Int) -> UInt64 {
      (0..<8).reduce(0) { $0 | UInt64(bytes[place + 1 + index * 8 + $1]) << (8 * UInt64($1)) }
    }
    while place < bytes.count {
      guard let kind = Kind(rawValue: bytes[place]) else { throw SystemError("read", path, code: EINVAL) }
      let (inode, offset, nameLength, length) = (number(0), number(1), Int(number(2)), Int(number(3)))
      place += 33
      let name = String(decoding: bytes[place..<place + nameLength], as: UTF8.self)
      place += nameLength
      changes.append(
        DiskChange(
          kind: kind, inode: inode, offset: Int(truncatingIfNeeded: offset), path: name,
          data: Array(bytes[place..<place + length])))
      place += length
    }
    return changes
  }
}

struct DiskModel {
  /// How much of what was not synced is left.
  enum Leftover: CaseIterable {
    case nothing
    case everything
    case some
  }

  private struct File {
    var durable: [UInt8] = []
    var pending: [DiskChange] = []
  }

  private static let sector = 512

  private let root: String
  private var files: [UInt64: File] = [:]
  private var names: [String: UInt64] = [:]
  private var folders: [String] = []
  /// Names made, changed or removed since their folder was synced.
  private var pendingNames: [DiskChange] = []

  /// The folder as it is now counts as safe.
  init(_ root: String) throws {
    self.root = root
    try take(root)
  }

  private mutating func take(_ folder: String) throws {
    folders.append(folder)
    for name in try Files.list(folder) {
      let path = "\(folder)/\(name)"
      var status = stat()
      guard stat(path, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        try take(path)
      } else {
        let inode = UInt64(status.st_ino)
        names[path] = inode
        files[inode] = File(durable: try Files.read(path))
      }
    }
  }

  mutating func apply(_ change: DiskChange) {
    switch change.kind {
    case .created:
      files[change.inode] = File()
      pendingNames.append(change)
    case .written, .truncated: files[change.inode]?.pending.append(change)
    case .synced:
      guard var file = files[change.inode] else { return }
      for write in file.pending { DiskModel.apply(write, to: &file.durable) }
      file.pending = []
      files[change.inode] = file
    case .folderSynced:
      for name in pendingNames where name.isIn(change.path) { applyName(name) }
      pendingNames.removeAll { $0.isIn(change.path) }
    case .renamed, .removed, .folderMade: pendingNames.append(change)
    case .answered, .sent: break
    }
  }

  private mutating func applyName(_ change: DiskChange) {
    switch change.kind {
    case .created: names[change.path] = change.inode
    case .renamed:
      names[String(decoding: change.data, as: UTF8.self)] = names.removeValue(forKey: change.path)
    case .removed: names[change.path] = nil
    case .folderMade: folders.append(change.path)
    default: break
    }
  }

  private static func apply(_ change: DiskChange, to content: inout [UInt8]) {
    if change.kind == .truncated {
      let missing = change.offset - content.count
      if missing > 0 { content += [UInt8](repeating: 0, count: missing) }
      content.removeLast(content.count - change.offset)
      return
    }
    let end = change.offset + change.data.count
    if content.count < end { content += [UInt8](repeating: 0, count: end - content.count) }
    content.replaceSubrange(change.offset..<end, with: change.data)
  }

  /// Writes what is left after the power failed here into `target`.
  func leave(_ leftover: Leftover, in target: String, _ random: inout SeededRandom) throws {
    var disk = self
    // Names reach the disk in their order, as far as they do.
    let kept =
      switch leftover {
      case .nothing: 0
      case .everything: pendingNames.count
      case .some: random.number(0...pendingNames.count)
      }
    for name in pendingNames.prefix(kept) { disk.applyName(name) }
    for folder in disk.folders { try Files.makeFolder(target + folder.dropFirst(root.count)) }
    for (path, inode) in disk.names.sorted(by: { $0.key < $1.key }) {
      guard let file = files[inode], !path.hasSuffix("-shm") else { continue }
      var content = file.durable
      for write in file.pending {
        switch leftover {
        case .nothing: break
        case .everything: DiskModel.apply(write, to: &content)
        case .some: DiskModel.applySome(of: write, to: &content, &random)
        }
      }
      let place = target + path.dropFirst(root.count)
      let descriptor = open(place, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw SystemError("create", place) }
      defer { close(descriptor) }
      var written = 0
      while written < content.count {
        let count = content[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { throw SystemError("write", place) }
        written += count
      }
    }
  }

  /// Each sector of a write by itself, or the whole, or nothing.
  private static func applySome(
    of change: DiskChange, to content: inout [UInt8], _ random: inout SeededRandom
  ) {
    guard random.happens(70) else { return }
    guard change.kind == .written, random.happens(50) else { return apply(change, to: &content) }
    var place = change.offset
    while place < change.offset + change.data.count {
      let end = min((place / sector + 1) * sector, change.offset + change.data.count)
      if random.happens(50) {
        var part = change
        part.offset = place
        part.data = Array(change.data[(place - change.offset)..<(end - change.offset)])
        apply(part, to: &content)
      }
      place = end
    }
  }
}
