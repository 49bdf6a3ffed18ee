// InboxContactsPage.swift - the tenant's contacts, by name.

import Business

/// A contact in the list.
package struct InboxListedContact: Sendable {
  package var phone: PhoneNumber
  package var contact: InboxContact

  package init(phone: PhoneNumber, contact: InboxContact) {
    self.phone = phone
    self.contact = contact
  }
}

/// - Parameter imported: what came of an address book that was just read in.
package func inboxContactsPage(
  _ contacts: [InboxListedContact], paging: InboxPaging, frame: InboxFrame, banner: InboxBanner? = nil,
  imported: ContactImport? = nil
) -> HTML {
  let words = frame.words
  let list =
    contacts.isEmpty
    ? "<p class=\"card empty\">\(words.nothing(.contacts))</p>\n" : frame.contactList(contacts)
  let count: HTML? =
    paging.count > 1 ? "<p class=\"small\">\(words.range(paging.entries, of: paging.total))</p>\n" : nil
  let main: HTML = """
    \(frame.tabs(.contacts))
    \(frame.banner(banner))<h1>\(words.heading(.contacts))</h1>
    \(imported.map(frame.result))\(count)\(list)\
    \(frame.pager(paging, query: [(InboxNames.view, InboxView.contacts.rawValue)]))\
    \(frame.importForm(isOpen: contacts.isEmpty, banner))
    """
  return frame.document(title: words.heading(.contacts), main: main)
}

extension InboxFrame {
  private static let linesShown = 200

  /// What of an address book is kept now, and what is not, line by line.
  fileprivate func result(_ imported: ContactImport) -> HTML {
    // Who sends something else than an address book needs no list of it; how many there are stands above.
    let shown = imported.lines.prefix(InboxFrame.linesShown)
    var lines: [HTML] = shown.map { "<li>\($0.said(language))</li>\n" }
    if shown.count < imported.lines.count {
      lines.append("<li>\(words.andMore(imported.lines.count - shown.count))</li>\n")
    }
    let skipped: HTML? =
      lines.isEmpty ? nil : "<h3>\(words.leftOut)</h3>\n<ul class=\"files\">\n\(lines)</ul>\n"
    return """
      <section class="card" aria-labelledby="imported"><h2 id="imported">\(words.importResult)</h2>
      <p>\(imported.said(language))</p>
      \(skipped)</section>

      """
  }

  fileprivate func importForm(isOpen: Bool, _ banner: InboxBanner?) -> HTML {
    var fault: ContactFileFault?
    if case .notImported(let why) = banner { fault = why }
    let look: HTML? = fault == nil ? nil : " wrong"
    let ties: HTML =
      fault == nil
      ? "aria-describedby=\"book-hint\"" : "aria-describedby=\"banner book-hint\" aria-invalid=\"true\""
    return folded(
      "import", words.importHeading, isOpen: isOpen || fault != nil,
      """
      <form method="post" enctype="multipart/form-data" action="\(localLink(action))">
      \(csrfField)<div class="field\(look)"><label for="book">\(words.importLabel)</label>
      <p class="hint" id="book-hint">\(words.importHint(mebibytes: InboxNames.contactFileMebibytes))</p>
      <input type="file" id="book" name="\(InboxNames.contactFile)" \(ties)></div>
      <div class="buttons">\(actionButton(.import, look: ""))</div>
      </form>
      """)
  }

  /// Numbers that a search found, and how many.
  func foundNumbers(_ numbers: [InboxListedContact], _ paging: InboxPaging) -> HTML? {
    guard !numbers.isEmpty else { return nil }
    let count: HTML =
      "<p class=\"small\">\(paging.count == 1 ? words.numbers(paging.total) : words.range(paging.entries, of: paging.total))</p>\n"
    return "\(count)\(contactList(numbers))"
  }

  /// Numbers with what they are called, each a link to its page.
  func contactList(_ contacts: [InboxListedContact]) -> HTML {
    let rows: [HTML] = contacts.map { entry in
      let number = entry.phone.written(in: country)
      let note: HTML? = entry.contact.note.isEmpty ? nil : "<p class=\"hint\">\(entry.contact.note)</p>"
      let kind: HTML? =
        entry.contact.kind == .customer
        ? nil : " <span class=\"tag\">\(words.kind(entry.contact.kind))</span>"
      return """
        <li><p class="event"><a href="\(link(toNumber: entry.phone.e164))">\
        \(entry.contact.name.isEmpty ? number : entry.contact.name)</a>\(kind)</p>
        <p><a class="act" href="tel:\(entry.phone.e164)">\(Icon.phone)<span class="sr">\(words.call) </span>\(number)</a></p>\
        \(note)</li>

        """
    }
    return "<section class=\"card\"><ul class=\"contacts\">\n\(rows)</ul></section>\n"
  }
}
