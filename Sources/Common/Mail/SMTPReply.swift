// SMTPReply.swift - the answers of a mail server, put together from the lines libcurl shows.

/// A complete answer, its lines joined.
struct SMTPReply {
  var code: Int
  var text: String
}

/// A line that no mail server says.
struct NotSMTP: Error {}

struct SMTPReplyReader {
  private var text = ""

  /// Takes a line; the answer, if it ends with it.
  mutating func reply(endingWith line: UnsafeRawBufferPointer) throws(NotSMTP) -> SMTPReply? {
    let digits = line.prefix(3)
    let mark = line.dropFirst(3).first ?? UInt8(ascii: " ")
    guard digits.count == 3, digits.allSatisfy({ 48...57 ~= $0 }), " -\r\n".utf8.contains(mark),
      let code = Int(String(decoding: digits, as: UTF8.self))
    else { throw NotSMTP() }
    text = printableASCII([UInt8](text.utf8) + (text.isEmpty ? [] : [32]) + line.dropFirst(4))
    if mark == UInt8(ascii: "-") { return nil }
    defer { text = "" }
    return SMTPReply(code: code, text: text)
  }
}

/// Fit for a line in a log: at most 300 characters, everything else than printable ASCII replaced.
func printableASCII(_ bytes: some Sequence<UInt8>) -> String {
  var shown: [UInt8] = []
  for byte in bytes where byte != 13 && byte != 10 && shown.count < 300 {
    shown.append(32...126 ~= byte ? byte : UInt8(ascii: "?"))
  }
  while shown.last == 32 { shown.removeLast() }
  return String(decoding: shown, as: UTF8.self)
}
