// WebhookReceiverTests.swift - a program in Python that is told by webhooks: the library of the standard verifies each, and
// every request makes one task and ends it, over kills of the runner and answers that are lost.

import Crypto
import Glibc
import LocalTime
import Platform
import TestSupport
import Testing

/// Without the shipped programs: what we sign, the library takes.
@Suite struct StandardWebhooksTests {
  /// secret, id, timestamp, signature, body
  private static let script = """
    import sys
    from standardwebhooks.webhooks import Webhook
    secret, id, timestamp, signature, body = sys.argv[1:6]
    headers = {"webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature}
    print(Webhook(secret).verify(body, headers)["data"]["name"])
    """

  @Test(.enabled(if: Python.hasStandardWebhooks, "the Python module standardwebhooks is not installed"))
  func `the library of the standard takes what we sign, by either secret, and nothing else`() throws {
    let secrets = [
      "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    ]
    let body = #"{"type":"ticket.created","data":{"name":"Müller & Söhne – Zürich €"}}"#
    let time = WallClock.system.now().seconds
    let signature = secrets.compactMap { WebhookSecret($0) }
      .map { $0.signature(id: "evt_1", timestamp: time, body: Array(body.utf8)) }.joined(separator: " ")
    for secret in secrets {
      #expect(
        try Python.ask(Self.script, [secret, "evt_1", "\(time)", signature, body])
          == "Müller & Söhne – Zürich €")
    }
    #expect(try Python.ask(Self.script, [secrets[0], "evt_2", "\(time)", signature, body]) == nil)
    #expect(try Python.ask(Self.script, [secrets[0], "evt_1", "\(time - 400)", signature, body]) == nil)
  }
}

extension EndToEnd {
  struct WebhookReceiverTests {
    private static let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    /// Prints its port, then a line for each event that it takes: type, id of the row, how often it was signed. What the
    /// secret in the file does not verify is refused. The first answer about each so-manieth event is lost.
    private static let receiver = """
      import sys, http.server
      from standardwebhooks.webhooks import Webhook
      known = {}
      class Receiver(http.server.BaseHTTPRequestHandler):
          def do_POST(self):
              body = self.rfile.read(int(self.headers["content-length"]))
              id = self.headers["webhook-id"]
              signed = len(self.headers["webhook-signature"].split(" "))
              try:
                  event = Webhook(open(sys.argv[1]).read()).verify(body, dict(self.headers))
              except Exception as error:
                  print("refused", id, error, flush=True)
                  self.send_response(401)
                  self.end_headers()
                  return
              isNew = id not in known
              known.setdefault(id, len(known))
              if isNew:
                  print(event["type"], event["data"].get("id", 0), signed, flush=True)
                  lost = int(sys.argv[2])
                  if lost and known[id] % lost == lost - 1:
                      return
              self.send_response(204)
              self.end_headers()
          def log_message(self, *words):
              pass
      server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
      print(server.server_port, flush=True)
      server.serve_forever()
      """

    /// The receiver, with the secret that it knows in a file of the installation, whose tenant tells it everything.
    private struct Told {
      let shipped: ShippedInstallation
      let program: RunningProgram
      let port: Substring

      init(losingEach lost: Int) throws {
        shipped = try ShippedInstallation()
        let python = try #require(Python.program)
        let file = "\(shipped.home.path)/receiver-secret"
        try Files.writeAtomically(Array(WebhookReceiverTests.secret.utf8), to: file)
        program = try ProgramRunner.start(
          python, ["-c", WebhookReceiverTests.receiver, file, "\(lost)"], environment: Python.environment)
        let program = program
        #expect(try eventually(within: 20) { program.outputSoFar.contains("\n") })
        port = try #require(program.outputSoFar.split(separator: "\n").first)
        try sign(with: WebhookReceiverTests.secret)
      }

      func sign(with secret: String, and second: String? = nil) throws {
        let second = second.map { ", secret_2: \"\($0)\"" } ?? ""
        let hook = "webhooks: [{ url: \"http://127.0.0.1:\(port)/hook\", secret: \"\(secret)\"\(second) }],"
        try shipped.writeTenant("doerfler", ShippedInstallation.tenant(more: hook))
      }

      func know(_ secret: String) throws {
        try Files.writeAtomically(Array(secret.utf8), to: "\(shipped.home.path)/receiver-secret")
      }

      func trust() throws {
        try shipped.writeConfiguration("trusted_hosts: [\"127.0.0.1:\(port)\"],")
        #expect(try shipped.opsfabric("apply").exitCode == 0)
      }

