// WizardEndPages.swift - the pages after, and instead of, the form.

import Rules

/// Says that the ticket is made and when somebody calls; `promise` as from `slaText`.
///
/// `droppedPhotos` are files that were no usable photos: they cost only themselves.
public func thankYouPage(
  tenant: PageTenant, language: Language, urgency: Urgency, promise: String?, photos: Int = 0,
  droppedPhotos: Int = 0
) -> HTML {
  let words = WizardWords(language: language, business: tenant.name)
  let kept: HTML? = photos > 0 ? "<p class=\"hint\">\(Icon.camera)\(words.photosReceived(photos))</p>\n" : nil
  let dropped: HTML? =
    droppedPhotos > 0 ? "<p class=\"warn\">\(Icon.alarm)\(words.photosDropped(droppedPhotos))</p>\n" : nil
  let main: HTML = """
    <div class="card ending">
    <p class="seal">\(Icon.tick)</p>
    <h1>\(words.thanks)</h1>
    <p>\(words.received)</p>
    <p class="promise">\(words.promise(urgency, by: promise))</p>
    \(kept)\(dropped)\(callCard(tenant, words, question: words.worse))<p class="small">\(words.mayClose)</p>
    </div>
    """
  return document(
    language, title: "\(words.thanks) – \(tenant.name)", look: "wizard",
    header: wizardHeader(nameOnly(tenant), words), main: main)
}

/// A page instead of the form; `tenant` is nil where the Host is nobody's.
///
/// `formLink` leads back to an empty form, on the pages where that helps.
public func wizardNoticePage(
  _ notice: WizardNotice, tenant: PageTenant?, language: Language, formLink: String? = nil
) -> HTML {
  let words = WizardWords(language: language, business: tenant?.name ?? "")
  let again: HTML? =
    notice == .notFound
    ? nil
    : formLink.map { "<p><a class=\"button wide\" href=\"\(localLink($0))\">\(words.openForm)</a></p>\n" }
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
