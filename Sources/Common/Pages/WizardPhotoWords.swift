// WizardPhotoWords.swift - what callers read about their photos: which arrived, which did not, why, and what to do.

import Business

extension WizardWords {
  func photosReceived(_ count: Int) -> String {
    count == 1
      ? language.say(
        de: "1 Foto erhalten", fr: "1 photo reçue", it: "1 foto ricevuta", en: "1 photo received")
      : language.say(
        de: "\(count) Fotos erhalten", fr: "\(count) photos reçues", it: "\(count) foto ricevute",
        en: "\(count) photos received")
  }

  func photosMissing(_ count: Int) -> String {
    count == 1
      ? language.say(
        de: "1 Datei ist nicht angekommen. Ihre Anfrage gilt trotzdem.",
        fr: "1 fichier n’est pas arrivé. Votre demande est valable quand même.",
        it: "1 file non è arrivato. La Sua richiesta vale comunque.",
        en: "1 file has not arrived. Your request stands all the same.")
      : language.say(
        de: "\(count) Dateien sind nicht angekommen. Ihre Anfrage gilt trotzdem.",
        fr: "\(count) fichiers ne sont pas arrivés. Votre demande est valable quand même.",
        it: "\(count) file non sono arrivati. La Sua richiesta vale comunque.",
        en: "\(count) files have not arrived. Your request stands all the same.")
  }

  /// Where none was taken, and nobody counted them.
  var photosLater: String {
    language.say(
      de: "Ihre Fotos sind noch nicht dabei. Ihre Anfrage gilt trotzdem.",
      fr: "Vos photos manquent encore. Votre demande est valable quand même.",
      it: "Le Sue foto mancano ancora. La Sua richiesta vale comunque.",
      en: "Your photos are not with it yet. Your request stands all the same.")
  }

  /// Stands behind the file's name and a colon.
  func refusal(_ refusal: PhotoRefusal) -> String {
    switch refusal {
    case .tooLarge(let size):
      language.say(
        de: "zu gross, erlaubt sind \(size) MB. Bitte verkleinert senden, zum Beispiel als Bildschirmfoto.",
        fr: "trop grand, la limite est de \(size) Mo. À envoyer plus petit, par exemple en capture d’écran.",
        it: "troppo grande, il limite è di \(size) MB. Da inviare più piccolo, per esempio come schermata.",
        en: "too large, the limit is \(size) MB. Please send it smaller, for example as a screenshot.")
    case .formTooLarge(let size):
      language.say(
        de: "nicht mehr mitgenommen, zusammen sind \(size) MB erlaubt. Bitte einzeln senden.",
        fr: "pas pris, la limite est de \(size) Mo en tout. À envoyer séparément.",
        it: "non preso, il limite è di \(size) MB in tutto. Da inviare separatamente.",
        en: "not taken, the limit is \(size) MB in all. Please send it by itself.")
    case .tooMany(let limit):
      language.say(
        de: "nicht mehr mitgenommen, es gehen höchstens \(limit) aufs Mal.",
        fr: "pas pris, \(limit) au plus par envoi.", it: "non preso, al massimo \(limit) per invio.",
        en: "not taken, \(limit) at a time at most.")
    case .notAPhoto:
      language.say(
        de: "kein Foto, das wir lesen können. Möglich sind JPEG, PNG, WebP und HEIC.",
        fr: "pas une photo que nous pouvons lire. JPEG, PNG, WebP et HEIC sont possibles.",
        it: "non è una foto che possiamo leggere. Sono ammessi JPEG, PNG, WebP e HEIC.",
        en: "no photo that we can read. JPEG, PNG, WebP and HEIC are possible.")
    case .broken:
      language.say(
        de: "beschädigt. Bitte ein anderes Bild senden, oder ein Bildschirmfoto davon.",
        fr: "endommagé. Veuillez envoyer une autre image, ou une capture d’écran.",
        it: "danneggiato. Invii un’altra immagine o una schermata, per favore.",
        en: "damaged. Please send another picture, or a screenshot of it.")
    case .empty:
      language.say(
        de: "leer. Bitte noch einmal auswählen.", fr: "vide. Veuillez le choisir à nouveau.",
        it: "vuoto. Lo scelga di nuovo, per favore.", en: "empty. Please choose it once more.")
    case .cutOff:
      language.say(
        de: "nicht ganz angekommen. Bitte noch einmal senden.",
        fr: "pas arrivé en entier. Veuillez l’envoyer à nouveau.",
        it: "non arrivato per intero. Lo invii di nuovo, per favore.",
        en: "not arrived whole. Please send it once more.")
    case .busy:
      language.say(
        de: "gerade nicht mitgenommen, es ist viel los. Bitte alle Fotos in ein paar Minuten senden.",
        fr:
          "pas pris, il y a beaucoup d’envois en ce moment. À renvoyer dans quelques minutes, avec les autres.",
        it:
          "non preso, in questo momento arrivano molti invii. Da inviare tra qualche minuto, con gli altri.",
        en: "not taken just now, we are busy. Please send all photos in a few minutes.")
    case .notStored:
      language.say(
        de: "konnten wir nicht speichern. Bitte in einigen Minuten noch einmal senden.",
        fr: "nous n’avons pas pu l’enregistrer. Veuillez le renvoyer dans quelques minutes.",
        it: "non abbiamo potuto salvarlo. Lo invii di nuovo tra qualche minuto, per favore.",
        en: "we could not store it. Please send it again in a few minutes.")
    }
  }

  /// What a file without a name is called.
  func photoNumber(_ number: Int) -> String {
    language.say(de: "Datei \(number)", fr: "Fichier \(number)", it: "File \(number)", en: "File \(number)")
  }

  func morePhotos(_ count: Int) -> String {
    language.say(
      de: "und \(count) weitere", fr: "et \(count) de plus", it: "e altri \(count)", en: "and \(count) more")
  }

  var photosAgain: String {
    language.say(
      de: "Fotos nachsenden", fr: "Envoyer les photos manquantes", it: "Inviare le foto mancanti",
      en: "Send the missing photos")
  }

  var sendPhotos: String {
    language.say(de: "Nachsenden", fr: "Envoyer", it: "Inviare", en: "Send")
  }
}