      /// What it took so far, without its port.
      var lines: [String] { program.outputSoFar.split(separator: "\n").dropFirst().map(String.init) }
    }

    @Test(.enabled(if: Python.hasStandardWebhooks, "the Python module standardwebhooks is not installed"))
    func
      `each request is one task at another program, made and ended once, however often the runner is killed`()
      throws
    {
      let told = try Told(losingEach: 3)
      defer { told.program.signal(SIGKILL) }
      let shipped = told.shipped
      // Without the operator's word it is refused.
      #expect(try shipped.opsfabric("apply").exitCode == 2)
      try told.trust()
      let tried = try shipped.opsfabric("webhook", "test", "doerfler")
      #expect(tried.exitCode == 0 && tried.output.contains("it took the event"), "\(tried.output)")

      for number in 0..<6 {
        let caller = "+4179123450\(number)"
        #expect(shipped.post("sms", shipped.smsFields("SM\(number)", "2", from: caller)).status == 200)
        let runner = try shipped.startRunner(linger: 50)
        usleep(UInt32(150_000 + 130_000 * number))
        runner.signal(SIGKILL)
        #expect(try eventually(within: 10) { runner.poll() != nil })
      }
      for ticket in try shipped.list("tickets") {
        #expect(try shipped.opsfabric("ticket", ticket["id"] ?? "", "done").exitCode == 0)
      }
      let areTaken = try eventually(within: 60) {
        _ = try shipped.opsfabric("webhook", "resume", "doerfler")
        _ = try shipped.opsfabric("run")
        return try shipped.list("messages").allSatisfy {
          $0["channel"] != "webhook" || $0["state"] == "delivered"
        }
      }
      #expect(areTaken)
      let lines = told.lines
      for ticket in 1...6 {
        #expect(lines.filter { $0 == "ticket.created \(ticket) 1" }.count == 1)
        #expect(lines.filter { $0 == "ticket.done \(ticket) 1" }.count == 1)
      }
      #expect(lines.filter { $0.hasPrefix("message.received ") }.count == 6)
      // Each row once.
      let events = lines.dropFirst().filter { !$0.hasPrefix("ticket.updated") }
      #expect(Set(events).count == events.count, "\(events)")
    }

    /// As docs/operator.md says: we sign with both, the receiver changes, we leave the old one away.
    @Test(.enabled(if: Python.hasStandardWebhooks, "the Python module standardwebhooks is not installed"))
    func `a secret is changed while events leave, and each is verified and taken once`() throws {
      let new = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY"
      let told = try Told(losingEach: 9)
      defer { told.program.signal(SIGKILL) }
      let shipped = told.shipped
      try told.trust()
      let runner = try shipped.startRunner(linger: 120)
      defer { runner.signal(SIGKILL) }
      var posted = 0
      /// Messages come in until the receiver has taken some more events signed so often.
      func load(untilSigned times: Int) throws {
        let before = told.lines.count
        let isSeen = try eventually(within: 40) {
          posted += 1
          let caller = "+417912\(10_000 + posted)"
          #expect(shipped.post("sms", shipped.smsFields("SM\(posted)", "2", from: caller)).status == 200)
          return told.lines.dropFirst(before).filter { $0.hasSuffix(" \(times)") }.count >= 8
        }
        #expect(isSeen, "\(told.lines.suffix(5))")
      }
      try load(untilSigned: 1)
      try told.sign(with: new, and: Self.secret)
      #expect(try shipped.opsfabric("apply").exitCode == 0)
      try load(untilSigned: 2)
      try told.know(new)
      try load(untilSigned: 2)
      try told.sign(with: new)
      #expect(try shipped.opsfabric("apply").exitCode == 0)
      try load(untilSigned: 1)
      try load(untilSigned: 1)
      let areTaken = try eventually(within: 60) {
        _ = try shipped.opsfabric("webhook", "resume", "doerfler")
        return try shipped.list("messages").allSatisfy {
          $0["channel"] != "webhook" || $0["state"] == "delivered"
        }
      }
      #expect(areTaken)
      let lines = told.lines
      #expect(!lines.contains { $0.hasPrefix("refused") }, "\(lines.filter { $0.hasPrefix("refused") })")
      let received = lines.filter { $0.hasPrefix("message.received ") }.map { $0.split(separator: " ")[1] }
      #expect(received.count == posted && Set(received).count == posted, "\(received.count) of \(posted)")
    }
  }
}
