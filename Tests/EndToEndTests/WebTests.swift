// WebTests.swift - webhooks through the web server: bad input, and many at once.

import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct WebTests {
    /// One bad request, and the status it must get.
    private struct Bad {
      var what: String
      var status: Int
      var request: WebRequest
    }

    private static func badRequests(_ kind: String, _ shipped: ShippedInstallation) -> [Bad] {
      let (fields, query) = shipped.goodWebhook(kind)
      let good = shipped.request(kind, fields, query: query)
      func changed(_ what: String, _ status: Int, _ change: (inout WebRequest) -> Void) -> Bad {
        var request = good
        change(&request)
        return Bad(what: what, status: status, request: request)
      }
      func without(_ name: String) -> [(String, String)] { good.headers.filter { $0.0 != name } }
      let signature = "X-Twilio-Signature"
      let type = "Content-Type"
      var result = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"].map { method in
        changed("method \(method)", 405) {
          $0.method = method
          if method == "GET" || method == "HEAD" { $0.body = nil }
        }
      }
      result += ["application/json", "text/plain", "multipart/form-data; boundary=x", ""].map { value in
        changed("type \(value)", 415) { $0.headers = without(type) + [(type, value)] }
      }
      result += [
        changed("64 KiB + 1", 413) { $0.body = Array(repeating: UInt8(ascii: "a"), count: 64 * 1024 + 1) },
        changed("no signature", 403) { $0.headers = without(signature) },
        changed("empty signature", 403) { $0.headers = without(signature) + [(signature, "")] },
        changed("wrong signature", 403) {
          $0.headers = without(signature) + [(signature, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
        },
        changed("another account's token", 403) {
          $0 = shipped.request(
            kind, fields, query: query,
            signature: WebhookSigner.sign(url: $0.url, params: fields, token: "other"))
        },
        changed("altered body", 403) { $0.body = ($0.body ?? []) + Array("&Extra=1".utf8) },
        changed("altered query", 403) { $0.url += ($0.url.contains("?") ? "&" : "?") + "x=1" },
        changed("broken escape", 400) { $0.body = Array("CallSid=%zz".utf8) },
        changed("half an escape", 400) { $0.body = Array("CallSid=%4".utf8) },
        // Nothing is refused for its content: what is asked of these is a signature.
        changed("not UTF-8, unsigned", 403) { $0.body = Array("Body=%ff%fe".utf8) },
        changed("NUL, unsigned", 403) { $0.body = Array("Body=a%00b".utf8) },
        changed("bare NUL, unsigned", 403) { $0.body = Array("Body=a".utf8) + [0] },
      ]
      for name in requiredFields(kind) {
        let rest = fields.filter { $0.0 != name }
        result.append(
          Bad(what: "without \(name)", status: 400, request: shipped.request(kind, rest, query: query)))
      }
      if !requiredFields(kind).isEmpty, kind != "sms-status" {
        let elsewhere = fields.map { $0.0 == "To" ? ($0.0, "+41797770999") : $0 }
        let target = ["screen", "recording", "ring"].contains(kind) ? "tenant=nobody&call=CA1" : query
        result.append(
          Bad(what: "unknown number", status: 404, request: shipped.request(kind, elsewhere, query: target)))
      }
      return result
    }

    private static func requiredFields(_ kind: String) -> [String] {
      switch kind {
      case "dial-result": ["CallSid", "From", "To", "DialCallStatus"]
      case "screen", "recording", "ring": ["CallSid"]
      case "call-status": ["CallSid", "From", "To", "CallStatus"]
      case "sms": ["MessageSid", "From", "To"]
      case "sms-status": ["MessageSid", "MessageStatus"]
      case "twilio-error": []
      default: ["CallSid", "From", "To"]
      }
    }

    @Test(arguments: ShippedPrograms.webhooks)
    func `bad input gets its status, one line of reason, one line of log, and no trace`(kind: String) throws {
      let shipped = try ShippedInstallation()
      let requests = Self.badRequests(kind, shipped)
      for bad in requests {
        let answer = WebClient.send(bad.request)
        #expect(answer.status == bad.status, "\(kind), \(bad.what): \(answer.text)")
        guard bad.request.method != "HEAD" else {
          #expect(answer.text.isEmpty)
          continue
        }
        let type = answer.headers["content-type"] ?? ""
        #expect(type.hasPrefix("text/plain"), "\(kind), \(bad.what): \(type)")
        #expect(answer.text.hasSuffix("\n") && answer.text.count > 5, "\(kind), \(bad.what)")
        #expect(answer.text.filter { $0 == "\n" }.count == 1, "\(kind), \(bad.what): \(answer.text)")
        if bad.status == 405 { #expect(answer.headers["allow"] == "POST") }
      }
      for name in ["calls", "messages", "tickets", "events", "blocklist", "optouts"] {
        #expect(try shipped.list(name).isEmpty, "\(kind): \(name)")
      }
      #expect(try shipped.spooled().isEmpty)
      let log = shipped.web.programLog
      let lines = log.split(separator: "\n")
      #expect(lines.count == requests.count, "\(log)")
      #expect(lines.allSatisfy { $0.hasPrefix("\(kind): warning: refused status=") }, "\(log)")
      #expect(!log.contains(ShippedInstallation.token) && !log.contains(ShippedInstallation.caller))
    }

    @Test func `what is allowed is not refused`() throws {
      let shipped = try ShippedInstallation()
      // Exactly 64 KiB, and a query that carries something of its own.
      var fields = shipped.callFields("CA1")
      let size = FormCoding.encode(fields + [("Filler", "")]).utf8.count
      fields.append(("Filler", String(repeating: "x", count: 64 * 1024 - size)))
      #expect(shipped.post("voice", fields, query: "a=b%20c&d").status == 200)
      #expect(try shipped.only("calls")["call_sid"] == "CA1")
      // The home's name lies beside the programs, and is nobody's business.
      let pointer = WebClient.send(WebRequest("GET", "\(shipped.publicURL)/opsfabric.home"))
      #expect(pointer.status == 403 && !pointer.text.contains(shipped.folder))
    }

    @Test func `sixty webhooks at once are all answered and all recorded`() throws {
      let shipped = try ShippedInstallation()
      var requests: [WebRequest] = []
      for index in 0..<20 {
        let caller = "+41791230\(100 + index)"
        requests.append(shipped.request("voice", shipped.callFields("CAvoice\(index)", from: caller)))
        let missed = shipped.callFields("CAmissed\(index)", from: caller).filter { $0.0 != "CallStatus" }
        requests.append(shipped.request("call-status", missed + [("CallStatus", "no-answer")]))
        requests.append(shipped.request("sms", shipped.smsFields("SM\(index)", "2", from: caller)))
      }
      let answers = WebClient.sendAll(requests)
      #expect(answers.count == 60)
      #expect(answers.allSatisfy { 200..<300 ~= $0.status }, "\(answers.map(\.status))")
      // What the database had no time for lies in the spool, and is replayed.
      #expect(try shipped.opsfabric("run").exitCode == 0)
      #expect(try shipped.spooled().isEmpty)
      let calls = try shipped.list("calls")
      #expect(Set(calls.compactMap { $0["call_sid"] }).count == 40 && calls.count == 40)
      #expect(calls.filter { $0["outcome"] == "missed" }.count == 20)
      #expect(try shipped.list("tickets").count == 20)
      #expect(try shipped.list("events").filter { $0["type"] == "reply" }.count == 20)
      #expect(try shipped.list("messages").filter { $0["kind"] == "confirmation" }.count == 20)
    }
  }
}
