// ContactTable.swift - an address book as CSV: its delimiter is found out, its columns by their headings.

/// What columns and kinds are called in the four languages.
enum ContactHeadings {
  enum Column { case name, firstName, lastName, phone, kind, note }

  static func column(_ heading: String) -> Column? {
    let word = plain(heading)
    return switch word {
    case "name", "kontakt", "anzeigename", "fullname", "displayname", "nom complet", "nomcomplet",
      "nomecompleto",
      "firma", "company", "societe", "azienda", "contact", "contatto", "kunde", "client", "cliente":
      .name
    case "vorname", "prenom", "firstname", "givenname": .firstName
    case "nachname", "familienname", "nom", "cognome", "lastname", "surname", "familyname": .lastName
    case "nome": .name
    case "typ", "art", "type", "tipo", "kind", "kategorie", "categorie", "categoria", "category": .kind
    case "notiz", "notizen", "bemerkung", "bemerkungen", "note", "notes", "remarque", "remarques", "nota",
      "osservazioni":
      .note
    default:
      [
        "tel", "mobil", "phone", "handy", "natel", "cell", "portable", "nummer", "numero", "number",
        "festnetz",
      ]
      .contains { word.hasPrefix($0) || word.hasSuffix($0) } || word.hasSuffix("phone")
        || word.hasSuffix("telefon")
        ? .phone : nil
    }
  }

  static func kind(_ word: some StringProtocol) -> ContactKind? {
    switch plain(String(word)) {
    case "customer", "kunde", "kundin", "client", "cliente": .customer
    case "supplier", "lieferant", "fournisseur", "fornitore": .supplier
    case "private", "privat", "prive", "privato": .private
    default: nil
    }
  }

  private static func plain(_ text: String) -> String {
    var word = ""
    for character in text.lowercased() where character.isLetter {
      switch character {
      case "é", "è", "ê": word += "e"
      case "à": word += "a"
      default: word.append(character)
      }
    }
    return word
  }
}

package enum ContactTable {
  private static let headingBytes = 16 << 10

  /// nil where no heading says which column holds numbers.
  package static func read(_ text: String) -> [ReadContact]? {
    // Headings are not that long: it is something else, of one endless line.
    guard
      text.utf8.prefix(headingBytes + 1).count <= headingBytes
        || text.utf8.prefix(headingBytes).contains(where: { 10...13 ~= $0 })
    else { return nil }
    let delimiter = delimiter(text)
    let rows = rows(text, delimiter)
    guard let header = rows.first else { return nil }
    let columns = header.cells.map(ContactHeadings.column)
    guard columns.contains(.phone) else { return nil }
    return rows.dropFirst().compactMap { row in
      guard row.cells.contains(where: { !$0.isEmpty }) else { return nil }
      var contact = ReadContact(line: row.line)
      var (first, last) = ("", "")
      // In Italian `nome` is the first name where there is a family's.
      let hasLast = columns.contains(.lastName) && !columns.contains(.firstName)
      for (column, cell) in zip(columns, row.cells) where !cell.isEmpty {
        switch column {
        case .name where hasLast: first = cell
        case .name: if contact.name.isEmpty { contact.name = cell }
        case .firstName: first = cell
        case .lastName: last = cell
        case .phone: contact.numbers.append(cell)
        case .kind: contact.kind = ContactHeadings.kind(cell)
        case .note: contact.note = cell
        case nil: continue
        }
      }
      // Beside a first name, `nome` or `name` is what the family is called.
      if last.isEmpty, !first.isEmpty { (last, contact.name) = (contact.name, "") }
      let parts = [first, last].filter { !$0.isEmpty }.joined(separator: " ")
      if !parts.isEmpty { contact.name = parts }
      return contact
    }
  }

  /// The one that stands most often in the first line.
  private static func delimiter(_ text: String) -> Character {
    let header = text.prefix { !$0.isNewline }
    var best: (Character, Int) = (",", 0)
    for candidate: Character in [";", ",", "\t", "|"] {
      let count = header.reduce(0) { $0 + ($1 == candidate ? 1 : 0) }
      if count > best.1 { best = (candidate, count) }
    }
    return best.0
  }

  private static func rows(_ text: String, _ delimiter: Character) -> [(cells: [String], line: Int)] {
    var rows: [(cells: [String], line: Int)] = []
    var (cells, cell, line, start) = ([String](), "", 1, 1)
    var (isQuoted, wasQuote) = (false, false)
    func trimmed(_ text: String) -> String {
      String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
    for character in text {
      if character.isNewline { line += 1 }
      if isQuoted {
        if wasQuote, character == "\"" {
          cell.append("\"")
          wasQuote = false
          continue
        }
        if !wasQuote {
          if character == "\"" { wasQuote = true } else { cell.append(character) }
          continue
        }
        (isQuoted, wasQuote) = (false, false)
      }
      if character == "\"", cell.isEmpty {
        isQuoted = true
      } else if character == delimiter {
        cells.append(trimmed(cell))
        cell = ""
      } else if character.isNewline {
        rows.append((cells + [trimmed(cell)], start))
        (cells, cell, start) = ([], "", line)
      } else {
        cell.append(character)
      }
    }
    if !cell.isEmpty || !cells.isEmpty { rows.append((cells + [trimmed(cell)], start)) }
    return rows
  }
}
