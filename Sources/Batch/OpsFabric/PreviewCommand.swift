// PreviewCommand.swift - `opsfabric preview`: what a business's callers read, as their telephone shows it.

import Business
import Desk
import JSON
import LocalTime
import Platform
import Settings
import Store

struct PreviewCommand: Command {
  static let name = "preview"
  static let usage = "opsfabric preview TENANT [--json]"
  static let summary = "the texts of a business as a telephone shows them, with what they cost in SMS"
  static let details = """
    The texts are those of the settings in force, for a call at this moment: the promised time is what would be promised
    now, and during a vacation the missed-call text names the day of return. Nothing is sent.
    """
  /// Characters in a line of a bubble: about what a small telephone shows.
  private static let line = 32
  private static let caller = "+41791234567"

  private let tenant: String

  private let isJSON: Bool

  init(_ arguments: inout Arguments) throws {
    isJSON = arguments.flag("--json")
    tenant = try arguments.next("the tenant's ID")
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let settings = try world.settings()
    let tenant = try settings.known(self.tenant)
    let now = world.clock.now()
    let intake = Intake(store: try world.store(), settings: settings, zones: world.zones, recordedAt: now)
    let texts = intake.texts(tenant)
    let due = intake.slaDue(.medium, tenant: tenant, from: now)
    let talk: [(asked: String, answer: SMSText)] = [
      ("(a missed call)", texts.missedCall(phone: Self.caller, at: now)),
      ("1", texts.urgent(phone: Self.caller)), ("2", texts.callback(phone: Self.caller, due: due, now: now)),
      ("3", texts.wizard(phone: Self.caller)),
      ("Der Hahn tropft", texts.freeText(phone: Self.caller, due: due, now: now)),
    ]
    if isJSON {
      for (asked, answer) in talk {
        printJSON(
          .object([
            "to": .string(asked), "body": .string(answer.body), "encoding": .string(answer.encoding.rawValue),
            "segments": .whole(answer.segments),
          ]))
      }
      return .done
    }
    let palette = Palette(world.environment)
    var lines =
      wrapped("\(tenant.name), sent by \(tenant.smsSender)", first: "", rest: "  ", width: terminalWidth())
      + [""]
    for (asked, answer) in talk {
      if asked != talk[0].asked {
        lines.append(String(repeating: " ", count: max(0, Self.line + 4 - asked.count)) + "> " + asked)
      }
      lines += Self.bubble(answer.body)
      let size = "\(answer.segments) SMS (\(answer.encoding.rawValue))"
      let culprits =
        answer.offendingCharacters.isEmpty
        ? "" : ", because of " + answer.offendingCharacters.map { String($0) }.joined(separator: " ")
      lines += [palette.paint("  \(size)\(culprits)", .aside), ""]
    }
    printToStandardOutput(lines.joined(separator: "\n"))
    return .done
  }

  /// A text in its frame: broken at spaces, and a link where it has to be.
  static func bubble(_ text: String) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      for line in wrapped(String(paragraph), first: "", rest: "", width: line) {
        var rest = Substring(line)
        repeat {
          lines.append(String(rest.prefix(Self.line)))
          rest = rest.dropFirst(Self.line)
        } while !rest.isEmpty
      }
    }
    let edge = "+" + String(repeating: "-", count: Self.line + 2) + "+"
    return [edge] + lines.map { "| " + $0 + String(repeating: " ", count: Self.line - $0.count) + " |" } + [
      edge
    ]
  }
}
