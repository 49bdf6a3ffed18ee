// Home.swift - the one folder that holds configuration and data, and how a program finds it.
//
// Under suexec no environment arrives, so a handler must find its home by itself, and nothing
// secret may lie under the web root: `make install` leaves a file `opsfabric.home` beside the
// programs that names the folder (the .htaccess beside it refuses to serve it).

import Glibc
import LocalTime

/// Paths below OPSFABRIC_HOME.
package struct Home: Hashable, Sendable {
  package let path: String

  package init(_ path: String) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
  }

  /// The file beside an executable that names its home.
  package static let pointerName = "opsfabric.home"

  /// What to do where no home is found.
  package static let advice =
    "set OPSFABRIC_HOME, or write the folder's path into \(pointerName) beside this program"

  /// OPSFABRIC_HOME, else the file `opsfabric.home` beside the executable, else `$HOME/opsfabric`.
  package static func find(
    environment: Environment = .process, executable: @autoclosure () -> String? = executablePath()
  ) -> Home? {
    if let path = environment["OPSFABRIC_HOME"], !path.isEmpty { return Home(path) }
    if let executable = executable(),
      let bytes = try? Files.read(Files.parent(of: executable) + "/" + pointerName, limit: 4096),
      let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first
    {
      return Home(String(line))
    }
    if let folder = environment["HOME"], !folder.isEmpty { return Home(folder + "/opsfabric") }
    return nil
  }

  package static func executablePath() -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }

  package var config: String { path + "/config" }
  package var tenants: String { path + "/config/tenants" }
  package var data: String { path + "/data" }
  package var database: String { path + "/data/opsfabric.sqlite3" }
  package var settings: String { path + "/data/settings.sqlite3" }
  /// The queue in front of the database's one writer.
  package var writeLock: String { path + "/data/write.lock" }
  /// Held by the one active batch runner.
  package var runLock: String { path + "/data/run.lock" }
  /// Whose turn it is to wait for a body.
  package var turnLock: String { path + "/data/turn.lock" }
  /// When `tick` was last called with the right secret.
  package var lastTick: String { path + "/data/tick.last" }
  /// A copy on its way to another machine.
  package var copies: String { path + "/data/copies" }
  package var reports: String { path + "/reports" }
  package var uploads: String { path + "/uploads" }
  package var spool: String { path + "/spool" }
  /// Spooled webhooks that cannot be replayed.
  package var spoolRejected: String { path + "/spool/rejected" }
  package var fallback: String { path + "/fallback" }
  package var log: String { path + "/log" }
  /// The batch program, where `make install` and the release archive put it.
  package var program: String { path + "/bin/opsfabric" }

  package var folders: [String] {
    [path, config, tenants, data, reports, uploads, spool, spoolRejected, fallback, log]
  }
}
