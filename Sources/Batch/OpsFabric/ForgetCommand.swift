// ForgetCommand.swift - `opsfabric forget`.

import Business
import Curl
import Erasing
import Glibc
import JSON
import Platform
import Runner
import Store

struct ForgetCommand: Command {
  static let name = "forget"
  static let usage = "opsfabric forget NUMBER [--dry-run] [--yes] [--json]"
  static let summary = "erases a person's data everywhere: numbers, texts, photos; counts in reports stay"
  static let details = """
    NUMBER   as it is dialled or in international form: +41791234567, 079 123 45 67. As it is dialled, in
             the country of any tenant, if that makes one number, or if only one of them is known
    --dry-run  only says what it would erase
    --yes      on a terminal: does not ask
    --json     one object: what was (or would be) erased, in figures; on a terminal it goes with --yes or --dry-run

    On a terminal it says what it would erase and asks for the word yes: what is erased comes back from nowhere.
    Over all tenants: the number and the texts go from calls, messages, tickets, log, block list, alerts, report files
    and spool; photos are deleted; open tickets of the number are closed; nothing more is sent to it. Twilio's copies of
    the texts and pictures are emptied, at once or, where Twilio cannot be reached, by the next runs. The database file
    is rebuilt, which holds up writers for one or two seconds per 100 MB; webhooks go to the spool meanwhile.
    What stays: an opt-out (or the next call would be answered by SMS again), and all counts.
    With intake: sqs the queue is emptied first, which may take up to 45 seconds.
    Not reached: copies made by `opsfabric backup`, e-mails and reports that have been sent, the lists of calls and
    messages at Twilio, which name numbers without texts, and this installation's own configuration.
    """
  private let text: String
  private let isDryRun: Bool
  private let isConfirmed: Bool
  private let isJSON: Bool

  init(_ arguments: inout Arguments) throws {
    isDryRun = arguments.flag("--dry-run")
    isConfirmed = arguments.flag("--yes")
    isJSON = arguments.flag("--json")
    // A number may be written with spaces, quoted or not.
    text = arguments.rest()
    guard !text.isEmpty else { throw UsageError("the number is missing") }
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let number = try world.settings().number(typed: text, store: world.store())
    let context = try BatchContext(
      home: world.home(), store: world.store(), transport: CurlTransport(), clock: world.clock,
      zones: world.zones, log: .standardError(program: "opsfabric"))
    let forgetting = ForgetNumber(context: context, number: number)
    if isJSON {
      if !isDryRun, !isConfirmed, isatty(STDIN_FILENO) == 1 {
        throw UsageError("--json does not ask: add --yes or --dry-run")
      }
      let outcome = try isDryRun ? forgetting.preview() : forgetting.run()
      printJSON(json(outcome, number))
      return .done
    }
    let asks = !isConfirmed && isatty(STDIN_FILENO) == 1
    if isDryRun || asks {
      let preview = try forgetting.preview()
      printToStandardOutput(lines(preview, number, "\(number): this would be erased").joined(separator: "\n"))
      if isDryRun || preview.isEmpty { return .done }
      writeAll("Erase it for good? Type yes: ", to: STDOUT_FILENO)
      guard readLine()?.lowercased() == "yes" else { throw CommandError("nothing was erased") }
    }
    let outcome = try forgetting.run()
    printToStandardOutput(lines(outcome, number, "\(number) is forgotten").joined(separator: "\n"))
    return .done
  }

  private func lines(_ outcome: ForgetOutcome, _ number: PhoneNumber, _ heading: String) -> [String] {
    var lines = [outcome.isEmpty ? "nothing is known about \(number)" : heading]
    let rows = outcome.rows
    for (count, _, what) in figures(outcome) where count > 0 {
      let figure = String(count)
      lines.append("  " + String(repeating: " ", count: max(0, 6 - figure.count)) + figure + "  " + what)
    }
    if outcome.stillAtTwilio > 0 {
      lines.append("\(outcome.stillAtTwilio) texts are still at Twilio; the next runs empty them")
    }
    if outcome.mayFollow {
      lines.append("webhooks of it may still be in the queue: give the command again in a minute")
    }
    if outcome.remains > 0 { lines.append("the next runs erase what is left in files") }
    if rows.optOuts > 0 { lines.append("it stays opted out (\(rows.optOuts) tenants)") }
    if outcome.isOurs { lines.append("it stands in the configuration, which is yours to change") }
    return lines
  }

  /// Count, name for programs, words for people.
  private func figures(_ outcome: ForgetOutcome) -> [(count: Int, name: String, what: String)] {
    let rows = outcome.rows
    return [
      (rows.calls, "calls", "calls: the number; they still count"),
      (rows.messages, "messages", "messages to it: number and text"),
      (rows.replies, "replies", "messages from it: number and text"),
      (rows.tickets, "tickets", "tickets: number, text, notices; what was open is closed"),
      (rows.photos, "photos", "photos"),
      (rows.mentions, "mentions", "other texts, alerts and log entries that named it"),
      (rows.entries, "entries", "entries of block list, line types and the like"),
      (outcome.webhooks, "webhooks", "webhooks in the spool"), (outcome.logs, "logs", "log files"),
      (outcome.reports, "reports", "report files"),
      (outcome.emptied, "emptied_at_twilio", "texts emptied at Twilio"),
    ]
  }

  private func json(_ outcome: ForgetOutcome, _ number: PhoneNumber) -> JSONDocument {
    var members = Dictionary(
      uniqueKeysWithValues: figures(outcome).map { ($0.name, JSONDocument.whole($0.count)) })
    members["phone"] = .string(number.e164)
    members["erased"] = .bool(!isDryRun)
    members["still_at_twilio"] = .whole(outcome.stillAtTwilio)
    members["opted_out"] = .whole(outcome.rows.optOuts)
    members["in_configuration"] = .bool(outcome.isOurs)
    return .object(members)
  }
}
