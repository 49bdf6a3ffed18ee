// PartHeaders.swift - the header lines of one part: which field it is, and whether it is a file.

/// Name, file name and declared type of a part.
struct PartHeaders {
  let name: String
  /// Nil for a text field; empty when no file was chosen.
  let filename: String?
  let declaredType: String

  struct Refusal: Error {
    let name: String
    let reason: PartProblem.Reason

    init(_ name: String, _ reason: PartProblem.Reason) {
      self.name = name
      self.reason = reason
    }
  }

  /// - Parameter block: the lines without the empty one, CRLF between them.
  init(_ block: [UInt8]) throws(Refusal) {
    var disposition: HeaderParameters?
    var type = ""
    var encoding = ""
    for line in try PartHeaders.lines(block) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
        line[..<colon].allSatisfy(isTokenByte)
      else { throw Refusal("", .badHeaders) }
      let value = Array(HeaderParameters.trimmed(line[(colon + 1)...]))
      switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
      case "content-disposition":
        guard disposition == nil, let parsed = HeaderParameters(value) else { throw Refusal("", .badHeaders) }
        disposition = parsed
      case "content-type": type = PartHeaders.readable(String(decoding: value, as: UTF8.self), limit: 100)
      case "content-transfer-encoding": encoding = String(decoding: value, as: UTF8.self).lowercased()
      default: break
      }
    }
    guard let disposition, disposition.value == "form-data", let bytes = disposition["name"],
      let name = String(validating: PartHeaders.unescaped(bytes), as: UTF8.self), !name.utf8.contains(0)
    else { throw Refusal("", .badHeaders) }
    guard ["", "binary", "8bit", "7bit"].contains(encoding) else { throw Refusal(name, .encoded) }
    self.name = name
    declaredType = type
    filename = PartHeaders.filename(disposition)
  }

  /// A carriage return, line feed or NUL that is not a line's end is nobody's honest header.
  private static func lines(_ block: [UInt8]) throws(Refusal) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    var index = 0
    while index < block.count {
      switch block[index] {
      case 13 where index + 1 < block.count && block[index + 1] == 10:
        lines.append(block[start..<index])
        index += 2
        start = index
      case 0, 10, 13: throw Refusal("", .badHeaders)
      default: index += 1
      }
    }
    if start < block.count { lines.append(block[start...]) }
    return lines
  }

  /// `filename*` (RFC 8187) goes before `filename`; one that cannot be decoded is as if it were not there.
  private static func filename(_ disposition: HeaderParameters) -> String? {
    let plain = disposition["filename"].map { String(decoding: unescaped($0), as: UTF8.self) }
    let extended = disposition["filename*"].flatMap(decodedExtended)
    guard let name = extended ?? plain else { return disposition["filename*"] == nil ? nil : "" }
    let separators: [Unicode.Scalar] = ["/", "\\"]
    let last = name.unicodeScalars.split(
      omittingEmptySubsequences: false, whereSeparator: separators.contains
    ).last
    return readable(String(last.map(Substring.init) ?? ""), limit: 200)
  }

  private static func decodedExtended(_ bytes: [UInt8]) -> String? {
    let parts = bytes.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, String(decoding: parts[0], as: UTF8.self).lowercased() == "utf-8" else {
      return nil
    }
    return String(validating: percentDecoded(Array(parts[2])) { _ in true }, as: UTF8.self)
  }

  /// Browsers send a quote and line ends in names as %22, %0D and %0A, and nothing else so.
  private static func unescaped(_ bytes: [UInt8]) -> [UInt8] {
    percentDecoded(bytes) { $0 == 0x22 || $0 == 0x0D || $0 == 0x0A }
  }

  private static func percentDecoded(_ bytes: [UInt8], _ isWanted: (UInt8) -> Bool) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = hexDigit(bytes[index + 1]),
        let low = hexDigit(bytes[index + 2]), isWanted(high << 4 | low)
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }

  /// Without characters that show nothing, control characters and those that turn the direction of writing
  /// (photo_gpj.exe) among them; cut at `limit`.
  private static func readable(_ text: String, limit: Int) -> String {
    var scalars = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
      guard count < limit else { break }
      guard !scalar.showsNothing else { continue }
      scalars.append(scalar)
      count += 1
    }
    return String(scalars)
  }
}

extension Unicode.Scalar {
  fileprivate var showsNothing: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: properties.isDefaultIgnorableCodePoint
    }
  }
}
