// StaticProgramTests.swift - the shipped handlers: fully static, and at home without an environment.

import Glibc
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct StaticProgramTests {
    @Test(arguments: ShippedPrograms.handlers)
    func `a shipped handler needs no dynamic loader`(name: String) throws {
      let types = try programHeaderTypes(try Files.read("\(ShippedPrograms.cgiBin)/\(name)"))
      let load: UInt32 = 1
      let interpreter: UInt32 = 3
      #expect(types.contains(load))
      #expect(!types.contains(interpreter), "\(name) is a dynamic executable")
    }

    @Test func `the programs of the batch need no newer system and no other library than the guide says`()
      throws
    {
      let check = Files.parent(of: Files.parent(of: #filePath)) + "/check-portable.sh"
      let programs = [ShippedPrograms.opsfabric, ShippedPrograms.bootstrap].filter { !$0.isEmpty }
      let result = try ProgramRunner.run(check, programs, environment: ["PATH": "/usr/bin:/bin"])
      #expect(result.exitCode == 0, "\(result.errors)")
      // It does look: this one needs SQLite's library and Debian's libcurl, or is at least as new as this machine.
      let other = try #require(ProgramRunner.find("sqlite3") ?? ProgramRunner.find("curl"))
      let strange = try ProgramRunner.run(check, [other], environment: ["PATH": "/usr/bin:/bin"])
      #expect(strange.exitCode == 1 && !strange.errors.isEmpty, "\(other)")
    }

    /// `p_type` of each program header of a 64-bit little-endian ELF file.
    private func programHeaderTypes(_ file: [UInt8]) throws -> [UInt32] {
      func number(_ offset: Int, _ size: Int) -> Int {
        (0..<size).reduce(0) { $0 | Int(file[offset + $1]) << (8 * $1) }
      }
      try #require(file.count > 64 && Array(file[0..<6]) == [0x7f, 0x45, 0x4c, 0x46, 2, 1])
      let (table, size, count) = (number(32, 8), number(54, 2), number(56, 2))
      try #require(table + size * count <= file.count)
      return (0..<count).map { UInt32(number(table + size * $0, 4)) }
    }

    @Test func `all handlers are there, and take the room of one`() {
      #expect(ShippedPrograms.handlers.sorted() == Handlers.all)
      let files = ShippedPrograms.handlers.map { name in
        var status = stat()
        return stat("\(ShippedPrograms.cgiBin)/\(name)", &status) == 0 ? status.st_ino : 0
      }
      #expect(Set(files).count == 1)
    }

    @Test func `a file is the handler whose name it has, else the one that the web server says it runs`()
      throws
    {
      let folder =
        "\(ProgramRunner.temporaryFolder)/opsfabric-renamed-\(RandomSource.system.token(bytes: 8))"
      try Files.makeFolder(folder)
      defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }
      for name in ["health", "other"] {
        try WebServer.copyProgram("\(ShippedPrograms.cgiBin)/voice", to: "\(folder)/\(name)")
      }
      let cgi = [
        "REQUEST_METHOD": "GET", "GATEWAY_INTERFACE": "CGI/1.1", "SCRIPT_FILENAME": "/www/cgi-bin/health",
      ]
      for name in ["health", "other"] {
        let answer = try ProgramRunner.run("\(folder)/\(name)", environment: cgi)
        #expect(answer.output.hasPrefix("Status: 503") && answer.errors.hasPrefix("health:"), "\(answer)")
      }
      let nameless = try ProgramRunner.run("\(folder)/other", environment: ["GATEWAY_INTERFACE": "CGI/1.1"])
      #expect(nameless.output.hasPrefix("Status: 500") && nameless.errors.contains("dial-result"))
      let typed = try ProgramRunner.run("\(folder)/other", environment: [:])
      #expect(typed.exitCode == 2 && typed.output == "" && typed.errors.contains("dial-result"))
      let names = try ProgramRunner.run("\(folder)/other", ["--names"], environment: [:])
      #expect(names.exitCode == 0 && names.output.split(separator: "\n").map(String.init) == Handlers.all)
    }

    @Test(arguments: ShippedPrograms.webhooks)
    func `a handler with nothing but CGI variables finds its home and records`(name: String) throws {
      let shipped = try ShippedInstallation()
      let (fields, query) = shipped.goodWebhook(name)
      let request = shipped.request(name, fields, query: query)
      let body = request.body ?? []
      // As suexec passes it on: no HOME, no PATH, no OPSFABRIC_HOME, no TZ.
      let result = try ProgramRunner.run(
        "\(shipped.cgiBin)/\(name)",
        environment: [
          "GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1", "REQUEST_METHOD": "POST",
          "SCRIPT_NAME": "/cgi-bin/\(name)", "QUERY_STRING": query, "CONTENT_LENGTH": String(body.count),
          "CONTENT_TYPE": "application/x-www-form-urlencoded",
          "HTTP_X_TWILIO_SIGNATURE": request.headers.first { $0.0 == "X-Twilio-Signature" }?.1 ?? "",
        ], input: body)
      #expect(result.exitCode == 0)
      #expect(result.output.hasPrefix("Status: 20"), "\(result.output)\(result.errors)")
      #expect(result.errors == "")
      // A report on a message we never sent changes nothing.
      if !["sms-status", "ring"].contains(name) { #expect(try !shipped.list("events").isEmpty) }
    }

    @Test func `health tells a monitor the truth`() throws {
      let shipped = try ShippedInstallation()
      let variables = ["REQUEST_METHOD": "GET", "QUERY_STRING": "", "GATEWAY_INTERFACE": "CGI/1.1"]
      let before = try ProgramRunner.run("\(shipped.cgiBin)/health", environment: variables)
      #expect(before.output.hasPrefix("Status: 503"), "no run yet: \(before.output)")
      #expect(try shipped.opsfabric("run").exitCode == 0)
      let after = try ProgramRunner.run("\(shipped.cgiBin)/health", environment: variables)
      #expect(after.output.hasPrefix("Status: 200"), "\(after.output)")
      #expect(after.output.contains("\"status\":\"ok\""))
      let answer = WebClient.send(WebRequest("GET", "\(shipped.publicURL)/health"))
      #expect(answer.status == 200)
      #expect(answer.headers["content-type"] == "application/json")
    }

    @Test func `a handler without a home says what to do`() throws {
      let folder =
        "\(ProgramRunner.temporaryFolder)/opsfabric-homeless-\(RandomSource.system.token(bytes: 8))"
      try Files.makeFolder(folder)
      defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }
      try WebServer.copyProgram("\(ShippedPrograms.cgiBin)/voice", to: "\(folder)/voice")
      let result = try ProgramRunner.run("\(folder)/voice", environment: ["REQUEST_METHOD": "POST"])
      #expect(result.output.hasPrefix("Status: 503"))
      #expect(result.errors.contains("OPSFABRIC_HOME"))
    }
  }
}
