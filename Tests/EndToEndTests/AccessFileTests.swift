// AccessFileTests.swift - the shipped .htaccess under what hosts allow a .htaccess to say.

import Glibc
import Platform
import TestSupport
import Testing

/// One host's Apache: what a .htaccess may say, and what the server's own configuration says of the folder.
struct AccessRule: CustomTestStringConvertible, Sendable {
  var allowOverride: String
  var isScriptAlias = true
  /// Inside of the folder's <Directory>.
  var folderOptions = ""
  var hasAlias = true
  var testDescription: String {
    "\(allowOverride)\(isScriptAlias ? ", ScriptAlias" : "") \(folderOptions)\(hasAlias ? "" : ", no mod_alias")"
  }

  static let withoutOptions = "FileInfo AuthConfig Limit Indexes"
  static let running: [AccessRule] = [
    .init(allowOverride: "All"), .init(allowOverride: withoutOptions), .init(allowOverride: "FileInfo"),
    .init(allowOverride: "None"),
    .init(allowOverride: withoutOptions, isScriptAlias: false, folderOptions: "Options +ExecCGI"),
    .init(allowOverride: "All", isScriptAlias: false, folderOptions: "Options +ExecCGI +Indexes +MultiViews"),
    .init(allowOverride: "All", isScriptAlias: false, hasAlias: false),
  ]
}

/// Apache with one program in its folder. It ends with the object.
private final class Host {
  let folder = "\(ProgramRunner.temporaryFolder)/access-\(RandomSource.system.token(bytes: 8))"
  let port: Int
  private let process: RunningProgram

  /// - Parameter access: the text of the folder's .htaccess.
  init(_ rule: AccessRule, access: String) throws {
    let port = try LoopbackSocket.freePort()
    let cgiBin = "\(folder)/www/cgi-bin"
    for made in [folder, "\(folder)/www", cgiBin] { try Files.makeFolder(made, mode: 0o755) }
    let program = "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\nit runs'\n"
    try Files.writeAtomically(Array(program.utf8), to: "\(cgiBin)/voice", mode: 0o755)
    try Files.writeAtomically(Array("/secret/home\n".utf8), to: "\(cgiBin)/opsfabric.home", mode: 0o644)
    try Files.writeAtomically(Array(access.utf8), to: "\(cgiBin)/.htaccess", mode: 0o644)
    let path = "\(folder)/apache.conf"
    try Files.writeAtomically(
      Array(Host.configuration(rule, folder: folder, port: port).utf8), to: path, mode: 0o644)
    let apache = try #require(ProgramRunner.find("apache2"))
    process = try ProgramRunner.start(apache, ["-D", "FOREGROUND", "-f", path])
    self.port = port
    for _ in 0..<500 where (try? LoopbackSocket(port: port)) == nil { usleep(10_000) }
  }

  deinit {
    process.signal(SIGTERM)
    _ = process.wait(seconds: 5)
    _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder])
  }

  func get(_ name: String) -> WebAnswer {
    WebClient.send(WebRequest("GET", "http://127.0.0.1:\(port)/cgi-bin/\(name)"))
  }

  private static func configuration(_ rule: AccessRule, folder: String, port: Int) -> String {
    let modules =
      ["mpm_event", "authz_core", "cgid", "negotiation"] + (rule.hasAlias ? ["alias"] : [])
    return """
      ServerRoot "\(folder)"
      ServerName 127.0.0.1
      Listen 127.0.0.1:\(port)
      PidFile "\(folder)/apache.pid"
      ErrorLog "\(folder)/error.log"
      DefaultRuntimeDir "\(folder)"
      \(modules.map { "LoadModule \($0)_module /usr/lib/apache2/modules/mod_\($0).so" }.joined(separator: "\n"))
      ScriptSock "\(folder)/cgid.sock"
      \(geteuid() == 0 ? "User www-data\nGroup www-data" : "")
      DocumentRoot "\(folder)/www"
      \(rule.isScriptAlias ? "ScriptAlias /cgi-bin/ \"\(folder)/www/cgi-bin/\"" : "")
      <Directory "\(folder)/www">
        Require all granted
        AllowOverride \(rule.allowOverride)
        \(rule.folderOptions)
      </Directory>

      """
  }
}

extension EndToEnd {
  struct AccessFileTests {
    private static func shipped() throws -> String {
      String(decoding: try Files.read("\(ShippedPrograms.sources)/cgi-bin/.htaccess"), as: UTF8.self)
    }

    @Test(arguments: AccessRule.running)
    func `programs run and the home stays unknown, whatever a host lets a folder say`(rule: AccessRule) throws
    {
      let host = try Host(rule, access: try Self.shipped())
      let answer = host.get("voice")
      #expect(answer.status == 200 && answer.text == "it runs", "\(answer.status) \(answer.text)")
      for name in ["opsfabric.home", ".htaccess", "opsfabric%2ehome", "./opsfabric.home", "opsfabric.home/"] {
        let answer = host.get(name)
        #expect(answer.status >= 400 && !answer.text.contains("/secret"), "\(name): \(answer.status)")
      }
    }

    @Test func `where only the folder itself can switch programs on, one line does it`() throws {
      let rule = AccessRule(allowOverride: "All", isScriptAlias: false)
      let text = try Self.shipped()
      #expect(try Host(rule, access: text).get("voice").status == 403)
      let switched = text.replacing("\n#Options +ExecCGI", with: "\nOptions +ExecCGI")
      #expect(switched != text)
      #expect(try Host(rule, access: switched).get("voice").text == "it runs")
    }
  }
}
