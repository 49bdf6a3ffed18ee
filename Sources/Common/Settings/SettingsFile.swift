// SettingsFile.swift - replaces one file so that a crash leaves the old one or the new one, never half.

import Glibc

enum SettingsFile {
  /// Leftovers of an `apply` that was killed are removed after this many seconds.
  private static let leftoverAge = 3600

  /// Lets `build` fill an empty file (mode 0600) beside `path`, then puts it in the place of `path`.
  static func replace(_ path: String, build: (_ temporary: String) throws -> Void) throws {
    let (folder, name) = split(path)
    let prefix = ".\(name).new-"
    removeLeftovers(in: folder, prefix: prefix)
    // Several `apply` at once, or several threads of a test, each get a file of their own.
    let unique = UInt32.random(in: 0 ... .max)
    let temporary = "\(folder)/\(prefix)\(getpid())-\(unique)"
    try create(temporary)
    do {
      try build(temporary)
      try sync(temporary, flags: O_RDWR)
      guard rename(temporary, path) == 0 else { throw failure("rename", path) }
    } catch {
      unlink(temporary)
      throw error
    }
    try sync(folder, flags: O_RDONLY | O_DIRECTORY)
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (folder, String(path[path.index(after: slash)...]))
  }

  private static func create(_ path: String) throws(SettingsError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("creation", path) }
    defer { close(descriptor) }
    // It holds auth tokens: not even an odd umask may take the owner's rights or leave others any.
    guard fchmod(descriptor, 0o600) == 0 else {
      let error = failure("chmod", path)
      unlink(path)
      throw error
    }
  }

  private static func sync(_ path: String, flags: Int32) throws(SettingsError) {
    let descriptor = open(path, flags | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("opening", path) }
    defer { close(descriptor) }
    while fsync(descriptor) != 0 {
      if errno == EINTR { continue }
      // Some file systems cannot sync a folder; the file itself is safe by then.
      if errno == EINVAL, flags & O_DIRECTORY != 0 { return }
      throw failure("fsync", path)
    }
  }

  private static func removeLeftovers(in folder: String, prefix: String) {
    guard let entries = opendir(folder) else { return }
    defer { closedir(entries) }
    let now = time(nil)
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      guard name.hasPrefix(prefix) else { continue }
      var status = stat()
      let path = "\(folder)/\(name)"
      if lstat(path, &status) == 0, now - status.st_mtim.tv_sec > leftoverAge { unlink(path) }
    }
  }

  private static func failure(_ operation: String, _ path: String) -> SettingsError {
    .system(operation: operation, path: path, errno: errno)
  }
}
