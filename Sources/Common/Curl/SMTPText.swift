// SMTPText.swift - a message as it stands between DATA and the final dot.

/// A message as DATA wants it: CRLF line ends only, whatever it had (a lone CR or LF before a dot is how mail
/// is smuggled in), the dots at the start of lines doubled, ending with a line end.
func smtpText(_ message: [UInt8]) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(message.count + 64)
  var startsLine = true
  var previous: UInt8 = 0
  for byte in message {
    defer { previous = byte }
    switch byte {
    case 10 where previous == 13: break
    case 10, 13:
      result += [13, 10]
      startsLine = true
    default:
      if startsLine, byte == UInt8(ascii: ".") { result.append(byte) }
      result.append(byte)
      startsLine = false
    }
  }
  return startsLine ? result : result + [13, 10]
}
