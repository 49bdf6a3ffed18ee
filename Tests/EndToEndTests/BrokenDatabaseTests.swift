// BrokenDatabaseTests.swift - "the phone must ring" and "no webhook is lost", whatever is wrong with data/.

import Glibc
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct BrokenDatabaseTests {
    static let caller = ShippedInstallation.caller

    /// A missed call and a reply arrive while something is broken: answered in time, and in the spool.
    private func expectKept(_ shipped: ShippedInstallation) throws {
      let voice = shipped.post("voice", shipped.callFields("CA1"))
      #expect(
        voice.status == 200 && voice.milliseconds < 2000, "\(voice.status) after \(voice.milliseconds) ms")
      #expect(ShippedInstallation.dialled(voice.text) == ShippedInstallation.business)
      #expect(voice.text.contains("/dial-result"))
      let miss = shipped.callFields("CA1") + [("DialCallStatus", "busy")]
      for _ in 0..<2 {
        let result = shipped.post("dial-result", miss)
        #expect(result.status == 200 && result.text.contains("<Response>"))
      }
      // Twilio's retry of a webhook whose answer it did not see.
      for _ in 0..<2 {
        #expect(
          shipped.post("sms", shipped.smsFields("SM1", "Heizung kalt", from: "+41791230001")).status == 200)
      }
      #expect(try shipped.spooled().count == 5)
      for name in try shipped.spooled() { #expect(Files.mode("\(shipped.home.spool)/\(name)") == 0o600) }
    }

    /// Monitor and operator are told at once: the condition, the fault, and what to do.
    private func expectTold(
      _ shipped: ShippedInstallation, _ condition: String, _ words: String, cure: String
    ) throws {
      let health = WebClient.send(WebRequest("GET", "\(shipped.publicURL)/health"))
      #expect(health.status == 503 && health.text.contains("\"database\":\"\(condition)\""), "\(health.text)")
      try doctor(shipped).expect("database", words, cure: cure)
    }

    private func doctor(_ shipped: ShippedInstallation) throws -> DoctorsWord {
      try DoctorsWord(shipped.opsfabric("doctor", "--offline", "--json", "--handlers", shipped.cgiBin))
    }

    /// And that it is over.
    private func expectWell(_ shipped: ShippedInstallation) throws {
      let health = WebClient.send(WebRequest("GET", "\(shipped.publicURL)/health"))
      #expect(health.status == 200, "\(health.text)")
      #expect(try doctor(shipped).faults.isEmpty)
    }

    /// The next run takes it all in, once.
    private func expectReplayed(_ shipped: ShippedInstallation) throws {
      let run = try shipped.opsfabric("run")
      #expect(run.exitCode == 0 && run.output.contains("replayed 5"), "\(run.output)\(run.errors)")
      #expect(try shipped.spooled().isEmpty)
      #expect(try Files.list(shipped.home.spoolRejected).isEmpty)
      let call = try shipped.only("calls")
      #expect([call["call_sid"], call["outcome"], call["decision"]] == ["CA1", "missed", "pending"])
      #expect(try shipped.only("tickets")["summary"] == "Heizung kalt")
      #expect(try shipped.list("messages").count == 1)
      #expect(try shipped.standIn.messages(to: "+41791230001").count == 1)
      let types = try shipped.list("events").compactMap { $0["type"] }
      for type in ["call_started", "call_missed", "reply", "ticket_created"] {
        #expect(types.filter { $0 == type }.count == 1, "\(type): \(types)")
      }
      #expect(try shipped.opsfabric("run").exitCode == 0)
      #expect(try shipped.list("messages").count == 1)
      try expectWell(shipped)
    }

    @Test func `while another process holds the database`() throws {
      let shipped = try ShippedInstallation()
      let holder = try HeldDatabase(shipped.home.database)
      try expectKept(shipped)
      try expectTold(shipped, "locked", "another program holds it locked", cure: "end it")
      // The runner cannot write either: it keeps the spool as it is.
      #expect(try shipped.list("calls").isEmpty)
      holder.release()
      try expectReplayed(shipped)
    }

    @Test(arguments: ["calls", "ticket_events"]) func `while a table is missing`(_ table: String) throws {
      let shipped = try ShippedInstallation()
      try HeldDatabase.run("DROP TABLE \(table)", on: shipped.home.database)
      try expectKept(shipped)
      try expectTold(shipped, "damaged", "the table \(table) is missing", cure: "put the last copy back")
      // A run that finds it broken loses nothing either.
      _ = try shipped.opsfabric("run")
      let rejected = try Files.list(shipped.home.spoolRejected)
      #expect(try shipped.spooled().count == 5 && rejected.isEmpty)
      try removeDatabase(shipped)
      try expectReplayed(shipped)
    }

    @Test func `while the database is not there`() throws {
      let shipped = try ShippedInstallation()
      try removeDatabase(shipped)
      try expectKept(shipped)
      try expectTold(shipped, "unavailable", "is not there", cure: "opsfabric apply")
      #expect(!Files.exists(shipped.home.database), "a handler must not begin an empty database")
      try expectReplayed(shipped)
    }

    @Test func `while the database is no database`() throws {
      let shipped = try ShippedInstallation()
      try removeDatabase(shipped)
      try Files.writeAtomically(
        Array(repeating: UInt8(ascii: "x"), count: 100_000), to: shipped.home.database)
      try expectKept(shipped)
      try expectTold(shipped, "unavailable", "not a database", cure: "put the last copy back")
      try removeDatabase(shipped)
      try expectReplayed(shipped)
    }

    private func removeDatabase(_ shipped: ShippedInstallation) throws {
      for suffix in ["", "-wal", "-shm"] { try Files.remove(shipped.home.database + suffix) }
    }

    /// Permissions do not hold root back: then the programs run as nobody.
    private func run(
      _ program: [String], _ environment: [String: String], input: [UInt8] = []
    ) throws -> ProgramResult {
      var words = program
      if geteuid() == 0 {
        let setpriv = try #require(ProgramRunner.find("setpriv"))
        words = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups"] + words
      }
      return try ProgramRunner.run(
        words[0], Array(words.dropFirst()), environment: environment, input: input)
    }

    private func run(_ kind: String, _ fields: [(String, String)], _ shipped: ShippedInstallation) throws
      -> ProgramResult
    {
      let request = shipped.request(kind, fields)
      let body = request.body ?? []
      return try run(
        ["\(shipped.cgiBin)/\(kind)"],
        [
          "REQUEST_METHOD": "POST", "QUERY_STRING": "", "CONTENT_LENGTH": String(body.count),
          "CONTENT_TYPE": "application/x-www-form-urlencoded",
          "HTTP_X_TWILIO_SIGNATURE": request.headers.first { $0.0 == "X-Twilio-Signature" }?.1 ?? "",
        ], input: body)
    }

    private static let canBeNobody = geteuid() != 0 || ProgramRunner.find("setpriv") != nil

    /// The home becomes theirs whom the programs run as; the built program may lie where they cannot look.
    private func handOver(_ shipped: ShippedInstallation) throws -> String {
      let copy = "\(shipped.folder)/opsfabric"
      try Files.writeAtomically(try Files.read(ShippedPrograms.opsfabric), to: copy, mode: 0o755)
      if geteuid() == 0 {
        #expect(try ProgramRunner.run("/bin/chown", ["-R", "65534:65534", shipped.home.path]).exitCode == 0)
      }
      return copy
    }

    @Test(.enabled(if: canBeNobody, "root without setpriv"))
    func `while the database file is read-only`() throws {
      let shipped = try ShippedInstallation()
      #expect(try shipped.opsfabric("run").exitCode == 0)
      let program = try handOver(shipped)
      chmod(shipped.home.database, 0o400)
      let voice = try run("voice", shipped.callFields("CA1"), shipped)
      #expect(ShippedInstallation.dialled(voice.output) == ShippedInstallation.business)
      #expect(try run("sms", shipped.smsFields("SM1", "1"), shipped).output.hasPrefix("Status: 200"))
      #expect(try shipped.spooled().count == 2)
      func health() throws -> String {
        try run(["\(shipped.cgiBin)/health"], ["REQUEST_METHOD": "GET", "QUERY_STRING": ""]).output
      }
      func doctor() throws -> DoctorsWord {
        try DoctorsWord(
          run([program, "doctor", "--offline", "--json", "--handlers", shipped.cgiBin], shipped.environment))
      }
      let told = try health()
      #expect(told.hasPrefix("Status: 503") && told.contains("\"database\":\"read-only\""), "\(told)")
      try doctor().expect("database", "cannot be written to", cure: "chmod u+rw ")
      // A run loses nothing of it.
      _ = try run([program, "run"], shipped.environment)
      #expect(try shipped.spooled().count == 2)
      // As the cure says: SQLite makes the files beside it with the mode of the first.
      for suffix in ["", "-wal", "-shm"] { chmod(shipped.home.database + suffix, 0o600) }
      let replayed = try run([program, "run"], shipped.environment)
      #expect(replayed.exitCode == 0 && replayed.output.contains("replayed 2"), "\(replayed.errors)")
      #expect(try health().hasPrefix("Status: 200"))
      try doctor().expectWell("database", "disk", "folders")
      #expect(try shipped.only("calls")["call_sid"] == "CA1")
      #expect(try shipped.only("tickets")["urgency"] == "HIGH")
    }

    @Test(.enabled(if: canBeNobody, "root without setpriv"))
    func `while data and then the spool too cannot be written`() throws {
      let shipped = try ShippedInstallation()
      let program = try handOver(shipped)
      #expect(try ProgramRunner.run("/bin/chmod", ["-R", "a-w", shipped.home.data]).exitCode == 0)

      let kept = try run("voice", shipped.callFields("CA1"), shipped)
      #expect(
        kept.output.hasPrefix("Status: 200") && kept.milliseconds < 2000, "\(kept.output)\(kept.errors)")
      #expect(ShippedInstallation.dialled(kept.output) == ShippedInstallation.business)
      #expect(try shipped.spooled().count == 1)

      try DoctorsWord(
        run([program, "doctor", "--offline", "--json"], shipped.environment)
      ).expect("folders", "\(shipped.home.data) cannot be written to", cure: "chmod u+rwx ")

      chmod(shipped.home.spool, 0o500)
      let voice = try run("voice", shipped.callFields("CA2"), shipped)
      #expect(
        voice.output.hasPrefix("Status: 200") && voice.milliseconds < 2000, "\(voice.output)\(voice.errors)")
      #expect(ShippedInstallation.dialled(voice.output) == ShippedInstallation.business)
      // Only now is a webhook refused, so that Twilio sends it again.
      let sms = try run("sms", shipped.smsFields("SM1", "1"), shipped)
      #expect(sms.output.hasPrefix("Status: 503"), "\(sms.output)")

      chmod(shipped.home.spool, 0o700)
      #expect(try ProgramRunner.run("/bin/chmod", ["-R", "u+w", shipped.home.data]).exitCode == 0)
      if geteuid() == 0 {
        #expect(try ProgramRunner.run("/bin/chown", ["-R", "0:0", shipped.home.path]).exitCode == 0)
      }
      let run = try shipped.opsfabric("run")
      #expect(run.output.contains("replayed 1"), "\(run.output)\(run.errors)")
      #expect(try shipped.only("calls")["call_sid"] == "CA1")
    }
  }
}
