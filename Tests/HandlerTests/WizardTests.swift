// WizardTests.swift - `anfrage`: the link of the SMS, the form, the ticket, and everything that goes wrong.

import Business
import CGI
import LocalTime
import Platform
import StandIn
import TestSupport
import Testing

struct WizardTests {
  static let link = "ref=missed_call&phone=%2B41791234567"
  /// A PNG of one pixel.
  static let png: [UInt8] = [
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0,
    1, 8, 6,
    0, 0, 0, 0x1F, 0x15, 0xC4, 0x89, 0, 0, 0, 13, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0xF8, 0xFF, 0xFF,
    0xFF, 0x7F,
    0, 9, 0xFB, 3, 0xFD, 5, 0x43, 0x45, 0xCA, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
  ]

  private func form(
    _ world: TestWorld, text: String = "Leitung tropft", phone: String = "079 123 45 67",
    urgency: String = "MED",
    ref: String = "missed_call", token: String? = nil, more: [FormPart] = []
  ) throws -> [FormPart] {
    let page = world.browse("anfrage", Self.link).text
    let token = try token ?? #require(TestWorld.hidden("token", in: page))
    return [
      FormPart("ref", ref), FormPart("token", token), FormPart("lang", "de"), FormPart("text", text),
      FormPart("urgency", urgency), FormPart("phone", phone), FormPart("name", "Ada Muster"),
      FormPart("address", "Dorfstrasse 1"), FormPart("leer_lassen", ""),
    ] + more
  }

  private func photo(_ bytes: [UInt8] = Self.png, name: String = "leck.png") -> FormPart {
    FormPart(file: "photos", filename: name, type: "image/png", bytes: bytes)
  }

  private func uploads(_ world: TestWorld) -> [String] {
    (try? Files.list("\(world.home.uploads)/doerfler")) ?? []
  }

  @Test func `the link opens the form of the website's tenant with the number filled in, and is logged once`()
    throws
  {
    let world = try TestWorld.texted()
    let page = world.browse("anfrage", Self.link)
    #expect(page.status == 200)
    #expect(page.text.contains("Dörfler AG"))
    #expect(page.text.contains("079 123 45 67"))
    _ = world.browse("anfrage", Self.link)
    #expect(try world.eventTypes().filter { $0 == "wizard_link_opened" }.count == 1)
    #expect(try world.list(.tickets).isEmpty)
  }

  /// A business of another country; its website is the same.
  private func world(number: String, language: Language) throws -> TestWorld {
    try TestWorld { tenant in
      tenant.forwardTo = number
      tenant.callbackPhone = number
      tenant.voiceNumbers.append(number)
      tenant.language = language
    }
  }

  @Test(arguments: [
    ("+33142345678", "06 12 34 56 78", "+33612345678"), ("+4312345678", "0664 1234567", "+436641234567"),
    ("+493012345678", "030 1234567", "+49301234567"), ("+390212345678", "02 1234 5678", "+390212345678"),
    ("+4232361234", "791 23 45", "+4237912345"), ("+4232361234", "079 123 45 67", "+41791234567"),
    ("+41443334455", "41791234567", "+41791234567"), ("+41443334455", "tel:+41-79-123-45-67", "+41791234567"),
    ("+33142345678", "+41 79 123 45 67", "+41791234567"),
  ])
  func `a number without prefix is of the business's country`(business: String, typed: String, e164: String)
    throws
  {
    let world = try world(number: business, language: .de)
    #expect(world.submit("anfrage", try form(world, phone: typed)).status == 200)
    #expect(try world.list(.tickets).map { $0["phone"] } == [e164])
  }

  @Test(arguments: [
    "phone=%2B41791234567", "phone=+41791234567", "phone=41791234567", "phone=%2B41+79+123+45+67",
    "phone=%252B41791234567", "phone=tel:%2B41791234567", "phone=0041791234567", "phone=079+123+45+67",
  ])
  func `a link is understood however its plus sign came through`(query: String) throws {
    let world = try TestWorld.texted()
    #expect(world.browse("anfrage", "ref=missed_call&\(query)").text.contains("value=\"079 123 45 67\""))
    #expect(try world.eventTypes().contains("wizard_link_opened"))
  }

