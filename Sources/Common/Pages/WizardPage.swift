// WizardPage.swift - the caller's form: one page, no script, one request.
//
// The browser checks what is required before it sends, because a page that comes back has lost the chosen
// photos. They come last in the form: an upload that breaks off then costs nothing but photos. Whatever the
// server finds stands at the field, and in a summary that has the focus.

import Business

/// The form of `anfrage`.
///
/// It is sent to the address it was fetched from, whatever that is: a rewrite rule, the stage of a function service or
/// a proxy may have changed the path on its way to us. `token` guards against forged and repeated forms. `callbackBy`
/// is the time a callback would be promised for now, as from `slaText`.
package func wizardPage(
  _ form: WizardForm, tenant: PageTenant, language: Language, token: String, callbackBy: String? = nil
) -> HTML {
  let words = WizardWords(language: language, business: tenant.name)
  let fields = WizardFields(form: form, words: words)
  let title = "\(words.heading) – \(tenant.name)"
  let main: HTML = """
    <h1>\(words.heading)</h1>
    <p class="lead">\(words.lead(missedCall: form.reference == TicketSource.missedCall.rawValue))</p>
    \(problemSummary(form, words))
    <form class="card" method="post" action="\(localLink(""))" enctype="multipart/form-data">
    \(hiddenField(WizardNames.reference, form.reference))\(hiddenField(WizardNames.token, token))\
    \(hiddenField(WizardNames.language, language.rawValue))\
    <section aria-labelledby="matter"><h2 id="matter">\(words.matter)</h2>
    \(fields.text)\(fields.urgency(callbackBy: callbackBy))</section>
    <section aria-labelledby="contact"><h2 id="contact">\(words.contact)</h2>
    \(fields.line(.phone, form.phone, type: "tel", mode: "tel", autocomplete: "tel"))\
    \(fields.line(.name, form.name, type: "text", mode: "text", autocomplete: "name"))\
    \(fields.line(.address, form.address, type: "text", mode: "text", autocomplete: "street-address"))\
    </section>
    \(fields.person)\(fields.trap)<section>\(fields.photos)</section>
    <button class="primary wide" type="submit">\(words.send)</button>
    <p class="small">\(words.privacy(retentionDays: tenant.retentionDays))</p>
    </form>
    """
  return document(
    language, title: form.isReturned ? "\(words.problemTitle): \(title)" : title, look: "wizard",
    header: wizardHeader(tenant, words), main: main,
    footer: form.isReturned ? nil : languageLinks(form, tenant, language, words))
}

/// The business and its number, over every page of the wizard.
func wizardHeader(_ tenant: PageTenant?, _ words: WizardWords) -> HTML {
  guard let tenant else { return "" }
  let call = tenant.callbackPhone.map { callLink($0, in: tenant.country, note: words.callUs, look: "pill") }
  return "<header class=\"band\"><div><p class=\"brand\">\(tenant.name)</p>\(call)</div></header>"
}

/// What is wrong, with a link to each field; it takes the focus.
private func problemSummary(_ form: WizardForm, _ words: WizardWords) -> HTML? {
  guard form.isReturned else { return nil }
  let items: [HTML] = WizardField.allCases.compactMap { field in
    form.problems[field].map { problem in
      let target = field == .urgency ? "urgency-high" : field.rawValue
      return """
        <li><a href="#\(target)">\(words.problemInSummary(problem, of: field))</a></li>

        """
    }
  }
  let list: HTML? = items.isEmpty ? nil : "<ul>\n\(items)</ul>"
  let banner: HTML? = form.banner.map { "<p>\(words.banner($0))</p>" }
  return """
    <div class="summary" role="alert" tabindex="-1" autofocus aria-labelledby="summary">
    <h2 id="summary">\(Icon.alarm)\(words.summaryHeading)</h2>
    \(banner)\(list)
    <p>\(words.summaryIntroduction)</p>
    </div>
    """
}

/// The page in the other languages; not on a returned form, where a link would lose what was typed.
private func languageLinks(
  _ form: WizardForm, _ tenant: PageTenant, _ language: Language, _ words: WizardWords
) -> HTML? {
  let others = tenant.languages.filter { $0 != language }
  guard !others.isEmpty else { return nil }
  let links: [HTML] = others.map { other in
    var query: [(name: String, value: String)] = [(WizardNames.language, other.rawValue)]
    if !form.reference.isEmpty { query.append((WizardNames.reference, form.reference)) }
    if !form.phone.isEmpty { query.append((WizardField.phone.rawValue, form.phone)) }
    return """
      <li><a lang="\(other.rawValue)" hreflang="\(other.rawValue)" href="\(localLink("", query))">\
      \(WizardWords.ownName(other))</a></li>

      """
  }
  return """
    <footer><nav aria-label="\(words.languages)"><ul class="languages">
    \(links)</ul></nav></footer>
    """
}
