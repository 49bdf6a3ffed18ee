// CGIAnswer.swift - one request of the API, from the web server's variables to standard output.

import Glibc
import Platform
import StandIn

/// The state's folder, as the environment or the file beside the program says.
func standInDirectory() -> String? {
  if let directory = Environment.process["STANDIN_DIR"], !directory.isEmpty { return directory }
  var buffer = [CChar](repeating: 0, count: 4096)
  let count = readlink("/proc/self/exe", &buffer, buffer.count)
  guard count > 0 else { return nil }
  let program = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  guard let text = try? Files.read(Files.parent(of: program) + "/standin.dir") else { return nil }
  let line = String(decoding: text, as: UTF8.self).prefix { $0 != "\n" }
  return line.isEmpty ? nil : String(line)
}

/// Answers, with the delay and the loss that were planned.
func answerAsCGI() {
  let reply: StandIn.Reply
  do {
    guard let directory = standInDirectory() else { throw UsageError("no state folder (STANDIN_DIR)") }
    reply = try StandIn(directory: directory, now: WallClock.system.now).handle(cgiRequest())
  } catch {
    printToStandardError("twilio-standin: \(error)")
    reply = StandIn.Reply(
      status: 500, headers: [("Content-Type", "text/plain")], body: Array("\(error)\n".utf8))
  }
  if reply.delayMilliseconds > 0 { usleep(UInt32(reply.delayMilliseconds) * 1000) }
  if reply.isLost {
    // Without a header the web server would answer 500 in our place. A body that breaks off reaches
    // the client as what it is: an answer that never came. `Connection: close` makes lighttpd end the
    // connection at once instead of waiting for the rest.
    let head = [
      "Status: 200 OK", "Content-Type: application/json", "Content-Length: 100000", "Connection: close",
    ]
    writeAll(head.joined(separator: "\r\n") + "\r\n\r\n{", to: 1)
    kill(getpid(), SIGKILL)
  }
  var head = "Status: \(reply.status) \(reply.status < 300 ? "OK" : "Error")\r\n"
  for (name, value) in reply.headers { head += "\(name): \(value)\r\n" }
  head += "Content-Length: \(reply.body.count)\r\n\r\n"
  writeAll(Array(head.utf8) + reply.body, to: 1)
}

private func cgiRequest() -> StandIn.Request {
  let environment = Environment.process
  // REQUEST_URI and not PATH_INFO: that one is decoded already.
  let target = environment["REQUEST_URI"] ?? environment["PATH_INFO"] ?? "/"
  let path = target.prefix { $0 != "?" }
  var headers: [String: String] = [:]
  for name in ["AUTHORIZATION", "USER_AGENT", "HOST", "I_TWILIO_IDEMPOTENCY_TOKEN"] {
    let key = String(name.lowercased().map { $0 == "_" ? "-" : $0 })
    headers[key] = environment["HTTP_" + name]
  }
  headers["content-type"] = environment["CONTENT_TYPE"]
  return StandIn.Request(
    method: environment["REQUEST_METHOD"] ?? "GET", path: String(path),
    query: String(target.dropFirst(path.count + 1)), headers: headers,
    body: readInput(Int(environment["CONTENT_LENGTH"] ?? "") ?? 0))
}

private func readInput(_ length: Int) -> [UInt8] {
  var result: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 16_384)
  while result.count < length {
    let count = read(STDIN_FILENO, &buffer, min(buffer.count, length - result.count))
    if count <= 0 { break }
    result += buffer[..<count]
  }
  return result
}
