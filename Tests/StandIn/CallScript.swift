// CallScript.swift - what happens in one inbound call, and what came of it.

/// The answer to a webhook; status 0 where nobody answered at all.
package struct WebhookAnswer: Sendable {
  package var status: Int
  /// Names in lower case.
  package var headers: [String: String]
  package var body: String

  package init(status: Int, headers: [String: String] = [:], body: String = "") {
    self.status = status
    self.headers = headers
    self.body = body
  }

  package static let unreachable = WebhookAnswer(status: 0)
}

/// An inbound call as its two people will act.
package struct CallScript: Sendable {
  /// What the dialled side does.
  package enum Outcome: Hashable, Sendable {
    /// A person picks up; with screening set they press `screenKey`, then talk that long.
    case answered(seconds: Int)
    case noAnswer
    case busy
    /// The network could not reach it.
    case failed
    /// The caller hangs up while it rings.
    case canceled
    /// A mailbox picks up; it presses no key, and records that long.
    case voicemail(seconds: Int)
  }

  /// Webhooks that can be lost on their way.
  package enum Stage: String, CaseIterable, Sendable {
    case voice
    case screen
    /// What the called person's key press leads to.
    case screenResult = "screen-result"
    case childStatus = "child-status"
    case dialResult = "dial-result"
    case menu
    case record
    case recordingStatus = "recording-status"
    case fallback
    case callStatus = "call-status"
  }

  /// What Twilio does when the voice webhook cannot be used.
  package enum Fallback: Hashable, Sendable {
    /// Ends the call.
    case none
    /// A static document and no other.
    case twiml(String)
    /// Asks this URL of a web server elsewhere, which has static documents, by their addresses: `fallback/TENANT.xml`
    /// and what lies beside it. None of its requests is lost.
    case site(String, documents: [String: String])
    /// Asks this URL.
    case url(String)
  }

  package var from: String
  package var to: String
  /// Where the handlers are: `{publicURL}/voice`, `{publicURL}/call-status`.
  package var publicURL: String
  /// Instead of `{publicURL}/voice`.
  package var voiceURL: String?
  /// Instead of `{publicURL}/call-status`.
  package var statusURL: String?
  /// nil: the owner of `to`, else the first account.
  package var accountSid: String?
  package var callSid = newSid("CA")
  package var forwardedFrom: String?
  package var outcome = Outcome.noAnswer
  /// Seconds it rings before the outcome; nil: 5, and all there is for `noAnswer`. A pick-up that would
  /// come after the dial's timeout (and the 5 s Twilio adds) is none.
  package var ring: Int?
  /// Keys the caller presses, one entry for each `<Gather>`; "" or no entry left: none pressed.
  package var pressed: [String] = []
  /// Seconds the caller speaks when a `<Record>` listens; nil: he says nothing.
  package var spoken: Int?
  /// He hangs up instead of pressing the key that ends it.
  package var hangsUpSpeaking = false
  /// Instead of a short MP3, once Twilio is asked for the audio.
  package var audio: [UInt8]?
  /// What the person who picks up presses when asked; nil: nothing.
  package var screenKey: String?
  /// After a talk the caller is the one who hangs up, so that no TwiML is left to be heard.
  package var callerHangsUp = false
  package var lost: Set<Stage> = []
  /// Each webhook is sent twice; the second answer is thrown away.
  package var twice = false
  /// By default Twilio's TwiML Bin with a plain `<Dial>`, which calls no webhook of ours.
  package var fallback = Fallback.twiml("<Response><Dial><Number>+41445550199</Number></Dial></Response>")

  package init(from: String, to: String, publicURL: String, outcome: Outcome = .noAnswer) {
    self.from = from
    self.to = to
    self.publicURL = publicURL
    self.outcome = outcome
  }
}

/// What a played call was like.
package struct PlayedCall: Sendable {
  /// One webhook that was due.
  package struct Exchange: Sendable {
    package var stage: CallScript.Stage
    package var webhook: Webhook
    /// nil: lost on its way.
    package var answer: WebhookAnswer?
  }

  package var callSid: String
  package var exchanges: [Exchange] = []
  /// What the caller heard from us, `<Say>` by `<Say>`, and `play:URL`.
  package var said: [String] = []
  /// What the called side heard.
  package var saidToCalled: [String] = []
  /// Numbers dialled.
  package var dialled: [String] = []
  /// Attributes of the last `<Dial>`.
  package var dial: [String: String] = [:]
  package var dialStatus: String?
  package var isBridged = false
  /// The inbound leg's last CallStatus.
  package var status = ""
  package var duration = 0
  /// What Twilio's debugger would show: `12100 …`.
  package var problems: [String] = []

  /// The answers to the webhooks of one stage.
  package func answers(_ stage: CallScript.Stage) -> [WebhookAnswer] {
    exchanges.filter { $0.stage == stage }.compactMap(\.answer)
  }
}

/// Sends one webhook by POST and returns what came back. The caller signs (`Webhook.signed`).
package typealias PostWebhook = (_ url: String, _ params: Parameters) throws -> WebhookAnswer
