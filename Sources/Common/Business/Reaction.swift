// Reaction.swift - a thumb or a heart on one of our messages, which a phone sends as words: "Liked “…”".
//
// Whole messages of a known form only: a few words, the quoted message to its end, and nothing else. Whoever writes
// "Loved “your work”, please come" has a request. The forms are those of iPhones in four languages (read out of
// open-source messengers that turn them back into thumbs) and of Google Messages, which also marks its own with
// hair spaces and zero-width characters, in every language.

package enum Reaction {
  package static func isReaction(_ body: String) -> Bool { hasGoogleMarks(body) || hasKnownForm(body) }

  /// U+200A, the emoji between two U+200B (or U+200C when it is taken back), words, the quoted message, U+200A.
  private static func hasGoogleMarks(_ body: String) -> Bool {
    let scalars = body.unicodeScalars
    guard scalars.first == "\u{200A}", scalars.last == "\u{200A}" else { return false }
    for mark in ["\u{200B}", "\u{200C}"] as [Unicode.Scalar] {
      let found = scalars.indices.filter { scalars[$0] == mark }
      if found.count == 2, isEmoji(scalars[found[0]..<found[1]].dropFirst()) { return true }
    }
    return false
  }

  /// What stands before the quoted message, and what behind it.
  private struct Form: Hashable {
    var lead: String
    var tail: String
  }

  private static func hasKnownForm(_ body: String) -> Bool {
    let scalars = ReplyText.visibleScalars(ReplyText.trimmed(body))
    let quotes = scalars.indices.filter { isQuote($0, in: scalars) }
    guard let close = quotes.last else { return false }
    // The lead may itself quote something: Ha messo “Mi piace” a “…”.
    for open in [quotes.first, quotes.dropFirst(2).first].compactMap({ $0 })
    where open < close && isOneQuotation(scalars[open...close]) {
      let lead = scalars[..<open]
      let tail = scalars[(close + 1)...]
      guard lead.count <= longest, tail.count <= longest else { continue }
      if forms.contains(Form(lead: key(lead), tail: key(tail))) { return true }
    }
    return false
  }

  /// No lead or tail is longer.
  private static let longest = 60

  /// A mark that quotes; an apostrophe inside a word does not.
  private static func isQuote(_ index: Int, in scalars: [Unicode.Scalar]) -> Bool {
    guard ReplyText.isQuote(scalars[index]) else { return false }
    func isLetter(_ other: Int) -> Bool {
      scalars.indices.contains(other) && scalars[other].properties.isAlphabetic
    }
    return !(isLetter(index - 1) && isLetter(index + 1))
  }

  /// What opens at the beginning closes at the end and not before; a quotation inside may open and close.
  private static func isOneQuotation(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
    guard let open = scalars.first, let close = scalars.last else { return false }
    let inside = scalars.dropFirst().dropLast()
    if open == close { return !inside.contains(open) }
    var depth = 1
    for scalar in inside where scalar == open || scalar == close {
      depth += scalar == open ? 1 : -1
      if depth == 0 { return false }
    }
    return true
  }

  /// Words in lower case, one space between them, an emoji as `*`; quotes and colons left out.
  private static func key(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var words: [String] = []
    for word in scalars.split(whereSeparator: { ReplyText.isSpace($0) }) {
      let letters = word.enumerated().filter { offset, scalar in
        scalar != ":" && !(ReplyText.isQuote(scalar) && (offset == 0 || offset == word.count - 1))
      }.map { $0.element == "\u{2019}" ? "'" : $0.element }
      guard !letters.isEmpty else { continue }
      words.append(isEmoji(letters) ? "*" : ReplyText.text(letters).lowercased())
    }
    return words.joined(separator: " ")
  }

  /// Nothing but pictures: no letter, digit or punctuation mark of ASCII, which has an emoji form too.
  private static func isEmoji(_ scalars: some Collection<Unicode.Scalar>) -> Bool {
    !scalars.isEmpty
      && scalars.allSatisfy {
        !$0.isASCII && ($0.properties.isEmoji || $0.properties.isEmojiModifier || ReplyText.showsNothing($0))
      }
  }

  private static let forms: Set<Form> = {
    var forms: Set<Form> = []
    func add(_ leads: [String], _ tail: String = "") {
      for lead in leads { forms.insert(Form(lead: lead, tail: tail)) }
    }
    // English
    add(["liked", "loved", "laughed at", "emphasized", "emphasised", "questioned", "disliked"])
    add(["reacted * to", "reacted with * to", "reacted with a sticker to", "* to"])
    for what in [
      "*", "a like", "a heart", "a laugh", "an exclamation", "an exclamation mark", "a question mark",
      "a dislike", "a sticker", "a reaction",
    ] { add(["removed \(what) from"]) }
    // German
    add(["gefällt", "gefällt mir", "gefällt nicht", "gefällt mir nicht", "mag", "liebt", "lacht über"])
    add(["betont", "hervorgehoben", "hinterfragt", "fragt nach", "* zu", "* auf"])
    add(["gefällt", "gefällt mir", "mag"], "nicht")
    add(["hebt"], "hervor")
    add(["hat mit * auf", "mit * auf"], "reagiert")
    for what in ["herz", "lachen", "ausrufezeichen", "fragezeichen"] {
      add([""], "ein \(what) hinzugefügt")
      add(["hat", "hat zu"], "ein \(what) hinzugefügt")
    }
    for what in [
      "*", "herz", "ein herz", "lachen", "ein lachen", "ausrufezeichen", "ein ausrufezeichen", "fragezeichen",
      "ein fragezeichen", "gefällt mir", "gefällt mir nicht", "sticker", "reaktion",
    ] {
      add(["\(what) von", "\(what) aus", "hat \(what) von", "hat \(what) aus"], "entfernt")
      add(["entfernte \(what) von", "entfernte \(what) aus"])
    }
    // French
    add(["a aimé", "a adoré", "n'a pas aimé", "a ri", "a ri à", "a ri de", "a mis en évidence", "a souligné"])
    add(["a insisté sur", "a mis en doute", "a questionné", "s'interroge sur", "s'est interrogé sur"])
    add(["a réagi * à", "a réagi avec * à", "a réagi par * à", "* à", "* sur"])
    for what in [
      "*", "un j'aime", "j'aime", "un cœur", "un coeur", "un rire", "un éclat de rire",
      "un point d'exclamation",
      "un point d'interrogation", "un je n'aime pas", "je n'aime pas", "un autocollant", "une réaction",
    ] { add(["a retiré \(what) de", "a supprimé \(what) de", "a enlevé \(what) de"]) }
    // Italian
    add(["ha messo mi piace a", "ha messo un mi piace a", "ha messo non mi piace a", "piace", "non piace"])
    add(["ha amato", "ha adorato", "ha riso a", "ha riso di", "ha riso per", "ha enfatizzato"])
    add(["ha evidenziato", "ha sottolineato", "ha messo in evidenza", "ha messo in dubbio", "ha dubitato di"])
    add(["ha reagito * a", "ha reagito con * a", "* a", "* per"])
    for what in [
      "*", "mi piace", "un mi piace", "non mi piace", "un non mi piace", "un cuore", "una risata",
      "un punto esclamativo", "un punto interrogativo", "un adesivo", "una reazione",
    ] { add(["ha rimosso \(what) da", "ha tolto \(what) da"]) }
    return forms
  }()
}
