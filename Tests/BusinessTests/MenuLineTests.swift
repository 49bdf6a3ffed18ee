// MenuLineTests.swift - a line of the menu that a caller sends back.

import Business
import Testing

struct MenuLineTests {
  @Test(arguments: [
    "1 = Dringend / Notfall", "1=Dringend/Notfall", "1 = dringend / notfall", "\"1 = Dringend / Notfall\"",
    "„1 = Dringend / Notfall“", "> 1 = Dringend / Notfall", "- 1 = Dringend / Notfall",
    "• 1 = Dringend / Notfall",
    "* 1  =  Dringend  /  Notfall.", "1\u{A0}= Dringend / Notfall\n", "1️⃣ = Dringend / Notfall",
    "１ ＝ Dringend ／ Notfall", "1 = Urgent / dépannage", "1 = Urgent / de\u{301}pannage",
    "1 = Urgente / emergenza",
    "1 = Urgent / emergency", "1 = dringend", "1 = urgent,", "1 = urgente",
  ])
  func `a line of the menu sent back is its digit`(body: String) {
    #expect(Reply(body: body) == .urgent)
  }

  @Test func `every option of every language counts`() {
    let lines = [
      "2 = Rückruf gewünscht", "2 = Rückruf", "2 = Rappelez-moi", "2 = rappelez\u{2011}moi",
      "2 = Vorrei una richiamata",
      "2 = richiamata", "2 = Please call me back", "2 = call me back",
    ]
    for line in lines { #expect(Reply(body: line) == .callback, "\(line)") }
    let wizard = [
      "3 = Anfrage mit Details senden", "3 = Anfrage senden", "3 = Envoyer une demande détaillée",
      "3 = Inviare una richiesta dettagliata", "3 = Send a request with details", "3 = send a request.",
    ]
    for line in wizard { #expect(Reply(body: line) == .wizard, "\(line)") }
  }

  @Test(arguments: [
    "1 bitte", "1 = Wasser im Keller", "1 = Dringend / Notfall, Wasser im Keller", "Dringend / Notfall",
    "1 =",
    "1 = Dringend / Notfall\n2 = Rückruf gewünscht", "4 = Dringend / Notfall", "1 dringend",
    "11 = Dringend / Notfall",
  ])
  func `a line that is not ours, or more than a line, is free text`(body: String) {
    #expect(Reply(body: body) == .freeText(body))
  }

  @Test(arguments: [
    ("Für Notfall 1) senden\n1) Rohrbruch\n2) Rückruf", "1) Rohrbruch", Reply.urgent),
    ("Antwort: 1 = Notfall, 2 = Termin oder 3 = Offerte. Danke!", "2 = Termin", .freeText("2 = Termin")),
    ("Antwort: 1 = Notfall, 2 = Termin, 3 = Offerte. Danke!", "2 = Termin", .callback),
    ("Antwort: 1 = Notfall, 2 = Termin, 3 = Offerte. Danke!", "3 = offerte", .wizard),
    ("1 Notfall\n2 Termin\n3 Offerte", "« 2 Termin »", .callback),
    ("• 1: Notfall – sofort\n• 2: Termin", "1: Notfall - sofort", .urgent),
    ("Ruf 079 123 45 61 an\n1 = Ja", "61 an", .freeText("61 an")),
    ("", "1 = Ja", .freeText("1 = Ja")),
  ])
  func `the tenant's own menu counts as well`(menu: String, body: String, reply: Reply) {
    #expect(Reply(body: body, menu: menu) == reply)
  }
}
