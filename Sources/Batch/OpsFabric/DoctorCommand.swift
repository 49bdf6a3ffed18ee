// DoctorCommand.swift - `opsfabric doctor`: the findings as lines for a terminal, or as JSON.

import Business
import Curl
import Glibc
import JSON
import LocalTime
import Operations
import Platform

struct DoctorCommand: Command {
  static let name = "doctor"
  static let usage = "opsfabric doctor [--offline] [--json] [--handlers FOLDER]"
  static let summary = "checks the installation and says how to mend each fault"
  static let details = """
    Checks, in the order in which an installation is made: home, configuration, database, handlers, cron, the
    addresses from outside, Twilio's account and numbers, forms, mail server, queue, monitor, the work in hand,
    the ledger.
    On an unfinished installation the first fault is the next thing to do. Nothing is changed anywhere.
    --offline          asks nothing over the network
    --handlers FOLDER  where the web server's programs lie (default: where `make install` put them)
    --json             a list of {check, status, detail, cure}; status is ok, warning or fault
    Exit code 1 when there is a fault; warnings alone are 0.
    """
  private let isOffline: Bool
  private let isJSON: Bool
  private let handlers: String?

  init(_ arguments: inout Arguments) throws {
    isOffline = arguments.flag("--offline")
    isJSON = arguments.flag("--json")
    handlers = try arguments.option("--handlers")
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let doctor = DoctorCommand.doctor(world, isOffline: isOffline, handlers: handlers)
    let progress = ProgressLine()
    doctor.announce = { progress.show("doctor: \($0) …") }
    let findings = doctor.examine()
    progress.clear()
    printToStandardOutput(
      isJSON ? json(findings) : DoctorCommand.screen(findings, Palette(world.environment)))
    return findings.contains { $0.status == .fault } ? .failed : .done
  }

  static func doctor(_ world: CommandWorld, isOffline: Bool, handlers: String?) -> Doctor {
    Doctor(
      Surroundings(
        home: try? world.home(), handlersFolder: handlers, user: geteuid(), clock: world.clock,
        zones: world.zones,
        transport: isOffline ? nil : CurlTransport(maxConnections: 8), libcurl: .loaded,
        environment: world.environment))
  }

  static func screen(_ findings: [Finding], _ palette: Palette) -> String {
    let width = terminalWidth()
    var lines: [String] = []
    for finding in findings {
      let mark = finding.status == .fault ? "FAULT" : finding.status.rawValue
      let head = padded(mark, to: 9) + padded(finding.check, to: 15)
      var said = wrapped(finding.detail, first: head, rest: String(repeating: " ", count: 24), width: width)
      // Measured first, painted then.
      said[0] =
        palette.paint(mark, finding.status == .ok ? .good : Ink.of(state: mark))
        + said[0].dropFirst(mark.count)
      lines += said
      if !finding.cure.isEmpty {
        lines += wrapped(
          OwnPath.onTerminal(finding.cure), first: "      -> ", rest: "         ", width: width)
      }
    }
    let faults = findings.count { $0.status == .fault }
    let warnings = findings.count { $0.status == .warning }
    let end = faults == 0 ? "no faults" : faults == 1 ? "1 fault" : "\(faults) faults; begin with the first"
    lines += ["", "\(end), \(warnings == 1 ? "1 warning" : "\(warnings) warnings")"]
    return lines.joined(separator: "\n")
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private func json(_ findings: [Finding]) -> String {
    let objects = findings.map { finding in
      let members = [
        ("check", finding.check), ("status", finding.status.rawValue), ("detail", finding.detail),
        ("cure", finding.cure),
      ]
      return "{"
        + members.map { "\(JSONDocument.quoted($0.0)):\(JSONDocument.quoted($0.1))" }.joined(separator: ",")
        + "}"
    }
    return "[\n" + objects.joined(separator: ",\n") + "\n]"
  }
}
