// MailServerURL.swift - the server's URL, taken apart by libcurl's own parser, so that what is judged here is
// what is connected to.

import CCurl

struct MailServerURL {
  /// TLS from the first byte.
  let isSMTPS: Bool
  let host: String
  private let port: String?

  /// nil for anything but scheme, host and port.
  init?(_ text: String) {
    guard !text.utf8.contains(0), let handle = curl_url() else { return nil }
    defer { curl_url_cleanup(handle) }
    func part(_ what: CURLUPart) -> String? {
      var value: UnsafeMutablePointer<CChar>?
      guard curl_url_get(handle, what, &value, 0) == CURLUE_OK, let value else { return nil }
      defer { curl_free(value) }
      return String(cString: value)
    }
    guard curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK,
      let scheme = part(CURLUPART_SCHEME)?.lowercased(), ["smtp", "smtps"].contains(scheme),
      let host = part(CURLUPART_HOST), !host.isEmpty,
      part(CURLUPART_USER) == nil, part(CURLUPART_PASSWORD) == nil, part(CURLUPART_QUERY) == nil,
      part(CURLUPART_FRAGMENT) == nil, ["/", nil].contains(part(CURLUPART_PATH))
    else { return nil }
    isSMTPS = scheme == "smtps"
    self.host = host.lowercased()
    port = part(CURLUPART_PORT)
  }

  /// Never leaves the machine.
  var isLoopback: Bool {
    if host == "localhost" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// The URL with the name for EHLO where libcurl looks for it.
  func introducing(_ name: some StringProtocol) -> String {
    "\(isSMTPS ? "smtps" : "smtp")://\(host)\(port.map { ":\($0)" } ?? "")/\(name)"
  }
}
