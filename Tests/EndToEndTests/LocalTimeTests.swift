// LocalTimeTests.swift - local time in the static executables, where Foundation's time zones do not work:
// the promised time in a confirmation, against Python's zoneinfo.

import TestSupport
import Testing

extension EndToEnd {
  struct LocalTimeTests {
    static let zones = [
      "Europe/Zurich": "+41797770101", "America/St_Johns": "+41797770102",
      "Pacific/Kiritimati": "+41797770103",
      "Asia/Kathmandu": "+41797770104",
    ]

    /// Start of a ticket (to the second, cut) -> "heute 16:30", for the second's begin and its end.
    private static let script = """
      import sys
      from datetime import datetime, timedelta, timezone
      from zoneinfo import ZoneInfo
      zone = ZoneInfo(sys.argv[1])
      begin = datetime.fromisoformat(sys.argv[2].replace("Z", "+00:00"))
      for now in (begin, begin + timedelta(milliseconds=999)):
          due = (now + timedelta(minutes=240)).astimezone(zone)
          wall = due.replace(tzinfo=None)
          past = timedelta(minutes=wall.minute % 15, seconds=wall.second, microseconds=wall.microsecond)
          if past:
              due = (due.astimezone(timezone.utc) + timedelta(minutes=15) - past).astimezone(zone)
          days = (due.date() - now.astimezone(zone).date()).days
          print(("heute", "morgen")[days], due.strftime("%H:%M"))
      """

    @Test(.enabled(if: Python.program != nil, "python3 is not installed"))
    func `the promised time is the tenant's local time`() throws {
      let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map { "\($0): [\"00:00-24:00\"]" }
      var tenants: [String: String] = [:]
      for (zone, number) in Self.zones {
        let more =
          "timezone: \"\(zone)\", sla: { callback_minutes: 240 }, "
          + "business_hours: { \(days.joined(separator: ", ")) },"
        tenants[Self.id(zone)] = ShippedInstallation.tenant("Muster GmbH", number: number, more: more)
      }
      let shipped = try ShippedInstallation(tenants: tenants)
      for (zone, number) in Self.zones {
        let answer = shipped.post("sms", shipped.smsFields("SM\(Self.id(zone))", "2", to: number))
        #expect(answer.status == 200, "\(answer.text)")
      }
      let messages = try shipped.list("messages")
      let tickets = try shipped.list("tickets")
      #expect(messages.count == Self.zones.count)
      for zone in Self.zones.keys {
        let body = messages.first { $0["tenant"] == Self.id(zone) }?["body"] ?? ""
        let created = try #require(tickets.first { $0["tenant"] == Self.id(zone) }?["created_at"])
        let expected = try #require(try Python.ask(Self.script, [zone, created]))
        let texts = expected.split(separator: "\n").map {
          "Rückruf notiert. Muster GmbH ruft bis \($0) zurück."
        }
        #expect(texts.count == 2 && texts.contains(body), "\(zone) at \(created): \(body)")
      }
      // The four clocks differ, so a program that took one zone for all would be found out.
      #expect(Set(messages.compactMap { $0["body"] }).count == Self.zones.count)
    }

    private static func id(_ zone: String) -> String {
      String(zone.lowercased().map { $0 == "/" || $0 == "_" ? "-" : $0 })
    }
  }
}
