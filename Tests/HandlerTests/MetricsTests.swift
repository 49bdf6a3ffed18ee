// MetricsTests.swift - the figures for a monitor: who may read them, how they are written, and that they are right.

import Business
import CGI
import LocalTime
import Platform
import SQLite
import StandIn
import Store
import TestSupport
import Testing
import Web

struct MetricsTests {
  private static let secret = "0123456789abcdef0123"

  private static let families = [
    "missedcall_calls counter", "missedcall_decisions counter", "missedcall_messages gauge",
    "missedcall_outbox_overdue gauge", "missedcall_outbox_held gauge", "missedcall_tickets_open gauge",
    "missedcall_tickets_overdue gauge", "missedcall_alerts_open gauge", "missedcall_spool_files gauge",
    "missedcall_queue_messages gauge", "missedcall_last_run_timestamp_seconds gauge",
    "missedcall_last_copy_timestamp_seconds gauge", "missedcall_send_lateness_seconds histogram",
  ]

  private func world(secret: String? = MetricsTests.secret) throws -> TestWorld {
    let world = try TestWorld()
    world.installation.metricsSecret = secret.map(Secret.init)
    try world.apply()
    return world
  }

  private func ask(
    _ world: TestWorld, _ authorization: String? = "Bearer \(MetricsTests.secret)", _ method: String = "GET"
  ) -> CGIResponse {
    var variables = ["REQUEST_METHOD": method, "QUERY_STRING": "secret=\(MetricsTests.secret)"]
    variables["HTTP_AUTHORIZATION"] = authorization
    let request = CGIRequest(variables: { variables[$0] }, readInput: { _ in [] })
    return MetricsEndpoint(context: world.endpointContext).respond(to: request)
  }

  /// Sample with its labels -> value.
  private func samples(_ world: TestWorld) throws -> [String: String] {
    let lines = ask(world).text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    return Dictionary(
      uniqueKeysWithValues: try lines.map { line in
        let blank = try #require(line.lastIndex(of: " "))
        return (String(line[..<blank]), String(line[line.index(after: blank)...]))
      })
  }

  @Test func `without the secret nobody reads them`() throws {
    let world = try world()
    for wrong in [nil, "", "Bearer", "Bearer wrong", "Basic \(Self.secret)", "Bearer \(Self.secret) x"] {
      let answer = ask(world, wrong)
      #expect(answer.status == 403, "\(wrong ?? "none")")
      #expect(!answer.text.contains("missedcall_"))
    }
    #expect(ask(world, "bearer \(Self.secret)").status == 200)
    #expect(ask(world, "Bearer \(Self.secret)", "POST").status == 405)
    let head = ask(world, "Bearer \(Self.secret)", "HEAD")
    #expect(head.status == 200 && head.body.isEmpty)
    #expect(ask(try self.world(secret: nil)).status == 403)
  }

  @Test func `who guesses is not heard any more`() throws {
    let world = try world()
    let statuses = (0..<11).map { _ in ask(world, "Bearer wrong").status }
    #expect(statuses == Array(repeating: 403, count: 10) + [429])
    #expect(ask(world).status == 429)
  }

