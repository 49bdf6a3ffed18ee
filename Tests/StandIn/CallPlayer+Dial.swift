// CallPlayer+Dial.swift - the dialled side of a played call: ringing, screening, talk, and its report.

extension CallPlayer {
  /// How the attempt to reach somebody ended.
  private struct DialEnd {
    var status: String
    var isBridged = false
    /// Of the child leg; nil when nobody picked up.
    var talk: Int?
  }

  /// true when the call went on elsewhere, or ended.
  func dial(_ verb: Verb, isFirst: Bool, from url: String) throws -> Bool {
    let numbers = verb.children.filter { $0.name == "Number" }
    let targets =
      numbers.isEmpty ? [Verb(name: "Number", attributes: [:], text: verb.text, children: [])] : numbers
    result.dial = verb.attributes
    result.dialled += targets.map(\.text)
    if !(isFirst && verb["answerOnBridge"] == "true") { answer() }

    let timeout = (Int(verb["timeout"] ?? "") ?? 30) + 5
    let begun = standIn.now()
    let before = elapsed
    var child = StoredCall(
      accountSid: leg.accountSid, parentSid: leg.sid, from: verb["callerId"] ?? leg.from,
      to: targets[0].text, status: "ringing", direction: "outbound-dial", startedAt: begun)
    let isPickUp: Bool
    switch script.outcome {
    case .answered, .voicemail: isPickUp = true
    default: isPickUp = false
    }
    var end = DialEnd(status: "no-answer")
    if isPickUp, (script.ring ?? 5) <= timeout {
      pass(script.ring ?? 5)
      end = try pickUp(targets[0], child: child, from: url)
    } else {
      switch script.outcome {
      case .busy: end.status = "busy"
      case .failed: end.status = "failed"
      case .canceled where (script.ring ?? 5) <= timeout:
        end.status = "canceled"
        callerIsGone = true
      default: break
      }
      pass(end.status == "no-answer" ? timeout : min(script.ring ?? 5, timeout))
    }
    result.dialStatus = end.status
    result.isBridged = end.isBridged

    child.status = end.status
    child.duration = end.talk ?? 0
    child.startedAt = start(begun: begun, lasting: elapsed - before)
    child.endedAt = standIn.now()
    try standIn.record(child)
    for other in targets.dropFirst() {
      // The first answer wins; the other telephones stop ringing.
      try standIn.record(
        StoredCall(
          accountSid: leg.accountSid, parentSid: leg.sid, from: child.from, to: other.text,
          status: end.talk == nil ? end.status : "canceled", direction: "outbound-dial", duration: 0,
          startedAt: child.startedAt, endedAt: child.endedAt))
    }
    if let callback = targets[0]["statusCallback"] {
      send(.childStatus, .callStatus(child, url: resolve(callback, against: url), at: standIn.now()))
    }
    if end.isBridged && script.callerHangsUp { callerIsGone = true }

    guard let action = verb["action"] else { return callerIsGone }
    let webhook = Webhook.dialResult(
      leg, status: callerIsGone ? "completed" : "in-progress", url: resolve(action, against: url),
      dialStatus: end.status, childSid: child.sid, childDuration: end.talk ?? 0, isBridged: end.isBridged)
    if callerIsGone {
      // Still requested, but nobody is there for its TwiML.
      send(.dialResult, webhook)
    } else {
      try follow(.dialResult, webhook)
    }
    return true
  }

  /// Somebody, or something, picks up: screening first where there is any, then the talk.
  private func pickUp(_ target: Verb, child: StoredCall, from url: String) throws -> DialEnd {
    try standIn.record(child)
    var seconds = 0
    var key: String?
    switch script.outcome {
    case .answered(let talk):
      seconds = talk
      key = script.screenKey
    case .voicemail(let recording): seconds = recording
    default: break
    }
    if let screen = target["url"] {
      let address = resolve(screen, against: url)
      guard let verbs = try document(.screen, .screening(child, url: address)),
        try accepts(verbs, child: child, key: key, from: address)
      else { return DialEnd(status: "completed", isBridged: false, talk: 8) }
    }
    answer()
    pass(seconds)
    return DialEnd(status: "completed", isBridged: true, talk: seconds)
  }

  /// Runs TwiML on the called leg. Its end without `<Hangup>` connects the two.
  private func accepts(_ verbs: [Verb], child: StoredCall, key: String?, from url: String) throws -> Bool {
    var key = key
    for verb in verbs {
      switch verb.name {
      case "Hangup", "Reject": return false
      case "Say": heard(verb)
      case "Gather":
        for said in verb.children where said.name == "Say" { heard(said) }
        let pressed = key ?? ""
        key = nil
        if pressed.isEmpty { pass(Int(verb["timeout"] ?? "") ?? 5) }
        if pressed.isEmpty && verb["actionOnEmptyResult"] != "true" { continue }
        let action = resolve(verb["action"] ?? url, against: url)
        guard let next = try document(.screenResult, .digits(child, digits: pressed, url: action)) else {
          return false
        }
        return try accepts(next, child: child, key: nil, from: action)
      case "Play", "Pause": pass(1)
      default: result.problems.append("13222 <\(verb.name)> is not allowed on the called leg")
      }
    }
    return true
  }

  private func heard(_ verb: Verb) {
    result.saidToCalled.append(verb.text)
    pass(1 + verb.text.count / 15)
  }
}
