// WebhookCommands.swift - the commands that send webhooks, and what they print about the answers.

import Glibc
import Platform
import StandIn

private let common = ["dir", "public-url", "token", "from", "to"]

/// `--public-url`, else the one given to init.
private func publicURL(_ arguments: Arguments, _ standIn: StandIn) throws -> String {
  guard let url = try arguments["public-url"] ?? standIn.setting("public_url") else {
    throw UsageError("--public-url is missing")
  }
  return url.hasSuffix("/") ? String(url.dropLast()) : url
}

/// `--token`, else that of the account the number belongs to.
private func sender(_ arguments: Arguments, _ standIn: StandIn, number: String? = nil) throws -> WebhookSender
{
  if let token = arguments["token"] { return WebhookSender(token: token) }
  let owner = try number.flatMap { try standIn.owner(of: $0) }
  guard let token = try owner.flatMap({ try standIn.token(of: $0) }) ?? standIn.firstAccount()?.token else {
    throw UsageError("--token is missing")
  }
  return WebhookSender(token: token)
}

/// A URL set on the number itself, where there is one and no `--public-url` overrides it.
private func setURL(_ field: String, _ arguments: Arguments, _ standIn: StandIn) throws -> String? {
  guard arguments["public-url"] == nil else { return nil }
  let url = try standIn.settings(ofNumber: try arguments.required("to"))?[field] ?? ""
  return url.isEmpty ? nil : url
}

private func line(_ kind: String, _ answer: WebhookAnswer?) -> String {
  guard let answer else { return "\(kind) lost" }
  guard answer.status != 0 else { return "\(kind) no answer" }
  guard let verbs = try? TwiML.parse(answer.body) else {
    return "\(kind) \(answer.status) \(answer.body.prefix(100).filter { $0 != "\n" })"
  }
  return (["\(kind) \(answer.status)"] + verbs.map(summary)).joined(separator: " ")
}

private func summary(_ verb: Verb) -> String {
  let inside = verb.children.map(summary).joined(separator: " ")
  let content = [verb.text, inside].filter { !$0.isEmpty }.joined(separator: " ")
  return content.isEmpty ? verb.name : "\(verb.name)(\(content))"
}

func callCommand(_ rest: [String]) throws -> ExitCode {
  let arguments = try Arguments(
    rest,
    options: common + [
      "outcome", "ring", "talk", "press", "speak", "screen-key", "forwarded-from", "lose", "voice-url",
      "status-url",
      "fallback-url", "fallback-file", "call-sid",
    ], flags: ["twice", "real-time", "caller-hangs-up", "no-fallback"])
  let standIn = try openStandIn(arguments)
  var script = CallScript(
    from: try arguments.required("from"), to: try arguments.required("to"), publicURL: "")
  script.voiceURL = try arguments["voice-url"] ?? setURL("voice_url", arguments, standIn)
  script.statusURL = try arguments["status-url"] ?? setURL("status_callback", arguments, standIn)
  if script.voiceURL == nil || script.statusURL == nil {
    script.publicURL = try publicURL(arguments, standIn)
  }
  script.outcome = try outcome(arguments)
  script.ring = try arguments.number("ring")
  script.pressed = arguments.all("press")
  script.spoken = try arguments.number("speak")
  script.screenKey = arguments["screen-key"] == "none" ? nil : arguments["screen-key"]
  script.forwardedFrom = arguments["forwarded-from"]
  script.callerHangsUp = arguments.has("caller-hangs-up")
  script.twice = arguments.has("twice")
  if let sid = arguments["call-sid"] { script.callSid = sid }
  script.lost = try lostStages(arguments["lose"] ?? "")
  if arguments.has("no-fallback") { script.fallback = .none }
  if let url = try arguments["fallback-url"] ?? setURL("voice_fallback_url", arguments, standIn) {
    script.fallback = .url(url)
  }
  if let file = arguments["fallback-file"] {
    script.fallback = try staticSite(file)
  }
  let sender = try sender(arguments, standIn, number: script.to)
  let sleeps = arguments.has("real-time")
  let played = try standIn.play(
    script, wait: { if sleeps { sleep(UInt32($0)) } },
    post: { url, params in
      sender.send(Webhook(kind: "", url: url, parameters: params, accountSid: ""))
    })
  tell(played)
  return sender.failures == 0 ? .done : .failed
}

