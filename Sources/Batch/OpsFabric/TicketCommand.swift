// TicketCommand.swift - `opsfabric ticket`.

import LocalTime
import Platform
import Rules
import Store

struct TicketCommand: Command {
  static let name = "ticket"
  static let usage = "opsfabric ticket ID start|done|reopen|note TEXT"
  static let summary = "works a ticket"

  private enum Action {
    case start, done, reopen
    case note(String)
  }
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
    let (isDone, event, obstacle) = try store.write { () -> (Bool, EventType, String) in
      let result: (Bool, EventType, String)
      switch action {
      case .start:
        result = (
          try store.startTicket(ifWaiting: id, at: now), .ticketStarted,
          "only a NEW or NEEDS_CALLBACK ticket can be started"
        )
      case .done: result = (try store.finishTicket(ifOpen: id, at: now), .ticketDone, "it is DONE already")
      case .reopen:
        result = (
          try store.reopenTicket(ifDone: id, at: now), .ticketReopened,
          "it is not DONE, or the number has another open ticket of that day"
        )
      case .note(let text): result = (try store.noteTicket(id: id, text: text, at: now), .ticketNote, "")
      }
      if result.0 {
        try store.logEvent(result.1, tenant: ticket.tenant, ticket: id, detail: "opsfabric", at: now)
      }
      return result
    }
    guard isDone else { throw CommandError("ticket \(id) is \(ticket.status.rawValue): \(obstacle)") }
    let status = try store.ticket(id: id)?.status.rawValue ?? ""
    printToStandardOutput(event == .ticketNote ? "ticket \(id): noted" : "ticket \(id): \(status)")
    return .done
  }
}
