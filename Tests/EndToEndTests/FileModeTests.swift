// FileModeTests.swift - whatever a program makes is its owner's alone, also where the host's umask is careless.

import Glibc
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct FileModeTests {
    /// Runs a program as a careless shell does.
    private func carelessly(
      _ command: String, _ environment: [String: String], input: [UInt8] = []
    ) throws -> ProgramResult {
      try ProgramRunner.run(
        "/bin/sh", ["-c", "umask 0; exec \(command)"],
        environment: environment.merging(["PATH": "/usr/bin:/bin"]) { first, _ in first }, input: input)
    }

    /// Everything below a folder, with its mode.
    private func modes(_ folder: String) throws -> [(path: String, mode: mode_t, isFolder: Bool)] {
      var found: [(String, mode_t, Bool)] = []
      for name in try Files.list(folder) {
        let path = "\(folder)/\(name)"
        let isFolder = (try? Files.list(path)) != nil
        found.append((path, Files.mode(path) ?? 0o7777, isFolder))
        if isFolder { found += try modes(path) }
      }
      return found
    }

    @Test func `every file but the fallback is 0600 or stricter and every folder 0700, whatever the umask`()
      throws
    {
      let shipped = try ShippedInstallation()
      let home = Home("\(shipped.folder)/careless")
      let environment = ["OPSFABRIC_HOME": home.path]
      let opsfabric = ShippedPrograms.opsfabric
      #expect(try carelessly("\(opsfabric) init", environment).exitCode == 0)
      for name in ["opsfabric.json5", "tenants/doerfler.json5"] {
        try Files.writeAtomically(
          try Files.read("\(shipped.home.config)/\(name)"), to: "\(home.config)/\(name)")
      }
      try Files.remove("\(home.tenants)/example.json5")
      let applied = try carelessly("\(opsfabric) apply", environment)
      try #require(applied.exitCode == 0, "\(applied.errors)")

      // A handler that records, one that keeps in the spool, and one that stores a photo.
      func handle(_ kind: String, _ fields: [(String, String)]) throws -> ProgramResult {
        let request = shipped.request(kind, fields)
        let body = request.body ?? []
        let variables = [
          "REQUEST_METHOD": "POST", "CONTENT_LENGTH": String(body.count), "QUERY_STRING": "",
          "CONTENT_TYPE": "application/x-www-form-urlencoded",
          "HTTP_X_TWILIO_SIGNATURE": request.headers.first { $0.0 == "X-Twilio-Signature" }?.1 ?? "",
        ]
        return try carelessly(
          "\(shipped.cgiBin)/\(kind)", environment.merging(variables) { first, _ in first }, input: body)
      }
      #expect(try handle("voice", shipped.callFields("CA1")).output.hasPrefix("Status: 200"))
      try Files.move(home.database, to: "\(home.data)/away")
      #expect(try handle("sms", shipped.smsFields("SM1", "2")).errors.contains("spooled"))
      #expect(try !Files.list(home.spool).filter { $0.hasSuffix(".webhook") }.isEmpty)
      let spooled = try modes(home.spool)
      try Files.move("\(home.data)/away", to: home.database)
      let host = ["HTTP_HOST": "www.doerfler.example", "REQUEST_URI": "/anfrage", "QUERY_STRING": ""]
      let page = try carelessly(
        "\(shipped.cgiBin)/anfrage",
        environment.merging(host.merging(["REQUEST_METHOD": "GET"]) { $1 }) { $1 })
      let token = try #require(TestWorld.hidden("token", in: page.output))
      let jpeg: [UInt8] =
        [
          0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 6, 0x40, 4, 0xB0, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0,
          0x3F, 0,
        ]
        + Array("a picture".utf8) + [0xFF, 0xD9]
      let form = TestWorld.multipart([
        FormPart("token", token), FormPart("text", "x"), FormPart("urgency", "MED"),
        FormPart("phone", "079 123 45 67"), FormPart("name", "x"),
        FormPart(file: "photos", filename: "a.jpg", type: "image/jpeg", bytes: jpeg),
      ])
      let sent = [
        "REQUEST_METHOD": "POST", "CONTENT_TYPE": "multipart/form-data; boundary=XyZ",
        "CONTENT_LENGTH": String(form.count),
      ]
      let thanks = try carelessly(
        "\(shipped.cgiBin)/anfrage", environment.merging(host.merging(sent) { $1 }) { $1 }, input: form)
      #expect(thanks.output.hasPrefix("Status: 200"), "\(thanks.output.prefix(200))")
      #expect(try carelessly("\(opsfabric) run", environment).exitCode == 0)
      #expect(try carelessly("\(opsfabric) report", environment).exitCode == 0)

      let everything = try modes(home.path) + spooled + [(home.path, Files.mode(home.path) ?? 0, true)]
      for (path, mode, isFolder) in everything {
        let name = path.dropFirst(home.path.count)
        // The fallback's files hold nothing secret, and a web server elsewhere is to serve copies of them.
        let most: mode_t = isFolder ? 0o700 : name.hasPrefix("/fallback/") ? 0o644 : 0o600
        #expect(mode & ~most == 0, "\(name) has mode \(String(mode, radix: 8))")
      }
      // All that the walk was meant to meet.
      for part in [
        "settings.sqlite3", "opsfabric.sqlite3", ".webhook", "/uploads/doerfler/", "/fallback/", "/reports/",
      ] {
        #expect(everything.contains { $0.path.contains(part) }, "\(part)")
      }
    }
  }
}