/// The file and its neighbours, on a web server that is never down.
private func staticSite(_ file: String) throws -> CallScript.Fallback {
  let (root, folder) = (
    "https://static.example.org/", file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
  )
  var documents: [String: String] = [:]
  for name in try Files.list(folder) where name.hasSuffix(".xml") {
    documents[root + name] = String(decoding: try Files.read("\(folder)/\(name)"), as: UTF8.self)
  }
  let name = file.lastIndex(of: "/").map { String(file[file.index(after: $0)...]) } ?? file
  guard documents[root + name] != nil else {
    throw UsageError("--fallback-file \(file): there is no such .xml file")
  }
  return .site(root + name, documents: documents)
}

private func tell(_ played: PlayedCall) {
  printToStandardOutput(played.callSid)
  for exchange in played.exchanges { printToStandardOutput(line(exchange.stage.rawValue, exchange.answer)) }
  for problem in played.problems { printToStandardOutput("problem \(problem)") }
  printToStandardOutput(
    "call \(played.status) \(played.duration)s dial=\(played.dialStatus ?? "-") bridged=\(played.isBridged)")
}

/// Makes the calls that wait for a number: one of the tenant's people is rung.
func ringCommand(_ rest: [String]) throws -> ExitCode {
  let arguments = try Arguments(
    rest,
    options: [
      "dir", "public-url", "token", "person", "forward-to", "ring", "press", "outcome", "talk", "lose",
    ],
    flags: ["twice", "real-time"])
  let standIn = try openStandIn(arguments)
  let calls = try standIn.placedCalls(to: try arguments.word(0, "NUMBER"))
  let root = try publicURL(arguments, standIn)
  let person = try person(arguments)
  let outcome = try arguments["outcome"] == nil ? nil : outcome(arguments)
  let lost = try lostStages(arguments["lose"] ?? "")
  let sleeps = arguments.has("real-time")
  var failures = calls.isEmpty ? 1 : 0
  for call in calls {
    let sender = try sender(arguments, standIn, number: call.leg.from)
    let played = try standIn.play(
      call, to: person, publicURL: root,
      {
        if let outcome { $0.outcome = outcome }
        $0.lost = lost
        $0.twice = arguments.has("twice")
      }, wait: { if sleeps { sleep(UInt32($0)) } },
      post: { url, params in
        sender.send(Webhook(kind: "", url: url, parameters: params, accountSid: ""))
      })
    tell(played)
    failures += sender.failures
  }
  return failures == 0 ? .done : .failed
}

private func person(_ arguments: Arguments) throws -> CalledPerson {
  switch arguments["person"] ?? "picks-up" {
  case "picks-up": return .picksUp(after: try arguments.number("ring") ?? 5, keys: arguments.all("press"))
  case "mailbox": return .mailbox
  case "no-answer": return .noAnswer
  case "busy": return .busy
  case "failed": return .failed
  case "forwarded":
    guard let number = arguments["forward-to"] else { throw UsageError("--forward-to is missing") }
    return .forwarded(to: number)
  case let other: throw UsageError("unknown person \(other)")
  }
}

private func outcome(_ arguments: Arguments) throws -> CallScript.Outcome {
  let talk = try arguments.number("talk")
  switch arguments["outcome"] ?? "no-answer" {
  case "no-answer": return .noAnswer
  case "busy": return .busy
  case "failed": return .failed
  case "canceled": return .canceled
  case "answered": return .answered(seconds: talk ?? 60)
  case "voicemail": return .voicemail(seconds: talk ?? 20)
  case let other: throw UsageError("unknown outcome \(other)")
  }
}

private func lostStages(_ text: String) throws -> Set<CallScript.Stage> {
  var result: Set<CallScript.Stage> = []
  for name in text.split(separator: ",") {
    guard let stage = CallScript.Stage(rawValue: String(name)) else {
      throw UsageError("unknown webhook \(name)")
    }
    result.insert(stage)
  }
  return result
}

