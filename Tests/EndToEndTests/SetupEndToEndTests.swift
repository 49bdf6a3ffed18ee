// SetupEndToEndTests.swift - a newcomer's first minutes at a terminal: from the unpacked archive to the first SMS.

import Glibc
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: ShippedPrograms.bootstrap != "", "needs BOOTSTRAP: run `make test`"))
  struct SetupEndToEndTests {
    private static let telephone = "+41791112277"

    /// An unpacked archive in somebody's home, a web server that runs programs, and Twilio played beside.
    private final class Account {
      let folder: String
      let web: WebServer
      let standIn: StandIn
      let twilio: WebServer
      var home: Home { Home("\(folder)/opsfabric") }
      var cgiBin: String { "\(folder)/www/cgi-bin" }
      var program: String { "\(folder)/missed-call-recovery-0.0.0-linux-x86_64/bin/opsfabric" }
      var environment: [String: String] { ["PATH": "/usr/bin:/bin", "HOME": folder, "TERM": "xterm"] }
      var publicURL: String { "\(web.url)/cgi-bin" }

      init() throws {
        folder = "\(ProgramRunner.temporaryFolder)/opsfabric-newcomer-\(RandomSource.system.token(bytes: 8))"
        try Files.makeFolder(folder, mode: 0o755)
        try Files.makeFolder("\(folder)/www", mode: 0o755)
        try Files.makeFolder("\(folder)/www/cgi-bin", mode: 0o755)
        let made = try ProgramRunner.run(
          "\(ShippedPrograms.sources)/Tests/make-dist.sh", ["0.0.0", folder],
          environment: [
            "PATH": "/usr/bin:/bin", "COMPRESSION": "preset=0", "CGI_BIN": ShippedPrograms.cgiBin,
            "OPSFABRIC": ShippedPrograms.opsfabric, "BOOTSTRAP": ShippedPrograms.bootstrap,
            "STANDIN": ShippedPrograms.standIn,
          ])
        try #require(made.exitCode == 0, "\(made.errors)")
        let name = "missed-call-recovery-0.0.0-linux-x86_64"
        let unpacked = try ProgramRunner.run(
          "/usr/bin/tar", ["-C", folder, "-xJf", "\(folder)/\(name).tar.xz"],
          environment: ["PATH": "/usr/bin:/bin"])
        try #require(unpacked.exitCode == 0, "\(unpacked.errors)")
        web = try WebServer(
          .handlers(cgiBin: "\(folder)/www/cgi-bin"), folder: "\(folder)/web", software: .lighttpd)
        standIn = try StandIn(directory: "\(folder)/twilio-state", now: WallClock.system.now)
        try standIn.addAccount(sid: ShippedInstallation.account, token: ShippedInstallation.token)
        twilio = try WebServer(
          .standIn(program: ShippedPrograms.standIn, state: "\(folder)/twilio-state"),
          folder: "\(folder)/twilio")
        try standIn.set("public_url", to: publicURL)
        try standIn.addNumber(ShippedInstallation.number, account: ShippedInstallation.account)
        try prepare()
      }

      deinit {
        web.stop()
        twilio.stop()
        _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder])
      }

      /// The two things a test changes in the samples: who plays Twilio, and that no hour is a quiet one.
      private func prepare() throws {
        let made = try opsfabric("init")
        try #require(made.exitCode == 0, "\(made.errors)")
        try edit("\(home.config)/opsfabric.json5") {
          $0.replacing("https://api.twilio.com", with: "\(twilio.url)")
            .replacing("https://lookups.twilio.com", with: "\(twilio.url)")
        }
        let sample = try Files.read("\(home.tenants)/example.json5")
        try Files.writeAtomically(sample, to: "\(home.tenants)/doerfler.json5")
        try edit("\(home.tenants)/doerfler.json5") {
          $0.replacing("from: \"21:00\", to: \"07:00\"", with: "from: \"00:00\", to: \"00:00\"")
            .replacing("sms_delay_seconds: 30", with: "sms_delay_seconds: 5")
        }
      }

      private func edit(_ path: String, _ change: (String) -> String) throws {
        try Files.writeAtomically(
          Array(change(String(decoding: Files.read(path), as: UTF8.self)).utf8), to: path)
      }

      func opsfabric(_ words: String..., input: String = "") throws -> ProgramResult {
        try ProgramRunner.run(
          program, words, environment: environment.merging(["OPSFABRIC_HOME": home.path]) { $1 },
          input: Array(input.utf8))
      }

      /// Twilio's reports come in by themselves.
      func deliver() throws {
        _ = try ProgramRunner.run(
          ShippedPrograms.standIn, ["deliver", "--dir", "\(folder)/twilio-state"], environment: environment)
      }
    }

    /// The figures stand in the test's output; nothing but the count of keys is judged.
    @Test(arguments: [80, 40])
    func `a newcomer gets from the unpacked archive to the first SMS in one command`(
      _ columns: Int
    ) throws {
      let account = try Account()
      let began = monotonicMilliseconds()
      let terminal = try Terminal(
        account.program, ["setup"], environment: account.environment, columns: columns)
      func answer(_ prompt: String, _ text: String) throws {
        try #require(try terminal.expect(prompt), "no \(prompt): \(terminal.screen)")
        terminal.type(text)
      }
      try answer("outside of the website [", "")
      try answer("runs programs [", "")
      try answer("Account SID:", ShippedInstallation.account)
      try answer("Auth token:", ShippedInstallation.token)
      try answer("Address of the handlers:", account.publicURL)
      try answer("Short name of the business [doerfler]:", "")
      try answer("Name of the business:", "Dörfler Sanitär")
      try answer("Where the telephone rings:", "043 443 52 00")
      try answer("Number at Twilio [", "")
      try answer("Host of the form's link [", "www.doerfler.example")
      try answer("Who is told of requests:", "079 123 45 99")
      try answer("Mobile number for a test SMS:", "079 111 22 77")
      if ProgramRunner.find("crontab") != nil { try answer("crontab now? [Y/n]", "n") }
      let code = try terminal.end(meanwhile: account.deliver)
      #expect(code == 0, "\(terminal.screen.suffix(1800))")
      #expect(terminal.screen.contains("the SMS was delivered"))
      #expect(!terminal.screen.contains(ShippedInstallation.token), "the token was shown")
      let sent = try account.standIn.messages().filter { $0.to == Self.telephone }
      #expect(sent.count == 1 && sent.first?.body.contains("Dörfler Sanitär") == true, "\(sent)")
      let wide = terminal.lines.filter { line in
        line.count > columns && !line.contains(": ") && !line.contains("config/")
          && line.split(separator: " ").allSatisfy { $0.count < columns - 8 }
          && !line.contains("* * *")
      }
      #expect(wide.isEmpty, "\(wide)")
      // 34 of the SID and 25 of the token are pasted; a person types the rest.
      #expect(terminal.keystrokes < 220, "\(terminal.keystrokes)")
      print(
        "a newcomer: \(terminal.keystrokes) keystrokes, \((monotonicMilliseconds() - began) / 1000) s from the archive to the SMS"
      )

      // Once more over what is there: Enter at each question changes nothing.
      let files = try ["config/opsfabric.json5", "config/tenants/doerfler.json5"].map {
        try Files.read("\(account.home.path)/\($0)")
      }
      let again = try account.opsfabric("setup", "--yes")
      #expect(
        again.exitCode == 0 && again.output.contains("all as it should be"), "\(again.output)\(again.errors)")
      #expect(
        try ["config/opsfabric.json5", "config/tenants/doerfler.json5"].map {
          try Files.read("\(account.home.path)/\($0)")
        } == files)
    }

    @Test func `by options alone, in a script, and what is missing or wrong is one line`() throws {
      let account = try Account()
      let installed = try ProgramRunner.run(
        account.program, ["setup", "--yes", "--home", account.home.path, "--handlers", account.cgiBin],
        environment: account.environment)
      #expect(installed.exitCode == 2, "\(installed.output)")
      #expect(installed.errors == "opsfabric setup: --account-sid: is missing\n", "\(installed.errors)")
      let given = [
        "--account-sid", ShippedInstallation.account, "--auth-token", ShippedInstallation.token,
        "--public-url",
        account.publicURL, "--tenant", "doerfler", "--name", "Meier", "--forward-to", "+41434435200",
        "--notify",
        "+41791234599", "--yes",
      ]
      func setup(_ more: [String]) throws -> ProgramResult {
        try ProgramRunner.run(
          "\(account.home.path)/bin/opsfabric", ["setup"] + given + more, environment: account.environment)
      }
      let wrong = try setup(["--number", "+41790000099"])
      #expect(wrong.exitCode == 2 && wrong.errors.split(separator: "\n").count == 1, "\(wrong.errors)")
      #expect(
        wrong.errors.contains("--number: '+41790000099' is none of the account's numbers"), "\(wrong.errors)")
      let done = try setup(["--number", ShippedInstallation.number])
      #expect(done.exitCode == 0 && done.output.contains("Ready."), "\(done.output)\(done.errors)")
      #expect(done.output.contains("run --linger 55"))
      let fields = try account.standIn.settings(ofNumber: ShippedInstallation.number)
      #expect(fields?["voice_url"]?.hasPrefix(account.publicURL) == true)
    }

    @Test func `broken off by Ctrl-C or a closed pipe, it goes on where it was`() throws {
      let account = try Account()
      let terminal = try Terminal(
        account.program, ["setup"],
        environment: account.environment.merging(["OPSFABRIC_HOME": account.home.path]) { $1 })
      #expect(try terminal.expect("Account SID:"))
      terminal.type(ShippedInstallation.account)
      #expect(try terminal.expect("Auth token:"))
      terminal.type(control: "c")
      #expect(try terminal.end() == 130)
      let piped = try account.opsfabric("setup", input: "\n\(ShippedInstallation.token)\n")
      #expect(piped.exitCode == 1, "\(piped.output)")
      #expect(piped.errors.contains("broken off; what was answered is kept"), "\(piped.errors)")
      #expect(piped.output.contains("Account SID [\(ShippedInstallation.account)]"))
      let config = String(decoding: try Files.read("\(account.home.config)/opsfabric.json5"), as: UTF8.self)
      #expect(config.contains("auth_token: \"\(ShippedInstallation.token)\""))
    }
  }
}
