// HolidayCalendarTests.swift - calendars on the web among a tenant's holidays: read once a day, kept when they fail, and
// heeded wherever a promise is made.

import Business
import Curl
import LocalTime
import Platform
import Runner
import Store
import TestSupport
import Testing

/// A calendar on the tests' own internet.
private final class PublishedCalendar {
  static let url = "https://schule.example/1-2-3/ferien.ics?key=geheim"
  var answer: (HTTPRequest) -> Result<HTTPReply, HTTPFailure> = { _ in .success(HTTPReply(status: 404)) }
  private(set) var requests: [HTTPRequest] = []
  private(set) var times: [Timestamp] = []

  static func text(_ days: [String]) -> String {
    let events = days.map { "BEGIN:VEVENT\r\nUID:\($0)\r\nDTSTART;VALUE=DATE:\($0)\r\nEND:VEVENT\r\n" }
      .joined()
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\(events)END:VCALENDAR\r\n"
  }

  func says(_ days: String..., headers: [String: String] = [:]) {
    let body = Array(PublishedCalendar.text(days).utf8)
    answer = { _ in .success(HTTPReply(status: 200, headers: headers, body: body)) }
  }

  func says(status: Int) { answer = { _ in .success(HTTPReply(status: status)) } }

  func header(_ name: String) -> String? { requests.last?.headers.first { $0.name == name }?.value }

  func listen(in world: TestWorld) {
    let others = world.transport.otherSites
    world.transport.otherSites = { [self, clock = world.clock] request in
      guard request.url == PublishedCalendar.url else { return others(request) }
      requests.append(request)
      times.append(clock.now)
      return answer(request)
    }
  }
}

struct HolidayCalendarTests {
  /// Tuesday, 10 February 2026, 10:00 in Zurich.
  private let world: TestWorld
  private let calendar = PublishedCalendar()

  init() throws {
    world = try TestWorld { $0.holidays = [.calendar(url: PublishedCalendar.url)] }
    calendar.listen(in: world)
  }

  private func days() throws -> [String] {
    try world.store().daysOff(
      tenant: "doerfler", calendars: [PublishedCalendar.url],
      from: try #require(CivilDate(iso8601: "2026-02-10"))
    ).compactMap {
      if case .day(let year?, let month, let day) = $0 { "\(year)-\(month)-\(day)" } else { nil }
    }
  }

  private func row() throws -> HolidayCalendarRow? { try world.store().holidayCalendars().first }

  private func promise(to caller: String) throws -> String? {
    try world.text("2", from: caller)
    return try world.list(.tickets).last?["sla_due_at"]
  }

  // MARK: promises

  @Test
  func `a day that the calendar names is a day off for promises and for who is told, as one of the settings`()
    throws
  {
    try world.changeTenant {
      $0.notify = [
        .init(channel: .sms, to: "+41796660001", on: [.new], when: .business),
        .init(channel: .sms, to: "+41796660002", on: [.new], when: .offHours),
      ]
    }
    calendar.says("20260210", "20260211")
    // Nothing is known yet: 240 minutes of Tuesday, from 10:00, with an hour at noon.
    #expect(try promise(to: "+41791110001") == "2026-02-10T14:00:00Z")
    try world.run()
    #expect(try days() == ["2026-2-10", "2026-2-11"])
    // From Thursday, 08:00.
    #expect(try promise(to: "+41791110002") == "2026-02-12T11:00:00Z")
    try world.run(after: 2)
    #expect(try world.texts(to: "+41791110002").last?.contains("Donnerstag 12:00") == true)
    #expect(try world.texts(to: "+41796660001").count == 1)
    #expect(try world.texts(to: "+41796660002").count == 1)
    // Said on the telephone, and on the form.
    try world.call(from: "+41434445566") { $0.pressed = ["2"] }
    #expect(try world.list(.tickets).last?["sla_due_at"]?.hasPrefix("2026-02-12") == true)
    #expect(world.browse("anfrage").text.contains("Donnerstag 12:00"))
  }

  @Test func `the day of return after a vacation is none of the calendar's`() throws {
    try world.changeTenant {
      $0.vacationFrom = CivilDate(year: 2026, month: 2, day: 9)
      $0.vacationTo = CivilDate(year: 2026, month: 2, day: 22)
    }
    calendar.says("20260223")
    try world.run()
    world.miss()
    try world.run(after: 30)
    #expect(try world.texts().first?.contains("ab Dienstag, 24. Feb.") == true)
  }

  @Test func `a tenant without a calendar pays nothing for those that have one`() throws {
    calendar.says("20260210")
    try world.run()
    try world.addTenant("other", number: "+41435550111")
    world.miss(to: "+41435550111")
    let statements = ProcessStatements(path: world.home.database)
    try world.text("2", to: "+41435550111")
    #expect(!statements.stop().contains { $0.contains("calendar_days") || $0.contains("holiday_calendars") })
    let others = ProcessStatements(path: world.home.database)
    try world.text("2", from: "+41791110003")
    #expect(others.stop().contains { $0.contains("calendar_days") })
  }

