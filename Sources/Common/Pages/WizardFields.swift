// WizardFields.swift - the form's fields: label, hint, error and input, tied together by ids.

import Business

struct WizardFields {
  let form: WizardForm
  let words: WizardWords

  /// The label's text, with "required" or "optional" in words.
  private func caption(_ field: WizardField) -> HTML {
    let mark = field.isRequired ? words.required : words.optional
    return "\(words.label(field)) <span class=\"mark\">(\(mark))</span>"
  }

  private func hint(_ field: WizardField) -> HTML? {
    words.hint(field).map { "<p class=\"hint\" id=\"\(field.rawValue)-hint\">\($0)</p>\n" }
  }

  private func error(_ field: WizardField) -> HTML? {
    form.problems[field].map {
      """
      <p class="error" id="\(field.rawValue)-error">\(Icon.alarm)\
      <span><span class="sr">\(words.errorMark) </span>\
      \(words.problem($0, of: field))</span></p>

      """
    }
  }

  /// id, name and the ties to hint and error.
  private func ties(_ field: WizardField) -> HTML {
    let wrong = form.problems[field] != nil
    let error: HTML? = wrong ? "\(field.rawValue)-error" : nil
    let hint: HTML? = words.hint(field) == nil ? nil : "\(field.rawValue)-hint"
    let space: HTML? = error == nil || hint == nil ? nil : " "
    let described: HTML? =
      error == nil && hint == nil ? nil : " aria-describedby=\"\(error)\(space)\(hint)\""
    let invalid: HTML? = wrong ? " aria-invalid=\"true\"" : nil
    let required: HTML? = field.isRequired ? " required" : nil
    let limit: HTML? = field.limit.map { " maxlength=\"\($0)\"" }
    return """
      id="\(field.rawValue)" name="\(field.rawValue)"\(described)\(invalid)\(required)\(limit)
      """
  }

  private func wrapped(_ field: WizardField, _ inside: HTML) -> HTML {
    let wrong: HTML? = form.problems[field] == nil ? nil : " wrong"
    return "<div class=\"field\(wrong)\">\n\(inside)</div>\n"
  }

  /// An input of one line.
  func line(
    _ field: WizardField, _ value: String, type: String, mode: String, autocomplete: String
  ) -> HTML {
    wrapped(
      field,
      """
      <label for="\(field.rawValue)">\(caption(field))</label>
      \(hint(field))\(error(field))\
      <input type="\(type)" inputmode="\(mode)" autocomplete="\(autocomplete)" \(ties(field)) \
      value="\(value)">

      """)
  }

  var text: HTML {
    // HTML drops one line break after the tag; without this one it would be the caller's own.
    wrapped(
      .text,
      """
      <label for="text">\(caption(.text))</label>
      \(hint(.text))\(error(.text))<textarea rows="5" \(ties(.text))>
      \(form.text)</textarea>

      """)
  }

  func urgency(callbackBy: String?) -> HTML {
    let field = WizardField.urgency
    let wrong = form.problems[field] != nil
    let described: HTML? = wrong ? " aria-describedby=\"urgency-error\"" : nil
    let choices: [HTML] = Urgency.allCases.map { urgency in
      let id = urgency == .high ? "urgency-high" : "urgency-medium"
      let checked: HTML? = form.urgency == urgency ? " checked" : nil
      let invalid: HTML? = wrong ? " aria-invalid=\"true\"" : nil
      let look: HTML? = urgency == .high ? " urgent" : nil
      return """
        <div class="choice\(look)"><input type="radio" id="\(id)" name="\(field.rawValue)" \
        value="\(urgency.rawValue)" aria-describedby="\(id)-hint"\(checked)\(invalid) required>\
        <label for="\(id)"><strong>\(words.choice(urgency))</strong></label>\
        <span class="hint" id="\(id)-hint">\(words.choiceHint(urgency, callbackBy: callbackBy))</span></div>

        """
    }
    let look: HTML? = wrong ? " wrong" : nil
    return """
      <fieldset class="field\(look)"\(described)>
      <legend>\(caption(field))</legend>
      \(error(field))\(choices)</fieldset>

      """
  }

  var photos: HTML {
    wrapped(
      .photos,
      """
      <label for="photos">\(Icon.camera)\(caption(.photos))</label>
      \(hint(.photos))\(error(.photos))\(PhotoField.refused(form.photos, words))\
      <input type="file" accept="\(HTML(stringLiteral: PhotoField.accepted))" multiple \(ties(.photos))>

      """)
  }

  /// The one question to whoever filled in the trap; nil for all others.
  var person: HTML? {
    guard form.isPerson || form.problems[.person] != nil else { return nil }
    let checked: HTML? = form.isPerson ? " checked" : nil
    let question: HTML = """
      \(error(.person))<div class="choice"><input type="checkbox" value="1"\(checked) required \(ties(.person))>\
      <label for="person"><strong>\(words.label(.person))</strong></label></div>

      """
    return "<section>\(wrapped(.person, question))</section>\n"
  }

  /// A field for robots: neither seen nor read out nor reached with the tab key. It has no label, since autofill reads
  /// labels; the password managers' own marks keep those away.
  var trap: HTML {
    """
    <div class="aside" aria-hidden="true"><input type="text" name="\(WizardNames.trap)" value="" tabindex="-1" \
    autocomplete="one-time-code" data-1p-ignore="true" data-bwignore="true" data-lpignore="true" \
    data-form-type="other"></div>

    """
  }
}
