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

    /// Prints its port, then a line for each event that it takes: type, id of the row. The first answer about each third
    /// event is lost.
    private static let receiver = """
      import sys, http.server
      from standardwebhooks.webhooks import Webhook
      known = {}
      class Receiver(http.server.BaseHTTPRequestHandler):
          def do_POST(self):
              body = self.rfile.read(int(self.headers["content-length"]))
              event = Webhook(sys.argv[1]).verify(body, dict(self.headers))
              id = self.headers["webhook-id"]
              isNew = id not in known
              known.setdefault(id, len(known))
              if isNew:
                  print(event["type"], event["data"].get("id", 0), flush=True)
                  if known[id] % 3 == 2:
                      return
              self.send_response(204)
              self.end_headers()
          def log_message(self, *words):
              pass
      server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
      print(server.server_port, flush=True)
      server.serve_forever()
      """

    @Test(.enabled(if: Python.hasStandardWebhooks, "the Python module standardwebhooks is not installed"))
    func
      `each request is one task at another program, made and ended once, however often the runner is killed`()
      throws
    {
      let python = try #require(Python.program)
      let program = try ProgramRunner.start(
        python, ["-c", Self.receiver, Self.secret], environment: Python.environment)
      defer { program.signal(SIGKILL) }
      #expect(try eventually(within: 20) { program.outputSoFar.contains("\n") })
      let port = try #require(program.outputSoFar.split(separator: "\n").first)
      let shipped = try ShippedInstallation()
      let hook = "webhooks: [{ url: \"http://127.0.0.1:\(port)/hook\", secret: \"\(Self.secret)\" }],"
      try shipped.writeTenant("doerfler", ShippedInstallation.tenant(more: hook))
      // Without the operator's word it is refused.
      #expect(try shipped.opsfabric("apply").exitCode == 2)
      try shipped.writeConfiguration("trusted_hosts: [\"127.0.0.1:\(port)\"],")
      #expect(try shipped.opsfabric("apply").exitCode == 0)
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
      let lines = program.outputSoFar.split(separator: "\n").map(String.init)
      for ticket in 1...6 {
        #expect(lines.filter { $0 == "ticket.created \(ticket)" }.count == 1)
        #expect(lines.filter { $0 == "ticket.done \(ticket)" }.count == 1)
      }
      #expect(lines.filter { $0.hasPrefix("message.received ") }.count == 6)
      // Each row once.
      let events = lines.dropFirst(2).filter { !$0.hasPrefix("ticket.updated") }
      #expect(Set(events).count == events.count, "\(events)")
    }
  }
}
