// ConnectEndToEndTests.swift - `opsfabric connect` as it ships, against the stand-in behind a web server.

import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct ConnectEndToEndTests {
    private static let geographic = "+41435550188"
    private static let fragment = "#rc=3&rp=ct,rt,5xx"

    private func voiceURL(_ shipped: ShippedInstallation, _ number: String) throws -> String? {
      try shipped.standIn.settings(ofNumber: number)?["voice_url"]
    }

    private func changes(_ shipped: ShippedInstallation) throws -> Int {
      try shipped.standIn.requests().filter { $0.action == "numbers.update" }.count
    }

    @Test func `a dry run shows what the real one then does, reads back, and finds done`() throws {
      let shipped = try ShippedInstallation()
      let voice = "\(shipped.publicURL)/voice\(Self.fragment)"
      let dry = try shipped.opsfabric("connect", "doerfler", "--dry-run")
      #expect(dry.exitCode == 0, "\(dry.errors)")
      #expect(dry.lines.contains("  voice_url: not set") && dry.lines.contains("    -> \(voice)"))
      #expect(dry.lines.last == "  dry run: nothing was changed", "\(dry.output)")
      #expect(try changes(shipped) == 0 && voiceURL(shipped, ShippedInstallation.number) == "")

      let real = try shipped.opsfabric("connect", "doerfler")
      #expect(real.exitCode == 0, "\(real.errors)")
      #expect(real.lines.last == "  changed, and read back: Twilio has it so", "\(real.output)")
      #expect(real.lines.dropLast() == dry.lines.dropLast(), "the dry run promised something else")
      #expect(try changes(shipped) == 1 && voiceURL(shipped, ShippedInstallation.number) == voice)

      let again = try shipped.opsfabric("connect", "doerfler")
      #expect(again.exitCode == 0 && again.output.contains("all as it should be, nothing was changed"))
      #expect(try changes(shipped) == 1)
    }

    @Test func `a fallback on the same host is warned of, and refused as an option`() throws {
      let shipped = try ShippedInstallation()
      let result = try shipped.opsfabric("connect", "doerfler")
      #expect(result.exitCode == 0)
      #expect(
        result.errors.hasPrefix("warning: the voice fallback is on the host it is meant to replace\n"),
        "\(result.errors)")
      #expect(result.errors.contains("opsfabric connect doerfler --fallback URL"))

      let same = "http://127.0.0.1:1/doerfler.xml"
      let refused = try shipped.opsfabric("connect", "doerfler", "--fallback", same)
      #expect(refused.exitCode == 2 && refused.errors.contains("another host than"), "\(refused.errors)")
      #expect(try changes(shipped) == 1)

      // Another name is another host, and its file is looked at.
      let elsewhere = "\(shipped.web.url.replacing("127.0.0.1", with: "localhost"))/doerfler.xml"
      let missing = try shipped.opsfabric("connect", "doerfler", "--fallback", elsewhere)
      #expect(
        missing.exitCode == 0 && missing.errors.contains("\(elsewhere) answers 404"), "\(missing.errors)")
      let file = try Files.read("\(shipped.home.fallback)/doerfler.xml")
      try Files.writeAtomically(
        file, to: "\(Files.parent(of: shipped.cgiBin))/doerfler.xml", mode: 0o644)
      let there = try shipped.opsfabric("connect", "doerfler")
      #expect(there.exitCode == 0 && !there.errors.contains("answers 404"), "\(there.errors)")
      #expect(there.output.contains("nothing was changed"), "it is kept from then on")
    }

    @Test func `a geographic number without SMS is set up for calls, and told as the sender`() throws {
      let shipped = try ShippedInstallation(tenants: [
        "doerfler": ShippedInstallation.tenant(number: Self.geographic)
      ])
      try shipped.standIn.addNumber(Self.geographic, account: ShippedInstallation.account, sms: false)
      let result = try shipped.opsfabric("connect", "doerfler")
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(result.lines.first == "\(Self.geographic): voice yes, SMS no; voice number, sender")
      #expect(
        result.errors.contains(
          "warning: the sender \(Self.geographic) is a geographic number and cannot do SMS\n"),
        "\(result.errors)")
      #expect(result.errors.contains("buy a mobile number with SMS at Twilio"))
      let set = try #require(try shipped.standIn.settings(ofNumber: Self.geographic))
      #expect(set["voice_url"] == "\(shipped.publicURL)/voice\(Self.fragment)" && set["sms_url"] == "")
    }

    @Test func `a mobile number without SMS, and countries that are not enabled, are told`() throws {
      let shipped = try ShippedInstallation()
      let number = ShippedInstallation.number
      try shipped.standIn.addNumber(number, account: ShippedInstallation.account, sms: false)
      try shipped.standIn.set("sms_countries", to: "CH LI")
      try shipped.standIn.set("voice_countries", to: "DE")
      let result = try shipped.opsfabric("connect", "doerfler", "--dry-run")
      #expect(result.exitCode == 0)
      for words in ["the sender \(number) cannot do SMS", "may not text to DE", "may not call CH"] {
        #expect(result.errors.contains(words), "\(words) in \(result.errors)")
      }
      #expect(try changes(shipped) == 0)
    }

    @Test func `a number that is not there, and a Twilio that refuses or is away, are failures`() throws {
      let missing = try ShippedInstallation(tenants: [
        "doerfler": ShippedInstallation.tenant(number: Self.geographic)
      ])
      let absent = try missing.opsfabric("connect", "doerfler")
      #expect(absent.exitCode == 1)
      #expect(absent.errors.contains("\(Self.geographic) is not among the numbers"), "\(absent.errors)")

      let shipped = try ShippedInstallation()
      try shipped.standIn.plan(
        "numbers.update", fault: .refuse(httpStatus: 400, code: 21402), times: 1)
      let refused = try shipped.opsfabric("connect", "doerfler")
      #expect(refused.exitCode == 1 && refused.errors.contains("was not changed"), "\(refused.errors)")
      try shipped.standIn.addAccount(sid: ShippedInstallation.account, token: "another")
      let strange = try shipped.opsfabric("connect", "doerfler")
      #expect(strange.exitCode == 1)
      #expect(strange.errors.contains("correct account_sid and auth_token"), "\(strange.errors)")
      shipped.twilio.stop()
      #expect(try shipped.opsfabric("connect", "doerfler").exitCode == 1)
      #expect(try shipped.opsfabric("connect", "nobody").exitCode == 2)
    }
  }
}