func smsCommand(_ rest: [String]) throws -> ExitCode {
  let arguments = try Arguments(
    rest, options: common + ["body", "media", "url"], flags: ["twice", "lose"])
  let standIn = try openStandIn(arguments)
  let to = try arguments.required("to")
  let url =
    try arguments["url"] ?? setURL("sms_url", arguments, standIn) ?? publicURL(arguments, standIn) + "/sms"
  let webhook = try standIn.receiveMessage(
    from: try arguments.required("from"), to: to, body: try arguments.required("body"),
    media: arguments.all("media").map { (url: $0, type: $0.hasSuffix(".png") ? "image/png" : "image/jpeg") },
    url: url)
  printToStandardOutput(webhook.parameters.first { $0.0 == "MessageSid" }?.1 ?? "")
  if arguments.has("lose") {
    printToStandardOutput(line("sms", nil))
    return .done
  }
  let sender = try sender(arguments, standIn, number: to)
  for _ in 0..<(arguments.has("twice") ? 2 : 1) { printToStandardOutput(line("sms", sender.send(webhook))) }
  return sender.failures == 0 ? .done : .failed
}

func deliverCommand(_ rest: [String]) throws -> ExitCode {
  let arguments = try Arguments(
    rest, options: ["dir", "token", "until", "lose"], flags: ["shuffle", "twice"])
  let standIn = try openStandIn(arguments)
  var webhooks = try standIn.pendingStatusCallbacks(until: arguments["until"] == "sent" ? .sent : .final)
  if arguments.has("twice") { webhooks = webhooks.flatMap { [$0, $0] } }
  if arguments.has("shuffle") { webhooks.shuffle() }
  let lost = min(try arguments.number("lose") ?? 0, webhooks.count)
  var failures = 0
  for (index, webhook) in webhooks.enumerated() {
    func value(_ name: String) -> String { webhook.parameters.first { $0.0 == name }?.1 ?? "" }
    let what = "\(value("MessageSid")) \(value("MessageStatus")) \(value("ErrorCode"))"
    guard index >= lost else {
      printToStandardOutput(line(what, nil))
      continue
    }
    guard let token = try arguments["token"] ?? standIn.token(of: webhook.accountSid) else {
      throw UsageError("--token is missing")
    }
    let sender = WebhookSender(token: token)
    printToStandardOutput(line(what, sender.send(webhook)))
    failures += sender.failures
  }
  return failures == 0 ? .done : .failed
}

func debuggerCommand(_ rest: [String]) throws -> ExitCode {
  let arguments = try Arguments(rest, options: common + ["code", "sid", "url", "message"])
  let standIn = try openStandIn(arguments)
  let root = try publicURL(arguments, standIn)
  let webhook = Webhook.debuggerEvent(
    account: try standIn.firstAccount()?.sid ?? "", code: try arguments.number("code") ?? 11200,
    resource: arguments["sid"] ?? newSid("CA"), message: arguments["message"] ?? "HTTP retrieval failure",
    failedURL: root + "/voice", url: arguments["url"] ?? root + "/twilio-error", at: WallClock.system.now())
  let sender = try sender(arguments, standIn)
  printToStandardOutput(line("debugger-event", sender.send(webhook)))
  return sender.failures == 0 ? .done : .failed
}

func fallbackCommand(_ rest: [String]) throws -> ExitCode {
  let arguments = try Arguments(rest, options: common + ["url", "call-sid"])
  let standIn = try openStandIn(arguments)
  let root = try publicURL(arguments, standIn)
  let to = try arguments.required("to")
  var leg = StoredCall(
    sid: arguments["call-sid"] ?? newSid("CA"),
    accountSid: try standIn.owner(of: to) ?? standIn.firstAccount()?.sid ?? "",
    from: try arguments.required("from"), to: to, status: "in-progress", startedAt: WallClock.system.now())
  try standIn.record(leg)
  let webhook = Webhook.fallback(
    leg, status: "ringing", url: arguments["url"] ?? root + "/twilio-error", code: 11200,
    failedURL: root + "/voice")
  let sender = try sender(arguments, standIn, number: to)
  printToStandardOutput(leg.sid)
  printToStandardOutput(line("fallback", sender.send(webhook)))
  leg.status = "completed"
  leg.duration = 0
  leg.endedAt = WallClock.system.now()
  try standIn.record(leg)
  return sender.failures == 0 ? .done : .failed
}