  // MARK: reading

  @Test func `it is asked once a day, and "unchanged" keeps its days`() throws {
    calendar.says("20260225", headers: ["etag": "\"a\"", "last-modified": "Mon, 09 Feb 2026 08:00:00 GMT"])
    try world.run()
    try world.run(after: 23 * 3600)
    #expect(calendar.requests.count == 1)
    #expect(calendar.header("If-None-Match") == nil)
    calendar.says(status: 304)
    try world.run(after: 2 * 3600)
    #expect(calendar.requests.count == 2)
    #expect(calendar.header("If-None-Match") == "\"a\"")
    #expect(calendar.header("If-Modified-Since") == "Mon, 09 Feb 2026 08:00:00 GMT")
    #expect(try days() == ["2026-2-25"])
    #expect(try row()?.error == nil)
    // Another copy takes the old one's place.
    calendar.says("20260226", headers: ["etag": "\"b\""])
    try world.run(after: 25 * 3600)
    #expect(try days() == ["2026-2-26"])
    #expect(try row()?.etag == "\"b\"" && row()?.lastModified == nil)
  }

  @Test func `a calendar that says "unchanged" for ever is read whole each month, as by another time zone`()
    throws
  {
    calendar.says("20260225", headers: ["etag": "\"a\""])
    try world.run()
    try world.run(after: 31 * 86_400)
    #expect(calendar.requests.count == 2 && calendar.header("If-None-Match") == nil)
    try world.changeTenant { $0.timezone = "Europe/London" }
    try world.run(after: 25 * 3600)
    #expect(calendar.requests.count == 3 && calendar.header("If-None-Match") == nil)
    try world.run(after: 25 * 3600)
    #expect(calendar.header("If-None-Match") == "\"a\"")
  }

  @Test(arguments: [404, 410, 500, 301, 304, 204])
  func `a calendar that fails keeps its last good copy, and is asked again after an hour`(status: Int) throws
  {
    calendar.says("20260225")
    try world.run()
    calendar.says(status: status)
    try world.run(after: 25 * 3600)
    let asked = calendar.requests.count
    #expect(try row()?.error?.hasPrefix("HTTP \(status)") == true)
    #expect(try days() == ["2026-2-25"])
    try world.run(after: 1800)
    #expect(calendar.requests.count == asked)
    try world.run(after: 1900)
    #expect(calendar.requests.count == asked + 1)
    // The same failure again is no news.
    #expect(world.log.lines.filter { $0.contains("HTTP \(status)") }.count == 1)
    #expect(!world.log.lines.contains { $0.contains("geheim") })
    calendar.says("20260224")
    try world.run(after: 3700)
    #expect(try row()?.error == nil && row()?.readAt != nil)
  }

