// AddressBookWords.swift - what the tenant's people read when they bring an address book.

import Business

extension InboxWords {
  var importHeading: String {
    language.say(
      de: "Adressbuch einlesen", fr: "Importer un carnet d’adresses", it: "Importare una rubrica",
      en: "Read in an address book")
  }

  var importLabel: String { language.say(de: "Datei", fr: "Fichier", it: "File", en: "File") }

  func importHint(mebibytes: Int) -> String {
    language.say(
      de:
        "Kontakte als vCard (.vcf) oder Tabelle (.csv) mit Überschriften, höchstens \(mebibytes) MB. Was Sie hier eingetragen haben, bleibt.",
      fr:
        "Contacts en vCard (.vcf) ou tableau (.csv) avec titres, \(mebibytes) Mo au plus. Ce que vous avez saisi ici reste.",
      it:
        "Contatti come vCard (.vcf) o tabella (.csv) con intestazioni, al massimo \(mebibytes) MB. Ciò che avete inserito qui resta.",
      en:
        "Contacts as vCard (.vcf) or a table (.csv) with headings, \(mebibytes) MB at most. What you entered here stays."
    )
  }

  var importResult: String {
    language.say(
      de: "Was gelesen wurde", fr: "Ce qui a été lu", it: "Che cosa è stato letto", en: "What was read")
  }

  var leftOut: String {
    language.say(de: "Ausgelassen", fr: "Laissé de côté", it: "Tralasciato", en: "Left out")
  }

  func andMore(_ count: Int) -> String {
    language.say(
      de: "und \(count) weitere", fr: "et \(count) de plus", it: "e altri \(count)", en: "and \(count) more")
  }

  func notImported(_ fault: ContactFileFault) -> String {
    switch fault {
    case .missing:
      language.say(
        de: "Bitte wählen Sie zuerst eine Datei.", fr: "Veuillez d’abord choisir un fichier.",
        it: "Scelga prima un file.", en: "Please choose a file first.")
    case .empty:
      language.say(
        de: "In dieser Datei steht niemand. Nichts wurde geändert.",
        fr: "Il n’y a personne dans ce fichier. Rien n’a été modifié.",
        it: "In questo file non c’è nessuno. Nulla è cambiato.",
        en: "There is nobody in this file. Nothing was changed.")
    case .unreadable:
      language.say(
        de:
          "Das ist kein Adressbuch: weder eine vCard noch eine Tabelle mit einer Spalte «Telefon». Nichts wurde geändert.",
        fr:
          "Ce n’est pas un carnet d’adresses: ni vCard, ni tableau avec une colonne «Téléphone». Rien n’a été modifié.",
        it:
          "Non è una rubrica: né vCard né tabella con una colonna «Telefono». Nulla è cambiato.",
        en:
          "This is no address book: neither a vCard nor a table with a column “Phone”. Nothing was changed."
      )
    case .tooLarge(let mebibytes):
      language.say(
        de:
          "Die Datei ist zu gross: höchstens \(mebibytes) MB. Ohne Fotos wird sie kleiner. Nichts wurde geändert.",
        fr:
          "Le fichier est trop grand: \(mebibytes) Mo au plus. Sans photos il sera plus petit. Rien n’a été modifié.",
        it:
          "Il file è troppo grande: al massimo \(mebibytes) MB. Senza foto è più piccolo. Nulla è cambiato.",
        en:
          "The file is too large: \(mebibytes) MB at most. It gets smaller without photos. Nothing was changed."
      )
    case .tooManyLines(let limit):
      language.say(
        de:
          "Die Datei hat zu viele Zeilen: höchstens \(limit). Nichts wurde geändert; bitte teilen Sie sie auf.",
        fr: "Le fichier a trop de lignes: \(limit) au plus. Rien n’a été modifié; veuillez le diviser.",
        it: "Il file ha troppe righe: al massimo \(limit). Nulla è cambiato; lo divida.",
        en: "The file has too many lines: \(limit) at most. Nothing was changed; please divide it.")
    case .cutOff:
      language.say(
        de: "Die Datei kam nicht ganz an. Nichts wurde geändert; bitte versuchen Sie es noch einmal.",
        fr: "Le fichier n’est pas arrivé en entier. Rien n’a été modifié; veuillez réessayer.",
        it: "Il file non è arrivato per intero. Nulla è cambiato; riprovi.",
        en: "The file did not arrive whole. Nothing was changed; please try again.")
    }
  }
}
