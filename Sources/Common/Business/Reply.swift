// Reply.swift - what a caller's answer means: 1, 2, 3, or words (specification, section 4).

/// A caller's answer by SMS. Opt-out words are OptOutWord's and are looked at first.
package enum Reply: Hashable, Sendable {
  /// `1`
  case urgent
  /// `2`
  case callback
  /// `3`
  case wizard
  /// Anything else, without the white space around it; empty for a message of pictures only.
  case freeText(String)

  /// A digit counts when it is all that is left of the message (`ReplyText.core`), or when the message is a line of a
  /// menu of ours sent back.
  /// - Parameter menu: the tenant's own menu as callers get it; the built-in ones are known.
  package init(body: String, menu: @autoclosure () -> String? = nil) {
    let core = ReplyText.core(of: body)
    switch core.utf8.count == 1 ? core : MenuLines.digit(ofLine: body, in: menu) {
    case "1": self = .urgent
    case "2": self = .callback
    case "3": self = .wizard
    default: self = .freeText(ReplyText.trimmed(body))
    }
  }

  /// A message's own words: without the white space around them, and what shows nothing.
  package static func words(of body: String) -> String { ReplyText.trimmed(body) }

  /// Whether two messages say the same, however they are spaced and written.
  package static func sayTheSame(_ one: String, _ other: String) -> Bool {
    one == other || ReplyText.visible(one).lowercased() == ReplyText.visible(other).lowercased()
  }
}
