// WebServerTests.swift - the shipped handlers under the web servers that shared hosts run: Apache with and
// without suexec, lighttpd, nginx with fcgiwrap. Installation, handlers and commands belong to a user of the
// host where the tests run as root, and no environment is handed to the handlers.

import Glibc
import Platform
import StandIn
import TestSupport
import Testing

/// Whether this machine has all that a server needs.
func isInstalled(_ software: WebServer.Software) -> Bool {
  switch software {
  case .lighttpd: WebServer.program != nil
  case .apache, .apachePrefork: ProgramRunner.find("apache2") != nil
  // It asks the password file, and changes the user.
  case .apacheSuexec: Files.exists("/usr/lib/apache2/suexec") && HostUser.shared != nil
  case .nginx: ProgramRunner.find("nginx") != nil && ProgramRunner.find("fcgiwrap") != nil
  }
}

extension EndToEnd {
  struct WebServerTests {
    static let servers = WebServer.Software.allCases.filter(isInstalled)

    static func installation(_ software: WebServer.Software) throws -> ShippedInstallation {
      // The website's name has no port: Debian's nginx hands the Host on without it.
      try ShippedInstallation(
        tenants: [
          "doerfler": ShippedInstallation.tenant().replacing("www.doerfler.example", with: "127.0.0.1")
        ],
        software: software, owner: HostUser.shared)
    }

    /// Lines that our programs wrote to standard error.
    private static func logged(_ shipped: ShippedInstallation) -> [Substring] {
      shipped.web.programLog.split(separator: "\n").filter { line in
        ShippedPrograms.webhooks.contains { line.contains("\($0): ") } && line.contains("refused")
      }
    }

    @Test func `every server that shared hosts run is tested`() {
      var wanted = WebServer.Software.allCases
      // Without root there is nobody else to start programs as.
      if HostUser.shared == nil { wanted.removeAll { $0 == .apacheSuexec } }
      #expect(Self.servers == wanted, "run `make test`")
    }

    @Test(arguments: servers)
    func `webhooks arrive as they were sent`(software: WebServer.Software) throws {
      let shipped = try Self.installation(software)
      // The query is signed as it stands, whatever it means.
      for (index, query) in ["a=b%20c&d", "x=1&x=2&x=1", "u=%C3%A4+%2F%3F%26&e=", "%7e=~&q=?a/b", "+"]
        .enumerated()
      {
        let answer = shipped.post("voice", shipped.callFields("CAq\(index)"), query: query)
        #expect(answer.status == 200, "\(query): \(answer.text)")
        #expect(ShippedInstallation.dialled(answer.text) == ShippedInstallation.business)
      }
      let repeated = shipped.callFields("CArepeated") + [("Digits", "2"), ("Digits", "1"), ("Digits", "2")]
      #expect(shipped.post("voice", repeated).status == 200)
      let words = "Grüezi & «tschüss» 100 % = 😀\n+x"
      #expect(shipped.post("sms", shipped.smsFields("SMwords", words)).status == 200)
      #expect(try shipped.only("tickets")["summary"] == words)

      // Exactly 64 KiB, in one piece and in chunks: one of Apache's ways is to say no length then.
      var large = shipped.callFields("CAlarge")
      let size = FormCoding.encode(large + [("Filler", "")]).utf8.count
      large.append(("Filler", String(repeating: "x", count: 64 * 1024 - size)))
      #expect(shipped.post("voice", large).status == 200)
      #expect(try chunked(shipped, "CAchunk", pieces: 7).status == 200)
      let chunkedLarge = large.map { $0.0 == "CallSid" ? ($0.0, "CAmany1") : $0 }
      #expect(try chunked(shipped, "voice", chunkedLarge, pieces: 100).status == 200)
      let tooLarge = chunkedLarge + [("More", "")]
      #expect(try chunked(shipped, "voice", tooLarge, pieces: 100).status == 413)

      #expect(try shipped.opsfabric("run").exitCode == 0)
      let calls = Set(try shipped.list("calls").compactMap { $0["call_sid"] })
      let queries = (0..<5).map { "CAq\($0)" }
      #expect(calls == Set(queries + ["CArepeated", "CAlarge", "CAchunk", "CAmany1"]))
    }

    private func chunked(_ shipped: ShippedInstallation, _ sid: String, pieces: Int) throws -> RawAnswer {
      try chunked(shipped, "voice", shipped.callFields(sid), pieces: pieces)
    }

