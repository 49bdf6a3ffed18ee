// DiscloseCommand.swift - `opsfabric disclose`.

import Business
import Erasing
import Platform
import Store

struct DiscloseCommand: Command {
  static let name = "disclose"
  static let usage = "opsfabric disclose NUMBER [--out DIR]"
  static let summary =
    "everything held about a person, for that person: a page, a JSON file, photos and voice messages"
  static let details = """
    NUMBER     as it is dialled or in international form: +41791234567, 079 123 45 67. As it is dialled, in
               the country of any tenant, if that makes one number, or if only one of them is known
    --out DIR  where to write, a new or an empty folder (default: disclosure-41791234567 where you are)

    Over all tenants, whatever `forget` would erase, and an opt-out, which it leaves: address book, calls, messages both
    ways, requests with notes, photos and voice messages, history, block list, line type, spool, logs and report files. Nothing is
    changed. disclosure.html is in the language of the tenant the number last had to do with; disclosure.json says the
    same with times in UTC. Left out: secrets, and other people's data; the tenant's people are called `staff`, and of
    a text about somebody else only the number is shown.
    Not reached, as by `forget`: the queue of intake: sqs, backups, e-mails that have been sent, pictures that came by
    MMS and lie at Twilio (their addresses are named). `forget` does not know the folder: delete it once it is handed over.
    """
  private let text: String
  private let folder: String?

  init(_ arguments: inout Arguments) throws {
    folder = try arguments.option("--out")
    // A number may be written with spaces, quoted or not.
    text = arguments.rest()
    guard !text.isEmpty else { throw UsageError("the number is missing") }
    guard !text.hasPrefix("-") else { throw arguments.unknown(option: text) }
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let store = try world.store()
    let settings = try world.settings()
    let number = try settings.number(typed: text, store: store)
    let folder = folder ?? "disclosure-\(number.e164.dropFirst())"
    if Files.exists(folder), try !Files.isFolder(folder) || !Files.list(folder).isEmpty {
      throw CommandError(
        "\(short(folder)) is there and not empty: name a new folder with --out DIR", exitCode: .usage)
    }
    let command = DiscloseNumber(home: try world.home(), store: store, settings: settings, number: number)
    let disclosure = try command.gather(at: world.clock.now())
    guard !disclosure.isEmpty else {
      printToStandardOutput("nothing is known about \(number)")
      return .done
    }
    let copies = try command.write(disclosure, to: folder, zones: world.zones)
    printToStandardOutput("what is held about \(number) is written to \(folder)")
    let counts =
      disclosure.tables.map { ($0.rows.count, $0.table.rawValue) }
      + [
        (disclosure.mentions.count, "texts about others that name it"), (disclosure.files.count, "files"),
        (copies, "photos and voice messages copied"),
      ]
    for (count, what) in counts where count > 0 {
      let figure = String(count)
      printToStandardOutput(
        "  " + String(repeating: " ", count: max(0, 6 - figure.count)) + figure + "  " + what)
    }
    return .done
  }
}
