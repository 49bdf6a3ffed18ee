// SMTPText.swift - a message as libcurl is given it.

/// CR LF for whatever ends a line: a lone CR or LF before a dot is how mail is smuggled in. The dots are libcurl's.
func withCanonicalLineEnds(_ message: [UInt8]) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(message.count + 2)
  var previous: UInt8 = 0
  for byte in message {
    if byte != 10 || previous != 13 { result += byte == 10 || byte == 13 ? [13, 10] : [byte] }
    previous = byte
  }
  return result
}
