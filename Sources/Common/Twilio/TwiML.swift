// TwiML.swift - the XML that tells Twilio what to do with a call.

/// A verb or noun with its attributes and content.
package struct TwiML: Sendable {
  fileprivate let text: String

  /// An element; attributes that are nil are left out.
  package static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], _ content: [TwiML] = []
  ) -> TwiML {
    var open = "<\(name)"
    for (key, value) in attributes {
      if let value { open += " \(key)=\"\(escaped(value))\"" }
    }
    return TwiML(
      text: content.isEmpty ? open + "/>" : open + ">" + content.map(\.text).joined() + "</\(name)>")
  }

  package static func text(_ value: String) -> TwiML { TwiML(text: escaped(value)) }

  package static func say(_ words: String, language: String) -> TwiML {
    element("Say", ["language": language], [.text(words)])
  }

  package static let hangup = element("Hangup")

  /// `<Response>` round the verbs, as a whole document.
  package static func response(_ verbs: [TwiML] = []) -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element("Response", [:], verbs).text + "\n"
  }

  /// Escapes markup, and leaves out what XML 1.0 cannot hold.
  static func escaped(_ value: String) -> String {
    var result = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&apos;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      default:
        if scalar.value >= 32 && scalar.value != 0xFFFE && scalar.value != 0xFFFF {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }
}

/// The forwarding TwiML of a tenant: by the `voice` handler, and written as static fallback.
package struct ForwardingTwiML: Sendable {
  package var forwardTo: String
  /// How long it really rings; Twilio adds about 5 s to `timeout`, whose least value is 5.
  package var ringSeconds: Int
  package var action: String?
  package var screeningURL: String?

  package init(forwardTo: String, ringSeconds: Int, action: String? = nil, screeningURL: String? = nil) {
    self.forwardTo = forwardTo
    self.ringSeconds = ringSeconds
    self.action = action
    self.screeningURL = screeningURL
  }

  package var document: String { TwiML.response([dial]) }

  /// Without an action the caller goes on with the verb behind it, also where he was connected and the other side hung up.
  package var dial: TwiML {
    .element(
      "Dial",
      [
        "timeout": String(max(5, ringSeconds - 5)), "answerOnBridge": "true", "action": action,
        "method": action == nil ? nil : "POST",
      ],
      [
        .element(
          "Number", ["url": screeningURL, "method": screeningURL == nil ? nil : "POST"],
          [.text(forwardTo)])
      ])
  }
}