  @Test func `every family is there with its type, also in an empty world`() throws {
    let world = try world()
    let answer = ask(world)
    #expect(answer.status == 200)
    #expect(
      answer.headers.first { $0.name == "Content-Type" }?.value
        == "application/openmetrics-text; version=1.0.0; charset=utf-8")
    let types = answer.text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map { $0.dropFirst(7) }
    #expect(types.map(String.init) == Self.families)
    #expect(answer.text.hasSuffix("\n# EOF\n"))
  }

  @Test func `a small world, word by word`() throws {
    let world = try world()
    try world.call(.answered(seconds: 60))
    world.miss()
    try world.run(after: 31)
    #expect(
      ask(world).text == """
        # TYPE missedcall_calls counter
        # HELP missedcall_calls Calls that ended, by outcome.
        missedcall_calls_total{tenant="doerfler",outcome="answered"} 1
        missedcall_calls_total{tenant="doerfler",outcome="missed"} 1
        # TYPE missedcall_decisions counter
        # HELP missedcall_decisions Missed calls decided, by reason.
        missedcall_decisions_total{tenant="doerfler",reason="sent"} 1
        # TYPE missedcall_messages gauge
        # HELP missedcall_messages Messages of the outbox, by channel, kind and state.
        missedcall_messages{tenant="doerfler",channel="sms",kind="missed_call",state="accepted"} 1
        # TYPE missedcall_outbox_overdue gauge
        # HELP missedcall_outbox_overdue Decisions and messages past their time, held ones included.
        missedcall_outbox_overdue{tenant="doerfler"} 0
        # TYPE missedcall_outbox_held gauge
        # HELP missedcall_outbox_held Messages that wait because of us.
        missedcall_outbox_held{tenant="doerfler"} 0
        # TYPE missedcall_tickets_open gauge
        # HELP missedcall_tickets_open Tickets not done, by urgency.
        # TYPE missedcall_tickets_overdue gauge
        # HELP missedcall_tickets_overdue Tickets past their promise that nobody has begun.
        missedcall_tickets_overdue{tenant="doerfler"} 0
        # TYPE missedcall_alerts_open gauge
        # HELP missedcall_alerts_open Alerts not solved, by cause.
        # TYPE missedcall_spool_files gauge
        # HELP missedcall_spool_files Webhooks that wait in the spool.
        missedcall_spool_files 0
        # TYPE missedcall_queue_messages gauge
        # HELP missedcall_queue_messages Webhooks that wait in the intake's queue.
        missedcall_queue_messages 0
        # TYPE missedcall_last_run_timestamp_seconds gauge
        # UNIT missedcall_last_run_timestamp_seconds seconds
        # HELP missedcall_last_run_timestamp_seconds The runner's last sign of life.
        missedcall_last_run_timestamp_seconds 1770714096.1
        # TYPE missedcall_last_copy_timestamp_seconds gauge
        # UNIT missedcall_last_copy_timestamp_seconds seconds
        # HELP missedcall_last_copy_timestamp_seconds Until when the newest good copy on another machine holds everything.
        # TYPE missedcall_send_lateness_seconds histogram
        # UNIT missedcall_send_lateness_seconds seconds
        # HELP missedcall_send_lateness_seconds Missed-call SMS, from due to accepted.
        missedcall_send_lateness_seconds_bucket{tenant="doerfler",le="1.0"} 0
        missedcall_send_lateness_seconds_bucket{tenant="doerfler",le="2.0"} 1
        missedcall_send_lateness_seconds_bucket{tenant="doerfler",le="5.0"} 1
        missedcall_send_lateness_seconds_bucket{tenant="doerfler",le="10.0"} 1
        missedcall_send_lateness_seconds_bucket{tenant="doerfler",le="30.0"} 1
        missedcall_send_lateness_seconds_bucket{tenant="doerfler",le="60.0"} 1
        missedcall_send_lateness_seconds_bucket{tenant="doerfler",le="300.0"} 1
        missedcall_send_lateness_seconds_bucket{tenant="doerfler",le="900.0"} 1
        missedcall_send_lateness_seconds_bucket{tenant="doerfler",le="3600.0"} 1
        missedcall_send_lateness_seconds_bucket{tenant="doerfler",le="+Inf"} 1
        missedcall_send_lateness_seconds_count{tenant="doerfler"} 1
        missedcall_send_lateness_seconds_sum{tenant="doerfler"} 1.1
        # EOF

        """)
  }

  @Test func `ids and causes are escaped`() throws {
    let world = try world()
    let database = try Database(path: world.home.database, access: .readWrite)
    try database.execute(
      script: """
        INSERT INTO counts VALUES ('calls', 'a"b\\c' || char(10) || 'd', 'missed', 3);
        INSERT INTO alerts (cause, detail, at, last_at) VALUES ('x"y\\', '', 1, 1);
        """)
    let text = ask(world).text
    #expect(text.contains(#"missedcall_calls_total{tenant="a\"b\\c\nd",outcome="missed"} 3"#))
    #expect(text.contains(#"missedcall_alerts_open{cause="x\"y\\"} 1"#))
    try judge([text])
  }

  /// A week of two tenants; counters never go back in it.
  private func week() throws -> TestWorld {
    let world = try world()
    try world.addTenant("b", number: "+41445550202")
    var before: [String: String] = [:]
    for day in 0..<7 {
      for index in 0..<4 {
        let caller = "+4179\(4_000_000 + day * 10 + index)"
        try world.call(from: caller, index == 3 ? .answered(seconds: 60) : .noAnswer)
        world.miss(from: caller, to: index == 0 ? "+41445550202" : TestWorld.number)
        try world.run(after: 31 + index * 100)
        try world.text("1", from: caller)
      }
      if day == 3 {
        try world.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: 21660), times: 3)
      }
      if day == 5 {
        try world.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: 21610), times: 3)
      }
      try world.standIn.deliverMessages()
      try world.deliverReports()
      world.clock.advance(seconds: 86_400)
      if day < 6 { try world.run() }
      let samples = try samples(world)
      for (name, value) in before where name.hasPrefix("missedcall_") && !name.contains("messages{") {
        guard name.contains("_total{") || name.contains("_bucket{") || name.contains("_count{") else {
          continue
        }
        #expect(try #require(samples[name].flatMap(Int.init)) >= (try #require(Int(value))), "\(name)")
      }
      before = samples
    }
    return world
  }

  @Test func `in a week's end each figure is the one that counting the rows gives`() throws {
    let world = try week()
    let now = world.clock.now.milliseconds
    let database = try Database(path: world.home.database, access: .readWrite)
    let counted = """
      SELECT 'missedcall_calls_total{tenant="' || tenant || '",outcome="' || outcome || '"}', count(*)
        FROM calls WHERE outcome = 'answered' OR decision IN ('sent', 'skipped') GROUP BY tenant, outcome
      UNION ALL SELECT 'missedcall_decisions_total{tenant="' || tenant || '",reason="'
          || replace(reason, 'dead', 'sent') || '"}', count(*)
        FROM calls WHERE decided_at IS NOT NULL AND decision IN ('sent', 'skipped') GROUP BY 1
      UNION ALL SELECT 'missedcall_messages{tenant="' || tenant || '",channel="' || channel || '",kind="' || kind
          || '",state="' || state || '"}', count(*) FROM messages GROUP BY 1
      UNION ALL SELECT 'missedcall_outbox_held{tenant="' || tenant || '"}', count(*) FROM messages
        WHERE held_since IS NOT NULL AND state IN ('queued', 'sending', 'failed') AND first_due_at <= \(now) GROUP BY 1
      UNION ALL SELECT 'missedcall_tickets_open{tenant="' || tenant || '",urgency="' || urgency || '"}', count(*)
        FROM tickets WHERE status <> 'DONE' GROUP BY 1
      UNION ALL SELECT 'missedcall_tickets_overdue{tenant="' || tenant || '"}', count(*) FROM tickets
        WHERE status IN ('NEW', 'NEEDS_CALLBACK') AND sla_due_at < \(now) GROUP BY 1
      UNION ALL SELECT 'missedcall_alerts_open{cause="' || cause || '"}', count(*) FROM alerts
        WHERE solved_at IS NULL GROUP BY 1
      UNION ALL SELECT 'missedcall_send_lateness_seconds_count{tenant="' || tenant || '"}', count(*) FROM messages
        WHERE kind = 'missed_call' AND sent_at IS NOT NULL GROUP BY 1
      UNION ALL SELECT 'missedcall_send_lateness_seconds_bucket{tenant="' || tenant || '",le="60.0"}', count(*)
        FROM messages WHERE kind = 'missed_call' AND sent_at - first_due_at <= 60000 GROUP BY 1
      """
    let samples = try samples(world)
    let rows = try database.rows(counted) { (name: $0.text(0), count: $0.integer(1)) }
    for row in rows { #expect(samples[row.name] == String(row.count), "\(row.name)") }
    #expect(Set(rows.map { $0.name.prefix { $0 != "{" } }).count >= 7)
    // Nothing is counted that is not there.
    let known = Set(rows.map(\.name))
    for family in [
      "missedcall_calls_", "missedcall_decisions_", "missedcall_messages", "missedcall_tickets_open",
    ] {
      for (name, value) in samples where name.hasPrefix(family) && !known.contains(name) {
        #expect(value == "0", "\(name)")
      }
    }
    let overdue = samples.filter { $0.key.hasPrefix("missedcall_outbox_overdue") }.values.compactMap(Int.init)
    #expect(overdue.reduce(0, +) == (try world.store().health(at: world.clock.now).overdue))
    let text = ask(world).text
    #expect(!text.contains("+41"), "no number")
    try judge([text])
  }

  @Test func `what is not counted yet is in the figures all the same, and nothing is counted twice`() throws {
    let world = try week()
    world.miss(from: "+41794009999")
    try world.call(.answered(seconds: 60))
    let store = try world.store()
    let before = try samples(world)
    let mark = { try store.metrics(at: world.clock.now) }
    let figures = try mark()
    while try store.countEvents() {}
    #expect(try samples(world) == before)
    #expect(try mark() == figures)
    #expect(try !store.countEvents())
    #expect(try samples(world) == before)
    // The runner counts by itself.
    try world.run(after: 31)
    let database = try Database(path: world.home.database, access: .readOnly)
    let left = try database.integer(
      "SELECT count(*) FROM ticket_events WHERE id > (SELECT n FROM counts WHERE family = 'events')")
    #expect(try #require(left) < 10)
  }

  @Test func `an older database is counted once, when it is brought up to date`() throws {
    let world = try week()
    let before = try samples(world)
    do {
      let database = try Database(path: world.home.database, access: .readWrite)
      try database.execute(
        script: """
          DROP TABLE counts;
          DROP TABLE month_figures;
          ALTER TABLE messages DROP COLUMN counted;
          ALTER TABLE inbox_links DROP COLUMN kind;
          ALTER TABLE inbox_links DROP COLUMN ticket_id;
          ALTER TABLE calls DROP COLUMN rang;
          DROP TABLE duty_stand_ins;
          DROP TABLE gaps;
          DROP TABLE copies;
          DROP TABLE installation;
          DROP TABLE calendar_days;
          DROP TABLE holiday_calendars;
          PRAGMA user_version = 10;
          """)
    }
    _ = try Store.openMigrating(world.home, journalMode: .wal)
    let after = try samples(world)
    for (name, value) in before where value != "0" { #expect(after[name] == value, "\(name)") }
    // Reports that come afterwards move what was counted.
    try world.standIn.deliverMessages()
    try world.deliverReports()
    let sent = try samples(world).filter { $0.key.hasPrefix("missedcall_messages") }.values.compactMap {
      Int($0)
    }
    let all = before.filter { $0.key.hasPrefix("missedcall_messages") }.values.compactMap { Int($0) }
    #expect(sent.reduce(0, +) == all.reduce(0, +))
  }

  // MARK: the judge

  private static let hasJudge = (try? parse("# EOF\n")) == true

  @Test(.enabled("python3 -m pip install prometheus-client") { MetricsTests.hasJudge })
  func `the parser of Prometheus reads it, and refuses what it must`() throws {
    let world = try world()
    #expect(try Self.parse(ask(world).text))
    world.miss()
    try world.run(after: 31)
    let text = ask(world).text
    #expect(try Self.parse(text))
    #expect(try !Self.parse(String(text.dropLast(6))))
  }

  @Test(.enabled(Promtool.missing) { Promtool.program != nil })
  func `Prometheus itself reads it, refuses what it must, and has nothing against the names`() throws {
    let text = ask(try week()).text
    #expect(try Promtool.values(of: text) != nil)
    #expect(try Promtool.values(of: String(text.dropLast(6))) == nil)
    #expect(try Promtool.complaints(about: text) == "")
    let nameless = text.split(separator: "\n").filter { !$0.hasPrefix("# HELP missedcall_spool_files") }
    let complaints = try Promtool.complaints(about: nameless.joined(separator: "\n"))
    #expect(complaints.contains("missedcall_spool_files no help text"), "\(complaints)")
  }

  @Test func `the rules in the documents are good ones, about figures that there are`() throws {
    let folder = "\(SwiftSource.repository)/docs/monitoring"
    let samples = Set(
      Self.families.flatMap { family in
        let words = family.split(separator: " ")
        let ends = ["counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]][words[1]] ?? [""]
        return ends.map { "\(words[0])\($0)" }
      })
    for file in ["alerts.yml", "dashboard.json"] {
      let text = String(decoding: try Files.read("\(folder)/\(file)"), as: UTF8.self)
      let named = Set(text.matches(of: /missedcall_[a-z_]+/).map { String($0.output) })
      #expect(named.count > 3 && named.isSubset(of: samples), "\(file): \(named.subtracting(samples))")
    }
    guard let promtool = Promtool.program else { return }
    let rules = try ProgramRunner.run(promtool, ["check", "rules", "\(folder)/alerts.yml"])
    #expect(rules.exitCode == 0 && rules.output.contains("SUCCESS: 8 rules found"), "\(rules.errors)")
  }

  /// Where the judges are installed.
  private func judge(_ texts: [String]) throws {
    for text in texts {
      if MetricsTests.hasJudge { #expect(try Self.parse(text)) }
      guard Promtool.program != nil else { continue }
      let samples = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      let written = Dictionary(grouping: samples) { String($0.prefix { $0 != "{" && $0 != " " }) }
        .mapValues { $0.compactMap { Double($0.split(separator: " ").last ?? "") }.sorted() }
      #expect(try Promtool.values(of: text) == written)
      #expect(try Promtool.complaints(about: text) == "")
    }
  }

  private static func parse(_ text: String) throws -> Bool {
    let script = """
      import sys
      from prometheus_client.openmetrics.parser import text_string_to_metric_families
      list(text_string_to_metric_families(sys.argv[1]))
      """
    let environment = ["PATH", "HOME"].compactMap { name in
      Environment.process[name].map { (name: name, value: $0) }
    }
    return try ChildProgram.run(
      "/usr/bin/env", ["python3", "-c", script, text], environment: environment, errors: "/dev/null"
    ).exitCode == 0
  }
}

extension MetricsTests {
  @Test func `the newest good copy has its time`() throws {
    let world = try TestWorld()
    world.installation.metricsSecret = Secret("0123456789abcdef0123456789abcdef")
    try world.apply()
    let store = try world.store()
    let madeAt = Timestamp(milliseconds: 1_770_714_000_500)
    try store.noteCopyMade("a", madeAt: madeAt, bytes: 1, mark: "")
    try store.noteCopyMade("b", madeAt: madeAt.adding(hours: 1), bytes: 1, mark: "")
    try store.noteCopyBad("b", error: "its hash is another")
    let variables = [
      "REQUEST_METHOD": "GET", "HTTP_AUTHORIZATION": "Bearer 0123456789abcdef0123456789abcdef",
    ]
    let answer = MetricsEndpoint(context: world.endpointContext).respond(
      to: CGIRequest(variables: { variables[$0] }, readInput: { _ in [] }))
    #expect(answer.text.contains("\nmissedcall_last_copy_timestamp_seconds 1770714000.5\n"))
  }
}
