// ArchiveTests.swift - the release archive in an empty account of a shared host: its own user, its own home,
// Apache with suexec, no compiler and nothing of ours on the path, a cron that only calls URLs, programs that
// nobody may write, and a home as on a network file system.

import Glibc
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(
    .enabled(
      if: HostUser.shared != nil && Files.exists("/usr/lib/apache2/suexec")
        && ShippedPrograms.bootstrap != "",
      "needs root, to make a user of the host, Apache's suexec, and BOOTSTRAP: run `make test`"))
  struct ArchiveTests {
    private static let secret = "a-secret-of-the-tests"

    /// What a person with an account on a host has.
    private final class Account {
      let user: HostUser
      let folder: String
      let website: String
      var home: Home { Home("\(folder)/opsfabric") }
      var cgiBin: String { "\(website)/cgi-bin" }

      init(_ user: HostUser) throws {
        self.user = user
        let name = "opsfabric-account-\(RandomSource.system.token(bytes: 8))"
        folder = "\(ProgramRunner.temporaryFolder)/\(name)"
        // suexec runs nothing outside of the folder that is compiled into it.
        website = "/var/www/\(name)"
        for path in [folder, website] {
          try Files.makeFolder(path, mode: 0o755)
          try user.own(path)
        }
      }

      deinit {
        chmod(cgiBin, 0o755)
        _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder, website])
      }

      /// A line typed by that person.
      func shell(_ line: String) throws -> ProgramResult {
        let command = user.running(["sh", "-c", "cd \"$HOME\" && \(line)"])
        return try ProgramRunner.run(
          command[0], Array(command.dropFirst()), environment: ["PATH": "/usr/bin:/bin", "HOME": folder])
      }

      func write(_ text: String, to path: String) throws {
        try Files.writeAtomically(Array(text.utf8), to: path)
        try user.own(path)
      }
    }

    private func archive(_ account: Account) throws -> String {
      let made = try ProgramRunner.run(
        "\(ShippedPrograms.sources)/Tests/make-dist.sh", ["0.0.0", account.folder],
        environment: [
          "PATH": "/usr/bin:/bin", "COMPRESSION": "preset=0", "CGI_BIN": ShippedPrograms.cgiBin,
          "OPSFABRIC": ShippedPrograms.opsfabric, "BOOTSTRAP": ShippedPrograms.bootstrap,
          "STANDIN": ShippedPrograms.standIn,
        ])
      try #require(made.exitCode == 0, "\(made.errors)")
      return "missed-call-recovery-0.0.0-linux-x86_64"
    }

    @Test func `the archive, unpacked into an empty account, recovers a missed call`() throws {
      let account = try Account(try #require(HostUser.shared))
      let name = try archive(account)
      let unpacked = try account.shell("sha256sum -c \(name).tar.xz.sha256 && tar -xJf \(name).tar.xz")
      try #require(unpacked.exitCode == 0, "\(unpacked.errors)")
      let installed = try account.shell("\(name)/install.sh \"$HOME/opsfabric\" '\(account.cgiBin)'")
      try #require(installed.exitCode == 0, "\(installed.errors)")
      #expect(!installed.output.contains("note:"), "\(installed.output)")
      #expect(try account.shell("rm -r \(name) \(name).tar.xz").exitCode == 0)
      #expect(Files.mode(account.home.path) == 0o700)
      chmod(account.cgiBin, 0o555)

      let web = try WebServer(
        .handlers(cgiBin: account.cgiBin), folder: "\(account.folder)-web", software: .apacheSuexec,
        user: account.user)
      let standIn = try StandIn(directory: "\(account.folder)-twilio-state", now: WallClock.system.now)
      let twilio = try WebServer(
        .standIn(program: ShippedPrograms.standIn, state: "\(account.folder)-twilio-state"),
        folder: "\(account.folder)-twilio")
      defer {
        web.stop()
        twilio.stop()
        _ = try? ProgramRunner.run(
          "/bin/rm", ["-rf"] + ["web", "twilio", "twilio-state"].map { "\(account.folder)-\($0)" })
      }
      let publicURL = "\(web.url)/cgi-bin"
      try standIn.addAccount(sid: ShippedInstallation.account, token: ShippedInstallation.token)
      try standIn.set("public_url", to: publicURL)
      try standIn.addNumber(ShippedInstallation.number, account: ShippedInstallation.account)

      try account.write(
        """
        {
          public_url: "\(publicURL)",
          twilio: {
            account_sid: "\(ShippedInstallation.account)", auth_token: "\(ShippedInstallation.token)",
            api_base: "\(twilio.url)", lookups_base: "\(twilio.url)",
          },
          tick_secret: "\(Self.secret)", tick_seconds: 15, journal_mode: "delete",
        }
        """, to: "\(account.home.config)/opsfabric.json5")
      try account.write(
        ShippedInstallation.tenant(more: "sms_delay_seconds: 5,"),
        to: "\(account.home.tenants)/doerfler.json5")
      let applied = try account.shell(
        "rm opsfabric/config/tenants/example.json5; opsfabric/bin/opsfabric apply")
      try #require(applied.exitCode == 0, "\(applied.errors)")

      let call: [(String, String)] = [
        ("CallSid", "CA" + String(repeating: "a", count: 32)), ("AccountSid", ShippedInstallation.account),
        ("From", ShippedInstallation.caller), ("To", ShippedInstallation.number), ("CallStatus", "no-answer"),
        ("FromCity", ""),
      ]
      let answer = WebClient.send(signed("\(publicURL)/call-status", call))
      #expect(answer.status == 204, "\(answer.text)\(web.programLog)")
      // Nothing may lie where the web could see it, and the pointer is not served.
      #expect(WebClient.send(WebRequest("GET", "\(publicURL)/opsfabric.home")).status == 403)

      let tick = WebClient.send(WebRequest("GET", "\(publicURL)/tick?secret=\(Self.secret)"))
      #expect(tick.status == 200, "\(tick.text)\(web.programLog)")
      let texts = try standIn.messages(to: ShippedInstallation.caller).filter { $0.direction != "inbound" }
      #expect(texts.count == 1, "\(tick.text)")
      let calls = try account.shell("opsfabric/bin/opsfabric list calls --json")
      #expect(calls.lines.count == 1 && calls.output.contains("\"decision\":\"sent\""), "\(calls.output)")
      #expect(WebClient.send(WebRequest("GET", "\(publicURL)/health")).status == 200)
    }

    @Test(.enabled(if: ProgramRunner.find("unzip") != nil, "unzip is not installed: run `make test`"))
    func `functions are packed from the archive without a compiler`() throws {
      let account = try Account(try #require(HostUser.shared))
      let name = try archive(account)
      try #require(try account.shell("tar -xJf \(name).tar.xz").exitCode == 0)
      let shipped = try ShippedInstallation()
      let home = "\(account.folder)/opsfabric"
      let copied = try account.shell("mkdir -p opsfabric/data")
      try #require(copied.exitCode == 0)
      let settings = "\(home)/data/settings.sqlite3"
      try Files.writeAtomically(try Files.read(shipped.home.settings), to: settings)
      try account.user.own(settings)
      let packed = try account.shell(
        "\(name)/functions/package-lambda.sh \(name)/functions/bootstrap opsfabric lambda.zip")
      #expect(packed.exitCode == 0, "\(packed.errors)")
      let listed = try account.shell("unzip -Z1 lambda.zip")
      for file in ["bootstrap", "opsfabric.home", "home/data/settings.sqlite3", "zoneinfo/Europe/Zurich"] {
        #expect(listed.lines.contains(file), "\(file)")
      }
    }

    @Test func `a damaged archive is refused before anything is changed`() throws {
      let account = try Account(try #require(HostUser.shared))
      let name = try archive(account)
      try #require(
        try account.shell("tar -xJf \(name).tar.xz && echo x >>\(name)/cgi-bin/voice").exitCode == 0)
      let refused = try account.shell("\(name)/install.sh \"$HOME/opsfabric\" '\(account.cgiBin)'")
      #expect(refused.exitCode == 1)
      #expect(
        refused.errors.contains("cgi-bin/voice") && refused.errors.contains("damaged"), "\(refused.errors)")
      #expect(!Files.exists(account.home.path) && !Files.exists(account.cgiBin))
    }

    private func signed(_ url: String, _ fields: [(String, String)]) -> WebRequest {
      WebRequest(
        "POST", url,
        headers: [
          ("Content-Type", "application/x-www-form-urlencoded"),
          (
            "X-Twilio-Signature",
            WebhookSigner.sign(url: url, params: fields, token: ShippedInstallation.token)
          ),
        ], body: Array(FormCoding.encode(fields).utf8))
    }
  }
}
