// WizardWords.swift - what callers read on the wizard's form.
//
// German is Swiss: ss, never the other letter. French spaces its question and exclamation marks with U+202F.

import Business

struct WizardWords {
  let language: Language
  let business: String

  var heading: String {
    language.say(de: "Ihre Anfrage", fr: "Votre demande", it: "La Sua richiesta", en: "Your request")
  }

  func lead(missedCall: Bool) -> String {
    missedCall
      ? language.say(
        de: "Danke für Ihren Anruf. Schreiben Sie uns kurz, worum es geht. Wir melden uns.",
        fr: "Merci de votre appel. Dites-nous en quelques mots de quoi il s’agit. Nous vous rappelons.",
        it: "Grazie per la Sua chiamata. Ci scriva in breve di che cosa si tratta. La richiameremo.",
        en: "Thank you for your call. Tell us briefly what it is about. We will get back to you.")
      : language.say(
        de: "Schreiben Sie uns kurz, worum es geht. Wir melden uns.",
        fr: "Dites-nous en quelques mots de quoi il s’agit. Nous vous rappelons.",
        it: "Ci scriva in breve di che cosa si tratta. La richiameremo.",
        en: "Tell us briefly what it is about. We will get back to you.")
  }

  var callUs: String {
    language.say(de: "Anrufen:", fr: "Appeler:", it: "Chiamare:", en: "Call:")
  }

  var matter: String {
    language.say(
      de: "Ihr Anliegen", fr: "De quoi s’agit-il\u{202F}?", it: "Di che cosa si tratta?", en: "Your concern")
  }

  var contact: String {
    language.say(de: "Ihr Kontakt", fr: "Vos coordonnées", it: "I Suoi contatti", en: "Your contact details")
  }

  func label(_ field: WizardField) -> String {
    switch field {
    case .text:
      language.say(
        de: "Was ist passiert?", fr: "Que s’est-il passé\u{202F}?", it: "Che cosa è successo?",
        en: "What happened?")
    case .urgency:
      language.say(
        de: "Wie dringend ist es?", fr: "Est-ce urgent\u{202F}?", it: "Quanto è urgente?",
        en: "How urgent is it?")
    case .photos: language.say(de: "Fotos", fr: "Photos", it: "Foto", en: "Photos")
    case .phone:
      language.say(
        de: "Telefonnummer", fr: "Numéro de téléphone", it: "Numero di telefono", en: "Phone number")
    case .name: language.say(de: "Ihr Name", fr: "Votre nom", it: "Il Suo nome", en: "Your name")
    case .address:
      language.say(
        de: "Adresse des Einsatzorts", fr: "Adresse du lieu", it: "Indirizzo del luogo",
        en: "Address of the place")
    case .person:
      language.say(
        de: "Ich bin ein Mensch", fr: "Je suis une personne", it: "Sono una persona", en: "I am a person")
    }
  }

  var required: String {
    language.say(de: "nötig", fr: "obligatoire", it: "obbligatorio", en: "required")
  }

  var optional: String {
    language.say(de: "freiwillig", fr: "facultatif", it: "facoltativo", en: "optional")
  }

  func hint(_ field: WizardField) -> String? {
    switch field {
    case .text:
      language.say(
        de: "Ein, zwei Sätze genügen: was, wo und seit wann.",
        fr: "Une ou deux phrases suffisent: quoi, où et depuis quand.",
        it: "Bastano una o due frasi: che cosa, dove e da quando.",
        en: "One or two sentences are enough: what, where and since when.")
    case .photos:
      language.say(
        de: "Bis zu \(WizardNames.photosAtMost) Bilder, je höchstens \(WizardNames.mebibytesPerPhoto) MB.",
        fr:
          "Jusqu’à \(WizardNames.photosAtMost) images, "
          + "\(WizardNames.mebibytesPerPhoto) Mo au plus par image.",
        it:
          "Fino a \(WizardNames.photosAtMost) immagini, "
          + "al massimo \(WizardNames.mebibytesPerPhoto) MB ciascuna.",
        en: "Up to \(WizardNames.photosAtMost) pictures, \(WizardNames.mebibytesPerPhoto) MB each at most.")
    case .phone:
      language.say(
        de: "Unter dieser Nummer rufen wir Sie zurück.", fr: "Nous vous rappelons à ce numéro.",
        it: "La richiamiamo a questo numero.", en: "We will call you back on this number.")
    case .address:
      language.say(
        de: "Strasse, Nummer, Ort", fr: "Rue, numéro, localité", it: "Via, numero, località",
        en: "Street, number, town")
    case .urgency, .name, .person: nil
    }
  }

  func choice(_ urgency: Urgency) -> String {
    urgency == .high
      ? language.say(
        de: "Notfall – bitte sofort", fr: "Urgence – tout de suite", it: "Emergenza – subito, per favore",
        en: "Emergency – right away, please")
      : language.say(
        de: "Bitte zurückrufen", fr: "Rappelez-moi, s’il vous plaît", it: "Vorrei una richiamata",
        en: "Please call me back")
  }

  func choiceHint(_ urgency: Urgency, callbackBy: String?) -> String {
    if urgency == .high {
      return language.say(
        de: "Wir melden uns sofort. Sind Menschen in Gefahr, wählen Sie zuerst 112.",
        fr: "Nous vous contactons immédiatement. Si des personnes sont en danger, composez d’abord le 112.",
        it: "La contattiamo subito. Se qualcuno è in pericolo, chiami prima il 112.",
        en: "We will contact you right away. If anyone is in danger, dial 112 first.")
    }
    guard let time = callbackBy else {
      return language.say(
        de: "Wir rufen zurück, so bald wir können.", fr: "Nous vous rappelons dès que possible.",
        it: "La richiamiamo appena possibile.", en: "We will call back as soon as we can.")
    }
    return language.say(
      de: "Wir rufen bis \(time) zurück.", fr: "Nous vous rappelons au plus tard \(time).",
      it: "La richiamiamo al più tardi \(time).", en: "We will call back by \(time).")
  }

  var send: String {
    language.say(
      de: "Anfrage senden", fr: "Envoyer la demande", it: "Inviare la richiesta", en: "Send request")
  }

  func privacy(retentionDays: Int?) -> String {
    let use = language.say(
      de: "\(business) verwendet Ihre Angaben nur, um Ihre Anfrage zu bearbeiten. "
        + "Ihre Fotos sieht nur \(business).",
      fr: "\(business) n’utilise vos données que pour traiter votre demande. "
        + "Vos photos ne sont vues que par \(business).",
      it: "\(business) usa i Suoi dati solo per trattare la Sua richiesta. "
        + "Le Sue foto sono viste solo da \(business).",
      en: "\(business) uses your details only to deal with your request. "
        + "Your photos are seen only by \(business).")
    guard let days = retentionDays else { return use }
    return use + " "
      + language.say(
        de: "Nach \(days) Tagen wird alles gelöscht.", fr: "Tout est effacé après \(days) jours.",
        it: "Dopo \(days) giorni tutto viene cancellato.", en: "Everything is erased after \(days) days.")
  }

  var languages: String { language.say(de: "Sprache", fr: "Langue", it: "Lingua", en: "Language") }

  /// A language's name in that language: whoever needs the link can read it.
  static func ownName(_ language: Language) -> String {
    language.say(de: "Deutsch", fr: "Français", it: "Italiano", en: "English")
  }
}
