// TestWorld+Forms.swift - forms as visitors and floods send them.

import Business
import CGI
import LocalTime

extension TestWorld {
  /// A world at ten o'clock whose caller has a missed-call SMS.
  package static func texted(_ change: (inout Tenant) -> Void = { _ in }) throws -> TestWorld {
    let world = try TestWorld(at: TestWorld.tuesdayMorning.adding(minutes: -1), change)
    world.miss()
    try world.run(after: 31)
    let left = TestWorld.tuesdayMorning.milliseconds(since: world.clock.now)
    world.clock.advance(milliseconds: Int(left))
    return world
  }

  /// Opens the form and sends it.
  @discardableResult
  package func sendForm(
    phone: String = TestWorld.caller, text: String = "Leitung tropft", urgency: String = "MED",
    ref: String = "", address: String = "192.0.2.7"
  ) throws -> CGIResponse {
    let page = browse("anfrage", address: address).text
    return submit(
      "anfrage",
      [
        FormPart("ref", ref), FormPart("token", TestWorld.hidden("token", in: page) ?? ""),
        FormPart("lang", "de"), FormPart("text", text), FormPart("urgency", urgency),
        FormPart("phone", phone), FormPart("name", "Ada Muster"), FormPart("address", ""),
        FormPart("leer_lassen", ""),
      ], address: address)
  }
}
