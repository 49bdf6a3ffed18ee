// SMTPReply.swift - the answers of a mail server, read from bytes.

/// A complete answer of the server, its lines joined.
struct SMTPReply: Equatable {
  var code: Int
  var text: String
}

/// Puts the lines of the server's answers together.
struct SMTPReplyReader {
  /// RFC 5321 allows 512 bytes a line; an answer beyond this is no SMTP.
  private static let limit = 16_384
  private var input: [UInt8] = []
  private var text = ""
  /// The other side does not speak SMTP.
  private(set) var isConfused = false

  mutating func append(_ bytes: some Sequence<UInt8>) {
    input += bytes
    if input.count > Self.limit { isConfused = true }
  }

  /// The next complete answer.
  mutating func next() -> SMTPReply? {
    while !isConfused, let end = input.firstIndex(of: UInt8(ascii: "\n")) {
      let line = input[..<end]
      input = Array(input[(end + 1)...])
      let digits = line.prefix(3)
      let mark = line.dropFirst(3).first ?? UInt8(ascii: " ")
      guard digits.count == 3, digits.allSatisfy({ 48...57 ~= $0 }), let code = Int(ascii: digits),
        " -\r".utf8.contains(mark)
      else {
        isConfused = true
        return nil
      }
      text = printableASCII([UInt8](text.utf8) + (text.isEmpty ? [] : [32]) + line.dropFirst(4))
      if mark != UInt8(ascii: "-") {
        defer { text = "" }
        return SMTPReply(code: code, text: text)
      }
    }
    return nil
  }
}

extension Int {
  fileprivate init?(ascii digits: ArraySlice<UInt8>) { self.init(String(decoding: digits, as: UTF8.self)) }
}

/// Fit for a line in a log: at most 300 characters, everything else than printable ASCII replaced.
func printableASCII(_ bytes: some Sequence<UInt8>) -> String {
  var shown: [UInt8] = []
  for byte in bytes where byte != 13 && shown.count < 300 {
    shown.append(32...126 ~= byte ? byte : UInt8(ascii: "?"))
  }
  while shown.last == 32 { shown.removeLast() }
  return String(decoding: shown, as: UTF8.self)
}
