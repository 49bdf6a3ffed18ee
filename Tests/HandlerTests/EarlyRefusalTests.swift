// EarlyRefusalTests.swift - who may wait for a body, and what is known of a form before the first byte of a photo.

import Business
import CGI
import Platform
import TestSupport
import Testing
import Uploads
import Web

struct EarlyRefusalTests {
  // MARK: turns

  private func turns(_ count: Int, _ purpose: BodyTurn.Purpose, _ home: Home, _ address: (Int) -> String)
    -> [BodyTurn]
  {
    (0..<count).map { BodyTurn(home: home, address: address($0)) }.filter { $0.take(purpose) }
  }

  @Test func `of twenty processes at most ten wait for bodies`() throws {
    let world = try TestWorld()
    defer { withExtendedLifetime(world) {} }
    let home = world.home
    let photos = turns(20, .photos, home) { "192.0.2.\($0)" }
    let words = turns(20, .words, home) { "192.0.2.\($0)" }
    #expect(photos.count == 6 && words.count == 4)
  }

  @Test func `one address, one line and one network have few turns, and leave some to others`() throws {
    let world = try TestWorld()
    defer { withExtendedLifetime(world) {} }
    let home = world.home
    var held = turns(20, .photos, home) { _ in "192.0.2.1" }
    #expect(held.count == 2)
    held += turns(20, .photos, home) { "2001:db8:0:\(String($0, radix: 16))::1" }
    #expect(held.count == 5)
    held += turns(20, .photos, home) { _ in "198.51.100.1" }
    #expect(held.count == 6)
    #expect(turns(20, .words, home) { _ in "2001:db8::\(1)" }.count == 2)
  }

  @Test func `a turn is free again with its request, and whoever got none holds nothing`() throws {
    let world = try TestWorld()
    defer { withExtendedLifetime(world) {} }
    let home = world.home
    var held = turns(20, .photos, home) { _ in "192.0.2.1" }
    #expect(turns(9, .photos, home) { "203.0.113.\($0)" }.count == 4)
    held.removeLast()
    #expect(turns(9, .photos, home) { _ in "192.0.2.1" }.count == 1)
  }

  @Test func `who waited for words and gets on to photos holds one turn, not two`() throws {
    let world = try TestWorld()
    defer { withExtendedLifetime(world) {} }
    let home = world.home
    let sender = BodyTurn(home: home, address: "192.0.2.1")
    #expect(sender.take(.words) && sender.take(.words) && sender.take(.photos) && sender.take(.words))
    #expect(turns(9, .words, home) { "192.0.2.\($0)" }.count == 4)
    #expect(turns(9, .photos, home) { "192.0.2.\($0)" }.count == 5)
  }

  @Test func `where locks do not work nobody is turned away`() throws {
    #expect(turns(20, .photos, Home("/nowhere")) { _ in "192.0.2.1" }.count == 20)
  }

  // MARK: forms

  /// A form as it is sent, how much of it was read, and the answer.
  private final class Form {
    let world: TestWorld
    var parts: [FormPart] = []
    private(set) var read = 0

    init() throws {
      world = try TestWorld()
      try renew()
    }

    func renew(phone: String = "079 123 45 67") throws {
      let page = world.browse("anfrage", WizardTests.link).text
      let token = try #require(TestWorld.hidden("token", in: page))
      parts = [
        FormPart("ref", "missed_call"), FormPart("token", token), FormPart("lang", "de"),
        FormPart("text", "Leitung tropft"), FormPart("urgency", "MED"), FormPart("phone", phone),
        FormPart("name", ""), FormPart("address", ""), FormPart("leer_lassen", ""),
      ]
    }

    func replace(_ name: String, _ text: String) {
      parts = parts.map { $0.name == name ? FormPart(name, text) : $0 }
    }

    /// Five photos, more than any buffer.
    var photos: [FormPart] {
      (0..<5).map {
        let bytes = WizardTests.png + [UInt8](repeating: UInt8($0), count: 1_000_000)
        return FormPart(file: "photos", filename: "\($0).png", type: "image/png", bytes: bytes)
      }
    }

    /// - Parameter length: as announced; nil = as it is.
    func send(_ photos: [FormPart], length: Int? = nil, first: Bool = false) -> CGIResponse {
      let address = "192.0.2.7"
      let body = TestWorld.multipart(first ? photos + parts : parts + photos)
      let variables = [
        "REQUEST_METHOD": "POST", "CONTENT_TYPE": "multipart/form-data; boundary=XyZ",
        "CONTENT_LENGTH": String(length ?? body.count), "REMOTE_ADDR": address,
        "HTTP_HOST": TestWorld.website,
      ]
      var context = world.endpointContext
      context.bodyTurn = BodyTurn(home: world.home, address: address)
      read = 0
      let source = ByteSource(pieces: { limit in
        let piece = body[self.read...].prefix(limit)
        self.read += piece.count
        return Array(piece)
      })
      return WizardEndpoint(context: context, source: { _ in source }).respond(
        to: CGIRequest(variables: { variables[$0] }, readInput: { _ in [] }))
    }

    var stored: [String] { (try? Files.list("\(world.home.uploads)/doerfler")) ?? [] }
  }

