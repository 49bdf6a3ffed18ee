// TestCallCommand.swift - `opsfabric test-call`: one played missed call, followed to the SMS.

import Business
import Curl
import Glibc
import JSON
import Operations
import Platform
import Store

struct TestCallCommand: Command {
  static let name = "test-call"
  static let usage = "opsfabric test-call TENANT --to NUMBER [--number VOICE_NUMBER] [--wait S] [--json]"
  static let summary = "plays a missed call against the public URL and follows it to the SMS"
  static let details = """
    --to NUMBER            who gets the SMS: a mobile telephone at hand, not one of the tenant's own numbers
    --number VOICE_NUMBER  which of the tenant's numbers is called (default: the first)
    --wait S               how long to wait for the delivery report (default 60)
    --json                 one object per step, then one that says whether it was delivered
    Signs the webhooks of an unanswered call as Twilio does, posts them to PUBLIC_URL, and reports each step: what
    the handlers answered, the row, the rules' verdict, the message, its delivery. The runner must be running.
    The SMS is a real one, and costs what an SMS costs. The call counts in the reports as a missed call; its
    CallSid begins with CA7e57ca117e57ca11, and Twilio is never asked about it.
    Exit code 1 when the SMS was not delivered, for whatever reason; the last line says what to do.
    """
  private let tenant: String
  private let to: String
  private let number: String?
  private let wait: Int
  private let isJSON: Bool

  init(_ arguments: inout Arguments) throws {
    guard let to = try arguments.option("--to") else { throw UsageError("--to NUMBER is missing") }
    self.to = to
    number = try arguments.option("--number")
    let text = try arguments.option("--wait") ?? "60"
    guard let seconds = Int(text), 0...3600 ~= seconds else {
      throw UsageError("--wait \(text): write a number of seconds from 0 to 3600")
    }
    wait = seconds
    isJSON = arguments.flag("--json")
    tenant = try arguments.next("the tenant's ID")
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let settings = try world.settings()
    let tenant = try settings.known(self.tenant)
    let caller = try tenant.number(typed: to)
    let number = try self.number.map { try tenant.number(typed: $0).e164 } ?? tenant.voiceNumbers.first ?? ""
    guard tenant.voiceNumbers.contains(number) else {
      throw CommandError(
        "\(number) is none of \(tenant.id)'s voice_numbers: \(tenant.voiceNumbers.joined(separator: ", "))",
        exitCode: .usage)
    }
    let width = terminalWidth()
    let progress = ProgressLine()
    let call = try TestCall(
      tenant, number: number, to: caller.e164, settings: settings, store: try world.store(),
      zones: world.zones,
      transport: CurlTransport(maxConnections: 2), clock: world.clock, deliverySeconds: wait,
      sleep: { usleep(UInt32($0) * 1000) },
      say: { step in
        progress.clear()
        if isJSON {
          return printJSON(
            .object(["step": .string(step.name), "ok": .bool(step.isGood), "detail": .string(step.detail)]))
        }
        let head =
          "\(step.isGood ? "ok  " : "--  ")\(step.name)"
          + String(
            repeating: " ", count: max(1, 13 - step.name.count))
        let lines = wrapped(step.detail, first: head, rest: String(repeating: " ", count: 17), width: width)
        printToStandardOutput(lines.joined(separator: "\n"))
      })
    call.whileWaiting = { progress.show($0) }
    let isDelivered = try call.run()
    progress.clear()
    if isJSON {
      printJSON(.object(["delivered": .bool(isDelivered), "cure": .string(isDelivered ? "" : call.cure)]))
      return isDelivered ? .done : .failed
    }
    let end = isDelivered ? "the SMS was delivered" : "the SMS was not delivered -> \(call.cure)"
    printToStandardOutput(
      wrapped(OwnPath.onTerminal(end), first: "", rest: "  ", width: width).joined(separator: "\n"))
    return isDelivered ? .done : .failed
  }
}
