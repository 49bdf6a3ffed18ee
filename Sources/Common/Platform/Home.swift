// Home.swift - the one folder that holds configuration and data, and how a program finds it.
//
// Under suexec no environment arrives, so a handler must find its home by itself, and nothing
// secret may lie under the web root: `make install` leaves a file `opsfabric.home` beside the
// programs that names the folder (the .htaccess beside it refuses to serve it).

import Glibc
import LocalTime

/// Paths below OPSFABRIC_HOME.
public struct Home: Hashable, Sendable {
  public let path: String

  public init(_ path: String) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
  }

  /// The file beside an executable that names its home.
  public static let pointerName = "opsfabric.home"

  /// What to do where no home is found.
  public static let advice =
    "set OPSFABRIC_HOME, or write the folder's path into \(pointerName) beside this program"

  /// OPSFABRIC_HOME, else the file `opsfabric.home` beside the executable, else `$HOME/opsfabric`.
  public static func find(
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

  public static func executablePath() -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }

  public var config: String { path + "/config" }
  public var tenants: String { path + "/config/tenants" }
  public var data: String { path + "/data" }
  public var database: String { path + "/data/opsfabric.sqlite3" }
  public var settings: String { path + "/data/settings.sqlite3" }
  /// The queue in front of the database's one writer.
  public var writeLock: String { path + "/data/write.lock" }
  /// Held by the one active batch runner.
  public var runLock: String { path + "/data/run.lock" }
  /// Whose turn it is to wait for a body.
  public var turnLock: String { path + "/data/turn.lock" }
  /// When `tick` was last called with the right secret.
  public var lastTick: String { path + "/data/tick.last" }
  public var reports: String { path + "/reports" }
  public var uploads: String { path + "/uploads" }
  public var spool: String { path + "/spool" }
  /// Spooled webhooks that cannot be replayed.
  public var spoolRejected: String { path + "/spool/rejected" }
  public var fallback: String { path + "/fallback" }
  public var log: String { path + "/log" }
  /// The batch program, where `make install` and the release archive put it.
  public var program: String { path + "/bin/opsfabric" }

  public var folders: [String] {
    [path, config, tenants, data, reports, uploads, spool, spoolRejected, fallback, log]
  }
}
