// FallbackFiles.swift - the static TwiML that Twilio plays while our host is down.
//
// The caller is connected as ever. Whoever is not reached may leave a message, where callers may do so at other times;
// nobody hears of it until the sweep finds the recording in Twilio's list. A static document cannot know how a <Dial>
// ended, so who has talked is offered it too when the business hangs up first: the words fit both, and he hangs up.

import Business
import Twilio
import Webhooks

/// One file below `fallback/`, for a web server on another host.
package struct FallbackFile: Hashable, Sendable {
  package var name: String
  package var document: String

  /// Where Twilio is to begin.
  package static func name(tenant: String) -> String { "\(tenant).xml" }

  /// What ends a call after a message. Without an address of its own a <Record> asks for its document again, and would
  /// ring and record without end. (No tenant's id holds a point.)
  private static func endName(tenant: String) -> String { "\(tenant).end.xml" }

  /// A tenant's: the first is the one that the fallback's address names, the others lie beside it.
  package static func files(of tenant: Tenant) -> [FallbackFile] {
    let spoken = SpokenText(business: tenant.name, language: tenant.language)
    func say(_ words: String) -> TwiML { .say(words, language: tenant.language.sayLanguage) }
    var verbs: [TwiML] = []
    if let forwardTo = tenant.forwardTo, tenant.mode == .frontNumber {
      verbs = [ForwardingTwiML(forwardTo: forwardTo, ringSeconds: tenant.ringSeconds).dial]
    }
    let isRung = !verbs.isEmpty
    guard tenant.takesVoiceMessages else {
      if !isRung { verbs = [say(spoken.announcementPlain), .hangup] }
      return [FallbackFile(name: name(tenant: tenant.id), document: TwiML.response(verbs))]
    }
    let end = endName(tenant: tenant.id)
    verbs += [
      say(spoken.fallbackRecordPrompt(afterRinging: isRung)),
      // Beside the document, wherever that lies.
      Recording.element(action: end, method: "GET", callback: nil),
    ]
    if !isRung { verbs.append(say(spoken.menuNothingPressed)) }
    verbs.append(.hangup)
    return [
      FallbackFile(name: name(tenant: tenant.id), document: TwiML.response(verbs)),
      FallbackFile(name: end, document: TwiML.response([say(spoken.recordThanksWithheld), .hangup])),
    ]
  }
}
