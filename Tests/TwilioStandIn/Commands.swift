// Commands.swift - the commands that prepare the stand-in's world and show what happened in it.

import Platform
import StandIn

let usage = """
  usage: twilio-standin COMMAND …          (state folder: --dir, STANDIN_DIR, or the file standin.dir)
    init DIR --account SID --token T [--parent SID] [--public-url U] [--delivery-seconds N] [--price-seconds N]
    number NUMBER [--account SID] [--no-sms]      a number the account owns
    set NAME VALUE                                account_status account_type clock_offset_seconds
                                                  sms_countries voice_countries delivery_seconds price_seconds
                                                  webhook_rules on; webhook_rule_seconds N; webhook_operation FAILED
    line NUMBER TYPE                              mobile landline fixedVoip voicemail … or invalid
    optout RECIPIENT SENDER | optin RECIPIENT SENDER
    plan MATCH FAULT [TIMES] [--to NUMBER] | plan clear
         MATCH  messages.create messages.list messages.fetch messages.update messages.delete media.list media.delete
                calls.list calls.fetch recordings.list recordings.fetch recordings.delete
                numbers.list numbers.fetch numbers.update account.fetch lookup
                webhooks.list webhooks.fetch webhooks.SharedKeys.create webhooks.Settings.create
                webhooks.Rules.create webhooks.Rules.update
                messages.* *
         FAULT  http500 http503html rate429[:SECONDS] lostAnswer hang:SECONDS acceptThenHang:SECONDS
                slow:SECONDS acceptThen500 unauthorized401 refuse:STATUS:CODE garbage200 garbage201
    delivery NUMBER delivered|undelivered:CODE|failed:CODE|sent [--shuffle] [--twice]
    prices                                        prices are known from now on
    messages | calls | requests [--to NUMBER] [--json]
    call --from N --to N [--public-url U] [--token T] [--outcome no-answer|busy|failed|canceled|answered|voicemail]
         [--ring S] [--talk S] [--press D]… [--speak S] [--screen-key D|none] [--forwarded-from N] [--caller-hangs-up]
         [--lose voice,screen,dial-result,menu,call-status] [--twice] [--real-time]
         [--voice-url U] [--status-url U] [--fallback-url U | --fallback-file F | --no-fallback]
    ring NUMBER [--person picks-up|mailbox|no-answer|busy|failed|forwarded] [--forward-to N] [--ring S] [--press D]… [--outcome …] [--talk S]
         [--public-url U] [--token T] [--lose …] [--twice] [--real-time]     makes the calls to it that wait
    sms --from N --to N --body TEXT [--media URL]… [--public-url U] [--url U] [--twice] [--lose]
    deliver [--until sent] [--shuffle] [--twice] [--lose N]      sends all status callbacks that wait
    debugger-event [--code C] [--sid CA…] [--public-url U]
    fallback --from N --to N [--public-url U]
  exit code: 0 done, 1 something did not answer as it should, 2 wrong usage
  """

/// Runs one command.
func runCommand(_ arguments: [String]) -> ExitCode {
  guard let name = arguments.first, name != "--help" else {
    printToStandardOutput(usage)
    return arguments.isEmpty ? .usage : .done
  }
  do {
    return try command(name, Array(arguments.dropFirst()))
  } catch let error as UsageError {
    printToStandardError("twilio-standin: \(error)")
    return .usage
  } catch {
    printToStandardError("twilio-standin: \(error)")
    return .failed
  }
}

private func command(_ name: String, _ rest: [String]) throws -> ExitCode {
  switch name {
  case "init": return try initialize(rest)
  case "call": return try callCommand(rest)
  case "ring": return try ringCommand(rest)
  case "sms": return try smsCommand(rest)
  case "deliver": return try deliverCommand(rest)
  case "debugger-event": return try debuggerCommand(rest)
  case "fallback": return try fallbackCommand(rest)
  case "messages", "calls", "requests":
    let arguments = try Arguments(rest, options: ["dir", "to"], flags: ["json"])
    try show(name, arguments, openStandIn(arguments))
  default:
    let arguments = try Arguments(
      rest, options: ["dir", "to", "account"], flags: ["no-sms", "shuffle", "twice"])
    try prepare(name, arguments, openStandIn(arguments))
  }
  return .done
}

/// The stand-in of an existing folder.
func openStandIn(_ arguments: Arguments) throws -> StandIn {
  guard let directory = arguments["dir"] ?? standInDirectory() else {
    throw UsageError("no state folder: --dir, STANDIN_DIR, or a file standin.dir beside the program")
  }
  guard Files.exists(directory + "/standin.sqlite3") else {
    throw UsageError("\(directory) has no stand-in: run init")
  }
  return try StandIn(directory: directory, now: WallClock.system.now)
}