  @Test(arguments: [
    ("token", "forged"), ("text", ""), ("phone", "0900 123 456"), ("urgency", "NOW"), ("leer_lassen", "x"),
    ("name", String(repeating: "x", count: 20_000)),
  ])
  func `of a form that comes back no photo is read, and what was typed is there`(
    field: String, value: String
  ) throws {
    let form = try Form()
    form.replace(field, value)
    let reply = form.send(form.photos)
    #expect(reply.status == 422)
    #expect(form.read <= 64 << 10, "\(form.read)")
    #expect(!Files.exists("\(form.world.home.uploads)/doerfler"))
    #expect(reply.text.contains("Fotos noch einmal") && !reply.text.contains("viel los"))
    if field != "text" { #expect(reply.text.contains("Leitung tropft")) }
  }

  @Test func `of a form that has to wait no photo is read`() throws {
    let form = try Form()
    for index in 0..<20 {
      try form.renew(phone: "07811122\(10 + index)")
      #expect(form.send([]).status == 200)
    }
    try form.renew(phone: "0763334455")
    let reply = form.send(form.photos)
    #expect(reply.status == 429 && reply.text.contains("Leitung tropft"))
    #expect(form.read <= 64 << 10 && form.stored.isEmpty)
  }

  @Test func `of a form above the limit for all photos none is read`() throws {
    let form = try Form()
    let reply = form.send(form.photos, length: 45 << 20 | 1)
    #expect(reply.status == 413 && reply.text.contains("Leitung tropft"))
    #expect(form.read <= 64 << 10)
  }

  @Test func `when too many photos arrive the words are taken, and the photos can be sent after`() throws {
    let form = try Form()
    var others = turns(6, .photos, form.world.home) { "203.0.113.\($0)" }
    #expect(others.count == 6)
    let reply = form.send(form.photos)
    #expect(reply.status == 200)
    #expect(reply.text.contains("Ihre Fotos sind noch nicht dabei. Ihre Anfrage gilt trotzdem."))
    #expect(reply.text.contains("<bdi>0.png</bdi>: gerade nicht mitgenommen, es ist viel los."))
    #expect(form.read <= 64 << 10 && form.stored.isEmpty)
    #expect(try form.world.list(.tickets).map { $0["summary"] } == ["Leitung tropft"])
    others = []
    // What stands on that page is the same form.
    let token = try #require(TestWorld.hidden("token", in: reply.text))
    #expect(form.parts.contains { $0.name == "token" && $0.bytes == Array(token.utf8) })
    let thanks = form.send(form.photos)
    #expect(thanks.status == 200 && thanks.text.contains("5 Fotos erhalten"))
    #expect(try form.stored.count == 5 && form.world.list(.tickets).count == 1)
  }

  @Test func `a form of a few photos that are small takes nobody's turn`() throws {
    let form = try Form()
    let others = turns(6, .photos, form.world.home) { "203.0.113.\($0)" }
    let photo = FormPart(
      file: "photos", filename: "a.png", type: "image/png",
      bytes: WizardTests.png + [UInt8](repeating: 1, count: 100_000))
    #expect(form.send([photo]).text.contains("1 Foto erhalten"))
    withExtendedLifetime(others) { #expect(form.stored.count == 1) }
  }

  @Test func `words that stand behind the photos are heard, without the photos`() throws {
    let form = try Form()
    let reply = form.send(form.photos, first: true)
    #expect(reply.status == 200 && reply.text.contains("Ihre Fotos sind noch nicht dabei"))
    #expect(form.stored.isEmpty)
    #expect(try form.world.list(.tickets).map { $0["summary"] } == ["Leitung tropft"])
  }

  @Test func `without a database no photo is read, and the form comes back`() throws {
    let form = try Form()
    try Files.remove(form.world.home.database)
    try Files.makeFolder(form.world.home.database)
    let reply = form.send(form.photos)
    #expect(reply.status == 503 && reply.text.contains("Leitung tropft"))
    #expect(form.read <= 64 << 10 && form.stored.isEmpty)
  }

  @Test func `whoever's words did not come reads that they stand in his browser still`() throws {
    let form = try Form()
    let variables = [
      "REQUEST_METHOD": "POST", "CONTENT_TYPE": "multipart/form-data; boundary=XyZ",
      "CONTENT_LENGTH": "5000", "HTTP_HOST": TestWorld.website,
    ]
    let source = ByteSource(pieces: { _ in throw RequestError(503, "too many bodies are on their way") })
    let reply = WizardEndpoint(context: form.world.endpointContext, source: { _ in source }).respond(
      to: CGIRequest(variables: { variables[$0] }, readInput: { _ in [] }))
    #expect(reply.status == 503 && reply.text.contains("Gehen Sie zurück"))
    // A button to an empty form would lead away from them.
    #expect(!reply.text.contains("neu öffnen"))
  }

  @Test func `a flood of photos fills the disk to its share and no further, and every word is taken`() throws
  {
    let world = try TestWorld()
    func send(_ number: Int) -> String {
      world.fillIn(
        text: "Rohr \(number)", phone: "079 300 \(10 + number / 100) \(10 + number % 90)", photo: .onePixel,
        address: "203.0.113.\(number)"
      ).text
    }
    let answers = (0..<42).map(send)
    #expect(answers.prefix(40).allSatisfy { $0.contains("1 Foto erhalten") })
    #expect(answers.suffix(2).allSatisfy { $0.contains("gerade nicht mitgenommen") })
    #expect(try Files.list("\(world.home.uploads)/doerfler").count == 40)
    #expect(try world.list(.tickets).count == 42)
    // Whoever was in touch has a share of his own, which strangers cannot use up.
    try world.text("Heizung kalt")
    #expect(world.fillIn(text: "mit Foto", photo: .onePixel).text.contains("1 Foto erhalten"))
  }
}
