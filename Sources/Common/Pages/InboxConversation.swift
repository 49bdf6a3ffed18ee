// InboxConversation.swift - a conversation as the desk shows it: who said or did what, when.

import Business

/// A page of a conversation.
package struct InboxConversation: Sendable {
  /// Oldest first.
  package var lines: [InboxLine]
  package var paging: InboxPaging
  /// Something was before it: it stands on the number's page.
  package var hasEarlier: Bool

  package init(lines: [InboxLine] = [], paging: InboxPaging = InboxPaging(), hasEarlier: Bool = false) {
    self.lines = lines
    self.paging = paging
    self.hasEarlier = hasEarlier
  }
}

/// One entry of a conversation.
package struct InboxLine: Sendable {
  /// When, in words: `momentText`.
  package var at: String
  package var what: Kind
  /// Who did it; empty for the caller and for the installation itself.
  package var by: String
  /// What was written; may be empty.
  package var words: String

  package init(at: String, what: Kind, by: String = "", words: String = "") {
    self.at = at
    self.what = what
    self.by = by
    self.words = words
  }

  package enum Kind: Sendable {
    case answeredCall, runningCall
    /// With what was done about it.
    case missedCall(InboxCallNote)
    /// An SMS to the caller, with what is known of its delivery.
    case sent(MessageKind, MessageState)
    case received
    case photo(InboxPhoto)
    case recording(InboxRecording)
    case created(TicketSource)
    case form, note, madeUrgent, escalated, started, reopened
    case done
    case assigned(to: String)
    /// Somebody was rung about it, and pressed a key, or did not.
    case rung(isAnswered: Bool)
    /// Somebody was connected with the caller, for so long; 0: the caller was not reached.
    case connected(seconds: Int)
    /// Somebody wanted to be connected with the caller, and how that stands.
    case callback(InboxCallbackNote)
    /// Everybody was rung who can be.
    case rungInVain
    case answered, handled, named, spam, unspam, madePrivate, madePublic
  }
}

/// A voice message.
package struct InboxRecording: Hashable, Sendable {
  /// Of its address on the desk.
  package var id: String
  package var seconds: Int
  package var state: RecordingState

  package init(id: String, seconds: Int, state: RecordingState) {
    self.id = id
    self.seconds = seconds
    self.state = state
  }
}

/// How a callback stands.
package enum InboxCallbackNote: Hashable, Sendable {
  case underWay, connected
  /// nil: it was not placed.
  case ended(RingEnd?)
}

/// What was done about a missed call, in one word.
package enum InboxCallNote: Hashable, Sendable {
  case waiting
  /// Put off to the end of the quiet hours.
  case deferred
  case texted
  /// A code of `Reason`, of a call that got no SMS.
  case skipped(Reason)
  /// The SMS was given up.
  case lost
}

extension InboxFrame {
  /// Lines of a conversation that stand open.
  private static let unfoldedLines = 6

  /// The end of the conversation, or what page of it was asked for.
  /// - Parameters:
  ///   - query: leads to the page this stands on.
  ///   - earlier: leads to what came before all of it; nil where nothing did, or it is here.
  func conversation(
    _ conversation: InboxConversation, query: [(name: String, value: String)], earlier: String? = nil
  ) -> HTML? {
    guard !conversation.lines.isEmpty else { return nil }
    let words = self.words
    let paging = conversation.paging
    func link(_ text: String, _ address: String) -> HTML {
      "<p><a class=\"act\" href=\"\(address)\">\(text)</a></p>\n"
    }
    func page(_ number: Int) -> String {
      localLink(
        action, number == 1 ? query : query + [(InboxNames.page, String(number))], fragment: "history")
    }
    let isFirst = paging.number >= paging.count
    let older: HTML? =
      isFirst ? earlier.map { link(words.older, $0) } : link(words.older, page(paging.number + 1))
    let newer: HTML? = paging.number > 1 ? link(words.newer, page(paging.number - 1)) : nil
    let range: HTML? =
      paging.count > 1
      ? "<p class=\"small\">\(words.range(paging.entriesFromEnd, of: paging.total))</p>\n" : nil
    // What came last is read first; the answer stands right below it.
    let folds = paging.number == 1 && conversation.lines.count > InboxFrame.unfoldedLines + 2
    let before = folds ? conversation.lines.count - InboxFrame.unfoldedLines : 0
    let list: HTML =
      folds
      ? """
      <details><summary>\(words.earlierEntries(before))</summary>
      \(range)\(older)<ol class="history">
      \(conversation.lines.prefix(before).map(line))</ol></details>
      <ol class="history">
      \(conversation.lines.dropFirst(before).map(line))</ol>
      """
      : """
      \(range)\(older)<ol class="history">
      \(conversation.lines.map(line))</ol>
      """
    return """
      <section class="card" aria-labelledby="history"><h2 id="history">\(words.history)</h2>
      \(list)\(newer)</section>

      """
  }

  private func line(_ line: InboxLine) -> HTML {
    let said: HTML? = line.words.isEmpty ? nil : "<p class=\"words\" dir=\"auto\">\(line.words)</p>"
    let by: HTML? = line.by.isEmpty ? nil : " · <bdi>\(line.by)</bdi>"
    var look: HTML?
    var picture: HTML?
    switch line.what {
    case .sent: look = " class=\"ours\""
    case .received, .form: look = " class=\"theirs\""
    case .photo(let photo):
      look = " class=\"theirs\""
      let source = localLink(action, [(InboxNames.photo, photo.id)])
      picture = "<p><a class=\"act\" href=\"\(source)\">\(Icon.camera)\(words.openPhoto)</a></p>"
    case .recording(let recording):
      look = " class=\"theirs\""
      if recording.state == .stored {
        let source = localLink(action, [(InboxNames.recording, recording.id)])
        let name = words.event(line.what)
        picture = "<p><audio controls preload=\"none\" src=\"\(source)\" aria-label=\"\(name)\"></audio></p>"
      }
    default: break
    }
    return """
      <li\(look)><p class="hint">\(line.at)\(by)</p><p class="event">\(words.event(line.what))</p>\(said)\(picture)</li>

      """
  }
}
