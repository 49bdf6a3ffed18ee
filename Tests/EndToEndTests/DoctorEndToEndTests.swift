// DoctorEndToEndTests.swift - `opsfabric doctor` on a real installation: exit codes, JSON, real addresses.

import Glibc
import LocalTime
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
        { public_url: "https://hooks.example.ch/cgi-bin", alerts: { sms: ["+41790000051"] },
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

    /// What it says about one check, with `more` in the operator's file.
    private func examine(
      _ shipped: ShippedInstallation, _ check: String, with more: String, apply: Bool = true
    ) throws -> JSONLine {
      try shipped.writeConfiguration(more)
      if apply {
        let applied = try shipped.opsfabric("apply")
        try #require(applied.exitCode == 0, "\(applied.errors)")
      }
      let result = try shipped.opsfabric("doctor", "--json", "--handlers", shipped.cgiBin)
      let found = try DoctorsWord(result).findings.filter { $0["check"] == check }
      try #require(found.count == 1, "\(result.output)")
      return found[0]
    }

    @Test(.enabled(if: MailServer.isInstalled, "the Debian package exim4-daemon-light is not installed"))
    func `a real mail server is asked for the log-in, and gets no mail`() throws {
      let shipped = try ShippedInstallation()
      let server = try MailServer()
      defer { server.stop() }
      func smtp(_ login: String) -> String {
        "smtp: {url: \"\(server.url)\", from: \"ruf@example.ch\", \(login)},"
      }
      let right = "username: \"\(MailServer.username)\", password: \"\(MailServer.password)\""
      let good = try examine(shipped, "mail", with: smtp(right))
      #expect(good["status"] == "ok", "\(good)")
      #expect(good["detail"] == "\(server.url) takes the log-in of \(MailServer.username)")
      let open = try examine(shipped, "mail", with: smtp(""))
      #expect(open["status"] == "ok" && open["detail"] == "\(server.url) takes mail", "\(open)")
      let wrong = try examine(
        shipped, "mail", with: smtp("username: \"\(MailServer.username)\", password: \"wrong\""))
      #expect(wrong["status"] == "fault", "\(wrong)")
      #expect(wrong["detail"]?.contains("refuses the log-in: 535") == true, "\(wrong)")
      #expect(wrong["cure"]?.contains("smtp.password") == true)
      // TLS from the start with a certificate that nobody here trusts.
      let distrusted = try examine(
        shipped, "mail", with: smtp(right).replacing(server.url, with: server.secureURL))
      #expect(distrusted["status"] == "fault", "\(distrusted)")
      #expect(server.messages.isEmpty, "the doctor sends nothing")
      server.stop()
      let gone = try examine(shipped, "mail", with: smtp(right))
      #expect(gone["status"] == "fault" && gone["cure"]?.contains("smtp.url") == true, "\(gone)")
    }

    @Test(.enabled(if: QueueServer.isInstalled, "moto is not installed: run `make test`"))
    func `a real queue is asked for its depth, its age and its dead letters`() throws {
      let shipped = try ShippedInstallation()
      let server = try QueueServer()
      func intake(_ queue: String) -> String {
        "intake: {sqs: {queue_url: \"\(queue)\", region: \"eu-central-2\", "
          + "access_key_id: \"key\", secret_access_key: \"secret\"}},"
      }
      let queue = try server.makeQueue("calls", visibilitySeconds: 30)
      let empty = try examine(shipped, "queue", with: intake(queue))
      #expect(empty["status"] == "ok" && empty["detail"] == "\(queue): reachable, nothing waits", "\(empty)")
      let received = WallClock.system.now().adding(minutes: -20).milliseconds
      for number in 1...3 {
        try server.put(
          "opsfabric-webhook: 1\nkind: sms\nreceived: \(received)\nquery: \n\nMessageSid=SM\(number)",
          on: queue)
      }
      let late = try examine(shipped, "queue", with: intake(queue))
      #expect(late["status"] == "fault", "\(late)")
      #expect(late["detail"] == "\(queue): 3 webhooks waiting, the oldest seen 20 min old", "\(late)")
      #expect(try server.count(queue) == 3)
      #expect(
        try examine(shipped, "queue", with: intake(queue))["detail"] == late["detail"], "they stayed in sight"
      )

      let dead = try server.makeQueue("dead")
      let short = try server.makeQueue("short", visibilitySeconds: 30, deadLetters: dead)
      try server.put("nonsense", on: dead)
      try shipped.writeConfiguration(intake(short))
      try #require(try shipped.opsfabric("apply").exitCode == 0)
      let result = try shipped.opsfabric("doctor", "--json", "--handlers", shipped.cgiBin)
      let details = try DoctorsWord(result).findings.filter { $0["check"] == "queue" }.compactMap {
        $0["detail"]
      }
      #expect(
        details == [
          "1 webhook among the dead letters in dead: nobody recorded them",
          "after 3 receives a webhook goes to dead",
        ], "\(result.output)")

      let nowhere = try examine(shipped, "queue", with: intake(queue + "-not"))
      #expect(nowhere["detail"]?.contains("the queue refuses") == true, "\(nowhere)")
      server.stop()
      let down = try examine(shipped, "queue", with: intake(queue))
      #expect(down["detail"]?.contains("the queue is not available") == true, "\(down)")
    }

    @Test func `tick is asked as far as its secret, and tells of its last call`() throws {
      let shipped = try ShippedInstallation()
      let secret = "a-secret-of-the-tests"
      let more = "tick_secret: \"\(secret)\", tick_seconds: 5,"
      let fresh = try examine(shipped, "tick", with: more)
      #expect(fresh["status"] == "ok", "\(fresh)")
      #expect(
        fresh["detail"] == "\(shipped.publicURL)/tick answers; nobody has called it with the secret yet")
      #expect(try examine(shipped, "cron", with: more)["cure"]?.contains("/tick each minute") == true)
      try Files.makeFolder("\(shipped.home.path)/bin")
      try WebServer.copyProgram(ShippedPrograms.opsfabric, to: shipped.home.program)
      #expect(
        WebClient.send(WebRequest("GET", "\(shipped.publicURL)/tick?secret=\(secret)")).status == 200)
      let called = try examine(shipped, "tick", with: more)
      #expect(called["detail"]?.contains("answers; last called") == true, "\(called)")
      #expect(try examine(shipped, "cron", with: more)["status"] == "ok")
      try Files.remove("\(shipped.cgiBin)/tick")
      let gone = try examine(shipped, "tick", with: more)
      // Not every server says 404 for a program that is not there.
      #expect(gone["status"] == "fault" && gone["cure"]?.contains("handlers' folder") == true, "\(gone)")
    }

    @Test func `handlers with the settings of an earlier apply are found, and a monitor that refuses`() throws
    {
      let shipped = try ShippedInstallation()
      // As a function's package has them.
      let packed = Home("\(shipped.folder)/package")
      try #require(try ProgramRunner.run("/bin/cp", ["-a", shipped.home.path, packed.path]).exitCode == 0)
      try Files.writeAtomically(
        Array("\(packed.path)\n".utf8), to: "\(shipped.cgiBin)/\(Home.pointerName)", mode: 0o644)
      usleep(1_100_000)  // the times have whole seconds
      try shipped.writeConfiguration("heartbeat_url: \"\(shipped.web.url)/no-such-monitor\",")
      try #require(try shipped.opsfabric("apply").exitCode == 0)
      #expect(try shipped.opsfabric("run").output.contains("heartbeat failed: answered 404"))
      let result = try shipped.opsfabric("doctor", "--json")
      let faults = try DoctorsWord(result).findings.filter { $0["status"] == "fault" }
      #expect(
        faults.contains {
          $0["check"] == "public-url"
            && $0["detail"]?.hasPrefix("voice, dial-result, menu, call-status, sms: settings of 20") == true
        }, "\(result.output)")
      #expect(
        faults.contains { $0["check"] == "heartbeat" && $0["detail"]?.hasSuffix("answered 404") == true },
        "\(result.output)")
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
