// BaseLettersTests.swift - names whose letters the GSM alphabet lacks, as they stand in SMS.

import Business
import LocalTime
import Testing

struct BaseLettersTests {
  @Test(arguments: [
    ("Côté Jardin Sàrl", "Cote Jardin Sàrl"), ("Bâtiment Rénov SA", "Batiment Rénov SA"),
    ("Hôtel de la Forêt", "Hotel de la Foret"), ("Électricité Benoît", "Électricité Benoit"),
    ("Ferblanterie Vœgtli", "Ferblanterie Voegtli"), ("Łódź Bau GmbH", "Lodz Bau GmbH"),
    ("Co\u{302}te\u{301} Jardin", "Cote Jardin"), ("Mu\u{308}ller", "Müller"),
    ("Müller-Châtelain", "Müller-Chatelain"), ("L’Hôtel d’Été", "L’Hotel d’Été"),
    ("ŒUVRE, Œuvre, CHŒUR", "OEUVRE, Oeuvre, CHOEUR"), ("Nguyễn Đặng Phở", "Nguyen Dang Pho"),
    ("Nguye\u{302}\u{303}n", "Nguyen"), ("Brânză și Țuică", "Branza si Tuica"),
    ("Işık Kâğıt İnşaat", "Isik Kagit Insaat"), ("Þórður Guðmundsson", "Thordur Gudmundsson"),
    ("Đorđević", "Dordevic"), ("STRAẞE", "STRASSE"), ("ﬁn ﬂott Ĳssel", "fin flott IJssel"),
    ("ｆｕｌｌ", "full"), ("ΑΘΗΝΑ ΤΑΧΙ", "AΘHNA TAXI"),
    // Nothing to do, or nothing that can be done
    ("Dörfler AG", "Dörfler AG"), ("Sørensen & Ångström", "Sørensen & Ångström"), ("", ""),
    ("A & B", "A & B"),
    ("Αθήνα", "Αθήνα"), ("Жук", "Жук"), ("永和", "永和"), ("Café ☕", "Café ☕"), ("Łódź Жук", "Lodz Жук"),
    ("\u{302}", "\u{302}"),
  ])
  func `a word with a letter outside of the alphabet loses its marks`(name: String, written: String) {
    #expect(BaseLetters.written(name).unicodeScalars.elementsEqual(written.unicodeScalars))
    #expect(BaseLetters.written(written) == written)
  }

  /// Unicode's own decompositions, compatibility ones included, of all letters whose base is Latin.
  @Test(.enabled(if: OutsideJudge.has("unicodedata"), "python3 is not installed"))
  func `the table has every Latin letter of Unicode`() throws {
    let script = """
      import unicodedata as u
      for code in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00), *range(0xFB00, 0xFB07)]:
          letter = chr(code)
          base = "".join(c for c in u.normalize("NFKD", letter) if not u.combining(c))
          if base != letter and base.isascii() and base.isalpha(): print(letter, base)
      """
    let lines = try OutsideJudge.ask(script, [])
    try #require(lines.count > 500)
    for line in lines {
      let words = line.split(separator: " ")
      // One letter of the word that is outside of the alphabet frees the others of theirs.
      let written = BaseLetters.written("ł\(words[0])x")
      #expect(written.lowercased() == "l\(words[1].lowercased())x", "\(line)")
    }
  }

  static let odd = [
    "Côté Jardin Sàrl", "Bâtiment Rénov SA", "Hôtel de la Forêt", "Électricité Benoît", "Ferblanterie Vœgtli",
    "Łódź Bau GmbH", "Αθήνα Εστιατόριο", "Жук и сыновья", "永和水電行", "🔧🔧🔧", "👨‍👩‍👧‍👦", "A",
    String(repeating: "ä", count: 160), String(repeating: "ê", count: 160),
    String(repeating: "α ", count: 80),
    String(repeating: "永", count: 160), String(repeating: "a\u{316}", count: 160),
    "a" + String(repeating: "\u{316}", count: 500), String(repeating: "€", count: 160), "{Betrieb}",
    "\u{302}",
  ]

  @Test(arguments: odd, Language.allCases)
  func `every text fits into two segments, whatever the name`(name: String, language: Language) {
    let short = MessageTemplate.nameInSMS(name, own: nil, phone: "+41443334455", language: language)
    let values = TemplateValues(
      business: short, phone: "+41443334455", sla: "Mo 4. Jan. 10:00",
      wizardLink: wizardLink(domain: "www.doerfler.example", phone: "+41791234567"))
    for kind in MessageTemplate.allCases {
      let text = kind.fitted(values: values, language: language)
      #expect(text.segments <= 2 && !text.body.isEmpty, "\(kind)")
      #expect(text == SMSText(text.body))
    }
    let notice = NoticeText(
      business: name, occasion: .new, isUrgent: true, phone: "+49 171 2345678", promise: "heute 16:30",
      summary: "", language: language)
    let body = notice.sms(linkLength: 80)
    #expect(
      SMSText(body.dropLast(NoticeText.linkMark.count) + String(repeating: "x", count: 80)).segments <= 2,
      "\(body)")
    #expect(body.contains("+49 171 2345678"))
  }

  @Test func `a name keeps its letters where the business's own text has room for them`() {
    func name(_ own: String?) -> String {
      MessageTemplate.nameInSMS("Côté Jardin", own: own, phone: "+41443334455", language: .fr)
    }
    #expect(name(nil) == "Cote Jardin")
    #expect(name("{Betrieb}: 1 urgent, 2 rappel, 3 demande. {phone}") == "Côté Jardin")
    #expect(name("{Betrieb}: " + String(repeating: "bonjour ", count: 20)) == "Cote Jardin")
  }

  @Test func `an own text too long with the name's letters is sent with base letters, not replaced`() {
    let own = "{Betrieb}: " + String(repeating: "bonjour ", count: 20)
    let text = MessageTemplate.urgent.fitted(own, values: TemplateValues(business: "Côté"), language: .fr)
    #expect(text.body.hasPrefix("Cote: bonjour") && text.encoding == .gsm7 && text.segments == 2)
  }
}
