// BrowserTests.swift - wizard and inbox on a phone without JavaScript: a real browser, the shipped programs.
//
// With SCREENSHOTS=FOLDER in the environment each kind of page is kept there as a picture.

import Crypto
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: Chromium.program != nil, "chromium is not installed: run `make test`"))
  struct BrowserTests {
    @Test
    func `from a missed call to the finished ticket`() async throws {
      let world = try PhoneWorld()
      let shipped = world.shipped
      let caller = try BrowserPage(world.browser)
      let photo = try PhonePhoto(drawnBy: caller)
      let file = "\(world.browser.folder)/IMG_0001.JPG"
      try Files.writeAtomically(photo.bytes, to: file)
      #expect(photo.bytes.contains(PhonePhoto.latitude))

      // The link
      let call = try shipped.standInProgram(
        "call", "--from", ShippedInstallation.caller, "--to", ShippedInstallation.number, "--outcome", "busy",
        "--ring", "1")
      try #require(call.exitCode == 0, "\(call.output)\(call.errors)")
      #expect(
        try await world.text(1, to: ShippedInstallation.caller).contains("3 = Anfrage mit Details senden"))
      try world.reply("3")
      let answer = try await world.text(2, to: ShippedInstallation.caller)
      let link = try PhoneWorld.link(in: answer)
      #expect(link == "https://\(world.host)/anfrage?ref=missed_call&phone=%2B41791234567")
      #expect(try shipped.list("tickets").isEmpty, "the wizard makes the ticket")

      // The form; there is no certificate for 127.0.0.1
      try caller.open("http" + link.dropFirst("https".count))
      #expect(try caller.value("#phone") == "079 123 45 67")
      #expect(try caller.text("header")?.contains("Dörfler AG") == true)
      #expect(try shipped.list("events").contains { $0["type"] == "wizard_link_opened" })
      try world.look(at: caller)
      try caller.type(
        "Im Keller tropft die Leitung seit heute früh.\nDas Wasser läuft schon in den Gang.", into: "#text")
      try caller.tap("label[for=urgency-high]")
      try caller.choose(files: [file], in: "#photos")
      try caller.type("Ada Müller", into: "#name")
      try caller.type("Rütistrasse 7, 8400 Winterthur", into: "#address")
      try world.look(at: caller, as: "wizard", enlarged: true)
      try caller.awaitingLoad { try caller.tap("button[type=submit]") }

      // Thanks, with the promise
      let thanks = try #require(try caller.text())
      #expect(thanks.contains("Vielen Dank") && thanks.contains("1 Foto erhalten"), "\(thanks)")
      #expect(thanks.contains(/spätestens bis (heute|morgen) \d\d:(00|15|30|45)\./), "\(thanks)")
      try world.look(at: caller, as: "thank-you", enlarged: true)
      let ticket = try shipped.only("tickets")
      #expect([ticket["urgency"], ticket["status"], ticket["source"]] == ["HIGH", "NEW", "missed_call"])
      #expect(caller.statuses.allSatisfy { $0 == 200 })
      world.expectPeace(caller)

      // What is kept of the photo
      let stored = try #require(try world.storedPhotos().first)
      #expect(!stored.contains(PhonePhoto.latitude) && !stored.contains(Array(PhonePhoto.place.utf8)))
      #expect(stored.count > photo.bytes.count - 400 && stored.count < photo.bytes.count)

      try await work(world, photoSize: stored.count)
    }

    /// The tenant's side: from the notice to the empty list.
    private func work(_ world: PhoneWorld, photoSize: Int) async throws {
      let notice = try await world.text(1, to: PhoneWorld.staff)
      #expect(notice.contains("DRINGEND") && notice.contains("Keller tropft"), "\(notice)")
      let link = try PhoneWorld.link(in: notice)
      #expect(link.hasPrefix("\(world.shipped.publicURL)/inbox?k="))
      let staff = try BrowserPage(world.browser)
      try staff.open(link)
      let opened = try staff.address()
      #expect(
        opened.hasPrefix("\(world.shipped.publicURL)/inbox?id="), "the request, and no key in the address")
      try staff.open("\(world.shipped.publicURL)/inbox")
      #expect(try staff.text()?.contains("Im Keller tropft die Leitung") == true)
      #expect(try staff.ask("document.querySelector('article a[href^=tel]').href").text == "tel:+41791234567")
      try world.look(at: staff, as: "inbox")

      try staff.awaitingLoad { try staff.tap("article h3 a") }
      let page = try staff.address()
      let text = try #require(try staff.text())
      #expect(text.contains("Ada Müller") && text.contains("Rütistrasse 7"), "\(text)")
      try staff.tap("#photos")
      let isLoaded = try eventually(within: 10) {
        try staff.ask("document.querySelector('.photos img').naturalWidth").number == 1200
      }
      #expect(isLoaded, "the photo, turned upright")
      #expect(try staff.ask("document.querySelector('.photos img').naturalHeight").number == 1600)
      try world.look(at: staff, as: "ticket")
      try staff.awaitingLoad { try staff.tap(".photos a") }
      #expect(try staff.ask("document.contentType").text == "image/jpeg")
      let scale = try staff.ask("visualViewport.scale").number ?? 1
      #expect(scale * 1200 < 361, "the photo alone fits the phone")

      // Work
      try staff.open(page)
      try staff.awaitingLoad { try staff.tap("button[value=start]") }
      #expect(try staff.text()?.contains("In Arbeit") == true)
      try staff.type("Zurückgerufen, Monteur fährt um 11 Uhr los.", into: "#note")
      try staff.awaitingLoad { try staff.tap("button[value=done]") }
      #expect(try staff.address() == page + "&did=done")
      #expect(try staff.text()?.contains("Monteur fährt um 11 Uhr los.") == true, "in the history")
      try world.look(at: staff, as: "ticket-done")
      try staff.awaitingLoad { try staff.tap(".tabs a") }
      #expect(try staff.ask("document.querySelectorAll('article').length").number == 0)
      #expect(try staff.text()?.contains("Keine offenen Anfragen") == true)
      try world.look(at: staff)
      let ticket = try world.shipped.only("tickets")
      #expect(ticket["status"] == "DONE")
      #expect(ticket["summary"]?.contains("Monteur") == false, "a note is none of the caller's words")

      // Out
      let statuses = staff.statuses
      #expect(statuses.allSatisfy { $0 == 200 }, "\(statuses)")
      world.expectPeace(staff)
      try staff.awaitingLoad { try staff.tap("header button") }
      try staff.open(page)
      #expect(staff.statuses.last == 403)
      #expect(try staff.text()?.contains("Müller") == false)
    }

    @Test
    func `a form with a mistake comes back as it was typed, and asks for the photos again`() async throws {
      let world = try PhoneWorld()
      let page = try BrowserPage(world.browser)
      let file = "\(world.browser.folder)/IMG_0002.JPG"
      try Files.writeAtomically(try PhonePhoto(drawnBy: page).bytes, to: file)
      try page.open("\(world.wizard)?ref=missed_call&phone=%2B41791234567")

      // The browser itself stops an empty form.
      let pages = page.statuses.count
      try page.tap("button[type=submit]")
      let isStopped = try eventually(within: 10) {
        try page.ask("document.activeElement.id").text == "text"
      }
      #expect(isStopped)
      #expect(page.statuses.count == pages)

      // Blanks get past it. Long words and markup are what they are: words.
      let long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenreinigung"
      let hostile = "<img src=x onerror=alert(1)>\"><script>document.title='x'</script>"
      try page.type("  ", into: "#text")
      try page.type(long, into: "#name")
      try page.type(hostile, into: "#address")
      try page.tap("label[for=urgency-high]")
      try page.choose(files: [file, file], in: "#photos")
      try page.awaitingLoad { try page.tap("button[type=submit]") }
      #expect(page.statuses.last == 422)
      let text = try #require(try page.text())
      #expect(text.contains("Bitte schreiben Sie kurz, was passiert ist."), "\(text)")
      #expect(text.contains("Bitte wählen Sie Ihre Fotos noch einmal aus."), "\(text)")
      #expect(try page.ask("document.activeElement.className").text == "summary")
      #expect(try page.text("#\(try describedBy(page, "#text"))")?.contains("was passiert ist") == true)
      #expect(try page.text("#\(try describedBy(page, "#photos"))")?.contains("noch einmal") == true)
      #expect(try page.value("#name") == long)
      #expect(try page.value("#address") == hostile)
      #expect(try page.value("#phone") == "079 123 45 67")
      #expect(try page.ask("document.querySelector('#urgency-high').checked").isTrue)
      #expect(try page.ask("document.title").text?.contains("Ihre Anfrage") == true)
      try world.look(at: page, as: "errors", enlarged: true)
      #expect(try world.storedPhotos().isEmpty, "nothing is kept of a form that was not taken")
      #expect(try world.shipped.list("tickets").isEmpty)

      // Mended, it is taken.
      try page.type("Heizung kalt", into: "#text")
      try page.choose(files: [file], in: "#photos")
      try page.awaitingLoad { try page.tap("button[type=submit]") }
      #expect(page.statuses.last == 200)
      #expect(try world.storedPhotos().count == 1)
      let ticket = try world.shipped.only("tickets")
      #expect(ticket["summary"] == "\(long)\n\(hostile)\nHeizung kalt")
      // The browser reports the 422 itself; that is no fault of the page.
      world.expectPeace(page, allowing: "status of 422")

      // The same words on the tenant's phone: the notice's link opens its request.
      let staff = try BrowserPage(world.browser)
      try staff.open(try PhoneWorld.link(in: try await world.text(1, to: PhoneWorld.staff)))
      try world.look(at: staff)
      #expect(try staff.text()?.contains(hostile) == true)
      #expect(try staff.ask("document.querySelectorAll('script, img[src=x]').length").number == 0)
      try world.look(at: staff)
      world.expectPeace(staff)
    }

    /// An address book's entry as Chrome keeps it.
    private static let address = [
      ("NAME_FULL", "Ada Müller"), ("COMPANY_NAME", "Müller Haustechnik AG"),
      ("ADDRESS_HOME_STREET_ADDRESS", "Rütistrasse 7"), ("ADDRESS_HOME_LINE1", "Rütistrasse 7"),
      ("ADDRESS_HOME_CITY", "Winterthur"), ("ADDRESS_HOME_ZIP", "8400"), ("ADDRESS_HOME_COUNTRY", "CH"),
      ("PHONE_HOME_WHOLE_NUMBER", "+41791234567"), ("EMAIL_ADDRESS", "ada@example.ch"),
    ]

    @Test(arguments: ["#name", "#phone", "#address"])
    func `the browser's autofill, company and all, costs nobody the request`(field: String) async throws {
      let world = try PhoneWorld()
      let page = try BrowserPage(world.browser)
      try page.open("\(world.wizard)?ref=missed_call")
      try page.type("Heizung kalt", into: "#text")
      let filled = try page.autofill(Self.address, at: field)
      #expect(filled["name"] == "Ada Müller" && filled["phone"] == "+41791234567", "\(filled)")
      #expect(
        filled["leer_lassen"] == nil && !filled.values.contains { $0.contains("Haustechnik") }, "\(filled)")
      #expect(try page.value("[name=leer_lassen]") == "")
      try page.awaitingLoad { try page.tap("button[type=submit]") }
      #expect(page.statuses.last == 200)
      #expect(try world.shipped.only("tickets")["summary"]?.hasSuffix("Heizung kalt") == true)
      world.expectPeace(page)

      // Should another program fill it all the same, one tap is enough.
      let other = try BrowserPage(world.browser)
      try other.open(world.wizard)
      try other.type("Boiler leckt", into: "#text")
      try other.type("079 765 43 21", into: "#phone")
      _ = try other.ask("document.querySelector('[name=leer_lassen]').value = 'Müller Haustechnik AG'")
      try other.awaitingLoad { try other.tap("button[type=submit]") }
      #expect(other.statuses.last == 422)
      #expect(try other.value("#text") == "Boiler leckt")
      #expect(try other.ask("document.activeElement.className").text == "summary")
      try world.look(at: other, as: "person", enlarged: true)
      try other.tap("label[for=person]")
      try other.awaitingLoad { try other.tap("button[type=submit]") }
      #expect(other.statuses.last == 200)
      #expect(try world.shipped.list("tickets").count == 2)
    }

    @Test
    func `photos of all kinds are taken, one that is too large is named, and a smaller one is sent after`()
      async throws
    {
      let world = try PhoneWorld()
      let page = try BrowserPage(world.browser)
      let photo = try PhonePhoto(drawnBy: page).bytes
      func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let path = "\(world.browser.folder)/\(name)"
        try Files.writeAtomically(bytes, to: path)
        return path
      }
      let kinds = try [
        file("a.jpg", photo), file("b.PNG", SmallPicture.png), file("c.webp", SmallPicture.webp),
        file("d.heic", SmallPicture.heic),
        file(
          "Wasserschaden im Keller, Wand links oben neben dem Boiler.jpg",
          photo + [UInt8](repeating: 0, count: 8 << 20)),
      ]
      try page.open(world.wizard)
      try page.type("Heizung kalt", into: "#text")
      try page.type("079 123 45 67", into: "#phone")
      try page.choose(files: kinds, in: "#photos")
      let chosen = try page.ask("document.querySelector('#photos').files.length").number
      #expect(chosen == 5, "the chooser takes them all")
      try page.awaitingLoad { try page.tap("button[type=submit]") }
      let text = try #require(try page.text())
      #expect(text.contains("4 Fotos erhalten: a.jpg, b.PNG, c.webp, d.heic"), "\(text)")
      #expect(text.contains("Wasserschaden im Keller,…m Boiler.jpg: zu gross"), "\(text)")
      try world.look(at: page, as: "thank-you-missing", enlarged: true)
      try page.choose(files: [try file("klein.png", .onePixel)], in: "#photos")
      try page.awaitingLoad { try page.tap("button[type=submit]") }
      #expect(try page.text()?.contains("1 Foto erhalten: klein.png") == true)
      #expect(try world.storedPhotos().count == 5)
      #expect(try world.shipped.only("tickets")["summary"] == "Heizung kalt")
      world.expectPeace(page)
    }

    /// The first element that describes a field: its error where it has one.
    private func describedBy(_ page: BrowserPage, _ field: String) throws -> String {
      let ids = try page.ask("document.querySelector('\(field)').getAttribute('aria-describedby')").text
      return String(try #require(ids?.split(separator: " ").first))
    }

    @Test func `scripts are off in these tests, and the pages are looked at closely`() throws {
      let world = try PhoneWorld()
      let bait = """
        <!DOCTYPE html><html lang="de"><title>still</title><body style="margin:0">
        <img src="http://www.example.ch/pixel.png"><div id="wide" style="width:400px">breit</div>
        <script>document.title = 'ran'</script>
        """
      let page = try BrowserPage(world.browser)
      let file = "\(world.browser.folder)/bait.html"
      try Files.writeAtomically(Array(bait.utf8), to: file)
      try page.open("file://\(file)")
      #expect(try page.ask("document.title").text == "still")
      #expect(try page.overflowing().contains { $0.contains("wide") })
      #expect(page.requests.contains { $0.url == "http://www.example.ch/pixel.png" })
      #expect(page.complaints.contains { $0.contains("ERR_NAME_NOT_RESOLVED") })
    }
  }
}

/// One red square in the other kinds, made with Pillow and pillow-heif.
private enum SmallPicture {
  static let png = decoded(
    """
    iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAGUlEQVR4nGPcYmPDQApgIkn1qIZRDUNKAwDJHQFM6e2YDwAAAABJRU5E\
    rkJggg==
    """)
  static let webp = decoded(
    """
    UklGRh4AAABXRUJQVlA4TBEAAAAvD8ADAAdQntKWp/+BiOh/AAA=
    """)
  static let heic = decoded(
    """
    AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAXxtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJp\
    bG9jAAAAAERAAAEAAQAAAAABoAABAAAAAAAAACYAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAAB\
    AAAA/GlwcnAAAADcaXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEA\
    AQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xybmNseAABAA0ABoAAAAAU\
    aXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAEAAAAAEAAAAQAAAAAf///9AAAAAC////0AAAAAIAAAAQcGl4aQAAAAADCAgIAAAAGGlw\
    bWEAAAAAAAAAAQABBYECAwWEAAAALm1kYXQAAAAiKAGvBBITTOD46cJoP8qX1GVT88n7QKsr40mfd7EYkqn/oA==
    """)

  private static func decoded(_ text: String) -> [UInt8] { base64Decoded(text) ?? [] }
}
