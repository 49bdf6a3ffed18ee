// CallPlayer.swift - plays one inbound call against the handlers, the way Twilio does.

import LocalTime

extension StandIn {
  /// Plays a call from the voice webhook to the status callback.
  ///
  /// - Parameters:
  ///   - wait: called with the seconds that pass; a test moves its clock there, a program sleeps. Where
  ///     nothing moves the clock, the call is recorded as having begun that much earlier.
  ///   - post: sends a webhook; an error counts as an unreachable server.
  package func play(
    _ script: CallScript, wait: @escaping (Int) -> Void = { _ in }, post: @escaping PostWebhook
  )
    throws -> PlayedCall
  {
    let account = try script.accountSid ?? owner(of: script.to) ?? firstAccount()?.sid ?? ""
    return try CallPlayer(self, script, account: account, wait: wait, post: post).play()
  }
}

/// One call being played. The steps of a `<Dial>` are in CallPlayer+Dial.swift.
final class CallPlayer {
  let standIn: StandIn
  let script: CallScript
  let wait: (Int) -> Void
  let post: PostWebhook
  var leg: StoredCall
  var result: PlayedCall
  /// Twilio itself, or the called side, has answered the inbound leg.
  var isAnswered = false
  var callerIsGone = false
  /// Seconds played so far, and those since the inbound leg was answered.
  var elapsed = 0
  var answeredAt: Int?
  private var keys: [String]

  init(
    _ standIn: StandIn, _ script: CallScript, account: String, wait: @escaping (Int) -> Void,
    post: @escaping PostWebhook
  ) {
    self.standIn = standIn
    self.script = script
    self.wait = wait
    self.post = post
    keys = script.pressed
    leg = StoredCall(
      sid: script.callSid, accountSid: account, from: script.from, to: script.to, status: "ringing",
      forwardedFrom: script.forwardedFrom, startedAt: standIn.now())
    result = PlayedCall(callSid: script.callSid)
  }

  func play() throws -> PlayedCall {
    try standIn.record(leg)
    let url = script.voiceURL ?? script.publicURL + "/voice"
    if let first = try document(.voice, .incomingCall(leg, url: url)) {
      try run(first, from: url)
    } else {
      try fallBack(from: url)
    }
    try finish()
    return result
  }

  // MARK: Webhooks

  /// Sends a webhook unless it is to be lost; nil means that nothing came back.
  @discardableResult
  func send(_ stage: CallScript.Stage, _ webhook: Webhook) -> WebhookAnswer? {
    if let answer = siteAnswer(webhook.url) {
      result.exchanges.append(.init(stage: stage, webhook: webhook, answer: answer))
      return answer
    }
    guard !script.lost.contains(stage) else {
      result.exchanges.append(.init(stage: stage, webhook: webhook, answer: nil))
      return nil
    }
    let answers = (script.twice ? 0..<2 : 0..<1).map { _ in
      (try? post(webhook.url, webhook.parameters)) ?? .unreachable
    }
    for answer in answers {
      result.exchanges.append(.init(stage: stage, webhook: webhook, answer: answer))
    }
    return answers[0]
  }

  /// Sends a webhook that must be answered with TwiML; nil where it was not.
  func document(_ stage: CallScript.Stage, _ webhook: Webhook) throws -> [Verb]? {
    guard let answer = send(stage, webhook) else {
      result.problems.append("11205 \(stage.rawValue): no connection")
      return nil
    }
    guard answer.status == 200 else {
      result.problems.append("\(answer.status == 0 ? 11205 : 11200) \(stage.rawValue): HTTP \(answer.status)")
      return nil
    }
    let type = answer.headers["content-type"]?.prefix { $0 != ";" }.lowercased() ?? ""
    guard ["text/xml", "application/xml", "text/html"].contains(type) else {
      result.problems.append("12300 \(stage.rawValue): Content-Type \(type)")
      return nil
    }
    guard answer.body.utf8.count <= 65_536 else {
      result.problems.append("11750 \(stage.rawValue): more than 64 kB")
      return nil
    }
    do {
      return try TwiML.parse(answer.body)
    } catch {
      result.problems.append("12100 \(stage.rawValue): \(error)")
      return nil
    }
  }

  /// What the web server with the static documents says; nil for an address that is not on it.
  private func siteAnswer(_ url: String) -> WebhookAnswer? {
    guard case .site(let first, let documents) = script.fallback,
      let folder = first.lastIndex(of: "/").map({ first[...$0] }), url.hasPrefix(folder)
    else { return nil }
    guard let document = documents[url] else { return WebhookAnswer(status: 404) }
    return WebhookAnswer(status: 200, headers: ["content-type": "text/xml"], body: document)
  }

  /// The way out when TwiML could not be had.
  private func fallBack(from failedURL: String) throws {
    switch script.fallback {
    case .none: leg.status = "failed"
    case .twiml(let text): try run(try TwiML.parse(text), from: failedURL)
    case .url(let url), .site(let url, documents: _):
      let webhook = Webhook.fallback(leg, status: legStatus, url: url, code: 11200, failedURL: failedURL)
      if let verbs = try document(.fallback, webhook) {
        try run(verbs, from: url)
      } else {
        leg.status = "failed"
      }
    }
  }

  // MARK: TwiML on the caller's leg

  /// `CallStatus` as the next request would carry it.
  var legStatus: String { callerIsGone ? "completed" : isAnswered ? "in-progress" : "ringing" }

