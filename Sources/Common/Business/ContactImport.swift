// ContactImport.swift - what came of an address book that was read in, and how it is said.

/// What was read, what of it is kept now, and what is not.
package struct ContactImport: Hashable, Sendable {
  /// Why an entry, or one number of it, is left out.
  package enum Fault: Hashable, Sendable {
    case noNumber
    /// What stands where a number should.
    case notANumber(String)
    /// The number stood further up in the file.
    case twice(String)
    /// One of the tenant's people named the number, and his word stands.
    case named(String, name: String)
    /// It says neither who it is nor anything else.
    case saysNothing(String)
    /// A property of a vCard whose charset is not read.
    case charset(ReadContact.UnreadProperty)
    /// The name was longer than names are kept.
    case cut(String)
    /// Somebody marked the number private, and only a person takes that back.
    case staysPrivate(String)
  }

  package struct Line: Hashable, Sendable {
    /// Of the file, from 1 on.
    package var line: Int
    package var fault: Fault

    package init(line: Int, fault: Fault) {
      self.line = line
      self.fault = fault
    }
  }

  /// Entries of the file.
  package var entries: Int
  /// Telephone numbers in it, each once.
  package var numbers = 0
  /// Numbers whose contact is new, or says something new.
  package var written = 0
  package var unchanged = 0
  package var skipped: [Line] = []
  /// What was taken in otherwise than it stands there.
  package var changed: [Line] = []

  /// All of it, in the order of the file.
  package var lines: [Line] { (skipped + changed).sorted { $0.line < $1.line } }

  package init(entries: Int) { self.entries = entries }

  /// All of it in one sentence.
  package func said(_ language: Language) -> String {
    let left = skipped.count
    return language.say(
      de:
        "\(entries) Einträge gelesen: \(written) Nummern gespeichert, \(unchanged) unverändert, \(left) ausgelassen.",
      fr:
        "\(entries) entrées lues: \(written) numéros enregistrés, \(unchanged) inchangés, \(left) laissés de côté.",
      it: "\(entries) voci lette: \(written) numeri salvati, \(unchanged) invariati, \(left) tralasciati.",
      en: "\(entries) entries read: \(written) numbers written, \(unchanged) unchanged, \(left) skipped.")
  }
}

extension ContactImport.Line {
  package func said(_ language: Language) -> String {
    let place = language.say(
      de: "Zeile \(line)", fr: "Ligne \(line)", it: "Riga \(line)", en: "Line \(line)")
    return "\(place): \(fault.said(language))"
  }
}

extension ContactImport.Fault {
  fileprivate func said(_ language: Language) -> String {
    switch self {
    case .noNumber:
      language.say(
        de: "keine Telefonnummer", fr: "pas de numéro de téléphone", it: "nessun numero di telefono",
        en: "no phone number")
    case .notANumber(let typed):
      language.say(
        de: "«\(typed)» ist keine Telefonnummer", fr: "«\(typed)» n’est pas un numéro de téléphone",
        it: "«\(typed)» non è un numero di telefono", en: "“\(typed)” is no phone number")
    case .twice(let phone):
      language.say(
        de: "\(phone) stand schon weiter oben", fr: "\(phone) figure déjà plus haut",
        it: "\(phone) c’è già più in alto", en: "\(phone) stands further up already")
    case .named(let phone, let name):
      language.say(
        de: "\(phone) heisst bei Ihnen schon «\(name)», und das bleibt",
        fr: "\(phone) s’appelle déjà «\(name)» chez vous, et cela reste",
        it: "\(phone) da voi si chiama già «\(name)», e così resta",
        en: "\(phone) was named “\(name)” on the desk, which stays")
    case .saysNothing(let phone):
      language.say(
        de: "\(phone) hat weder Namen noch Notiz", fr: "\(phone) n’a ni nom ni note",
        it: "\(phone) non ha né nome né nota", en: "\(phone) has neither name nor note")
    case .charset(let unread):
      language.say(
        de: "\(unread.name) ist im Zeichensatz \(unread.charset), der nicht gelesen wird",
        fr: "\(unread.name) est dans le jeu de caractères \(unread.charset), qui n’est pas lu",
        it: "\(unread.name) è nel set di caratteri \(unread.charset), che non viene letto",
        en: "\(unread.name) is in the charset \(unread.charset), which is not read")
    case .cut(let phone):
      language.say(
        de: "der Name von \(phone) ist zu lang und wurde gekürzt",
        fr: "le nom de \(phone) est trop long et a été raccourci",
        it: "il nome di \(phone) è troppo lungo ed è stato accorciato",
        en: "the name of \(phone) is too long and was cut")
    case .staysPrivate(let phone):
      language.say(
        de: "\(phone) bleibt privat", fr: "\(phone) reste privé", it: "\(phone) resta privato",
        en: "\(phone) stays private")
    }
  }
}
