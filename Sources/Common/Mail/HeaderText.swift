// HeaderText.swift - texts in header fields: plain where that is possible, else RFC 2047 and RFC 2231.

import Crypto

enum HeaderText {
  /// A line with an encoded word may have 76 characters (RFC 2047, section 2).
  static let lineLength = 76

  /// A subject. `column` is the length of what stands before it in the line.
  static func unstructured(_ text: String, after column: Int) -> String {
    let text = printable(text)
    let fits = column + text.utf8.count <= lineLength
    // Leading and trailing spaces would be lost, and an encoded word in plain text would be decoded.
    if fits, isPlain(text), !text.hasPrefix(" "), !text.hasSuffix(" "), !text.contains("=?") { return text }
    return encodedWords(text, after: column)
  }

  /// A list of addresses, one a line.
  static func mailboxes(_ list: [MailAddress], after column: Int) -> String {
    list.enumerated().map { index, mailbox in mailboxText(mailbox, after: index == 0 ? column : 1) }
      .joined(separator: ",\r\n ")
  }

  private static func mailboxText(_ mailbox: MailAddress, after column: Int) -> String {
    let name = printable(mailbox.name ?? "").trimmed
    guard !name.isEmpty else { return mailbox.address }
    let shown = phrase(name, after: column)
    let lastLine = shown.utf8.reversed().prefix { $0 != UInt8(ascii: "\n") }.count
    let used = shown.utf8.contains(UInt8(ascii: "\n")) ? lastLine : column + lastLine
    // A comma may follow.
    let fits = used + 4 + mailbox.address.utf8.count <= lineLength
    return "\(shown)\(fits ? " " : "\r\n ")<\(mailbox.address)>"
  }

  /// A display name: bare words, a quoted string, or encoded words.
  private static func phrase(_ name: String, after column: Int) -> String {
    guard isPlain(name), !name.contains("=?"), column + name.utf8.count + 2 <= lineLength else {
      return encodedWords(name, after: column)
    }
    if name.utf8.allSatisfy({ isAtomText($0) || $0 == 32 }) { return name }
    let quoted = "\"\(name.map { "\"\\".contains($0) ? "\\\($0)" : "\($0)" }.joined())\""
    return column + quoted.utf8.count <= lineLength ? quoted : encodedWords(name, after: column)
  }

  /// A file name as parameters of Content-Disposition: RFC 2231 when it is not plain. Without a plain
  /// `filename` beside it, which some programs would prefer.
  static func fileName(_ name: String) -> String {
    var safe = String(printable(name).map { "/\\\"".contains($0) ? "_" : $0 }).trimmed
    if safe.isEmpty || safe.allSatisfy({ $0 == "." }) { safe = "attachment" }
    if isPlain(safe) { return "filename=\"\(safe)\"" }
    let encoded = safe.utf8.map { byte in
      isAlphanumeric(byte) || "-._".utf8.contains(byte)
        ? String(UnicodeScalar(byte)) : "%" + hexadecimal([byte]).uppercased()
    }
    return "filename*=utf-8''\(encoded.joined())"
  }

  /// Encoded words, one a line; each holds whole scalars, as RFC 2047 demands, and fits its line.
  private static func encodedWords(_ text: String, after column: Int) -> String {
    let (opening, closing) = ("=?utf-8?B?", "?=")
    var words: [String] = []
    var bytes: [UInt8] = []
    func room() -> Int {
      let used = (words.isEmpty ? column : 1) + opening.utf8.count + closing.utf8.count
      // 75 is the limit of a word, the space before it aside.
      return (min(lineLength - used, 75 - opening.utf8.count - closing.utf8.count)) / 4 * 3
    }
    for scalar in text.unicodeScalars {
      let encoded = Array(String(scalar).utf8)
      if !bytes.isEmpty, bytes.count + encoded.count > room() {
        words.append(opening + base64(bytes) + closing)
        bytes = []
      }
      bytes += encoded
    }
    if !bytes.isEmpty { words.append(opening + base64(bytes) + closing) }
    return words.joined(separator: "\r\n ")
  }

  private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { 32...126 ~= $0 } }

  /// Control characters, line ends among them, become spaces.
  private static func printable(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0..<32, 127..<160, 0x2028, 0x2029: result.append(" ")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}

extension String {
  /// Without spaces at both ends.
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