private func initialize(_ rest: [String]) throws -> ExitCode {
  let arguments = try Arguments(
    rest, options: ["account", "token", "parent", "public-url", "delivery-seconds", "price-seconds"])
  let directory = try arguments.word(0, "DIR")
  let account = try arguments.required("account")
  let standIn = try StandIn(directory: directory, now: WallClock.system.now)
  try standIn.addAccount(sid: account, token: try arguments.required("token"), parent: arguments["parent"])
  for (option, setting) in [
    ("public-url", "public_url"), ("delivery-seconds", "delivery_seconds"),
    ("price-seconds", "price_seconds"),
  ] {
    if let value = arguments[option] { try standIn.set(setting, to: value) }
  }
  printToStandardOutput("\(directory): account \(account)")
  return .done
}

private func prepare(_ name: String, _ arguments: Arguments, _ standIn: StandIn) throws {
  switch name {
  case "number":
    guard let account = try arguments["account"] ?? standIn.firstAccount()?.sid else {
      throw UsageError("no account: run init")
    }
    let sid = try standIn.addNumber(
      try arguments.word(0, "NUMBER"), account: account, sms: !arguments.has("no-sms"))
    printToStandardOutput(sid)
  case "set": try standIn.set(try arguments.word(0, "NAME"), to: try arguments.word(1, "VALUE"))
  case "line":
    try standIn.setLine(try arguments.word(0, "NUMBER"), type: try arguments.word(1, "TYPE"))
  case "optout":
    try standIn.optOut(
      recipient: try arguments.word(0, "RECIPIENT"), of: try arguments.word(1, "SENDER"))
  case "optin":
    try standIn.optIn(recipient: try arguments.word(0, "RECIPIENT"), to: try arguments.word(1, "SENDER"))
  case "plan" where arguments.words == ["clear"]: try standIn.forgetFaults()
  case "plan":
    let text = try arguments.word(1, "FAULT")
    guard let fault = Fault(text: text) else { throw UsageError("unknown fault \(text)") }
    let times = arguments.words.count > 2 ? Int(arguments.words[2]) : 1
    guard let times, times > 0 else { throw UsageError("TIMES must be a number from 1") }
    try standIn.plan(try arguments.word(0, "MATCH"), fault: fault, times: times, to: arguments["to"])
  case "delivery":
    let parts = try arguments.word(1, "OUTCOME").split(separator: ":").map(String.init)
    let code = parts.count > 1 ? Int(parts[1]) ?? 0 : 30008
    let outcomes: [String: DeliveryPlan.Outcome] = [
      "delivered": .delivered, "undelivered": .undelivered(code), "failed": .failed(code), "sent": .sentOnly,
    ]
    guard let outcome = parts.first.flatMap({ outcomes[$0] }) else { throw UsageError("unknown outcome") }
    try standIn.planDelivery(
      to: try arguments.word(0, "NUMBER"),
      DeliveryPlan(outcome, shuffled: arguments.has("shuffle"), duplicated: arguments.has("twice")))
  case "prices": try standIn.pricesReady()
  default: throw UsageError("unknown command \(name)")
  }
}

private func show(_ name: String, _ arguments: Arguments, _ standIn: StandIn) throws {
  let asJSON = arguments.has("json")
  switch name {
  case "messages":
    for message in try standIn.messages(to: arguments["to"]) {
      printToStandardOutput(
        asJSON
          ? message.json.written
          : "\(message.sid) \(message.direction) \(message.from ?? "-") \(message.to) \(message.status) "
            + "\(message.segments) \(message.price ?? "-") \(JSONValue.text(message.body).written)")
    }
  case "calls":
    for call in try standIn.calls() where arguments["to"] == nil || arguments["to"] == call.to {
      printToStandardOutput(
        asJSON
          ? call.json(numberSid: nil).written
          : "\(call.sid) \(call.direction) \(call.from) \(call.to) \(call.status) \(call.duration ?? 0)")
    }
  default:
    for request in try standIn.requests(to: arguments["to"]) {
      let form = JSONValue.object(request.form.map { ($0.0, .text($0.1)) })
      printToStandardOutput(
        asJSON
          ? JSONValue.object([
            ("id", .number(request.id)), ("at", .text(request.at.iso8601)), ("method", .text(request.method)),
            ("path", .text(request.path)), ("query", .text(request.query)), ("form", form),
            ("status", .number(request.status)), ("action", .text(request.action)),
            ("recipient", request.recipient.map { .text($0) } ?? .null),
            ("fault", request.fault.map { .text($0) } ?? .null),
          ]).written
          : "\(request.at.iso8601) \(request.method) \(request.path) \(request.status) "
            + "\(request.recipient ?? "-") \(request.fault ?? "-")")
    }
  }
}