  @Test(arguments: ["", "<html>", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260301\r\n"])
  func `what is no whole calendar changes nothing`(text: String) throws {
    calendar.says("20260225")
    try world.run()
    calendar.answer = { _ in .success(HTTPReply(status: 200, body: Array(text.utf8))) }
    try world.run(after: 25 * 3600)
    #expect(try days() == ["2026-2-25"])
    #expect(try row()?.error?.hasPrefix("the answer ") == true)
  }

  @Test
  func `it goes the way of strangers, unless the operator trusts the host; little is read, and not for long`()
    throws
  {
    calendar.says("20260225")
    try world.run()
    let request = try #require(calendar.requests.first)
    #expect(request.destination == .stranger)
    #expect(request.maxReplyBytes == 1 << 20)
    #expect(request.timeoutMilliseconds == 20_000 && request.connectTimeoutMilliseconds == 5000)
    world.installation.trustedHosts = ["schule.example"]
    try world.apply()
    try world.run(after: 25 * 3600)
    #expect(calendar.requests.last?.destination == .trusted)
  }

  @Test
  func `one that left the settings is forgotten, one of a tenant that is switched off is only left alone`()
    throws
  {
    calendar.says("20260225")
    try world.run()
    try world.changeTenant { $0.active = false }
    try world.run(after: 25 * 3600)
    #expect(calendar.requests.count == 1)
    #expect(try days() == ["2026-2-25"])
    try world.changeTenant {
      $0.active = true
      $0.holidays = []
    }
    try world.run(after: 60)
    #expect(try row() == nil && days() == [])
  }

  @Test func `many are read one after the other, and each tenant's are its own`() throws {
    calendar.says("20260225")
    for number in 0..<3 {
      try world.addTenant("t\(number)", number: "+4143555011\(number)") {
        $0.holidays = [.calendar(url: PublishedCalendar.url)]
      }
    }
    try world.run()
    #expect(calendar.requests.count == 4)
    #expect(Set(calendar.times).count == 4)
    #expect(try world.store().holidayCalendars().map(\.tenant) == ["doerfler", "t0", "t1", "t2"])
  }

  @Test func `a slow calendar keeps no SMS waiting`() throws {
    calendar.answer = { [clock = world.clock] _ in
      clock.advance(milliseconds: 19_000)
      return .failure(.ambiguous("timed out"))
    }
    world.miss()
    world.clock.advance(seconds: 30)
    try world.run()
    // The SMS left first: while it waits no calendar is asked.
    let sent = try #require(try world.list(.messages).first { $0["kind"] == "missed_call" })
    #expect(sent["state"] == "accepted")
    #expect(try row()?.error == "timed out")
  }

  @Test func `the clock set back does not keep a calendar from being read`() throws {
    calendar.says("20260225")
    try world.run()
    world.clock.set(bySeconds: -48 * 3600)
    try world.run(after: 60)
    #expect(calendar.requests.count == 2)
  }
}

/// With libcurl, against a server on this machine.
struct HolidayCalendarServerTests {
  private func world(_ url: String, trusted: Bool) throws -> TestWorld {
    let world = try TestWorld { $0.holidays = [.calendar(url: url)] }
    if trusted { world.installation.trustedHosts = ["127.0.0.1"] }
    try world.apply()
    return world
  }

  /// Lets the job alone work until it has its answer.
  private func fetch(_ world: TestWorld, milliseconds: Int64 = 20_000) throws -> HolidayCalendarRow? {
    let transport = CurlTransport()
    let context = try BatchContext(
      home: world.home, store: try world.store(), transport: transport, clock: world.clock.wallClock,
      zones: TimeZones(), log: Log(program: "test") { _ in })
    context.millisecondsLeft = milliseconds
    let job = FetchHolidays(context: context)
    try job.step(at: world.clock.now)
    // A run that ends does not wait for it.
    #expect(job.idleRequests == 1)
    let end = ContinuousClock.now + .seconds(15)
    while !job.isFinished, .now < end { transport.poll(milliseconds: 50) }
    #expect(job.isFinished)
    return try world.store().holidayCalendars().first
  }

  private static let text = PublishedCalendar.text(["20260225"])

  @Test func `a calendar is read, and asked for again by its mark`() throws {
    try withServer(
      .reply(httpReply(headers: ["ETag: \"x\"", "Content-Type: text/calendar"], body: Self.text)),
      then: .reply("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n")
    ) { server in
      let world = try world("\(server.url)/a.ics", trusted: true)
      let first = try fetch(world)
      #expect(first?.error == nil && first?.etag == "\"x\"" && first?.copiedAt == world.clock.now)
      world.clock.advance(seconds: 25 * 3600)
      let second = try fetch(world)
      #expect(
        second?.readAt == world.clock.now && second?.error == nil && second?.copiedAt == first?.copiedAt)
      #expect(server.seen.requests.last?.head.contains("If-None-Match: \"x\"") == true)
      #expect(server.seen.requests.last?.line == "GET /a.ics HTTP/1.1")
    }
  }

  @Test(arguments: ["404 Not Found", "500 Internal Server Error", "403 Forbidden"])
  func `a refusal is said as it is`(status: String) throws {
    try withServer(.reply(httpReply(status, body: Self.text))) { server in
      let row = try fetch(try world(server.url, trusted: true))
      #expect(row?.error == "HTTP \(status.prefix(3))")
    }
  }

  @Test func `a server that says nothing is given up in time`() throws {
    try withServer(.silence) { server in
      let row = try fetch(try world(server.url, trusted: true), milliseconds: 5000)
      #expect(row?.error?.contains("timed out") == true)
    }
  }

  @Test func `of a gigabyte one MiB is read, and it is no calendar`() throws {
    let endless =
      "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nBEGIN:VCALENDAR\r\nX:"
      + String(repeating: "x", count: 3 << 20)
    try withServer(.reply(endless)) { server in
      let row = try fetch(try world(server.url, trusted: true))
      #expect(row?.error == "the answer ends in the middle, or is larger than 1 MiB")
    }
  }

  @Test func `a redirect is not followed, wherever it leads`() throws {
    try withServer(.reply(httpReply(body: Self.text))) { other in
      try withServer(.reply(httpReply("302 Found", headers: ["Location: \(other.url)/"]))) { server in
        let row = try fetch(try world(server.url, trusted: true))
        #expect(row?.error == "HTTP 302, a redirect: write the address that it leads to")
        #expect(other.seen.connections == 0)
      }
    }
  }

  @Test func `a private address is not connected to, unless the operator trusts it`() throws {
    try withServer(.reply(httpReply(body: Self.text))) { server in
      for host in ["127.0.0.1", "localhost", "2130706433"] {
        let row = try fetch(try world("https://\(host):\(server.port)/a.ics", trusted: false))
        #expect(row?.error == HTTPFailure.privateAddress)
        #expect(row?.readAt == nil)
      }
      #expect(server.seen.connections == 0)
    }
  }
}
