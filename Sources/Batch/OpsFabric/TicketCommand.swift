// TicketCommand.swift - `opsfabric ticket`.

import Business
import LocalTime
import Platform
import Store

struct TicketCommand: Command {
  static let name = "ticket"
  static let usage = "opsfabric ticket ID start|done|reopen|note TEXT"
  static let summary = "works a ticket"

  private enum Action {
    case start, done, reopen
    case note(String)
  }
  /// Who did it, in the ticket's history.
  private static let author = "operator"
  private let id: Int
  private let action: Action

  init(_ arguments: inout Arguments) throws {
    let word = try arguments.next("the ticket's ID")
    guard let id = Int(word) else { throw UsageError("'\(word)' is no ticket ID") }
    self.id = id
    switch try arguments.next("start, done, reopen or note") {
    case "start": action = .start
    case "done": action = .done
    case "reopen": action = .reopen
    case "note":
      let text = arguments.rest()
      guard !text.isEmpty else { throw UsageError("the note's text is missing") }
      action = .note(text)
    case let other: throw UsageError("'\(other)' cannot be done with a ticket")
    }
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let store = try world.store()
    let now = world.clock.now()
    guard let ticket = try store.ticket(id: id) else { throw CommandError("there is no ticket \(id)") }
    let (isDone, obstacle) = try store.write { () -> (Bool, String) in
      func move(_ move: TicketMove) throws -> Bool {
        try store.move(ticket, move, by: TicketCommand.author, at: now)
      }
      switch action {
      case .start:
        return (
          try move(.start),
          "only a NEW or NEEDS_CALLBACK ticket can be started"
        )
      case .done:
        return (try move(.finish()), "it is DONE already")
      case .reopen:
        return (
          try move(.reopen),
          "it is not DONE, or the number has another open ticket of that day"
        )
      case .note(let text):
        return (
          try store.note(ticket: id, text: text, by: TicketCommand.author, at: now),
          "its caller was forgotten"
        )
      }
    }
    guard isDone else { throw CommandError("ticket \(id) is \(ticket.status.rawValue): \(obstacle)") }
    if case .note = action {
      printToStandardOutput("ticket \(id): noted")
    } else {
      printToStandardOutput("ticket \(id): \(try store.ticket(id: id)?.status.rawValue ?? "")")
    }
    return .done
  }
}
