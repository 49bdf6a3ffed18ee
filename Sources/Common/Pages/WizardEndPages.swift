// WizardEndPages.swift - the pages after, and instead of, the form.

import Business

/// Says that the ticket is made and when somebody calls; `promise` as from `slaText`.
///
/// `photos` are the files that came with the form. One that was not taken costs only itself: the page says which and
/// why, and sends it after, with `form` and `token` as they were.
package func thankYouPage(
  tenant: PageTenant, language: Language, urgency: Urgency, promise: String?, photos: [SentPhoto] = [],
  form: WizardForm = WizardForm(), token: String = ""
) -> HTML {
  let words = WizardWords(language: language, business: tenant.name)
  let missing: HTML? = PhotoField.refused(photos, words).map { list in
    let count = photos.count { $0.refusal != nil }
    let missing = photos.contains { $0.refusal == .busy } ? words.photosLater : words.photosMissing(count)
    return """
      <div class="call"><p class="warn">\(Icon.alarm)<span>\(missing)</span></p>
      \(list)\(photosAgain(form, token: token, language, words))</div>

      """
  }
  let main: HTML = """
    <div class="card ending">
    <p class="seal">\(Icon.tick)</p>
    <h1>\(words.thanks)</h1>
    <p>\(words.received)</p>
    <p class="promise">\(words.promise(urgency, by: promise))</p>
    \(PhotoField.arrived(photos, words))\(missing)\(callCard(tenant, words, question: words.worse))<p class="small">\(words.mayClose)</p>
    </div>
    """
  return document(
    language, title: "\(words.thanks) – \(tenant.name)", look: "wizard",
    header: wizardHeader(nameOnly(tenant), words), main: main)
}

/// A page instead of the form; `tenant` is nil where the Host is nobody's.
///
/// `canStartAgain`: it leads back to an empty form, on the pages where that helps.
package func wizardNoticePage(
  _ notice: WizardNotice, tenant: PageTenant?, language: Language, canStartAgain: Bool = false
) -> HTML {
  let words = WizardWords(language: language, business: tenant?.name ?? "")
  let again: HTML? =
    canStartAgain && notice != .notFound && notice != .busy
    ? "<p><a class=\"button wide\" href=\"\(localLink(""))\">\(words.openForm)</a></p>\n" : nil
  let call = tenant.flatMap { callCard($0, words, question: words.callInstead) }
  let main: HTML = """
    <div class="card ending">
    <h1>\(words.heading(notice))</h1>
    <p>\(words.text(notice))</p>
    \(call)\(again)</div>
    """
  let title = [words.heading(notice), tenant?.name].compactMap { $0 }.joined(separator: " – ")
  return document(
    language, title: title, look: "wizard", header: wizardHeader(tenant.map(nameOnly), words), main: main)
}

/// The number stands large in the card of these pages, so not in the header too.
private func nameOnly(_ tenant: PageTenant) -> PageTenant {
  PageTenant(name: tenant.name, languages: tenant.languages)
}

/// The business's number as a large button.
private func callCard(_ tenant: PageTenant, _ words: WizardWords, question: String) -> HTML? {
  tenant.callbackPhone.map { phone in
    """
    <div class="call"><p>\(question)</p>
    \(callLink(phone, in: tenant.country, note: words.callUs, look: "button wide"))</div>

    """
  }
}
