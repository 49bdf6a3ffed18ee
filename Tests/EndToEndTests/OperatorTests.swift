// OperatorTests.swift - `opsfabric` as its operator meets it: words, exit codes, what it prints.

import Platform
import TestSupport
import Testing

extension EndToEnd {
  struct OperatorTests {
    @Test func `init makes a home once and never overwrites`() throws {
      let shipped = try ShippedInstallation()
      let path = "\(shipped.home.config)/opsfabric.json5"
      let mine = try Files.read(path)
      let result = try shipped.opsfabric("init")
      #expect(result.exitCode == 0)
      #expect(try Files.read(path) == mine)
      #expect(result.output.contains("kept  \(path)"))
      #expect(Files.mode(path) == 0o600 && Files.mode(shipped.home.path) == 0o700)
    }

    @Test func `the sample home asks for what is missing`() throws {
      let folder = "\(ProgramRunner.temporaryFolder)/opsfabric-new-\(RandomSource.system.token(bytes: 8))"
      defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }
      let environment = ["OPSFABRIC_HOME": folder]
      #expect(
        try ProgramRunner.run(ShippedPrograms.opsfabric, ["init"], environment: environment).exitCode == 0)
      let applied = try ProgramRunner.run(ShippedPrograms.opsfabric, ["apply"], environment: environment)
      #expect(applied.exitCode == 2)
      for key in ["public_url", "twilio.account_sid", "twilio.auth_token"] {
        #expect(applied.errors.contains("config/opsfabric.json5: \(key): "), "\(applied.errors)")
      }
      // Nothing was applied: every other command says so instead of working on nothing.
      for command in ["run", "status"] {
        let result = try ProgramRunner.run(ShippedPrograms.opsfabric, [command], environment: environment)
        #expect(result.exitCode == 2 && result.errors.contains("apply"), "\(result.errors)")
      }
    }

    @Test func `apply with errors names every fault and leaves the old settings in force`() throws {
      let shipped = try ShippedInstallation()
      let old = shipped.post("voice", shipped.callFields("CA1"))
      #expect(ShippedInstallation.dialled(old.text) == ShippedInstallation.business)

      let forward = "+41434435299"
      try shipped.writeTenant(
        "doerfler", ShippedInstallation.tenant(forwardTo: forward, more: "colour: \"blue\","))
      try shipped.writeTenant(
        "meier",
        ShippedInstallation.tenant(
          "Meier",
          more:
            "sms_sender: \"MEIER\", ring_seconds: \"18\", sms_delay_seconds: 60, timezone: \"Europe/Bern\","))
      try shipped.writeTenant("broken", "{ name: \"Broken\", ")
      let result = try shipped.opsfabric("apply")
      #expect(result.exitCode == 2)
      for fault in [
        "config/tenants/doerfler.json5: colour: ", "config/tenants/meier.json5: sms_sender: ",
        "config/tenants/meier.json5: ring_seconds: ", "config/tenants/meier.json5: sms_delay_seconds: ",
        "config/tenants/meier.json5: timezone: ", "config/tenants/broken.json5: ", "voice_numbers",
      ] {
        #expect(result.errors.contains(fault), "\(fault) in \(result.errors)")
      }
      #expect(result.errors.contains("the old settings stay in force"))
      let during = shipped.post("voice", shipped.callFields("CA2"))
      #expect(ShippedInstallation.dialled(during.text) == ShippedInstallation.business)

      try Files.remove("\(shipped.home.tenants)/broken.json5")
      try Files.remove("\(shipped.home.tenants)/meier.json5")
      try shipped.writeTenant("doerfler", ShippedInstallation.tenant(forwardTo: forward))
      let applied = try shipped.opsfabric("apply")
      #expect(applied.exitCode == 0, "\(applied.errors)")
      #expect(applied.output.contains("missed_call: GSM-7, 2 segments"), "\(applied.output)")
      let after = shipped.post("voice", shipped.callFields("CA3"))
      #expect(ShippedInstallation.dialled(after.text) == forward)
      let fallback = String(decoding: try Files.read("\(shipped.home.fallback)/doerfler.xml"), as: UTF8.self)
      #expect(ShippedInstallation.dialled(fallback) == forward)
    }

    @Test func `a number is of the tenant's country, and who is meant is never guessed`() throws {
      let vienna = ShippedInstallation.tenant("Wiener AG", number: "+4367612345678", forwardTo: "+4312345678")
      let shipped = try ShippedInstallation(tenants: [
        "doerfler": ShippedInstallation.tenant(), "wien": vienna,
      ])
      for (tenant, typed, e164) in [
        ("wien", "0664 1234567", "+436641234567"), ("wien", "01 234 56 78", "+4312345678"),
        ("doerfler", "079 123 45 67", "+41791234567"), ("doerfler", "41791234568", "+41791234568"),
        ("doerfler", "tel:+49-171-2345678", "+491712345678"),
      ] {
        let result = try shipped.opsfabric("block", tenant, typed)
        #expect(
          result.exitCode == 0 && result.output.contains("\(e164) is blocked for \(tenant)"), "\(result)")
        #expect(try shipped.opsfabric("unblock", tenant, typed).exitCode == 0)
      }
      for typed in ["079 123 45 6", "079 123 45 678", "1414", "+41 79 123 45 6"] {
        #expect(try shipped.opsfabric("block", "doerfler", typed).exitCode == 2, "\(typed)")
      }
      let both = try shipped.opsfabric("forget", "0664123456")
      #expect(both.exitCode == 2)
      #expect(both.errors.contains("+41664123456 or +43664123456"), "\(both.errors)")
      // What is known tells which is meant.
      #expect(try shipped.opsfabric("block", "wien", "0664123456").exitCode == 0)
      let known = try shipped.opsfabric("forget", "0664123456")
      #expect(known.output.contains("+43664123456 is forgotten"), "\(known)")
      // A number that only one of the two countries knows
      #expect(try shipped.opsfabric("forget", "01 234 567").output.contains("+431234567"))
      #expect(try shipped.opsfabric("forget", "+43664123456").exitCode == 0)
    }

    @Test func `apply takes every name, and says how it stands in SMS`() throws {
      let shipped = try ShippedInstallation()
      for (name, note, line) in [
        ("Côté Jardin Sàrl", "is written \"Cote Jardin Sàrl\" in SMS", "missed_call: GSM-7, 2 segments"),
        ("Łódź Bau GmbH", "is written \"Lodz Bau GmbH\" in SMS", "urgent: GSM-7, 1 segment"),
        (
          "Жук", "built-in short text",
          "missed_call: UCS-2, 2 segments, because of Ж у к, the built-in short text"
        ),
      ] {
        try shipped.writeTenant("doerfler", ShippedInstallation.tenant(name))
        let result = try shipped.opsfabric("apply")
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.errors.contains("note: config/tenants/doerfler.json5: name: "), "\(result.errors)")
        #expect(result.errors.contains(note), "\(result.errors)")
        #expect(
          result.output.contains(line) && result.output.contains("doerfler: \(name)"), "\(result.output)")
      }
    }

    @Test func `every command has help, and wrong words are a usage error`() throws {
      let overview = try ProgramRunner.run(ShippedPrograms.opsfabric, ["--help"])
      #expect(overview.exitCode == 0)
      let names = overview.lines.filter { $0.hasPrefix("  ") }.compactMap { $0.split(separator: " ").first }
      for name in ["init", "apply", "run", "list", "ticket", "block", "unblock", "status"] {
        #expect(names.contains(Substring(name)))
      }
      for name in names {
        let help = try ProgramRunner.run(ShippedPrograms.opsfabric, [String(name), "--help"])
        #expect(help.exitCode == 0 && help.output.hasPrefix("usage: opsfabric \(name)"), "\(name)")
        #expect(help.errors.isEmpty)
        let unknown = try ProgramRunner.run(ShippedPrograms.opsfabric, [String(name), "--no-such-option"])
        #expect(unknown.exitCode == 2 && !unknown.errors.isEmpty && unknown.output.isEmpty, "\(name)")
      }
      let wrong: [[String]] = [
        [], ["explode"], ["list"], ["list", "cats"], ["list", "calls", "--since", "yesterday"],
        ["run", "--linger"],
        ["run", "--linger", "-1"], ["ticket"], ["ticket", "x", "done"], ["ticket", "1", "eat"],
        ["ticket", "1", "note"],
        ["block", "doerfler"], ["status", "now"],
      ]
      for words in wrong {
        let result = try ProgramRunner.run(ShippedPrograms.opsfabric, words)
        #expect(result.exitCode == 2 && !result.errors.isEmpty, "\(words)")
      }
    }

    /// As on a terminal of 80 columns.
    private func onTerminal(_ words: [String]) throws -> [String] {
      let command = ([ShippedPrograms.opsfabric] + words).map { "'\($0)'" }.joined(separator: " ")
      let shown = try ProgramRunner.run(
        "/usr/bin/script", ["-qec", "stty cols 80; \(command)", "/dev/null"],
        environment: ["PATH": "/usr/bin:/bin", "TERM": "xterm"])
      #expect(shown.exitCode == 0, "\(words): \(shown.output)")
      return shown.output.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test(.enabled(if: Files.exists("/usr/bin/script"), "script (bsdutils) is not installed"))
    func `help fits a terminal of 80 columns, and says the same words as elsewhere`() throws {
      let overview = try ProgramRunner.run(ShippedPrograms.opsfabric, ["--help"])
      let names = overview.lines.filter { $0.hasPrefix("  ") }.compactMap { $0.split(separator: " ").first }
      #expect(names.count >= 16)
      for words in [["--help"]] + names.map({ [String($0), "--help"] }) {
        let lines = try onTerminal(words)
        // A list of choices without a blank cannot be broken.
        #expect(
          lines.allSatisfy { $0.count <= 80 || $0.hasPrefix("usage: opsfabric list ") }, "\(words): \(lines)")
        let elsewhere = try ProgramRunner.run(ShippedPrograms.opsfabric, words)
        #expect(
          lines.joined(separator: " ").split(separator: " ")
            == elsewhere.output.split { $0 == " " || $0 == "\n" }, "\(words)")
      }
    }

    static let keys: [String: String] = [
      "calls": "id call_sid tenant from to started_at ended_at outcome decision reason due_at",
      "messages":
        "id tenant to from channel kind body encoding segments state attempts due_at sent_at sid error_code "
        + "price price_unit",
      "tickets":
        "id tenant phone source urgency status summary sla_due_at created_at updated_at photos recordings "
        + "outcome amount person",
      "events": "id tenant type ticket call message detail at",
      "blocklist": "tenant phone reason since until",
      "optouts": "tenant phone since",
    ]

    @Test func `list has the specification's keys, filters, and a table`() throws {
      let shipped = try ShippedInstallation()
      #expect(shipped.post("voice", shipped.callFields("CA1")).status == 200)
      let text = "Grüezi, \"Boiler\" \\ tropft\n✓"
      #expect(shipped.post("sms", shipped.smsFields("SM1", text)).status == 200)
      #expect(shipped.post("sms", shipped.smsFields("SM2", "STOPP", from: "+41791234568")).status == 200)
      #expect(try shipped.opsfabric("block", "doerfler", "079 123 45 69").exitCode == 0)
      for (name, keys) in Self.keys {
        let rows = try shipped.list(name)
        #expect(!rows.isEmpty, "\(name) is empty")
        #expect(rows.allSatisfy { $0.keys.joined(separator: " ") == keys }, "\(name): \(rows)")
        for row in rows {
          for key in row.keys where key.hasSuffix("_at") || key == "at" || key == "since" {
            let time = row[key]
            #expect(time == nil || (time?.count == 20 && time?.hasSuffix("Z") == true), "\(name) \(key)")
          }
        }
        let table = try shipped.opsfabric("list", name)
        #expect(table.exitCode == 0 && table.lines.count == rows.count + 1)
        let shown = table.lines[0].split(separator: " ")
        #expect(shown == keys.split(separator: " ").filter(shown.contains), "\(name)")
        #expect(table.lines.allSatisfy { $0.count <= 80 }, "\(name)")
        #expect(
          try shipped.opsfabric("list", name, "--json", "--tenant", "doerfler").lines.count == rows.count)
        #expect(try shipped.opsfabric("list", name, "--json", "--since", "1h").lines.count == rows.count)
        #expect(try shipped.opsfabric("list", name, "--json", "--since", "2100-01-01").output == "")
      }
      #expect(try shipped.only("tickets")["summary"] == text)
      #expect(try shipped.only("tickets")["photos"] == "[]")
      #expect(try shipped.only("blocklist")["phone"] == "+41791234569")
      #expect(try shipped.only("optouts")["phone"] == "+41791234568")
    }

    @Test func `a tenant that is not known is an error that names the nearest`() throws {
      let shipped = try ShippedInstallation()
      let number = "079 123 45 69"
      let calls: [[String]] = [
        ["list", "calls", "--tenant", "doerfer"], ["list", "optouts", "--json", "--tenant=doerfer"],
        ["report", "2026-01", "--tenant", "doerfer"], ["block", "doerfer", number],
        ["unblock", "doerfer", number], ["inbox", "doerfer", "list"], ["inbox", "doerfer", "link", "Chef"],
        ["inbox", "doerfer", "revoke"], ["connect", "doerfer", "--dry-run"],
        ["test-call", "doerfer", "--to", number],
        ["replay", "--from", "2026-01-01", "--to", "2026-01-02", "--tenant", "doerfer"],
      ]
      for words in calls {
        let result = try shipped.opsfabric(words: words)
        #expect(result.exitCode == 2 && result.output.isEmpty, "\(words): \(result.output)")
        #expect(
          result.errors
            == "opsfabric \(words[0]): there is no tenant 'doerfer'; did you mean \"doerfler\"?\n", "\(words)"
        )
      }
      for odd in ["", "nosuch", "../doerfler\n", "\u{1b}[31m", String(repeating: "x", count: 65_536)] {
        let result = try shipped.opsfabric(words: ["list", "calls", "--tenant", odd])
        #expect(result.exitCode == 2 && result.errors.split(separator: "\n").count == 1)
        #expect(result.errors.utf8.count < 250 && !result.errors.contains("\u{1b}"), "\(result.errors)")
      }
    }

    @Test func `a tenant that was removed can still be listed`() throws {
      let shipped = try ShippedInstallation()
      #expect(shipped.post("voice", shipped.callFields("CA1")).status == 200)
      try shipped.writeTenant(
        "other", ShippedInstallation.tenant().replacing("+41431234567", with: "+41431234599"))
      try Files.remove("\(shipped.home.tenants)/doerfler.json5")
      _ = try shipped.opsfabric("apply")
      let result = try shipped.opsfabric("list", "calls", "--json", "--tenant", "doerfler")
      #expect(result.exitCode == 0 && result.lines.count == 1, "\(result.errors)")
      #expect(try shipped.opsfabric("inbox", "doerfler", "list").exitCode == 2)
    }

    @Test func `a mistyped command, option or list names the nearest`() throws {
      for (words, near) in [
        (["stauts"], "status"), (["list", "call"], "calls"),
        (["list", "calls", "--tennant", "x"], "--tenant"),
        (["list", "calls", "--jsn"], "--json"), (["doctor", "--ofline"], "--offline"),
        (["report", "--tenent=a"], "--tenant"), (["run", "--lingr", "5"], "--linger"),
      ] {
        let result = try ProgramRunner.run(ShippedPrograms.opsfabric, words)
        #expect(
          result.exitCode == 2 && result.errors.contains("did you mean \"\(near)\"?"), "\(result.errors)")
      }
    }

    @Test func `JSON lines are one line each, whatever a caller writes`() throws {
      let shipped = try ShippedInstallation()
      let text =
        "a\u{2028}b\u{2029}c\u{85}d\u{7f}e\u{9b}31mf\u{202e}g\u{feff}h\u{b}i\u{c}j\u{1c}k\u{200f}l 👍🏽 ü\u{1b}"
      #expect(shipped.post("sms", shipped.smsFields("SM1", text)).status == 200)
      let output = try shipped.opsfabric("list", "tickets", "--json").output
      // As Python's splitlines and JavaScript before 2019 would cut it.
      #expect(output.dropLast().unicodeScalars.allSatisfy { $0.value >= 32 && !(127..<160 ~= $0.value) })
      for odd: Unicode.Scalar in ["\u{2028}", "\u{2029}", "\u{202e}", "\u{200f}", "\u{feff}"] {
        #expect(!output.unicodeScalars.contains(odd), "\(odd.escaped(asASCII: true))")
      }
      #expect(try shipped.only("tickets")["summary"]?.contains("👍🏽 ü") == true)
    }

    @Test func `a ticket is worked by hand`() throws {
      let shipped = try ShippedInstallation()
      #expect(shipped.post("sms", shipped.smsFields("SM1", "1")).status == 200)
      let id = try #require(try shipped.only("tickets")["id"])
      let steps: [(words: [String], exitCode: Int32, status: String)] = [
        (["start"], 0, "IN_PROGRESS"), (["start"], 1, "IN_PROGRESS"),
        (["note", "ruft", "zurück"], 0, "IN_PROGRESS"),
        (["reopen"], 1, "IN_PROGRESS"), (["done"], 0, "DONE"), (["done"], 1, "DONE"), (["reopen"], 0, "NEW"),
      ]
      for step in steps {
        let result = try ProgramRunner.run(
          ShippedPrograms.opsfabric, ["ticket", id] + step.words, environment: shipped.environment)
        #expect(result.exitCode == step.exitCode, "\(step.words): \(result.output)\(result.errors)")
        let status = try shipped.only("tickets")["status"]
        #expect(status == step.status || (step.words == ["reopen"] && status != "DONE"), "\(step.words)")
      }
      // A note has a place of its own: the summary is the caller's.
      #expect(try shipped.only("tickets")["summary"]?.contains("ruft zurück") == false)
      let types = try shipped.list("events").compactMap { $0["type"] }
      for type in ["ticket_created", "ticket_started", "ticket_note", "ticket_done", "ticket_reopened"] {
        #expect(types.filter { $0 == type }.count == 1, "\(type)")
      }
      #expect(try shipped.opsfabric("ticket", "4711", "done").exitCode == 1)
    }

    @Test func `a number is blocked and unblocked`() throws {
      let shipped = try ShippedInstallation()
      let caller = ShippedInstallation.caller
      #expect(try shipped.opsfabric("block", "doerfler", caller).exitCode == 0)
      #expect(try shipped.only("blocklist")["reason"] == "manual")
      #expect(try shipped.opsfabric("block", "nobody", caller).exitCode == 2)
      #expect(try shipped.opsfabric("block", "doerfler", "hello").exitCode == 2)
      #expect(try shipped.opsfabric("unblock", "doerfler", caller).exitCode == 0)
      #expect(try shipped.list("blocklist").isEmpty)
      #expect(try shipped.opsfabric("unblock", "doerfler", caller).exitCode == 1)
    }

    /// Two tenants, and an SMS of the second that has been held for six minutes.
    private func withHeldSMS() throws -> ShippedInstallation {
      let shipped = try ShippedInstallation(tenants: [
        "abel": ShippedInstallation.tenant("Abel", number: "+41797770101"),
        "doerfler": ShippedInstallation.tenant(),
      ])
      try shipped.standIn.plan(
        "messages.create", fault: .refuse(httpStatus: 400, code: 21660), times: 99)
      #expect(shipped.post("sms", shipped.smsFields("SM1", "2")).status == 200)
      #expect(try shipped.opsfabric("run").exitCode == 0)
      try HeldDatabase.run(
        "UPDATE messages SET first_due_at = first_due_at - 360000", on: shipped.home.database)
      return shipped
    }

    @Test func `status names a tenant whose SMS are held, with the cause, before all others`() throws {
      let shipped = try withHeldSMS()
      let status = try shipped.opsfabric("status", "--all")
      let held = try #require(status.lines.first { $0.hasPrefix("held       doerfler: 1") })
      #expect(status.output.contains("21660"), "\(held)")
      let rows = status.lines.filter { $0.hasPrefix("doerfler ") || $0.hasPrefix("abel ") }
      #expect(rows.map { $0.hasPrefix("doerfler ") } == [true, false])
      #expect(rows.map { $0.hasSuffix("!") } == [true, false])
      // The fine one only where all are asked for.
      let short = try shipped.opsfabric("status")
      #expect(short.lines.contains { $0.hasPrefix("doerfler ") && $0.hasSuffix("!") })
      #expect(!short.lines.contains { $0.hasPrefix("abel ") })
      #expect(short.output.contains("1 tenant without trouble; --all shows them"), "\(short.output)")
      let health = WebClient.send(WebRequest("GET", "\(shipped.publicURL)/health"))
      #expect(health.status == 503 && health.text.contains("\"held\":1"), "\(health.text)")
    }

    @Test
    func `the operator's page opens by a link of its own, is closed by revoking, and no desk knows of it`()
      throws
    {
      let shipped = try ShippedInstallation()
      let link = try shipped.opsfabric("operator", "link", "Olga Meier").output
      let query = link.drop { $0 != "?" }.dropFirst().prefix { !$0.isNewline }
      #expect(link.hasPrefix("\(shipped.publicURL)/operator?k=") && query.count > 20, "\(link)")
      #expect(WebClient.send(WebRequest("GET", "\(shipped.publicURL)/inbox?\(query)")).status == 403)
      let signedIn = WebClient.send(WebRequest("GET", "\(shipped.publicURL)/operator?\(query)"))
      #expect(signedIn.status == 303 && signedIn.headers["location"] == "operator", "\(signedIn.headers)")
      let cookie = try #require(signedIn.headers["set-cookie"]).prefix { $0 != ";" }
      func page() -> WebAnswer {
        WebClient.send(
          WebRequest("GET", "\(shipped.publicURL)/operator", headers: [("Cookie", String(cookie))]))
      }
      #expect(page().text.contains("href=\"operator?tenant=doerfler\""))
      let listed = try shipped.opsfabric("operator", "list")
      #expect(listed.lines.contains { $0.hasPrefix("Olga Meier  1") }, "\(listed.output)")
      #expect(try !shipped.opsfabric("inbox", "doerfler", "list").output.contains("Olga"))
      #expect(try shipped.opsfabric("inbox", "doerfler", "revoke").output.contains("revoked: 0"))
      #expect(page().status == 200)
      #expect(try shipped.opsfabric("operator", "revoke", "Olga Meier").output.contains("revoked: 2"))
      #expect(page().status == 403)
      for words in [["operator"], ["operator", "link"], ["operator", "open"]] {
        #expect(try shipped.opsfabric(words: words).exitCode == 2, "\(words)")
      }
    }

    @Test(.enabled(if: Python.program != nil, "python3 is not installed"))
    func `status for programs has the order of the operator's page, and says what is wrong`() throws {
      let shipped = try withHeldSMS()
      func told(_ words: String..., say expression: String) throws -> String? {
        let status = try shipped.opsfabric(words: ["status", "--json"] + words)
        #expect(status.exitCode == 0 && status.lines.count == 1, "\(status.output)\(status.errors)")
        let script = "import json, sys; s = json.loads(sys.argv[1]); print(\(expression))"
        return try Python.ask(script, [status.output])
      }
      let link = try shipped.opsfabric("operator", "link", "Olga").output
      let signedIn = WebClient.send(WebRequest("GET", String(link.prefix { !$0.isNewline })))
      let cookie = try #require(signedIn.headers["set-cookie"]).prefix { $0 != ";" }
      let page = WebClient.send(
        WebRequest("GET", "\(shipped.publicURL)/operator", headers: [("Cookie", String(cookie))]))
      let shown = page.text.split(separator: "href=\"operator?tenant=").dropFirst().map {
        String($0.prefix { $0 != "\"" })
      }
      #expect(shown.first == "doerfler" && shown.contains("abel"), "\(page.text)")
      let order = "' '.join(t['tenant'] for t in s['tenants'])"
      #expect(try told("--all", say: order) == shown.joined(separator: " "))
      #expect(try told(say: order) == "doerfler")
      #expect(
        try told(say: "[(t['trouble'], t['held'], t['today']['replies']) for t in s['tenants']]")
          == "[(True, 1, 1)]")
      #expect(try told(say: "s['without_trouble'], s['last_run']['ended_at'] is not None") == "1 True")
      #expect(
        try told(say: "[(h['tenant'], h['count'], '21660' in h['error']) for h in s['held']]")
          == "[('doerfler', 1, True)]")
    }

    @Test func `status is one screen`() throws {
      let shipped = try ShippedInstallation()
      #expect(try shipped.opsfabric("status").output.contains("last run   never"))
      #expect(shipped.post("sms", shipped.smsFields("SM1", "1")).status == 200)
      #expect(try shipped.opsfabric("run").exitCode == 0)
      let status = try shipped.opsfabric("status", "--all")
      #expect(status.exitCode == 0)
      #expect(status.output.contains("ended: decided 0, sent 1"), "\(status.output)")
      #expect(status.lines.contains { $0.hasPrefix("doerfler ") } && status.lines.count <= 24)
    }
  }
}
