// HostLimitTests.swift - what a host does to a program: a limit of file sizes, core dumps, another file in the
// database's place.

import Glibc
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct HostLimitTests {
    /// A program under `ulimit -f`, in blocks of 1024 bytes.
    private func limited(
      _ kilobytes: Int, _ program: String, _ arguments: [String] = [], environment: [String: String],
      input: [UInt8] = []
    ) throws -> ProgramResult {
      let words = ([program] + arguments).map { "'\($0)'" }.joined(separator: " ")
      return try ProgramRunner.run(
        "/bin/bash", ["-c", "ulimit -f \(kilobytes); exec \(words)"], environment: environment, input: input)
    }

    /// What the web server hands to a handler with a signed webhook.
    private func variables(_ shipped: ShippedInstallation, _ request: WebRequest, _ name: String) -> [String:
      String]
    {
      [
        "REQUEST_METHOD": "POST", "QUERY_STRING": "", "REQUEST_URI": "/cgi-bin/\(name)",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": String(request.body?.count ?? 0),
        "HTTP_X_TWILIO_SIGNATURE": request.headers.first { $0.0 == "X-Twilio-Signature" }?.1 ?? "",
      ]
    }

    /// Makes the database larger than that.
    private func fill(_ shipped: ShippedInstallation, kilobytes: Int) throws {
      let grown = try ProgramRunner.run(
        ProgramRunner.find("sqlite3") ?? "sqlite3",
        [
          shipped.home.database,
          """
          WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(kilobytes))
          INSERT INTO ticket_events (tenant, type, detail, at) SELECT 'doerfler', 'filler', hex(randomblob(600)), i FROM n;
          PRAGMA wal_checkpoint(TRUNCATE);
          """,
        ])
      try #require(grown.exitCode == 0, "\(grown.errors)")
    }

    @Test func `below a limit of file sizes the phone rings, nothing is lost, and no program is killed`()
      throws
    {
      let shipped = try ShippedInstallation()
      try fill(shipped, kilobytes: 600)
      for (name, sid) in [("voice", "CA1"), ("voice", "CA2"), ("dial-result", "CA1"), ("dial-result", "CA2")]
      {
        let more = name == "voice" ? [] : [("DialCallStatus", "busy")]
        let request = shipped.request(name, shipped.callFields(sid) + more)
        // The first below the size of the database, the other below that of one page of its log.
        let result = try limited(
          sid == "CA1" ? 300 : 8, "\(shipped.cgiBin)/\(name)", environment: variables(shipped, request, name),
          input: request.body ?? [])
        #expect(result.exitCode == 0, "\(name) \(sid): \(result.errors)")
        #expect(result.output.hasPrefix("Status: 200"), "\(name) \(sid): \(result.output)")
        if name == "voice" { #expect(result.output.contains("<Number>")) }
        if sid == "CA2" { #expect(result.errors.contains("is full"), "\(result.errors)") }
      }
      #expect(try shipped.spooled().count == 2)
      let run = try limited(
        300, ShippedPrograms.opsfabric, ["run"], environment: shipped.environment)
      #expect(run.exitCode != nil, "the runner was killed: \(run.errors)")
      #expect(run.errors.contains("is full"), "\(run.errors)")
      // Once the limit is gone everything is there.
      #expect(try shipped.opsfabric("run").exitCode == 0)
      #expect(try shipped.spooled().isEmpty)
      #expect(try shipped.list("calls").map { $0["outcome"] } == ["missed", "missed"])
    }

    @Test func `no program leaves a core dump, which would hold numbers and tokens`() throws {
      let shipped = try ShippedInstallation()
      // A handler that waits for its body, and a program of the system beside it as the measure.
      let script = """
        cd "$1"; ulimit -c unlimited; mkfifo body; exec 3<>body
        end() { for i in $(seq 200); do grep -q "$2" /proc/$1/status && break; sleep 0.05; done; kill -ABRT $1; wait $1; }
        "$2/voice" <body & end $! 'SigIgn:.*100100[0-9a-f]'
        sleep 60 & end $! 'State:.*S'
        """
      try Files.writeAtomically(Array(script.utf8), to: "\(shipped.folder)/dump.sh")
      let result = try ProgramRunner.run(
        "/bin/bash", ["\(shipped.folder)/dump.sh", shipped.folder, shipped.cgiBin],
        environment: [
          "PATH": "/usr/bin:/bin", "REQUEST_METHOD": "POST", "CONTENT_LENGTH": "10", "LC_ALL": "C",
          "CONTENT_TYPE": "application/x-www-form-urlencoded",
        ])
      let ends = result.errors.split(separator: "\n").filter { $0.contains("Aborted") }
      try #require(ends.count == 2, "\(result.errors)")
      #expect(!ends[0].contains("core dumped"), "\(ends[0])")
      withKnownIssue("this machine dumps nothing at all", isIntermittent: true) {
        #expect(ends[1].contains("core dumped"))
      }
    }

    @Test(arguments: [true, false])
    func `another file in the database's place ends the run before the next send`(isReplaced: Bool) throws {
      let shipped = try ShippedInstallation()
      #expect(try shipped.opsfabric("backup", "\(shipped.folder)/copy.sqlite3").exitCode == 0)
      let runner = try shipped.startRunner(linger: 50)
      #expect(shipped.post("sms", shipped.smsFields("SM1", "1")).status == 200)
      let isSent = try eventually(within: 15) {
        try shipped.standIn.messages(to: ShippedInstallation.caller).count == 1
      }
      try #require(isSent)
      // A caller waits, and the file goes.
      #expect(
        shipped.post(
          "dial-result", shipped.callFields("CA1", from: "+41791230009") + [("DialCallStatus", "busy")]
        ).status == 200)
      let names = isReplaced ? "mv copy.sqlite3 '\(shipped.home.database)'" : "true"
      let swap = try ProgramRunner.run(
        "/bin/sh", ["-c", "cd '\(shipped.folder)' && rm '\(shipped.home.database)'* && \(names)"],
        environment: ["PATH": "/usr/bin:/bin"])
      try #require(swap.exitCode == 0, "\(swap.errors)")
      let hasEnded = try eventually(within: 10) { runner.poll() != nil }
      try #require(hasEnded)
      #expect(runner.poll()?.exitCode == 1)
      #expect(runner.poll()?.errors.contains("replaced or removed") == true, "\(runner.poll()?.errors ?? "")")
      #expect(try shipped.standIn.messages(to: "+41791230009").isEmpty)
      #expect(try shipped.standIn.messages(to: ShippedInstallation.caller).count == 1)
      #expect(try shipped.opsfabric("run").exitCode == 0)
    }
  }
}
