// WizardPhotos.swift - the files of a form: how they are chosen, and what became of each.

import Business

/// One file that came with a form.
package struct SentPhoto: Hashable, Sendable {
  /// As the sender's device calls it, perhaps empty; nothing in it is to be trusted.
  package var name: String
  /// nil: it has arrived.
  package var refusal: PhotoRefusal?

  package init(name: String, refusal: PhotoRefusal? = nil) {
    self.name = name
    self.refusal = refusal
  }
}

/// Why a file was not taken.
package enum PhotoRefusal: Hashable, Sendable {
  case tooLarge(mebibytes: Int)
  /// All files of the form together.
  case formTooLarge(mebibytes: Int)
  case tooMany(limit: Int)
  /// By its content.
  case notAPhoto
  case broken
  case empty
  /// The connection broke off within it.
  case cutOff
  /// Too many were arriving; it stands for those behind it too.
  case busy
  /// A fault of ours.
  case notStored
}

/// The file input, and the list of what was sent with it before.
enum PhotoField {
  /// Which files a browser offers: the kinds of `PhotoKind`, and one that nobody has.
  ///
  /// - iPhones turn HEIC, which Chrome and Firefox cannot show, into JPEG by themselves when the list names kinds and
  ///   is not `image/*` (WebKit, WKFileUploadPanel.mm `_preferredAssetRepresentationMode` and ImageUtilitiesCG.cpp
  ///   `findImagesForTranscoding`: the list's media types count). So HEIC stands here by its extension alone: who has
  ///   such a file on an Android phone or a computer can choose it, and it is taken as it is.
  /// - Since Android 14 Chrome leads a list of nothing but pictures to the system's photo picker, which has no camera.
  ///   One type that is no picture brings back the chooser with the camera (Chromium, SelectFileDialog.java
  ///   `isSupportedPhotoPickerTypes`, issue 40937303). It must be a media type: an extension nobody knows would offer
  ///   files of every kind. No browser knows this one, and no file has it.
  static let accepted: StaticString =
    "image/jpeg,image/png,image/webp,.heic,.heif,android/force-camera-workaround"

  /// How many refused files are named; who sends a whole album needs no list of it.
  static let namedAtMost = 8

  /// What a file is called on the page: isolated, so that letters written from right to left turn nothing else round,
  /// and short, with its end, where the kind stands.
  ///
  /// - Parameter number: its place among the files sent, from 1; for one that has no name.
  static func name(_ photo: SentPhoto, _ number: Int, _ words: WizardWords) -> HTML {
    let scalars = photo.name.unicodeScalars
    guard !scalars.isEmpty else { return HTML(text: words.photoNumber(number)) }
    let short =
      scalars.count <= 40 ? photo.name : String(scalars.prefix(24)) + "…" + String(scalars.suffix(12))
    return "<bdi>\(short)</bdi>"
  }

  /// The files that were not taken, each with its reason; nil where all were.
  static func refused(_ photos: [SentPhoto], _ words: WizardWords) -> HTML? {
    let refused = photos.enumerated().filter { $0.element.refusal != nil }
    guard !refused.isEmpty else { return nil }
    var items: [HTML] = refused.prefix(namedAtMost).compactMap { index, photo in
      photo.refusal.map { "<li>\(name(photo, index + 1, words)): \(words.refusal($0))</li>\n" }
    }
    if refused.count > namedAtMost {
      items.append("<li>\(words.morePhotos(refused.count - namedAtMost))</li>\n")
    }
    return "<ul class=\"files\">\n\(items)</ul>\n"
  }

  /// The files that have arrived, by name; nil where none has.
  static func arrived(_ photos: [SentPhoto], _ words: WizardWords) -> HTML? {
    let arrived = photos.enumerated().filter { $0.element.refusal == nil }
    guard !arrived.isEmpty else { return nil }
    var names = HTML()
    for (position, (index, photo)) in arrived.enumerated() {
      names += "\(HTML(text: position == 0 ? "" : ", "))\(name(photo, index + 1, words))"
    }
    return """
      <p class="hint">\(Icon.camera)\(words.photosReceived(arrived.count)): \(names)</p>

      """
  }
}

/// Sends the photos that are missing after a form was taken: the same form once more, with its words out of sight.
///
/// The handler knows it by its token, so that it makes no second request.
func photosAgain(_ form: WizardForm, token: String, _ language: Language, _ words: WizardWords) -> HTML {
  """
  <form method="post" action="\(localLink(""))" enctype="multipart/form-data">
  \(hiddenField(WizardNames.reference, form.reference))\(hiddenField(WizardNames.token, token))\
  \(hiddenField(WizardNames.language, language.rawValue))\
  \(hiddenField(WizardField.text.rawValue, form.text))\
  \(hiddenField(WizardField.urgency.rawValue, form.urgency?.rawValue ?? ""))\
  \(hiddenField(WizardField.phone.rawValue, form.phone))\(hiddenField(WizardField.name.rawValue, form.name))\
  \(hiddenField(WizardField.address.rawValue, form.address))\(hiddenField(WizardNames.trap, ""))\
  <label for="photos">\(Icon.camera)\(words.photosAgain)</label>
  <p class="hint" id="photos-hint">\(words.hint(.photos) ?? "")</p>
  <input type="file" id="photos" name="photos" aria-describedby="photos-hint" required multiple \
  accept="\(HTML(stringLiteral: PhotoField.accepted))">
  <button class="wide" type="submit">\(words.sendPhotos)</button>
  </form>

  """
}
