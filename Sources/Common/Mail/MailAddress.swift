// MailAddress.swift - a mail address with the name of whoever reads there.

/// An address and, if known, a name to show with it.
///
/// Checked when a message is rendered; the name may hold anything.
package struct MailAddress: Hashable, Sendable {
  package var address: String
  package var name: String?

  package init(_ address: String, name: String? = nil) {
    self.address = address
    self.name = name
  }

  /// True for `local@host` in ASCII, the local part without quotes (RFC 5321's Dot-string).
  ///
  /// The narrow form on purpose: everything outside of it is either a slip or an attempt to add a header.
  package static func isValid(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard text.utf8.count <= 254, parts.count == 2 else { return false }
    let (local, host) = (parts[0], parts[1])
    return local.count <= 64 && isDotAtom(local) && host.count <= 253
      && host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
        1...63 ~= label.count && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
          && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
      }
  }
}

func isAlphanumeric(_ byte: UInt8) -> Bool {
  switch byte {
  case 48...57, 65...90, 97...122: true
  default: false
  }
}

/// RFC 5322's atext: what a word may hold without quotes.
func isAtomText(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte) }

func isDotAtom(_ text: Substring.UTF8View) -> Bool {
  text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    .allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtomText) }
}
