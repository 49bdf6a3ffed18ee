// TestWorld+Forget.swift - the operator forgets a number, and a search of all files' raw bytes for what is left.

import Business
import CGI
import Erasing
import Platform
import Runner

package enum RawFiles {
  /// Files below a folder that hold one of these texts, as `path: text`. Names in `leaving` are not opened.
  package static func holding(
    _ texts: [String], below folder: String, leaving: (String) -> Bool = { _ in false }
  ) throws -> [String] {
    var found: [String] = []
    for name in try Files.list(folder) where !leaving(name) {
      let path = "\(folder)/\(name)"
      if Files.isFolder(path) {
        found += try holding(texts, below: path, leaving: leaving)
      } else {
        let bytes = try Files.read(path)
        found += texts.filter { bytes.contains(Array($0.utf8)) }.map { "\(name): \($0)" }
      }
    }
    return found
  }

  /// The ways a Swiss number may be written.
  package static func spellings(of number: String) -> [String] {
    guard let phone = PhoneNumber(e164: number) else { return [number] }
    let digits = String(number.dropFirst())
    return [digits, String(digits.dropFirst(2)), phone.written(in: "CH")]
  }
}

extension TestWorld {
  /// `opsfabric forget`.
  @discardableResult
  package func forget(_ number: String = TestWorld.caller) throws -> ForgetOutcome {
    guard let phone = PhoneNumber(userTyped: number, defaultCountry: "CH") else { throw NoNumber() }
    return try ForgetNumber(context: try batchContext(), number: phone).run()
  }

  package func batchContext() throws -> BatchContext {
    let log = log
    return try BatchContext(
      home: home, store: try store(), transport: transport, clock: clock.wallClock, zones: TimeZones(),
      log: Log(program: "opsfabric") { log.add($0) })
  }

  package struct NoNumber: Error {}

  /// Where the number or the words still stand, in the installation's own files.
  package func remains(of number: String = TestWorld.caller, _ words: [String] = []) throws -> [String] {
    try RawFiles.holding(RawFiles.spellings(of: number) + words, below: home.path) {
      $0.hasPrefix("standin.sqlite3")
    }
  }

  /// A form filled in by a caller, with a photo.
  package func fillIn(
    text: String, phone: String = "079 123 45 67", name: String = "Ada Muster", photo: [UInt8],
    address: String = "192.0.2.7"
  ) -> CGIResponse {
    let page = browse("anfrage", "ref=missed_call&phone=%2B41791234567").text
    return submit(
      "anfrage",
      [
        FormPart("ref", "missed_call"), FormPart("token", TestWorld.hidden("token", in: page) ?? ""),
        FormPart("lang", "de"), FormPart("text", text), FormPart("urgency", "MED"), FormPart("phone", phone),
        FormPart("name", name), FormPart("address", "Dorfstrasse 1"), FormPart("company_url", ""),
        FormPart(file: "photos", filename: "leck.png", type: "image/png", bytes: photo),
      ], address: address)
  }
}

extension [UInt8] {
  /// A PNG of one pixel.
  package static let onePixel: [UInt8] = [
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0,
    1, 8, 6, 0, 0, 0, 0x1F, 0x15, 0xC4, 0x89, 0, 0, 0, 13, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0xF8,
    0xFF, 0xFF, 0xFF, 0x7F, 0, 9, 0xFB, 3, 0xFD, 5, 0x43, 0x45, 0xCA, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44,
    0xAE, 0x42, 0x60, 0x82,
  ]
}
