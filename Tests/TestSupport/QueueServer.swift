// QueueServer.swift - moto, a stand-in for Amazon SQS from PyPI, on a loopback port; and what a test must know of its
// queues.

import Business
import Curl
import Glibc
import JSON
import Platform
import Queue

/// Ends with the object.
package final class QueueServer {
  /// Whether moto is installed.
  package static let isInstalled: Bool = {
    guard let python = ProgramRunner.find("python3") else { return false }
    let result = try? ProgramRunner.run(python, ["-c", "import moto.server"], environment: environment)
    return result?.exitCode == 0
  }()

  /// Python finds its modules by these.
  private static let environment: [String: String] = {
    var result: [String: String] = [:]
    for name in ["PATH", "HOME", "PYENV_ROOT", "PYENV_VERSION", "PYTHONPATH", "VIRTUAL_ENV"] {
      result[name] = Environment.process[name]
    }
    return result
  }()

  package let port: Int
  private let process: RunningProgram
  private let transport = CurlTransport(maxConnections: 2)

  package var url: String { "http://127.0.0.1:\(port)" }

  /// - Parameter port: a certain one; nil: any that is free.
  package init(port wanted: Int? = nil) throws {
    guard let python = ProgramRunner.find("python3") else {
      throw SystemError("find", "python3", code: ENOENT)
    }
    // Between choosing a port and using it somebody else may take it: then another one.
    for _ in 0..<5 {
      let port = try wanted ?? LoopbackSocket.freePort()
      let process = try ProgramRunner.start(
        python, ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)],
        environment: QueueServer.environment)
      if WebServer.isReady(port, process, seconds: 60) {
        self.port = port
        self.process = process
        return
      }
    }
    throw SystemError("start", "moto", code: EADDRINUSE)
  }

  deinit { stop() }

  package func stop() {
    process.signal(SIGTERM)
    if process.wait(seconds: 5) == nil { process.signal(SIGKILL) }
  }

  /// Makes a queue and returns its URL.
  /// - Parameters:
  ///   - visibilitySeconds: how long a message that was taken and not deleted is out of sight.
  ///   - deadLetters: the queue that a message goes to after three receives.
  package func makeQueue(
    _ name: String, visibilitySeconds: Int = 2, deadLetters: String? = nil
  ) throws -> String {
    var attributes: [String: JSONDocument] = ["VisibilityTimeout": .string(String(visibilitySeconds))]
    if let deadLetters {
      let reply = try ask(
        "GetQueueAttributes",
        ["QueueUrl": .string(deadLetters), "AttributeNames": .array([.string("QueueArn")])])
      let policy = JSONDocument.object([
        "deadLetterTargetArn": reply["Attributes"]?["QueueArn"] ?? .null, "maxReceiveCount": .number("3"),
      ])
      attributes["RedrivePolicy"] = .string(String(decoding: policy.bytes, as: UTF8.self))
    }
    if name.hasSuffix(".fifo") { attributes["FifoQueue"] = .string("true") }
    let reply = try ask("CreateQueue", ["QueueName": .string(name), "Attributes": .object(attributes)])
    return reply["QueueUrl"]?.text ?? ""
  }

  /// How many messages lie in a queue, those out of sight included.
  package func count(_ queue: String) throws -> Int {
    let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    let reply = try ask(
      "GetQueueAttributes",
      ["QueueUrl": .string(queue), "AttributeNames": .array(names.map { .string($0) })])
    return names.compactMap { reply["Attributes"]?[$0]?.text.flatMap { Int($0) } }.reduce(0, +)
  }

  /// Puts any text on a queue.
  package func put(_ text: String, on queue: String) throws {
    _ = try ask("SendMessage", ["QueueUrl": .string(queue), "MessageBody": .string(text)])
  }

  package func settings(_ queue: String) -> Installation.SQS {
    .init(queueURL: queue, region: "eu-central-2", accessKeyID: "key", secretAccessKey: Secret("secret"))
  }

  private func ask(_ action: String, _ members: [String: JSONDocument]) throws -> JSONDocument {
    let request = HTTPRequest(
      method: "POST", url: url + "/",
      headers: [
        (name: "Content-Type", value: "application/x-amz-json-1.0"),
        (name: "X-Amz-Target", value: "AmazonSQS.\(action)"),
        (
          name: "Authorization",
          value:
            "AWS4-HMAC-SHA256 Credential=key/20260101/eu-central-2/sqs/aws4_request, SignedHeaders=host, Signature=0"
        ),
      ], body: JSONDocument.object(members).bytes, timeoutMilliseconds: 30_000)
    return try SQSClient.outcome(of: transport.wait(for: request)).get()
  }
}
