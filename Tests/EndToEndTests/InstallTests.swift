// InstallTests.swift - what `make install` does with the built programs, in folders with spaces in their names.

import Glibc
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct InstallTests {
    private static let root = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))

    /// A tree as the repository looks after `make build`.
    private func builtTree(_ folder: String) throws -> String {
      let tree = "\(folder)/built"
      for name in ["cgi-bin", "bin"] { try Files.makeFolder("\(tree)/\(name)", mode: 0o755) }
      try Files.writeAtomically(
        try Files.read("\(Self.root)/install.sh"), to: "\(tree)/install.sh", mode: 0o755)
      for name in ShippedPrograms.handlers {
        try WebServer.copyProgram("\(ShippedPrograms.cgiBin)/\(name)", to: "\(tree)/cgi-bin/\(name)")
      }
      try Files.writeAtomically(
        try Files.read("\(Self.root)/cgi-bin/.htaccess"), to: "\(tree)/cgi-bin/.htaccess")
      try WebServer.copyProgram(ShippedPrograms.opsfabric, to: "\(tree)/bin/opsfabric")
      return tree
    }

    @Test func `an installation into folders with spaces takes a webhook, and an update keeps everything`()
      throws
    {
      let shipped = try ShippedInstallation()
      let tree = try builtTree(shipped.folder)
      let home = Home("\(shipped.folder)/My Home/ops fabric")
      let cgiBin = "\(shipped.folder)/my www/cgi bin"
      func install() throws -> ProgramResult {
        try ProgramRunner.run(
          // By its interpreter: a file that was just written may be held by a program another test is starting.
          "/bin/bash", ["\(tree)/install.sh", home.path, cgiBin], environment: ["PATH": "/usr/bin:/bin"])
      }
      let installed = try install()
      try #require(installed.exitCode == 0, "\(installed.errors)")
      #expect(Files.mode(home.path) == 0o700)
      #expect(Files.mode("\(cgiBin)/voice") == 0o755)

      let web = try WebServer(.handlers(cgiBin: cgiBin), folder: "\(shipped.folder)/web 2")
      // The configuration of the other installation, with this one's address.
      let configuration = String(
        decoding: try Files.read("\(shipped.home.config)/opsfabric.json5"), as: UTF8.self)
      try Files.writeAtomically(
        Array(configuration.replacing(shipped.web.url, with: web.url).utf8),
        to: "\(home.config)/opsfabric.json5")
      try Files.remove("\(home.tenants)/example.json5")
      try Files.writeAtomically(
        Array(ShippedInstallation.tenant().utf8), to: "\(home.tenants)/doerfler.json5")
      let applied = try ProgramRunner.run(
        "\(home.path)/bin/opsfabric", ["apply"], environment: ["OPSFABRIC_HOME": home.path])
      try #require(applied.exitCode == 0, "\(applied.errors)")

      #expect(post("CA1", shipped, web).status == 200)
      try Files.writeAtomically(Array("mine\n".utf8), to: "\(home.path)/log/mine")
      let updated = try install()
      #expect(updated.exitCode == 0, "\(updated.errors)")
      #expect(updated.output.contains("kept  \(home.config)/opsfabric.json5"))
      #expect(updated.output.contains("applied: 1 active tenant"))
      #expect(post("CA2", shipped, web).status == 200)

      // The line it tells to put into the crontab works as it stands.
      let mark = "cron: * * * * * "
      let cron = try #require(updated.lines.first { $0.hasPrefix(mark) })
      let command = String(cron.dropFirst(mark.count)).replacing("--linger 55", with: "--linger 0")
      let run = try ProgramRunner.run("/bin/sh", ["-c", command], environment: ["PATH": "/usr/bin:/bin"])
      #expect(run.exitCode == 0, "\(run.errors)")
      let log = String(decoding: try Files.read("\(home.log)/run.log"), as: UTF8.self)
      #expect(log.contains("run: decided 0"), "\(log)")
      let calls = try ProgramRunner.run(
        "\(home.path)/bin/opsfabric", ["list", "calls", "--json"], environment: ["OPSFABRIC_HOME": home.path])
      #expect(calls.lines.count == 2)
    }

    @Test func `a home inside of the website is refused before anything is made`() throws {
      let shipped = try ShippedInstallation()
      let tree = try builtTree(shipped.folder)
      let website = "\(shipped.folder)/account/www"
      let cgiBin = "\(website)/cgi-bin"
      for home in [cgiBin, "\(cgiBin)/home", "\(website)/opsfabric", "\(shipped.folder)/public_html/home"] {
        let refused = try ProgramRunner.run(
          "/bin/bash", ["\(tree)/install.sh", home, cgiBin], environment: ["PATH": "/usr/bin:/bin"])
        #expect(refused.exitCode == 2, "\(home)")
        #expect(refused.errors.contains("\(home) lies in "), "\(refused.errors)")
        #expect(refused.errors.contains("choose a folder beside the website's"))
        #expect(!Files.exists("\(home)/config") && !Files.exists("\(cgiBin)/voice"), "\(home)")
      }
    }

    @Test func `an update keeps the line by which programs run`() throws {
      let shipped = try ShippedInstallation()
      let tree = try builtTree(shipped.folder)
      let (home, cgiBin) = ("\(shipped.folder)/home 2", "\(shipped.folder)/cgi 2")
      func install() throws -> String {
        let result = try ProgramRunner.run(
          "/bin/bash", ["\(tree)/install.sh", home, cgiBin], environment: ["PATH": "/usr/bin:/bin"])
        #expect(result.exitCode == 0, "\(result.errors)")
        return String(decoding: try Files.read("\(cgiBin)/.htaccess"), as: UTF8.self)
      }
      let fresh = try install()
      #expect(fresh.contains("\n#Options +ExecCGI\n") && !fresh.contains("\nOptions "))
      #expect(try install() == fresh)
      // As an older version wrote it, and as the file tells to switch it on.
      let old = "# opsfabric\nOptions +ExecCGI -Indexes -MultiViews\n"
      for text in [old, fresh.replacing("\n#Options", with: "\nOptions")] {
        try Files.writeAtomically(Array(text.utf8), to: "\(cgiBin)/.htaccess", mode: 0o644)
        #expect(try install() == fresh.replacing("\n#Options", with: "\nOptions"))
      }
      let mine = "Options +ExecCGI\n"
      try Files.writeAtomically(Array(mine.utf8), to: "\(cgiBin)/.htaccess", mode: 0o644)
      #expect(try install() == mine)
    }

    private func post(_ sid: String, _ shipped: ShippedInstallation, _ web: WebServer) -> WebAnswer {
      // Signed for this server's address.
      let url = "\(web.url)/cgi-bin/voice"
      let fields = shipped.callFields(sid)
      let signature = WebhookSigner.sign(url: url, params: fields, token: ShippedInstallation.token)
      var request = shipped.request("voice", fields, signature: signature)
      request.url = url
      return WebClient.send(request)
    }
  }
}
