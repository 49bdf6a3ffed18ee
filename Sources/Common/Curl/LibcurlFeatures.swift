// LibcurlFeatures.swift - which libcurl the host has, and whether it can speak TLS.

import CCurl

package struct LibcurlFeatures: Hashable, Sendable {
  package var version: String
  /// The TLS library, `OpenSSL/3.0.11`; nil when there is none.
  package var tls: String?
  /// `https`, `smtps` and so on.
  package var protocols: Set<String>

  package init(version: String, tls: String?, protocols: Set<String>) {
    self.version = version
    self.tls = tls
    self.protocols = protocols
  }

  /// The library this process has loaded.
  package static var loaded: LibcurlFeatures {
    guard let info = opsfabric_curl_version()?.pointee else {
      return LibcurlFeatures(version: "unknown", tls: nil, protocols: [])
    }
    var protocols: Set<String> = []
    var next = info.protocols
    while let name = next?.pointee {
      protocols.insert(String(cString: name))
      next = next?.advanced(by: 1)
    }
    return LibcurlFeatures(
      version: info.version.map { String(cString: $0) } ?? "unknown",
      tls: info.ssl_version.map { String(cString: $0) }, protocols: protocols)
  }
}