  func run(_ verbs: [Verb], from url: String) throws {
    for (index, verb) in verbs.enumerated() {
      if callerIsGone { return }
      switch verb.name {
      case "Say", "Play", "Pause": speak(verb)
      case "Gather":
        if try gather(verb, from: url) { return }
      case "Record":
        if try record(verb, from: url) { return }
      case "Dial":
        if try dial(verb, isFirst: index == 0, from: url) { return }
      case "Redirect":
        let target = resolve(verb.text, against: url)
        let webhook = Webhook(
          kind: "redirect", url: target, parameters: Webhook.callParameters(leg, status: legStatus),
          accountSid: leg.accountSid)
        try follow(.voice, webhook)
        return
      case "Reject":
        // Only before the call was answered; later it is a hang-up.
        if !isAnswered { leg.status = verb["reason"] == "busy" ? "busy" : "no-answer" }
        return
      case "Hangup": return
      default: result.problems.append("12200 <\(verb.name)> is not played")
      }
    }
  }

  /// Asks for more TwiML and goes on with it; without any the fallback URL is asked, else the call ends.
  func follow(_ stage: CallScript.Stage, _ webhook: Webhook) throws {
    if let verbs = try document(stage, webhook) {
      try run(verbs, from: webhook.url)
    } else if case .url = script.fallback {
      try fallBack(from: webhook.url)
    }
  }

  private func speak(_ verb: Verb) {
    answer()
    switch verb.name {
    case "Say":
      result.said.append(verb.text)
      pass(1 + verb.text.count / 15)
    case "Play":
      result.said.append("play:" + verb.text)
      pass(5)
    default: pass(Int(verb["length"] ?? "") ?? 1)
    }
  }

  /// true when the call went on elsewhere.
  private func gather(_ verb: Verb, from url: String) throws -> Bool {
    answer()
    for child in verb.children { speak(child) }
    let key = keys.isEmpty ? "" : keys.removeFirst()
    if key.isEmpty { pass(Int(verb["timeout"] ?? "") ?? 5) }
    if key.isEmpty && verb["actionOnEmptyResult"] != "true" { return false }
    let action = resolve(verb["action"] ?? url, against: url)
    try follow(.menu, .digits(leg, digits: key, url: action))
    return true
  }

  /// true when the call went on elsewhere: without a word it goes on behind the verb.
  private func record(_ verb: Verb, from url: String) throws -> Bool {
    answer()
    let limit = Int(verb["maxLength"] ?? "") ?? 3600
    let seconds = min(script.spoken ?? 0, limit)
    pass(seconds == 0 ? Int(verb["timeout"] ?? "") ?? 5 : seconds)
    let callback = verb["recordingStatusCallback"].map { resolve($0, against: url) }
    let events = verb["recordingStatusCallbackEvent"]?.split(separator: " ") ?? ["completed"]
    guard seconds > 0 else {
      if let callback, events.contains("absent") {
        send(
          .recordingStatus,
          .recordingStatus(leg, sid: newSid("RE"), seconds: 0, status: "absent", url: callback))
      }
      return false
    }
    let sid = try standIn.keepRecording(of: leg, seconds: seconds, audio: script.audio)
    callerIsGone = script.hangsUpSpeaking
    let action = resolve(verb["action"] ?? url, against: url)
    let done = Webhook.recorded(
      leg, sid: sid, seconds: seconds, digits: callerIsGone ? "hangup" : "#", status: legStatus, url: action)
    // The two come in any order: the callback first where the caller has hung up.
    func tell() {
      guard let callback, events.contains("completed") else { return }
      send(
        .recordingStatus,
        .recordingStatus(leg, sid: sid, seconds: seconds, status: "completed", url: callback))
    }
    if callerIsGone { tell() }
    try follow(.record, done)
    if !callerIsGone || script.twice { tell() }
    return true
  }

  // MARK: Time, and the end

  func pass(_ seconds: Int) {
    elapsed += seconds
    wait(seconds)
  }

  func answer() {
    if !isAnswered { answeredAt = elapsed }
    isAnswered = true
  }

  /// When something began that has lasted `seconds` until now; `begun` is what the clock said then.
  func start(begun: Timestamp, lasting seconds: Int) -> Timestamp {
    min(begun, standIn.now().adding(seconds: -seconds))
  }

  func finish() throws {
    if ["ringing", "in-progress"].contains(leg.status) {
      leg.status = isAnswered ? "completed" : "no-answer"
    }
    let total = isAnswered ? elapsed - (answeredAt ?? 0) : 0
    leg.duration = leg.status == "completed" ? total : 0
    leg.startedAt = start(begun: leg.startedAt, lasting: elapsed)
    leg.endedAt = standIn.now()
    try standIn.record(leg)
    result.status = leg.status
    result.duration = leg.duration ?? 0
    let url = script.statusURL ?? script.publicURL + "/call-status"
    send(.callStatus, .callStatus(leg, url: url, at: standIn.now()))
  }

  /// A reference in TwiML against the document's own address.
  func resolve(_ reference: String, against base: String) -> String {
    if reference.hasPrefix("https://") || reference.hasPrefix("http://") { return reference }
    let document = base.prefix { $0 != "?" && $0 != "#" }
    if reference.isEmpty || reference.hasPrefix("?") { return document + reference }
    guard let scheme = document.firstRange(of: "://") else { return reference }
    let path = document[scheme.upperBound...].firstIndex(of: "/") ?? document.endIndex
    if reference.hasPrefix("/") { return document[..<path] + reference }
    let folder = document[path...].lastIndex(of: "/") ?? document.endIndex
    return document[..<folder] + "/" + reference
  }
}
