// SlowUploadTests.swift - slow and unwanted uploads under the web servers that shared hosts run: the phone is answered
// meanwhile, and what is refused is answered without a photo being stored.

import Glibc
import Platform
import TestSupport
import Testing

extension EndToEnd {
  struct SlowUploadTests {
    /// What a browser sends: the words, and behind them photos.
    private func form(_ shipped: ShippedInstallation, token: String?, photos: [Int]) throws -> [UInt8] {
      let page = WebClient.send(WebRequest("GET", "\(shipped.web.url)/anfrage")).text
      let token = try token ?? #require(TestWorld.hidden("token", in: page))
      let words = [
        ("ref", ""), ("token", token), ("lang", "de"), ("text", "Leitung tropft"), ("urgency", "MED"),
        ("phone", "079 123 45 67"), ("name", ""), ("address", ""), ("leer_lassen", ""),
      ]
      let body = TestWorld.multipart(
        words.map { FormPart($0.0, $0.1) }
          + photos.map {
            FormPart(file: "photos", filename: "a.jpg", type: "image/jpeg", bytes: jpeg(bytes: $0))
          })
      let head =
        "POST /anfrage HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        + "Content-Type: multipart/form-data; boundary=XyZ\r\nContent-Length: \(body.count)\r\n\r\n"
      return Array(head.utf8) + body
    }

    @Test(arguments: WebServerTests.servers)
    func `while twenty uploads dribble the phone is answered, and no more than ten programs wait for bodies`(
      software: WebServer.Software
    ) throws {
      let shipped = try WebServerTests.installation(software)
      let upload = try form(shipped, token: nil, photos: [3_000_000])
      let senders = try (0..<20).map { _ in try LoopbackSocket(port: shipped.web.port) }
      // The head at once, so that what follows is the body; then 600 bytes a second from each of them.
      for sender in senders { sender.send(Array(upload[..<400])) }
      var calls = 0
      var waiting: [Int] = []
      for step in 0..<40 {
        for sender in senders { sender.send(Array(upload[(400 + step * 60)..<(460 + step * 60)])) }
        usleep(100_000)
        guard step % 5 == 4 else { continue }
        calls += 1
        let answer = shipped.post("voice", shipped.callFields("CA\(calls)"))
        #expect(answer.status == 200 && answer.milliseconds < 2000, "\(answer)")
        #expect(ShippedInstallation.dialled(answer.text) == ShippedInstallation.business)
        // A second is everybody's.
        if step > 15 { waiting.append(try processes(of: "\(shipped.cgiBin)/anfrage").count) }
      }
      #expect(waiting.allSatisfy { $0 <= 10 }, "\(waiting)")
      if software == .lighttpd || software == .nginx { #expect(waiting.allSatisfy { $0 == 0 }, "\(waiting)") }
      #expect(try shipped.opsfabric("run").exitCode == 0)
      #expect(try shipped.list("calls").count == calls)
      #expect(try shipped.spooled().isEmpty)
    }

    @Test(arguments: WebServerTests.servers)
    func `of a refused form no photo is stored, and its words come back under every server`(
      software: WebServer.Software
    ) throws {
      let shipped = try WebServerTests.installation(software)
      let large = try form(
        shipped, token: "forged", photos: [8_000_000, 8_000_000, 8_000_000, 8_000_000, 8_000_000])
      let fast = try LoopbackSocket(port: shipped.web.port)
      fast.send(large)
      // Slower than what is waited for of an unwanted body.
      let slow = try LoopbackSocket(port: shipped.web.port)
      let short = try form(shipped, token: "forged", photos: [400_000])
      for start in stride(from: 0, to: short.count, by: short.count / 20) {
        slow.send(Array(short[start..<min(start + short.count / 20, short.count)]))
        usleep(100_000)
      }
      for answer in [fast.receiveAll(), slow.receiveAll()] {
        #expect(answer.hasPrefix("HTTP/1.1 422 "), "\(answer.prefix(300))")
        #expect(answer.contains("Leitung tropft") && answer.contains("Fotos noch einmal"))
        #expect(answer.contains("</html>"), "the answer broke off: \(answer.suffix(100))")
      }
      #expect(!Files.exists("\(shipped.home.uploads)/doerfler"))
      #expect(try shipped.list("tickets").isEmpty)
    }
  }
}
