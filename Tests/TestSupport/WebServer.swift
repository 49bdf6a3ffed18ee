// WebServer.swift - lighttpd on a free loopback port, for the shipped handlers or for the Twilio stand-in,
// and a client for it.

import Glibc
import HTTP
import Platform

/// Ends with the object.
public final class WebServer {
  public enum Site {
    /// CGI programs below `/cgi-bin/`, in this folder.
    case handlers(cgiBin: String)
    /// The stand-in as Twilio's API.
    case standIn(program: String, state: String)
  }

  public static let program = ProgramRunner.find("lighttpd")

  public let port: Int
  private let process: RunningProgram
  private let folder: String

  public var url: String { "http://127.0.0.1:\(port)" }

  /// - Parameter folder: made, for the server's own files.
  public init(_ site: Site, folder: String) throws {
    guard let program = WebServer.program else { throw SystemError("find", "lighttpd", code: ENOENT) }
    try Files.makeFolder(folder, mode: 0o755)
    self.folder = folder
    let body = try WebServer.configuration(of: site, folder: folder)
    // Between choosing a port and using it somebody else may take it: then another one.
    for _ in 0..<10 {
      let port = try WebServer.freePort()
      let text = """
        server.bind = "127.0.0.1"
        server.port = \(port)
        server.errorlog = "\(folder)/error.log"
        server.breakagelog = "\(folder)/programs.log"
        server.max-keep-alive-idle = 120
        \(body)

        """
      try Files.writeAtomically(Array(text.utf8), to: "\(folder)/lighttpd.conf")
      let process = try ProgramRunner.start(program, ["-D", "-f", "\(folder)/lighttpd.conf"])
      if WebServer.isReady(port, process) {
        self.port = port
        self.process = process
        return
      }
    }
    throw SystemError("start", "lighttpd, see \(folder)/error.log", code: EADDRINUSE)
  }

  deinit { stop() }

  public func stop() {
    process.signal(SIGTERM)
    if process.wait(seconds: 5) == nil { process.signal(SIGKILL) }
  }

  /// What the programs wrote to standard error.
  public var programLog: String {
    String(decoding: (try? Files.read("\(folder)/programs.log")) ?? [], as: UTF8.self)
  }

  private static func configuration(of site: Site, folder: String) throws -> String {
    switch site {
    case .handlers(let cgiBin):
      return """
        server.document-root = "\(Files.parent(of: cgiBin))"
        server.modules = ("mod_rewrite", "mod_access", "mod_alias", "mod_cgi")
        # The wizard's link has no folder in it.
        url.rewrite-once = ("^/anfrage(\\?.*)?$" => "/cgi-bin/anfrage$1")
        alias.url = ("/cgi-bin/" => "\(cgiBin)/")
        $HTTP["url"] =~ "^/cgi-bin/(\\.|opsfabric\\.home)" { url.access-deny = ("") }
        $HTTP["url"] =~ "^/cgi-bin/" { cgi.assign = ("" => "") }
        """
    case .standIn(let program, let state):
      try copyProgram(program, to: "\(folder)/standin.cgi")
      try Files.writeAtomically(Array("\(state)\n".utf8), to: "\(folder)/standin.dir", mode: 0o644)
      return """
        server.document-root = "\(folder)"
        server.modules = ("mod_rewrite", "mod_cgi")
        url.rewrite-once = ("^/(2010-04-01|v2)/" => "/standin.cgi")
        cgi.assign = (".cgi" => "")
        """
    }
  }

  /// A second name for a program where the file system can, else a copy.
  public static func copyProgram(_ path: String, to target: String) throws {
    if link(path, target) == 0 { return }
    try Files.writeAtomically(try Files.read(path), to: target, mode: 0o755)
  }

  private static func isReady(_ port: Int, _ process: RunningProgram) -> Bool {
    let end = monotonicMilliseconds() + 10_000
    while monotonicMilliseconds() < end {
      // Whoever answers must be ours.
      if process.poll() != nil { return false }
      if connects(port) {
        usleep(50_000)
        return process.poll() == nil
      }
      usleep(10_000)
    }
    process.signal(SIGKILL)
    return false
  }

  private static func address(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    return address
  }

  private static func withSocket<R>(
    _ port: Int, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) throws -> R
  ) throws -> R {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SystemError("open", "socket") }
    defer { close(descriptor) }
    var address = address(port)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return try withUnsafePointer(to: &address) {
      try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body(descriptor, $0, size) }
    }
  }

  private static func connects(_ port: Int) -> Bool {
    (try? withSocket(port) { connect($0, $1, $2) == 0 }) ?? false
  }

  private static func freePort() throws -> Int {
    try withSocket(0) { descriptor, address, size in
      guard bind(descriptor, address, size) == 0 else { throw SystemError("bind", "127.0.0.1") }
      var bound = sockaddr_in()
      var length = size
      let code = withUnsafeMutablePointer(to: &bound) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
      }
      guard code == 0 else { throw SystemError("ask", "the port") }
      return Int(in_port_t(bigEndian: bound.sin_port))
    }
  }
}

/// A request as it goes over the wire.
public struct WebRequest: Sendable {
  public var method: String
  public var url: String
  public var headers: [(String, String)]
  public var body: [UInt8]?

  public init(_ method: String, _ url: String, headers: [(String, String)] = [], body: [UInt8]? = nil) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}

/// Status 0: no answer came.
public struct WebAnswer: Sendable {
  public var status: Int
  /// Names in lower case.
  public var headers: [String: String]
  public var text: String
  public var milliseconds: Int64
}

public enum WebClient {
  public static func send(_ request: WebRequest) -> WebAnswer { sendAll([request])[0] }

  /// All at once, each on a connection of its own; answers in the order of the requests.
  public static func sendAll(_ requests: [WebRequest]) -> [WebAnswer] {
    let transport = CurlTransport(maxConnections: max(1, requests.count))
    let began = monotonicMilliseconds()
    var answers = requests.map { _ in WebAnswer(status: 0, headers: [:], text: "", milliseconds: 0) }
    for (index, request) in requests.enumerated() {
      let outgoing = HTTPRequest(
        method: request.method, url: request.url, headers: request.headers.map { (name: $0.0, value: $0.1) },
        body: request.body, connectTimeoutMilliseconds: 10_000, timeoutMilliseconds: 30_000)
      transport.submit(outgoing) { result in
        answers[index].milliseconds = monotonicMilliseconds() - began
        guard case .success(let reply) = result else { return }
        answers[index].status = reply.status
        answers[index].headers = reply.headers
        answers[index].text = String(decoding: reply.body, as: UTF8.self)
      }
    }
    while transport.inFlight > 0 { transport.poll(milliseconds: 100) }
    return answers
  }
}
