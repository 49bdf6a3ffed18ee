// HeaderLines.swift - the lines of headers that libcurl is given, and gives.

import CCurl

/// What the head of an answer says, read line by line.
struct ReplyHead {
  /// Of the last head: what a "100 Continue" or a proxy said before does not count.
  private(set) var status = 0
  /// Names in small letters; what stands several times is joined by commas.
  private(set) var headers: [String: String] = [:]

  mutating func take(_ bytes: UnsafeBufferPointer<CChar>) {
    let line = String(decoding: UnsafeRawBufferPointer(bytes), as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      headers = [:]
      status = line.split(separator: " ").dropFirst().first.flatMap { Int($0.prefix(3)) } ?? 0
    } else if let colon = line.firstIndex(of: ":") {
      let name = line[..<colon].lowercased()
      let value = String(trimmed(line[line.index(after: colon)...]))
      headers[name] = headers[name].map { "\($0), \(value)" } ?? value
    }
  }
}

/// Appends headers to a list that libcurl frees. nil, and the list is freed, for one with a line break: it could smuggle
/// in another one.
func appended(
  _ headers: [(name: String, value: String)], to list: UnsafeMutablePointer<curl_slist>?
) -> UnsafeMutablePointer<curl_slist>? {
  var list = list
  for header in headers {
    guard !(header.name + header.value).utf8.contains(where: { $0 == 13 || $0 == 10 }),
      let longer = curl_slist_append(list, "\(header.name): \(header.value)")
    else {
      curl_slist_free_all(list)
      return nil
    }
    list = longer
  }
  return list
}

private func trimmed(_ text: Substring) -> Substring {
  var text = text
  while let first = text.first, first.isWhitespace { text.removeFirst() }
  while let last = text.last, last.isWhitespace { text.removeLast() }
  return text
}