    private func chunked(
      _ shipped: ShippedInstallation, _ kind: String, _ fields: [(String, String)], pieces: Int
    ) throws -> RawAnswer {
      let request = shipped.request(kind, fields)
      let body = request.body ?? []
      let connection = try LoopbackSocket(port: shipped.web.port)
      connection.send(head(request, ["Transfer-Encoding: chunked", "Connection: close"]))
      let step = max(1, body.count / pieces)
      for start in stride(from: 0, to: body.count, by: step) {
        let piece = body[start..<min(start + step, body.count)]
        connection.send(Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8))
      }
      connection.send("0\r\n\r\n")
      return RawAnswer(connection.receiveAll())
    }

    private func head(_ request: WebRequest, _ more: [String]) -> String {
      let path = request.url.replacing(/^http:\/\/[^\/]+/, with: "")
      let headers = ["Host: 127.0.0.1"] + request.headers.map { "\($0.0): \($0.1)" } + more
      return "\(request.method) \(path) HTTP/1.1\r\n" + headers.joined(separator: "\r\n") + "\r\n\r\n"
    }

    @Test(arguments: servers)
    func `what is refused gets its status and one line of reason, and the log its own line`(
      software: WebServer.Software
    ) throws {
      let shipped = try Self.installation(software)
      let good = shipped.request("voice", shipped.callFields("CA1"))
      let elsewhere = shipped.callFields("CA1").map { $0.0 == "To" ? ("To", "+41797770999") : $0 }
      let a = UInt8(ascii: "a")
      var bad: [(status: Int, request: WebRequest)] = [
        (404, shipped.request("voice", elsewhere)),
        (403, shipped.request("voice", shipped.callFields("CA1"), signature: "AAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
        (403, shipped.request("voice", shipped.callFields("CA1"), signature: "")),
      ]
      func add(_ status: Int, _ change: (inout WebRequest) -> Void) {
        var request = good
        change(&request)
        bad.append((status, request))
      }
      for method in ["GET", "HEAD", "PUT", "DELETE"] {
        add(405) {
          $0.method = method
          if method != "PUT" { $0.body = nil }
        }
      }
      add(415) { $0.headers[0].1 = "application/json" }
      add(413) { $0.body = [UInt8](repeating: a, count: 64 << 10 | 1) }
      // More than a pipe holds, and nobody reads it.
      add(413) { $0.body = [UInt8](repeating: a, count: 900_000) }
      add(400) { $0.body = Array("CallSid=%zz".utf8) }
      add(403) { $0.url += "?x=1" }
      for (index, (status, request)) in bad.enumerated() {
        let answer = WebClient.send(request)
        let what = "\(index): \(request.method) \(answer.text)"
        #expect(answer.status == status, "\(what)")
        if request.method == "HEAD" {
          #expect(answer.text.isEmpty)
        } else {
          #expect(answer.text.hasSuffix("\n") && answer.text.filter { $0 == "\n" }.count == 1, "\(what)")
          #expect(!answer.text.contains("refused"), "\(what)")
        }
        if status == 405 { #expect(answer.headers["allow"] == "POST", "\(what)") }
      }
      let log = Self.logged(shipped)
      #expect(log.count == bad.count, "\(shipped.web.programLog)")
      #expect(!shipped.web.programLog.contains(ShippedInstallation.token))
      for name in ["calls", "messages", "tickets", "events"] { #expect(try shipped.list(name).isEmpty) }
      #expect(try shipped.spooled().isEmpty)

      // The answers without a fault, and the files that are nobody's business.
      let report = shipped.goodWebhook("sms-status")
      let nothing = shipped.post("sms-status", report.fields, query: report.query)
      #expect(nothing.status == 204 && nothing.text.isEmpty)
      let health = WebClient.send(WebRequest("GET", "\(shipped.publicURL)/health"))
      #expect(health.status == 503 && health.headers["content-type"] == "application/json")
      let monitor = WebClient.send(WebRequest("HEAD", "\(shipped.publicURL)/health"))
      #expect(monitor.status == 503 && monitor.text.isEmpty)
      for name in ["opsfabric.home", ".htaccess", "../cgi-bin/opsfabric.home"] {
        let answer = WebClient.send(WebRequest("GET", "\(shipped.publicURL)/\(name)"))
        #expect([403, 404].contains(answer.status) && !answer.text.contains(shipped.folder), "\(name)")
      }
    }

    @Test(arguments: servers)
    func `a connection that breaks off within the body leaves nothing, and the next is served`(
      software: WebServer.Software
    ) throws {
      let shipped = try Self.installation(software)
      for index in 0..<12 {
        let request = shipped.request("voice", shipped.callFields("CAbroken\(index)"))
        let body = request.body ?? []
        let connection = try LoopbackSocket(port: shipped.web.port)
        if index % 2 == 0 {
          connection.send(head(request, ["Content-Length: \(body.count)"]))
          connection.send(Array(body[..<(body.count * index / 12)]))
        } else {
          connection.send(head(request, ["Transfer-Encoding: chunked"]))
          connection.send(Array("\(String(body.count, radix: 16))\r\n".utf8) + body.dropLast(3))
        }
        if index % 4 < 2 { connection.abort() }
      }
      #expect(shipped.post("voice", shipped.callFields("CAgood")).status == 200)
      #expect(try shipped.opsfabric("run").exitCode == 0)
      #expect(try shipped.only("calls")["call_sid"] == "CAgood")
      #expect(try shipped.spooled().isEmpty)
    }

    @Test(arguments: servers)
    func `a hundred webhooks at once, some of them twice, are each recorded once`(
      software: WebServer.Software
    )
      throws
    {
      let shipped = try Self.installation(software)
      let requests = (0..<100).map {
        shipped.request("voice", shipped.callFields("CA\($0 % 80)", from: "+4179123\(1000 + $0 % 80)"))
      }
      let answers = WebClient.sendAll(requests)
      #expect(answers.map(\.status) == [Int](repeating: 200, count: 100))
      #expect(answers.allSatisfy { ShippedInstallation.dialled($0.text) == ShippedInstallation.business })
      let spooled = try shipped.spooled().count
      // What the database had no time for lies in the spool.
      #expect(try shipped.opsfabric("run").exitCode == 0)
      #expect(try shipped.spooled().isEmpty)
      let calls = try shipped.list("calls").compactMap { $0["call_sid"] }
      #expect(calls.count == 80 && Set(calls).count == 80, "\(spooled) came by the spool")
      #expect(try shipped.list("events").count { $0["type"] == "call_started" } == 80)
    }

    /// What a browser sends for the form it got.
    private func form(_ page: WebAnswer, photos: [[UInt8]]) throws -> [UInt8] {
      let token = try #require(TestWorld.hidden("token", in: page.text))
      let fields = [
        ("ref", "missed_call"), ("token", token), ("lang", "de"), ("text", "Leitung tropft"),
        ("urgency", "HIGH"), ("phone", "079 123 45 67"), ("name", "Ada Müller"), ("address", ""),
        ("company_url", ""),
      ]
      return TestWorld.multipart(
        fields.map { FormPart($0.0, $0.1) }
          + photos.enumerated().map {
            FormPart(file: "photos", filename: "IMG \($0).jpg", type: "image/jpeg", bytes: $1)
          })
    }

    @Test(arguments: servers)
    func `a form that was cut off within its photos and is sent again has them all, once`(
      software: WebServer.Software
    ) throws {
      let shipped = try Self.installation(software)
      let folder = "\(shipped.home.uploads)/doerfler"
      /// Sizes of the photos on the disk, and of those that a ticket has.
      func photos(of ticket: JSONLine? = nil) throws -> [Int] {
        guard Files.exists(folder) else { return [] }
        return try Files.list(folder).filter {
          ticket == nil ? $0.hasSuffix(".jpg") : ticket?["photos"]?.contains($0) == true
        }.compactMap { Files.size("\(folder)/\($0)") }.sorted()
      }
      let page = WebClient.send(WebRequest("GET", "\(shipped.web.url)/anfrage?ref=missed_call"))
      let request = WebRequest(
        "POST", "\(shipped.web.url)/anfrage",
        headers: [("Content-Type", "multipart/form-data; boundary=XyZ")],
        body: try form(page, photos: [jpeg(bytes: 300_000), jpeg(bytes: 1_500_000)]))
      let body = request.body ?? []
      let connection = try LoopbackSocket(port: shipped.web.port)
      connection.send(head(request, ["Content-Length: \(body.count)"]))
      connection.send(Array(body[..<900_000]))
      // Apache hands a body on while it arrives; the others hand on whole ones, and this never becomes one.
      if software != .lighttpd && software != .nginx {
        #expect(try eventually(within: 20) { try photos() == [300_000] })
      }
      connection.abort()
      // Apache ends the handler, if that is its own user's; else the words are recorded, and what came of the photos.
      #expect(try eventually(within: 30) { try processes(of: "\(shipped.cgiBin)/anfrage").isEmpty })
      let recorded = try shipped.list("tickets")
      #expect(recorded.count <= 1)
      for ticket in recorded { #expect(try photos(of: ticket) == [300_000]) }
      for _ in 0..<2 {
        let thanks = WebClient.send(request)
        #expect(thanks.status == 200 && thanks.text.contains("2 Fotos erhalten"), "\(thanks.text)")
        let ticket = try shipped.only("tickets")
        #expect([ticket["urgency"], ticket["summary"]] == ["HIGH", "Ada Müller\nLeitung tropft"])
        #expect(try photos(of: ticket) == [300_000, 1_500_000])
        #expect(ticket["photos"]?.split(separator: ",").count == 2, "\(ticket)")
      }
    }

    @Test(arguments: servers)
    func `the desk leads to itself by addresses relative to where it is`(software: WebServer.Software) throws
    {
      let shipped = try Self.installation(software)
      let printed = try shipped.opsfabric("inbox", "doerfler", "link", "Ada").output
      let link = try #require(printed.split(whereSeparator: \.isWhitespace).first { $0.contains("?k=") })
      let signedIn = WebClient.send(WebRequest("GET", String(link)))
      #expect(signedIn.status == 303 && signedIn.headers["location"] == "inbox", "\(signedIn.headers)")
      let cookie = try #require(signedIn.headers["set-cookie"]).prefix { $0 != ";" }
      let list = WebClient.send(
        WebRequest("GET", "\(shipped.publicURL)/inbox", headers: [("Cookie", String(cookie))]))
      #expect(list.status == 200 && list.text.contains("href=\"inbox?view=done\""))
    }

    @Test(arguments: servers)
    func `the form comes by a rewrite rule and takes a photo`(software: WebServer.Software) throws {
      let shipped = try Self.installation(software)
      let page = WebClient.send(
        WebRequest("GET", "\(shipped.web.url)/anfrage?ref=missed_call&phone=%2B41791234567"))
      #expect(page.status == 200)
      #expect(page.text.contains("079 123 45 67"))
      // A redirect would show; and the form goes where it came from.
      #expect(page.text.contains("action=\"?\""), "\(page.text)")
      // Larger than any buffer of the servers.
      let photo = jpeg(bytes: 1_500_000)
      let body = try form(page, photos: [photo])
      let type = ("Content-Type", "multipart/form-data; boundary=XyZ")
      let thanks = WebClient.send(
        WebRequest("POST", "\(shipped.web.url)/anfrage", headers: [type], body: body))
      #expect(thanks.status == 200 && thanks.text.contains("1 Foto erhalten"), "\(thanks.text)")
      let ticket = try shipped.only("tickets")
      // Nobody was texted: the link's word alone makes it no answer to a missed call.
      #expect([ticket["urgency"], ticket["source"]] == ["HIGH", "website"])
      let folder = "\(shipped.home.uploads)/doerfler"
      let kept = try Files.list(folder)
      #expect(kept.count == 1)
      for name in kept {
        #expect(Files.mode("\(folder)/\(name)") == 0o600)
        #expect(try Files.read("\(folder)/\(name)").count == photo.count)
      }
    }
  }
}

/// A picture without metadata: frame, scan, end.
func jpeg(bytes count: Int) -> [UInt8] {
  let jfif: [UInt8] = [0xFF, 0xE0, 0, 16] + Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0]
  let frame: [UInt8] = [0xFF, 0xC0, 0, 11, 8, 0, 16, 0, 16, 1, 1, 0x11, 0]
  let scan: [UInt8] = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]
  let head = [0xFF, 0xD8] + jfif + frame + scan
  return head + (0..<(count - head.count - 2)).map { UInt8($0 % 251) } + [0xFF, 0xD9]
}

/// An answer as it came over the wire.
private struct RawAnswer {
  let status: Int
  init(_ text: String) {
    status = text.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) } ?? 0
  }
}
