// ContactVCards.swift - vCard 2.1, 3.0 and 4.0: names, numbers and notes of it; photos are passed over.

package enum ContactVCards {
  package static func isVCard(_ text: String) -> Bool {
    text.drop { $0.isWhitespace }.prefix(11).uppercased() == "BEGIN:VCARD"
  }

  package static func read(_ text: String) -> [ReadContact] {
    var contacts: [ReadContact] = []
    var card: ReadContact?
    var structuredName = ""
    var organisation = ""
    for (property, number) in properties(text) {
      guard let colon = colon(of: property) else { continue }
      let head = property[..<colon].split(separator: ";")
      guard let first = head.first else { continue }
      // An item group stands before the name: `item1.TEL`.
      let name = first.split(separator: ".").last.map { $0.uppercased() } ?? ""
      let raw = String(property[property.index(after: colon)...])
      switch name {
      case "BEGIN": (card, structuredName, organisation) = (ReadContact(line: number), "", "")
      case "FN", "N", "ORG", "TEL", "NOTE", "CATEGORIES":
        let parameters = head.dropFirst().map { $0.uppercased() }
        let isQuoted = parameters.contains { $0 == "QUOTED-PRINTABLE" || $0 == "ENCODING=QUOTED-PRINTABLE" }
        let charset = parameters.first { $0.hasPrefix("CHARSET=") }.map { named in
          String(named.dropFirst(8).filter { $0 != "\"" })
        }
        guard let value = value(raw, isQuoted: isQuoted, charset: charset) else {
          card?.unread.append(.init(name: name, charset: charset ?? ""))
          continue
        }
        switch name {
        case "FN": card?.name = unescaped(value)
        case "N":
          let parts = components(value)
          structuredName = [parts.dropFirst().first ?? "", parts.first ?? ""].filter { !$0.isEmpty }
            .joined(separator: " ")
        case "ORG": organisation = components(value).first ?? ""
        case "TEL": card?.numbers.append(unescaped(value))
        case "NOTE": card?.note = unescaped(value)
        default:
          card?.kind = unescaped(value).split(separator: ",").lazy.compactMap(ContactHeadings.kind).first
        }
      case "END":
        if var done = card {
          if done.name.isEmpty { done.name = structuredName.isEmpty ? organisation : structuredName }
          contacts.append(done)
        }
        card = nil
      default: continue
      }
    }
    return contacts
  }

  /// A vCard 4.0.
  package static func written(name: String, phone: String, kind: ContactKind, note: String) -> String {
    var lines = ["BEGIN:VCARD", "VERSION:4.0", "FN:\(escaped(name.isEmpty ? phone : name))"]
    lines += ["TEL;VALUE=uri:tel:\(phone)", "CATEGORIES:\(kind.rawValue)"]
    if !note.isEmpty { lines.append("NOTE:\(escaped(note))") }
    lines.append("END:VCARD")
    return lines.map { folded($0) + "\r\n" }.joined()
  }

  // MARK: Lines

  /// Unfolded lines with the number of their first; what a photo holds is not kept.
  private static func properties(_ text: String) -> [(String, Int)] {
    var result: [(String, Int)] = []
    var isPassed = false
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      if let first = line.first, first == " " || first == "\t" {
        if !isPassed, !result.isEmpty { result[result.count - 1].0 += line.dropFirst() }
        continue
      }
      if !isPassed, let last = result.last?.0, last.hasSuffix("="), isQuotedPrintable(last) {
        // A soft line break of quoted-printable.
        result[result.count - 1].0 = String(last.dropLast()) + String(line)
        continue
      }
      let name = line.prefix { $0 != ":" && $0 != ";" }.split(separator: ".").last.map { $0.uppercased() }
      isPassed = ["PHOTO", "LOGO", "SOUND", "KEY"].contains(name)
      if !isPassed { result.append((String(line), index + 1)) }
    }
    return result
  }

  private static func isQuotedPrintable(_ line: String) -> Bool {
    line.prefix { $0 != ":" }.uppercased().split { ";=,".contains($0) }.contains { $0 == "QUOTED-PRINTABLE" }
  }

  /// The colon that ends name and parameters: not one in quotation marks.
  private static func colon(of line: String) -> String.Index? {
    var isQuoted = false
    for index in line.indices {
      if line[index] == "\"" { isQuoted.toggle() }
      if line[index] == ":", !isQuoted { return index }
    }
    return nil
  }

  private static func folded(_ line: String) -> String {
    var result = ""
    var length = 0
    for character in line {
      let size = String(character).utf8.count
      if length + size > 75 {
        result += "\r\n "
        length = 1
      }
      result.append(character)
      length += size
    }
    return result
  }

  // MARK: Values

  /// nil where the charset is one that is not read. What is not quoted was decoded with the whole file.
  private static func value(_ raw: String, isQuoted: Bool, charset: String?) -> String? {
    let bytes = isQuoted ? unquoted(raw) : Array(raw.utf8)
    guard let charset else { return isQuoted ? ContactText.narrow(bytes) : raw }
    let decoded = ContactText.decoded(bytes, charset: charset)
    return isQuoted || decoded == nil ? decoded : raw
  }

  private static func unquoted(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let code = rest.prefix(2)
      if byte == UInt8(ascii: "="), code.count == 2,
        let value = UInt8(String(decoding: code, as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  /// Parts between semicolons that are not escaped.
  private static func components(_ value: String) -> [String] {
    var parts = [""]
    var isEscaped = false
    for character in value {
      if character == ";", !isEscaped {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
      isEscaped = character == "\\" && !isEscaped
    }
    return parts.map(unescaped)
  }

  private static func unescaped(_ value: String) -> String {
    var result = ""
    var isEscaped = false
    for character in value {
      if isEscaped {
        result.append(character == "n" || character == "N" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return trimmed(result)
  }

  private static func trimmed(_ text: String) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  private static func escaped(_ value: String) -> String {
    var result = ""
    for character in value {
      switch character {
      case "\\", ",", ";": result += "\\\(character)"
      case _ where character.isNewline: result += "\\n"
      default: result.append(character)
      }
    }
    return result
  }
}
