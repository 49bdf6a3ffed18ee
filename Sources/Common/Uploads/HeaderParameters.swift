// HeaderParameters.swift - `value; name=value; name="quoted value"`, of Content-Type and Content-Disposition.

/// The parts of one such header value. Parameter values stay bytes: what they are is for the reader to judge.
struct HeaderParameters {
  /// In lower case.
  let value: String
  private var parameters: [(name: String, value: [UInt8])] = []

  subscript(name: String) -> [UInt8]? { parameters.first { $0.name == name }?.value }

  /// Nil when malformed, or when a parameter comes twice: two readers might choose differently.
  init?(_ text: [UInt8]) {
    var rest = text[...]
    value = String(decoding: HeaderParameters.trimmed(HeaderParameters.untilSemicolon(&rest)), as: UTF8.self)
      .lowercased()
    guard !value.isEmpty else { return nil }
    while let next = rest.first {
      if HeaderParameters.isBlank(next) || next == UInt8(ascii: ";") {
        rest.removeFirst()
        continue
      }
      guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      let bytes = rest[..<equals]
      guard !bytes.isEmpty, bytes.allSatisfy(isTokenByte) else { return nil }
      let name = String(decoding: bytes, as: UTF8.self).lowercased()
      rest = rest[(equals + 1)...]
      guard self[name] == nil, let value = HeaderParameters.parameterValue(&rest) else { return nil }
      parameters.append((name, value))
    }
  }

  private static func parameterValue(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    guard rest.first == UInt8(ascii: "\"") else {
      let value = trimmed(untilSemicolon(&rest))
      return value.contains(UInt8(ascii: "\"")) ? nil : Array(value)
    }
    rest.removeFirst()
    guard let value = quoted(&rest) else { return nil }
    // Nothing but the next parameter may follow the closing quote.
    return trimmed(untilSemicolon(&rest)).isEmpty ? value : nil
  }

  /// Up to the closing quote. A backslash escapes only quotes and itself: old browsers sent whole Windows paths.
  private static func quoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    var value: [UInt8] = []
    let backslash = UInt8(ascii: "\\")
    let quote = UInt8(ascii: "\"")
    while let byte = rest.popFirst() {
      if byte == quote { return value }
      if byte == backslash, let next = rest.first, next == quote || next == backslash {
        rest.removeFirst()
        value.append(next)
      } else {
        value.append(byte)
      }
    }
    return nil
  }

  private static func untilSemicolon(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let end = rest.firstIndex(of: UInt8(ascii: ";")) ?? rest.endIndex
    defer { rest = rest[end...] }
    return rest[..<end]
  }

  static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes.drop(while: isBlank)
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return bytes
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }
}

/// RFC 9110's tchar.
func isTokenByte(_ byte: UInt8) -> Bool {
  switch byte {
  case 48...57, 65...90, 97...122: true
  case 33, 35...39, 42, 43, 45, 46, 94...96, 124, 126: true
  default: false
  }
}

/// The boundary that a Content-Type names (RFC 2046, section 5.1.1), quoted or not.
func multipartBoundary(_ contentType: String) throws(MultipartFault) -> [UInt8] {
  let bytes = Array(contentType.utf8.prefix(1025))
  guard String(decoding: bytes.prefix(19), as: UTF8.self).lowercased() == "multipart/form-data" else {
    throw .notMultipart
  }
  guard bytes.count <= 1024, let header = HeaderParameters(bytes) else { throw .badBoundary }
  guard header.value == "multipart/form-data" else { throw .notMultipart }
  guard let boundary = header["boundary"] else { throw .missingBoundary }
  guard (1...70).contains(boundary.count), boundary.last != 32, boundary.allSatisfy(isBoundaryByte) else {
    throw .badBoundary
  }
  return boundary
}

private func isBoundaryByte(_ byte: UInt8) -> Bool {
  switch byte {
  case 48...57, 65...90, 97...122: true
  case 32, 39...41, 43...47, 58, 61, 63, 95: true
  default: false
  }
}