  @Test(arguments: [("+41791234567", "+41 79 123 45 67"), ("+33612345678", "06 12 34 56 78")])
  func `the form shows a number as the business's country writes it`(number: String, shown: String) throws {
    let world = try world(number: "+33142345678", language: .fr)
    let page = world.browse("anfrage", "ref=missed_call&phone=\(percentEncoded(number))").text
    #expect(page.contains("value=\"\(shown)\""))
    #expect(page.contains("01 42 34 56 78"))
  }

  @Test(arguments: ["079 123 45 6", "079 123 45 678", "+41 79 123 45 6", "06 39 12 34 56"])
  func `a number that cannot be is asked for again`(typed: String) throws {
    let world = try TestWorld()
    #expect(world.submit("anfrage", try form(world, phone: typed)).status == 422)
    #expect(try world.list(.tickets).isEmpty)
  }

  @Test func `a page allows nothing but itself`() throws {
    let page = try TestWorld().browse("anfrage")
    let policy = page.headers.first { $0.name == "Content-Security-Policy" }?.value ?? ""
    #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
    #expect(!policy.contains("unsafe"))
    #expect(!page.text.contains("<script"))
  }

  @Test(arguments: ["nobody.example.ch", "", "doerfler.example.ch.evil.example"])
  func `another host is nobody's`(host: String) throws {
    let reply = try TestWorld().browse("anfrage", headers: ["HOST": host])
    #expect(reply.status == 404)
    #expect(!reply.text.contains("Dörfler"))
  }

  @Test(arguments: [
    "doerfler.example.ch:443", "DOERFLER.example.ch", "doerfler.example.ch.", "Doerfler.Example.CH.:443",
    "doerfler.example.ch:80", "doerfler.example.ch:8443", " doerfler.example.ch",
  ])
  func `however the host is written, it is the same`(host: String) throws {
    #expect(try TestWorld().browse("anfrage", headers: ["HOST": host]).status == 200)
  }

  @Test func `the page's links hold whatever address it was reached by`() throws {
    let world = try TestWorld()
    for path in ["/prod/anfrage", "/anfrage", "/cgi-bin/anfrage/", "//evil.example/anfrage"] {
      let page = world.browse("anfrage", variables: ["REQUEST_URI": path + "?" + Self.link]).text
      #expect(page.contains("action=\"?\"") && page.contains("href=\"?lang=fr&amp;ref="))
      #expect(!page.contains("anfrage\"") && !page.contains("evil"))
    }
  }

  @Test func `a form makes a ticket of source missed_call with its photo, and says when somebody calls`()
    throws
  {
    let world = try TestWorld.texted()
    let reply = world.submit("anfrage", try form(world, more: [photo()]))
    #expect(reply.status == 200)
    #expect(reply.text.contains("heute 15:00"))
    let ticket = try #require(try world.list(.tickets).first)
    #expect(ticket["source"] == "missed_call")
    #expect(ticket["phone"] == TestWorld.caller)
    #expect(ticket["urgency"] == "MED")
    #expect(ticket["summary"] == "Ada Muster\nDorfstrasse 1\nLeitung tropft")
    #expect(uploads(world).count == 1)
    #expect(ticket["photos"] == "[\"uploads/doerfler/\(uploads(world).first ?? "")\"]")
    #expect(try world.eventTypes().contains("wizard_submitted"))
  }

  @Test func `an emergency is HIGH and without the link the source is the website`() throws {
    let world = try TestWorld()
    _ = world.submit("anfrage", try form(world, urgency: "HIGH", ref: ""))
    let ticket = try #require(try world.list(.tickets).first)
    #expect(ticket["urgency"] == "HIGH")
    #expect(ticket["source"] == "website")
  }

