// DemoArchiveTests.swift - `./demo` of the unpacked archive, in an empty account of somebody who is not root, with no
// compiler on the path: the whole day, and the pages to click on, with each web server that may be there.

import Glibc
import Platform
import TestSupport
import Testing

extension EndToEnd {
  @Suite(
    .enabled(
      if: HostUser.shared != nil && ShippedPrograms.bootstrap != "",
      "needs root, to make a user of the host, and BOOTSTRAP: run `make test`"))
  struct DemoArchiveTests {
    /// Made once for all tests here; nil where it cannot be.
    private static let archive: [UInt8]? = {
      let folder = "\(ProgramRunner.temporaryFolder)/opsfabric-archive-\(RandomSource.system.token(bytes: 8))"
      defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }
      _ = try? ProgramRunner.run(
        "\(ShippedPrograms.sources)/Tests/make-dist.sh", ["0.0.0", folder],
        environment: [
          "PATH": "/usr/bin:/bin", "COMPRESSION": "preset=0", "CGI_BIN": ShippedPrograms.cgiBin,
          "OPSFABRIC": ShippedPrograms.opsfabric, "BOOTSTRAP": ShippedPrograms.bootstrap,
          "STANDIN": ShippedPrograms.standIn,
        ])
      return try? Files.read("\(folder)/missed-call-recovery-0.0.0-linux-x86_64.tar.xz")
    }()

    /// The unpacked archive in somebody's folder.
    private final class Account {
      let user: HostUser
      let folder: String
      private let name = "missed-call-recovery-0.0.0-linux-x86_64"

      init() throws {
        user = try #require(HostUser.shared)
        folder = "\(ProgramRunner.temporaryFolder)/opsfabric-viewer-\(RandomSource.system.token(bytes: 8))"
        for path in [folder, "\(folder)/tmp"] {
          try Files.makeFolder(path, mode: 0o755)
          try user.own(path)
        }
        try Files.writeAtomically(
          try #require(DemoArchiveTests.archive), to: "\(folder)/\(name).tar.xz", mode: 0o644)
        let unpacked = user.running(["tar", "-C", folder, "-xJf", "\(folder)/\(name).tar.xz"])
        let result = try ProgramRunner.run(
          unpacked[0], Array(unpacked.dropFirst()), environment: ["PATH": "/usr/bin:/bin"])
        try #require(result.exitCode == 0, "\(result.errors)")
      }

      deinit { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }

      func command(_ words: [String]) -> [String] { user.running(["\(folder)/\(name)/demo"] + words) }

      func environment(_ software: String) -> [String: String] {
        ["PATH": "/usr/bin:/bin", "HOME": folder, "TMPDIR": "\(folder)/tmp", "WEB_SERVER": software]
      }

      func demo(_ words: String..., software: String = "") throws -> ProgramResult {
        let command = command(words)
        return try ProgramRunner.run(
          command[0], Array(command.dropFirst()), environment: environment(software), seconds: 240)
      }

      /// Files and processes that are still there.
      func leftovers() throws -> [String] {
        try Files.list("\(folder)/tmp")
          + Files.list("/proc").filter { pid in
            guard Int(pid) != nil, let words = try? Files.read("/proc/\(pid)/cmdline") else { return false }
            return String(decoding: words, as: UTF8.self).contains(folder)
          }
      }
    }

    private static let software = ["lighttpd", "apache", "python"].filter {
      switch $0 {
      case "apache":
        Files.exists("/usr/lib/apache2/modules/mod_cgi.so") && ProgramRunner.find("apache2") != nil
      case "python": Files.exists("/usr/bin/python3")
      default: ProgramRunner.find($0) != nil
      }
    }

    /// A good minute, in which it mostly waits.
    @Test func `the archive's demo shows the whole day to somebody who is not root`() throws {
      let account = try Account()
      let last = Self.software.last ?? ""
      var shown = try account.demo(software: last)
      // It judges times as promised, and a machine that is busy with other tests may be late: then once more.
      if shown.exitCode == 1 { shown = try account.demo(software: last) }
      #expect(shown.exitCode == 0, "\(shown.output.suffix(3000))\(shown.errors)")
      #expect(shown.output.contains("\(last) runs the handlers"))
      #expect(shown.output.contains("all as it should be"))
      #expect(try account.leftovers() == [])
    }

    @Test(arguments: software)
    func `the demo's pages can be clicked on until Ctrl-C, and nothing is left`(_ software: String) throws {
      let account = try Account()
      let command = account.command(["--open"])
      let terminal = try Terminal(
        command[0], Array(command.dropFirst()), environment: account.environment(software), columns: 200)
      try #require(try terminal.expect("form  "), "\(terminal.screen)")
      try #require(try terminal.expect("WEB "), "\(terminal.screen)")
      let addresses = terminal.screen.split { $0 == " " || $0 == "\r\n" || $0 == "\n" || $0 == "\r" }.map(
        String.init
      )
      .filter { $0.hasPrefix("http://127.0.0.1:") && ($0.contains("?k=") || $0.contains("/anfrage?")) }
      #expect(addresses.count == 3, "\(terminal.screen)")
      for address in addresses {
        var answer = WebClient.send(WebRequest("GET", address))
        // A personal link signs in, and leads on.
        if address.contains("?k=") {
          #expect(answer.status == 303)
          let cookie = String(try #require(answer.headers["set-cookie"]).prefix { $0 != ";" })
          let page = String(address.prefix { $0 != "?" })
          answer = WebClient.send(WebRequest("GET", page, headers: [("Cookie", cookie)]))
        }
        #expect(answer.status == 200, "\(address): \(answer.status)")
        #expect(answer.text.contains("<html"))
      }
      terminal.type(control: "c")
      #expect(try terminal.end() == 130, "\(terminal.screen)")
      #expect(try account.leftovers() == [])
    }

    @Test func `the demo says what is missing, and how it is called`() throws {
      let account = try Account()
      let none = try account.demo(software: "caddy")
      #expect(
        none.exitCode == 2 && none.errors.contains("a web server is missing: install caddy"), "\(none.errors)"
      )
      let help = try account.demo("--help")
      #expect(help.exitCode == 0 && help.output.contains("--open"))
      let wrong = try account.demo("--opne")
      #expect(wrong.exitCode == 2 && wrong.errors.contains("--opne is not known"))
      #expect(try account.leftovers() == [])
    }
  }
}
