// TerminalTests.swift - the operator's commands as they look on a terminal: its width, its colours, its manual page.

import Glibc
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct TerminalTests {
    private static let escape: Character = "\u{1B}"

    /// An installation with a dead SMS, a named caller and an overdue request.
    private func installation() throws -> ShippedInstallation {
      let shipped = try ShippedInstallation(
        tenants: [
          "doerfler": ShippedInstallation.tenant(
            "Dörfler Sanitär und Heizung AG", more: "sms_delay_seconds: 5")
        ])
      let book = "\(shipped.folder)/book.csv"
      try Files.writeAtomically(Array("Name;Telefon\nAda Muster-Beispielhaus;079 123 45 67\n".utf8), to: book)
      #expect(try shipped.opsfabric("contacts", "import", "doerfler", book).exitCode == 0)
      for number in 1...3 {
        #expect(
          shipped.post("sms", shipped.smsFields("SM\(number)", "Rohr geplatzt \(number)")).status == 200)
      }
      #expect(try shipped.opsfabric("run").exitCode == 0)
      return shipped
    }

    private func shown(
      _ shipped: ShippedInstallation, _ words: [String], columns: Int, _ more: [String: String] = [:]
    ) throws -> Terminal {
      let environment = shipped.environment.merging(["TERM": "xterm", "LANG": "C.UTF-8"]) { $1 }.merging(more)
      { $1 }
      let terminal = try Terminal(
        ShippedPrograms.opsfabric, words, environment: environment, columns: columns)
      let code = try terminal.end()
      #expect(code == 0 || words[0] == "doctor", "\(words): \(terminal.screen)")
      return terminal
    }

    /// Without what colours it.
    private func plain(_ line: String) -> String {
      var text = ""
      var isEscape = false
      for character in line {
        if character == Self.escape { isEscape = true }
        if !isEscape { text.append(character) }
        if isEscape, character.isLetter { isEscape = false }
      }
      return text
    }

    @Test(arguments: [40, 80, 120]) func `what is shown fits the terminal`(_ columns: Int) throws {
      let shipped = try installation()
      for words in [
        ["list", "calls"], ["list", "messages"], ["list", "tickets"], ["list", "events"],
        ["list", "contacts"],
        ["show", ShippedInstallation.caller], ["status", "--all"], ["doctor", "--offline"], ["--help"],
        ["list", "--help"], ["preview", "doerfler"],
      ] {
        for line in try shown(shipped, words, columns: columns).lines.map(plain) where line.count > columns {
          // What cannot be broken without becoming useless: an address, a path, a command.
          let longest = line.split(separator: " ").map(\.count).max() ?? 0
          #expect(longest > columns - 26 || line.contains("* * *"), "\(words) at \(columns): \(line)")
        }
      }
    }

    @Test func `a list names people, tells local times, and has no column that says nothing`() throws {
      let shipped = try installation()
      let tickets = try shown(shipped, ["list", "tickets"], columns: 200).lines.map(plain)
      #expect(tickets[0].contains("name") && tickets[1].contains("Ada Muster-Beispielhaus"), "\(tickets)")
      #expect(!tickets[1].contains("Z ") && !tickets[0].contains("amount"), "\(tickets)")
      let other = try shipped.opsfabric("list", "optouts").output
      #expect(other.hasPrefix("tenant") && other.split(separator: "\n").count == 1, "\(other)")
    }

    @Test func `colour is for terminals, and for people who want it`() throws {
      let shipped = try installation()
      for words in [["list", "tickets"], ["status", "--all"], ["doctor", "--offline"]] {
        let colourful = try shown(shipped, words, columns: 80)
        #expect(colourful.screen.contains("\u{1B}[1m") || colourful.screen.contains("\u{1B}[32m"), "\(words)")
        for plainly in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
          let terminal = try shown(shipped, words, columns: 80, plainly)
          #expect(
            !terminal.screen.contains("\u{1B}[3") && !terminal.screen.contains("\u{1B}[1m"),
            "\(words) \(plainly)")
        }
        // Empty counts as not set, as no-color.org has it.
        #expect(try shown(shipped, words, columns: 80, ["NO_COLOR": ""]).screen.contains("\u{1B}["))
        let piped = try ProgramRunner.run(ShippedPrograms.opsfabric, words, environment: shipped.environment)
        #expect(!piped.output.contains(Self.escape))
      }
    }

    @Test func `a terminal without UTF-8 is shown no dots that it has not`() throws {
      let shipped = try installation()
      let narrow = try shown(shipped, ["list", "tickets"], columns: 60)
      #expect(narrow.screen.contains("…"), "\(narrow.screen)")
      let ascii = try shown(shipped, ["list", "tickets"], columns: 60, ["LANG": "C"])
      #expect(!ascii.screen.contains("…") && ascii.screen.contains("~"), "\(ascii.screen)")
    }

    @Test func `a cure can be copied: by name where PATH leads to the program, else by its path`() throws {
      let shipped = try installation()
      let program = ShippedPrograms.opsfabric
      func cures(_ path: String) throws -> String {
        let terminal = try shown(shipped, ["doctor", "--offline"], columns: 400, ["PATH": path])
        return terminal.lines.map(plain).filter { $0.contains("-> ") }.joined(separator: "\n")
      }
      let away = try cures("/usr/bin:/bin")
      #expect(away.contains("\(program) "), "\(away)")
      let near = try cures(Files.parent(of: program) + ":/bin")
      #expect(
        near.contains("opsfabric ") && !near.contains("\(program) list")
          && !near.contains("\(program) apply"), "\(near)")
      let mistyped = try Terminal(program, ["list", "cals"], environment: shipped.environment, columns: 200)
      #expect(try mistyped.end() == 2 && mistyped.screen.contains("opsfabric list: 'cals' cannot be listed"))
    }

    @Test func `the version is told, and a mistyped word names the nearest`() throws {
      let version = try ProgramRunner.run(ShippedPrograms.opsfabric, ["--version"])
      #expect(version.exitCode == 0 && version.output.hasPrefix("opsfabric "), "\(version.output)")
      let number = version.output.split(separator: " ")[1].prefix { $0 != "," && $0 != "-" }
      let log = String(decoding: try Files.read("\(ShippedPrograms.sources)/CHANGELOG.md"), as: UTF8.self)
      let newest = log.split(separator: "\n").first { $0.hasPrefix("## [") } ?? ""
      #expect(newest.contains("[Unreleased]") == version.output.contains("-dev"))
      #expect(newest.contains("[Unreleased]") || newest.contains("[\(number)]"))
      let mistyped = try ProgramRunner.run(ShippedPrograms.opsfabric, ["statsu"])
      #expect(mistyped.exitCode == 2 && mistyped.errors.contains("status"), "\(mistyped.errors)")
    }

    @Test func `the manual page and the completions are those of the commands`() throws {
      let folder = "\(ProgramRunner.temporaryFolder)/opsfabric-manual-\(RandomSource.system.token(bytes: 8))"
      try Files.makeFolder(folder)
      defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }
      let overview = try ProgramRunner.run(ShippedPrograms.opsfabric, ["--help"]).lines
      let names = overview.dropFirst().prefix { $0.hasPrefix("  ") }.compactMap { line in
        line.hasPrefix("   ") ? nil : line.split(separator: " ").first.map(String.init)
      }
      #expect(names.count > 20)
      for form in ["page", "bash", "zsh"] {
        let made = try ProgramRunner.run(ShippedPrograms.opsfabric, ["manual", form])
        #expect(made.exitCode == 0)
        try Files.writeAtomically(Array(made.output.utf8), to: "\(folder)/\(form)")
      }
      let environment = ["PATH": "/usr/bin:/bin", "OPSFABRIC_HOME": folder]
      if let mandoc = ProgramRunner.find("mandoc") {
        let judged = try ProgramRunner.run(
          mandoc, ["-T", "lint", "-W", "warning", "\(folder)/page"], environment: environment)
        #expect(judged.exitCode == 0 && judged.output.isEmpty, "\(judged.output)")
        let read = try ProgramRunner.run(
          mandoc, ["-T", "utf8", "-O", "width=80", "\(folder)/page"], environment: environment)
        let text = read.output.replacing("\u{8}", with: "")
        for name in names { #expect(text.contains("\(name.first ?? "x")"), "\(name)") }
        #expect(!read.output.split(separator: "\n").contains { $0.count > 400 })
      }
      for name in names {
        let page = String(decoding: try Files.read("\(folder)/page"), as: UTF8.self)
        #expect(page.contains(".SS \(name.replacing("-", with: "\\-"))\n"), "\(name)")
      }
      // bash itself completes.
      func completed(_ words: String...) throws -> Set<String> {
        let list = words.map { "'\($0)'" }.joined(separator: " ")
        let script =
          ". '\(folder)/bash'; COMP_WORDS=(opsfabric \(list)); COMP_CWORD=\(words.count); _opsfabric; printf '%s\\n' \"${COMPREPLY[@]}\""
        return Set(try ProgramRunner.run("/bin/bash", ["-c", script], environment: environment).lines)
      }
      try Files.makeFolder("\(folder)/config")
      try Files.makeFolder("\(folder)/config/tenants")
      try Files.writeAtomically([], to: "\(folder)/config/tenants/doerfler.json5")
      #expect(try Set(names).isSubset(of: completed("")))
      #expect(try completed("do") == ["doctor"])
      #expect(try completed("list", "me") == ["messages"])
      #expect(try completed("contacts", "ex") == ["export"])
      #expect(try completed("connect", "doe") == ["doerfler"])
      #expect(try completed("forget", "--d") == ["--dry-run"])
      if let zsh = ProgramRunner.find("zsh") {
        let parsed = try ProgramRunner.run(zsh, ["-n", "\(folder)/zsh"], environment: environment)
        #expect(parsed.exitCode == 0, "\(parsed.errors)")
      }
    }

    @Test func `forget says what it would erase, and asks for the word`() throws {
      let shipped = try installation()
      let dry = try shipped.opsfabric("forget", ShippedInstallation.caller, "--dry-run")
      #expect(dry.exitCode == 0 && dry.output.contains("this would be erased"), "\(dry.output)\(dry.errors)")
      #expect(dry.output.contains("messages from it"), "\(dry.output)")
      func isKnown() throws -> Bool {
        try !shipped.opsfabric("show", ShippedInstallation.caller).output.contains("nothing is known")
      }
      for answer in ["no", ""] {
        let terminal = try Terminal(
          ShippedPrograms.opsfabric, ["forget", ShippedInstallation.caller], environment: shipped.environment)
        #expect(try terminal.expect("Type yes:"))
        terminal.type(answer)
        #expect(
          try terminal.end() == 1 && terminal.screen.contains("nothing was erased"), "\(terminal.screen)")
        #expect(try isKnown())
      }
      let terminal = try Terminal(
        ShippedPrograms.opsfabric, ["forget", ShippedInstallation.caller], environment: shipped.environment)
      #expect(try terminal.expect("Type yes:"))
      terminal.type("yes")
      #expect(try terminal.end() == 0 && terminal.screen.contains("is forgotten"), "\(terminal.screen)")
      #expect(try !isKnown())
    }
  }
}
