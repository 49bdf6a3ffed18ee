// DoctorEndToEndTests.swift - `opsfabric doctor` on a real installation: exit codes, JSON, real addresses.

import Glibc
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct DoctorEndToEndTests {
    @Test func `a home is walked from nothing to a working installation by its first fault`() throws {
      let folder = "\(ProgramRunner.temporaryFolder)/opsfabric-new-\(RandomSource.system.token(bytes: 8))"
      defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }
      let environment = ["OPSFABRIC_HOME": folder]
      func program(_ words: String...) throws -> ProgramResult {
        try ProgramRunner.run(ShippedPrograms.opsfabric, words, environment: environment)
      }
      func firstFault() throws -> JSONLine {
        try #require(try DoctorsWord(program("doctor", "--offline", "--json")).faults.first)
      }
      #expect(try firstFault()["check"] == "home")
      #expect(try firstFault()["cure"]?.hasSuffix("opsfabric init") == true)
      #expect(try program("init").exitCode == 0)
      #expect(try firstFault()["detail"]?.contains("public_url") == true)
      let configuration = """
        { public_url: "https://hooks.example.ch/cgi-bin", alerts: { sms: ["+41790000001"] },
          twilio: { account_sid: "\(ShippedInstallation.account)", auth_token: "token" } }
        """
      try Files.writeAtomically(Array(configuration.utf8), to: "\(folder)/config/opsfabric.json5")
      #expect(try firstFault()["cure"] == "opsfabric apply")
      #expect(try program("apply").exitCode == 0)
      #expect(try firstFault()["check"] == "tenants")
      try Files.writeAtomically(
        Array(ShippedInstallation.tenant().utf8), to: "\(folder)/config/tenants/doerfler.json5")
      #expect(try firstFault()["cure"] == "opsfabric apply")
      #expect(try program("apply").exitCode == 0)
      #expect(try firstFault()["check"] == "cron")
      #expect(try program("run").exitCode == 0)
      #expect(try DoctorsWord(program("doctor", "--offline", "--json")).faults.isEmpty)
    }

    @Test func `real addresses are asked, and connect mends what doctor finds`() throws {
      let shipped = try ShippedInstallation()
      #expect(try shipped.opsfabric("run").exitCode == 0)
      func complaints() throws -> [String: String] {
        let word = try DoctorsWord(shipped.opsfabric("doctor", "--json", "--handlers", shipped.cgiBin))
        let faults = word.faults
        return Dictionary(faults.map { ($0["check"] ?? "", $0["detail"] ?? "") }) { first, _ in first }
      }
      #expect(try complaints().keys.sorted() == ["numbers"])
      #expect(try shipped.opsfabric("connect", "doerfler").exitCode == 0)
      #expect(try complaints().isEmpty)

      // A file of its own first: the program here is a second name of the built one.
      let menu = "\(shipped.cgiBin)/menu"
      try Files.writeAtomically(try Files.read(menu), to: menu, mode: 0o600)
      #expect(try complaints()["public-url"]?.hasPrefix("menu: ") == true)
      chmod(menu, 0o755)
      shipped.web.stop()
      #expect(try complaints()["public-url"]?.contains("cannot be reached") == true)
      shipped.twilio.stop()
      #expect(try complaints()["twilio"] != nil)
      let offline = try shipped.opsfabric("doctor", "--offline", "--handlers", shipped.cgiBin)
      #expect(
        offline.exitCode == 0 && offline.lines.contains { $0.hasPrefix("no faults") }, "\(offline.output)")
    }
  }
}
