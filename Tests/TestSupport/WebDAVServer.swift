// WebDAVServer.swift - Apache's mod_dav on a loopback port, with one user.

import Crypto
import Glibc
import Platform

/// Ends with the object.
package final class WebDAVServer {
  package static let username = "ruf"
  package static let password = "secret-of-the-cloud"
  private static let modules = "/usr/lib/apache2/modules"

  package static let isInstalled =
    ProgramRunner.find("apache2") != nil && Files.exists("\(modules)/mod_dav_fs.so")

  package let port: Int
  /// What is served.
  package let files: String
  private let process: RunningProgram

  package var url: String { "http://127.0.0.1:\(port)" }

  /// - Parameter folder: made, for the server's own files.
  package init(folder: String) throws {
    guard let program = ProgramRunner.find("apache2") else {
      throw SystemError("find", "apache2", code: ENOENT)
    }
    files = folder + "/files"
    for path in [folder, files, folder + "/locks"] { try Files.makeFolder(path, mode: 0o755) }
    let user = "\(WebDAVServer.username):{SHA}\(base64(sha1(Array(WebDAVServer.password.utf8))))\n"
    try Files.writeAtomically(Array(user.utf8), to: folder + "/users", mode: 0o644)
    if let owner = HostUser.shared { for path in [folder, files, folder + "/locks"] { try owner.own(path) } }
    for _ in 0..<10 {
      let port = try LoopbackSocket.freePort()
      try Files.writeAtomically(
        Array(WebDAVServer.configuration(folder, port).utf8), to: folder + "/apache2.conf", mode: 0o644)
      let process = try ProgramRunner.start(
        "/usr/bin/setsid", [program, "-D", "FOREGROUND", "-f", folder + "/apache2.conf"])
      if WebServer.isReady(port, process) {
        self.port = port
        self.process = process
        return
      }
    }
    throw SystemError("start", "apache2, see \(folder)/error.log", code: EADDRINUSE)
  }

  deinit {
    process.signal(SIGTERM)
    if process.wait(seconds: 5) == nil { process.signal(SIGKILL) }
  }

  private static func configuration(_ folder: String, _ port: Int) -> String {
    let names = [
      "mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "dav", "dav_fs",
    ]
    let user = HostUser.shared.map { "User \($0.name)\nGroup \($0.name)" } ?? ""
    return """
      ServerRoot "\(folder)"
      ServerName 127.0.0.1
      Listen 127.0.0.1:\(port)
      PidFile "\(folder)/apache.pid"
      ErrorLog "\(folder)/error.log"
      DefaultRuntimeDir "\(folder)"
      \(names.map { "LoadModule \($0)_module \(modules)/mod_\($0).so" }.joined(separator: "\n"))
      \(user)
      DavLockDB "\(folder)/locks/DavLock"
      DocumentRoot "\(folder)/files"
      <Directory "\(folder)/files">
        Dav On
        AuthType Basic
        AuthName "cloud"
        AuthUserFile "\(folder)/users"
        Require valid-user
      </Directory>

      """
  }
}
