// RetryFragmentTests.swift - every address of ours that Twilio gets asks it to try again, and none is signed with that.

import StandIn
import TestSupport
import Testing

struct RetryFragmentTests {
  private static let fragment = "#rc=3&rp=ct,rt,5xx"

  private func addresses(_ verbs: [Verb]) -> [String] {
    verbs.flatMap { verb in
      ["action", "url", "statusCallback"].compactMap { verb[$0] } + addresses(verb.children)
    }
  }

  private func addresses(in text: String) throws -> [String] { addresses(try TwiML.parse(text)) }

  @Test func `dial action, screening, menu and key lead to us, and Twilio tries again`() throws {
    let world = try TestWorld { $0.screening = true }
    let fields = world.callFields("CA1", from: "+41434445566", status: "ringing")
    let voice = try addresses(in: world.post("voice", fields).text)
    #expect(
      voice == [
        "\(TestWorld.publicURL)/dial-result\(Self.fragment)",
        "\(TestWorld.publicURL)/screen?tenant=doerfler&call=CA1\(Self.fragment)",
      ])
    let screen = try addresses(
      in: world.post("screen", [("CallSid", "CA2")], query: "tenant=doerfler&call=CA1").text)
    #expect(screen == ["\(TestWorld.publicURL)/screen?tenant=doerfler&call=CA1\(Self.fragment)"])
    let missed = try addresses(
      in: world.post("dial-result", fields + [("DialCallStatus", "no-answer")]).text)
    #expect(missed == ["\(TestWorld.publicURL)/menu\(Self.fragment)"])
    let again = try addresses(in: world.post("menu", fields + [("Digits", "9")]).text)
    #expect(again == missed)
  }

  @Test func `a message's reports come to an address with the fragment, and are signed without it`() throws {
    let world = try TestWorld()
    world.miss()
    try world.run(after: 31)
    let asked = try #require(try world.standIn.messages(to: TestWorld.caller).first?.statusCallback)
    #expect(asked == "\(TestWorld.publicURL)/sms-status?m=1\(Self.fragment)")
    try world.deliverReports()
    #expect(try world.list(.messages).first?["state"] == "delivered")
  }

  @Test func `a signature that holds the fragment is wrong`() throws {
    let world = try TestWorld()
    let fields = world.callFields("CA1", status: "ringing")
    // Signed by a signer that does not drop it: the base text is another.
    let signature = WebhookSigner.sign(
      url: "\(TestWorld.publicURL)/voice%23rc=3", params: fields, token: TestWorld.token)
    #expect(world.post("voice", fields, signature: signature).status == 403)
  }
}
