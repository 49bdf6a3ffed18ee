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

package func inboxContactsPage(_ contacts: [InboxListedContact], paging: InboxPaging, frame: InboxFrame)
  -> HTML
{
  let words = frame.words
  let list =
    contacts.isEmpty
    ? "<p class=\"card empty\">\(words.nothing(.contacts))</p>\n" : frame.contactList(contacts)
  let count: HTML? =
    paging.count > 1 ? "<p class=\"small\">\(words.range(paging.entries, of: paging.total))</p>\n" : nil
  let main: HTML = """
    \(frame.tabs(.contacts))
    <h1>\(words.heading(.contacts))</h1>
    \(count)\(list)\(frame.pager(paging, query: [(InboxNames.view, InboxView.contacts.rawValue)]))
    """
  return frame.document(title: words.heading(.contacts), main: main)
}

extension InboxFrame {
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
