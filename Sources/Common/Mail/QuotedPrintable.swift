// QuotedPrintable.swift - a text as lines of at most 76 ASCII characters (RFC 2045, section 6.7).
//
// Quoted-printable and not base64: the German, French and Italian we send is mostly ASCII, stays readable in
// a server's queue, and spam filters trust it more.

/// The lines of `text`, encoded; CR LF, CR and LF each end a line. A line end at the very end begins none.
func quotedPrintable(_ text: String) -> [String] {
  var lines: [String] = []
  var scalars = Substring.UnicodeScalarView(text.unicodeScalars)
  while !scalars.isEmpty {
    let line = scalars.prefix { $0 != "\r" && $0 != "\n" }
    scalars = scalars[line.endIndex...]
    if scalars.popFirst() == "\r", scalars.first == "\n" { scalars.removeFirst() }
    lines += encodedLine(line)
  }
  return lines.isEmpty ? [""] : lines
}

/// One line, by soft line breaks as many as it needs.
private func encodedLine(_ line: Substring.UnicodeScalarView) -> [String] {
  var lines: [String] = []
  var current = ""
  var rest = line
  while let scalar = rest.popFirst() {
    var token = encoded(scalar, endsLine: rest.isEmpty)
    // A soft line break needs a place; the last token of a line does not need one after it.
    if current.utf8.count + token.utf8.count > (rest.isEmpty ? 76 : 75) {
      lines.append(current + "=")
      current = ""
    }
    // Two things mail servers are known to alter at the start of a line.
    if current.isEmpty, scalar == "." { token = "=2E" }
    if current.isEmpty, scalar == "F", rest.starts(with: "rom ".unicodeScalars) { token = "=46" }
    current += token
  }
  return lines + [current]
}

private func encoded(_ scalar: UnicodeScalar, endsLine: Bool) -> String {
  switch scalar.value {
  case 33..<61, 62..<127: return String(scalar)
  case 32 where !endsLine, 9 where !endsLine: return String(scalar)
  default:
    let digits = Array("0123456789ABCDEF")
    return String(scalar).utf8.reduce(into: "") { text, byte in
      text += "="
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
  }
}