  @Test func `the same form sent twice is one request, and its photos are kept once`() throws {
    let world = try TestWorld()
    let parts = try form(world, more: [photo()])
    for _ in 0..<3 { #expect(world.submit("anfrage", parts).status == 200) }
    #expect(try world.list(.tickets).first?["summary"] == "Ada Muster\nDorfstrasse 1\nLeitung tropft")
    #expect(uploads(world).count == 1)
  }

  @Test func `who goes back, changes the form and sends it again is heard, each time once`() throws {
    let world = try TestWorld()
    let parts = try form(world, more: [photo()])
    _ = world.submit("anfrage", parts)
    func sendTwice(_ changes: [String: String], _ more: [FormPart] = []) -> [String] {
      let changed = parts.map { part in changes[part.name].map { FormPart(part.name, $0) } ?? part } + more
      return (0..<2).map { _ in world.submit("anfrage", changed).text }
    }
    for text in sendTwice([:], [photo(Self.wide)]) { #expect(text.contains("2 Fotos erhalten")) }
    #expect(uploads(world).count == 2, "a photo was added")
    _ = sendTwice(["text": "Leitung tropft, jetzt auch im Gang"])
    var ticket = try #require(try world.list(.tickets).first)
    #expect(ticket["summary"]?.contains("jetzt auch im Gang") == true && ticket["urgency"] == "MED")
    _ = sendTwice(["text": "Leitung tropft, jetzt auch im Gang", "urgency": "HIGH"])
    ticket = try #require(try world.list(.tickets).first)
    #expect(ticket["urgency"] == "HIGH")
    #expect(try world.list(.tickets).count == 1)
    // A number that was wrong.
    _ = sendTwice(["phone": "079 765 43 21"])
    let phones = try world.list(.tickets).map { $0["phone"] }
    #expect(Set(phones) == [TestWorld.caller, "+41797654321"] && phones.count == 2)
    #expect(uploads(world).count == 2)
  }

  @Test func `who has sent too many forms reads from when the next is taken, and it is`() throws {
    let world = try TestWorld()
    for index in 0..<20 {
      #expect(world.submit("anfrage", try form(world, phone: "07811122\(10 + index)")).status == 200)
      world.clock.advance(seconds: 60)
    }
    let parts = try form(world, phone: "0763334455", more: [photo()])
    let refused = world.submit("anfrage", parts)
    #expect(refused.status == 429)
    #expect(refused.text.contains("Leitung tropft") && refused.text.contains("Fotos noch einmal"))
    #expect(!refused.text.contains("Minuten"))
    #expect(uploads(world).isEmpty)
    let wait = try #require(refused.headers.first { $0.name == "Retry-After" }.flatMap { Int($0.value) })
    #expect(wait == 40 * 60, "twenty minutes of the first form's hour are over")
    let zone = try #require(TimeZones().zone("Europe/Zurich"))
    let time = zone.local(world.clock.now.adding(seconds: wait)).clock
    #expect(refused.text.contains("ab heute \(time) absenden"), "\(time) is not in \(refused.text)")
    world.clock.advance(seconds: wait - 1)
    #expect(world.submit("anfrage", parts).status == 429)
    world.clock.advance(seconds: 1)
    #expect(world.submit("anfrage", parts).status == 200)
    #expect(world.submit("anfrage", try form(world, phone: "0763334456")).status == 429, "one came free")
  }

  @Test(arguments: [
    ("text", ""), ("phone", ""), ("phone", "hallo"), ("phone", "+41900123456"), ("urgency", "MAYBE"),
  ])
  func `what is missing or wrong is said at its field and what was typed is kept`(
    field: String, value: String
  ) throws {
    let world = try TestWorld()
    let parts = try form(world, more: [photo()]).map { $0.name == field ? FormPart(field, value) : $0 }
    let reply = world.submit("anfrage", parts)
    #expect(reply.status == 422)
    #expect(reply.text.contains("aria-invalid=\"true\""))
    #expect(reply.text.contains("Ada Muster"))
    #expect(try world.list(.tickets).isEmpty)
    #expect(uploads(world).isEmpty)
  }

  @Test func `ten megabytes of text are refused at the field, not by a crash`() throws {
    let world = try TestWorld()
    let reply = world.submit("anfrage", try form(world, text: String(repeating: "x", count: 10_000_000)))
    #expect(reply.status == 422)
    #expect(try world.list(.tickets).isEmpty)
  }

  @Test func `script in every field is shown as text`() throws {
    let world = try TestWorld()
    let attack = "\"><script>alert(1)</script>"
    let parts = try form(world).map { $0.name == "token" ? $0 : FormPart($0.name, attack) }
      .filter { $0.name != "leer_lassen" }
    let reply = world.submit("anfrage", parts)
    #expect(!reply.text.contains("<script"))
    let query = "ref=%22%3E%3Cscript%3E&phone=%3Cscript%3E&lang=%3Cscript%3E"
    #expect(!world.browse("anfrage", query).text.contains("<script"))
  }

  private static let html =
    Array("<html><script>alert(1)</script></html>".utf8) + [UInt8](repeating: 32, count: 200)

  /// A file that is refused, and what the page says of it.
  struct Refused: CustomTestStringConvertible {
    var filename: String
    var bytes: [UInt8]
    var said: [String]
    var testDescription: String { String(filename.prefix(30)) }
  }

  static let refused = [
    Refused(
      filename: "gross.jpg", bytes: Array(png) + [UInt8](repeating: 0, count: 8 << 20),
      said: ["<bdi>gross.jpg</bdi>: zu gross, erlaubt sind 8 MB", "verkleinert"]),
    Refused(
      filename: "Rechnung.pdf", bytes: Array("%PDF-1.7".utf8) + [UInt8](repeating: 1, count: 200),
      said: ["<bdi>Rechnung.pdf</bdi>: kein Foto", "JPEG, PNG, WebP und HEIC"]),
    Refused(filename: "leer.jpg", bytes: [], said: ["<bdi>leer.jpg</bdi>: leer"]),
    Refused(
      filename: "kaputt.png", bytes: Array(png.prefix(33)) + [UInt8](repeating: 255, count: 90),
      said: ["<bdi>kaputt.png</bdi>: beschädigt"]),
    Refused(
      filename: "<script>alert(1)<b>.jpg", bytes: html,
      said: ["<bdi>&lt;script&gt;alert(1)&lt;b&gt;.jpg</bdi>: kein Foto"]),
    Refused(
      filename: "a\u{202E}gpj.\u{2067}b\u{61C}\u{200F}\u{FFF9}\u{E0041}.exe", bytes: html,
      said: ["<bdi>agpj.b.exe</bdi>"]),
    Refused(
      filename: String(repeating: "x", count: 5000) + ".jpg", bytes: html,
      said: ["<bdi>xxxxxxxxxxxxxxxxxxxxxxxx…xxxxxxxxxxxx</bdi>"]),
  ]

  @Test(arguments: refused)
  func `a file that is refused costs only itself; the page names it, says why and takes another`(
    file: Refused
  )
    throws
  {
    let world = try TestWorld()
    let bad = FormPart(file: "photos", filename: file.filename, type: "image/jpeg", bytes: file.bytes)
    let parts = try form(world, more: [photo(), bad])
    let reply = world.submit("anfrage", parts)
    #expect(reply.status == 200)
    for text in ["1 Foto erhalten: <bdi>leck.png</bdi>", "1 Datei ist nicht angekommen"] + file.said {
      #expect(reply.text.contains(text), "\(text) is not in \(reply.text)")
    }
    #expect(!reply.text.contains("<script"))
    #expect(uploads(world).count == 1)
    // The chooser on that page sends the same form with another file.
    var again = ["ref", "token", "lang", "text", "urgency", "phone", "name", "address", "leer_lassen"].map {
      FormPart($0, TestWorld.hidden($0, in: reply.text) ?? "?")
    }
    again.append(photo(Self.wide))
    let thanks = world.submit("anfrage", again)
    #expect(thanks.status == 200 && thanks.text.contains("1 Foto erhalten"), "\(thanks.text)")
    #expect(!thanks.text.contains("nicht angekommen"))
    #expect(uploads(world).count == 2)
    let ticket = try world.list(.tickets)
    #expect(ticket.count == 1 && ticket.first?["summary"] == "Ada Muster\nDorfstrasse 1\nLeitung tropft")
    #expect(uploads(world).allSatisfy { ticket.first?["photos"]?.contains($0) == true })
  }

  @Test func `of seven photos five are taken, and the others can be sent after`() throws {
    let world = try TestWorld()
    let photos = (1...7).map {
      photo(Array(Self.png[..<19]) + [UInt8($0)] + Self.png[20...], name: "\($0).png")
    }
    let reply = world.submit("anfrage", try form(world, more: photos))
    #expect(reply.status == 200 && reply.text.contains("5 Fotos erhalten"), "\(reply.text)")
    #expect(reply.text.contains("2 Dateien sind nicht angekommen"))
    #expect(reply.text.contains("<bdi>6.png</bdi>: nicht mehr mitgenommen, es gehen höchstens 5"))
    #expect(reply.text.contains("<bdi>7.png</bdi>"))
    #expect(uploads(world).count == 5)
    let token = try #require(TestWorld.hidden("token", in: reply.text))
    let thanks = world.submit("anfrage", try form(world, token: token, more: Array(photos.suffix(2))))
    #expect(thanks.status == 200 && thanks.text.contains("2 Fotos erhalten"))
    #expect(uploads(world).count == 7)
    #expect(try world.list(.tickets).count == 1)
  }

  @Test func `a hundred files that are none are not all listed`() throws {
    let world = try TestWorld()
    let files = (0..<100).map { _ in photo(Self.html) }
    let reply = world.submit("anfrage", try form(world, more: files))
    #expect(reply.text.contains("100 Dateien sind nicht angekommen") && reply.text.contains("und 92 weitere"))
  }

  @Test func `photos above the limit for all come back as a form with the words in it`() throws {
    let world = try TestWorld()
    let parts = try form(world, more: [photo()])
    let reply = world.browse(
      "anfrage", method: "POST", body: TestWorld.multipart(parts),
      contentType: "multipart/form-data; boundary=XyZ",
      variables: ["CONTENT_LENGTH": String((45 << 20) + 1)])
    #expect(reply.status == 413)
    #expect(reply.text.contains("erlaubt sind 45 MB") && reply.text.contains("Leitung tropft"))
    #expect(reply.text.contains("079 123 45 67") && reply.text.contains("Dorfstrasse 1"))
    #expect(try world.list(.tickets).isEmpty)
    #expect(uploads(world).isEmpty)
  }

  @Test func `a photo cut short by a broken connection costs only itself`() throws {
    let world = try TestWorld()
    let body = TestWorld.multipart(
      try form(world, more: [photo(), photo(Self.png + [UInt8](repeating: 0, count: 4000))]))
    let reply = world.browse(
      "anfrage", method: "POST", body: Array(body.dropLast(2000)),
      contentType: "multipart/form-data; boundary=XyZ")
    #expect(reply.status == 200)
    #expect(uploads(world).count == 1)
  }

  /// Another photo, two pixels wide, and where it begins to differ from the first.
  private static let wide = Array(png[..<19]) + [2] + png[20...]
  private static let wideHead = Array(wide[12..<24])

  /// Sends the first bytes of a form: then the connection breaks off.
  private func sendCutOff(_ parts: [FormPart], _ world: TestWorld, after marker: [UInt8]) throws -> Int {
    let body = TestWorld.multipart(parts)
    let end = try #require(body.firstRange(of: marker)?.upperBound)
    return world.browse(
      "anfrage", method: "POST", body: Array(body[..<end]), contentType: "multipart/form-data; boundary=XyZ"
    ).status
  }

  @Test
  func `a form that was cut off within its photos is a ticket, and sent again it brings the missing ones`()
    throws
  {
    let world = try TestWorld()
    let parts = try form(world, more: [photo(), photo(Self.wide)])
    for _ in 0..<2 {
      #expect(try sendCutOff(parts, world, after: Self.wideHead) == 200)
      #expect(uploads(world).count == 1)
    }
    for _ in 0..<2 {
      let reply = world.submit("anfrage", parts)
      #expect(reply.status == 200 && reply.text.contains("2 Fotos"), "\(reply.text)")
      #expect(uploads(world).count == 2)
    }
    // Whole now: a copy that breaks off adds nothing.
    #expect(try sendCutOff(parts, world, after: Self.wideHead) == 200)
    #expect(uploads(world).count == 2)
    let tickets = try world.list(.tickets)
    #expect(tickets.map { $0["summary"] } == ["Ada Muster\nDorfstrasse 1\nLeitung tropft"])
    let paths = uploads(world).map { "uploads/doerfler/\($0)" }
    #expect(paths.allSatisfy { tickets.first?["photos"]?.contains($0) == true })
    #expect(try world.eventTypes().filter { $0 == "wizard_submitted" }.count == 1)
  }

  @Test func `a form that was cut off within its words leaves nothing, and the next try brings them all`()
    throws
  {
    let world = try TestWorld()
    let parts = try form(world, more: [photo()])
    for marker in ["Leitung", "079 123 45 67\r\n--XyZ", "Ada Muster\r\n--XyZ", "Dorfstrasse 1\r\n--XyZ"] {
      #expect(try sendCutOff(parts, world, after: Array(marker.utf8)) == 422)
      #expect(try world.list(.tickets).isEmpty)
    }
    #expect(world.submit("anfrage", parts).status == 200)
    #expect(try world.list(.tickets).first?["summary"] == "Ada Muster\nDorfstrasse 1\nLeitung tropft")
    #expect(uploads(world).count == 1)
  }

  @Test func `copies of a form that break off count against the address`() throws {
    let world = try TestWorld()
    let parts = try form(world, more: [photo(), photo(Self.wide)])
    let answers = try (0..<22).map { _ in try sendCutOff(parts, world, after: Self.wideHead) }
    #expect(answers == [Int](repeating: 200, count: 20) + [429, 429])
    #expect(uploads(world).count == 1)
  }

  @Test(arguments: ["multipart/form-data", "multipart/form-data; boundary=", "text/plain", ""])
  func `a body without a boundary is a clear page and nothing else`(type: String) throws {
    let world = try TestWorld()
    let reply = world.browse("anfrage", method: "POST", body: Array("x=1".utf8), contentType: type)
    #expect((400..<500).contains(reply.status))
    #expect(reply.text.contains("<h1>"))
    #expect(try world.list(.tickets).isEmpty)
  }

  @Test func `a form sent without a file chooser works too`() throws {
    let world = try TestWorld()
    let pairs = try form(world).map { "\($0.name)=\(percentText($0.bytes))" }.joined(separator: "&")
    let reply = world.browse(
      "anfrage", method: "POST", body: Array(pairs.utf8), contentType: "application/x-www-form-urlencoded")
    #expect(reply.status == 200)
    #expect(try world.list(.tickets).count == 1)
  }

  private func percentText(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      let hex = String(byte, radix: 16, uppercase: true)
      return "%" + (hex.count == 1 ? "0" + hex : hex)
    }.joined()
  }

  @Test func `a forged or old token gives the form back and the next try works`() throws {
    let world = try TestWorld()
    #expect(world.submit("anfrage", try form(world, token: "1-2-3")).status == 422)
    let old = try form(world)
    world.clock.advance(seconds: 25 * 3600)
    let reply = world.submit("anfrage", old)
    #expect(reply.status == 422)
    #expect(reply.text.contains("Leitung tropft"))
    #expect(try world.list(.tickets).isEmpty)
    #expect(world.submit("anfrage", try form(world)).status == 200)
  }

  @Test(arguments: ["https://spam", "Muster Haustechnik AG", " "])
  func `whoever fills in the hidden field is asked one question, and answered is heard`(value: String) throws
  {
    let world = try TestWorld()
    let parts = try form(world, more: [photo()]).map {
      $0.name == "leer_lassen" ? FormPart("leer_lassen", value) : $0
    }
    let asked = world.submit("anfrage", parts)
    #expect(asked.status == 422)
    #expect(asked.text.contains("Ich bin ein Mensch") && asked.text.contains("name=\"person\""))
    #expect(asked.text.contains("Leitung tropft") && asked.text.contains("Fotos noch einmal"))
    #expect(try world.list(.tickets).isEmpty)
    #expect(uploads(world).isEmpty)
    // As the browser sends it next: with the new token, and what fills the field fills it again.
    let token = try #require(TestWorld.hidden("token", in: asked.text))
    let answered = parts.map { $0.name == "token" ? FormPart("token", token) : $0 }
    #expect(world.submit("anfrage", answered).status == 422)
    let reply = world.submit("anfrage", [FormPart("person", "1")] + answered)
    #expect(reply.status == 200)
    #expect(try world.list(.tickets).first?["summary"] == "Ada Muster\nDorfstrasse 1\nLeitung tropft")
    #expect(uploads(world).count == 1)
  }

  @Test func `the box stays ticked while something else is wrong`() throws {
    let world = try TestWorld()
    let parts = try form(world, text: "").map { $0.name == "leer_lassen" ? FormPart("leer_lassen", "x") : $0 }
    let reply = world.submit("anfrage", parts + [FormPart("person", "1")])
    #expect(reply.status == 422)
    #expect(reply.text.contains("name=\"person\"") && reply.text.contains(" checked required"))
  }

  @Test(arguments: ["", "Muster Haustechnik AG"])
  func `a form that lay open at the update is taken, whatever stands in its old hidden field`(value: String)
    throws
  {
    let world = try TestWorld()
    let parts = try form(world, more: [photo()]).map {
      $0.name == "leer_lassen" ? FormPart("company_url", value) : $0
    }
    #expect(world.submit("anfrage", parts).status == 200)
    #expect(try world.list(.tickets).count == 1)
    #expect(uploads(world).count == 1)
    // Cut off within the photos, its words are all there too.
    let other = try TestWorld()
    let cut = try form(other, more: [photo(), photo(Self.wide)]).map {
      $0.name == "leer_lassen" ? FormPart("company_url", value) : $0
    }
    #expect(try sendCutOff(cut, other, after: Self.wideHead) == 200)
    #expect(try other.list(.tickets).count == 1)
  }

  @Test func `forms are limited by number and by address`() throws {
    let world = try TestWorld()
    for _ in 0..<5 { #expect(world.submit("anfrage", try form(world)).status == 200) }
    #expect(world.submit("anfrage", try form(world)).status == 429)
    for index in 0..<15 {
      let parts = try form(world, phone: "07811122\(10 + index)")
      #expect(world.submit("anfrage", parts).status == 200)
    }
    #expect(world.submit("anfrage", try form(world, phone: "0763334455")).status == 429)
    world.clock.advance(seconds: 3601)
    #expect(world.submit("anfrage", try form(world, phone: "0763334455")).status == 200)
  }

  @Test func `without the database the form comes back with what was typed`() throws {
    let world = try TestWorld()
    let parts = try form(world, more: [photo()])
    try Files.remove(world.home.database)
    let reply = world.submit("anfrage", parts)
    #expect(reply.status == 503)
    #expect(reply.text.contains("Leitung tropft"))
    #expect(uploads(world).isEmpty)
    #expect(world.browse("anfrage", Self.link).status == 200)
  }

  @Test(arguments: [
    ("fr", "fr"), ("it-CH,it;q=0.9,de;q=0.5", "it"), ("en-US", "en"), ("ja", "de"), ("", "de"),
  ])
  func `the page speaks the visitor's language, else the tenant's`(accept: String, language: String) throws {
    let page = try TestWorld().browse("anfrage", headers: ["ACCEPT_LANGUAGE": accept])
    #expect(page.text.contains("<html lang=\"\(language)\">"))
  }
}
