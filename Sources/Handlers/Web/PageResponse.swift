// PageResponse.swift - HTML pages with the headers that keep a browser from doing anything else.

import CGI
import Pages
import Uploads

enum PageResponse {
  static func html(_ page: HTML, status: Int = 200, headers: [CGIResponse.Header] = []) -> CGIResponse {
    CGIResponse(
      status: status, contentType: "text/html; charset=utf-8", body: page.bytes,
      headers: protection + headers)
  }

  /// To another address of ours, by GET.
  static func seeOther(_ location: String, headers: [CGIResponse.Header] = []) -> CGIResponse {
    CGIResponse(status: 303, headers: [.init(name: "Location", value: location)] + protection + headers)
  }

  /// The one style sheet is named by its hash: nothing else on a page may style, run or load anything.
  private static let protection: [CGIResponse.Header] = [
    .init(
      name: "Content-Security-Policy",
      value: "default-src 'none'; style-src 'sha256-\(Stylesheet.sha256)'; "
        + "img-src 'self' data:; media-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    .init(name: "X-Content-Type-Options", value: "nosniff"),
    .init(name: "X-Frame-Options", value: "DENY"),
    .init(name: "Referrer-Policy", value: "same-origin"),
  ]
}

extension CGIRequest {
  /// The path this request came by, without its query: where our forms go to. It stands in Location and in the
  /// cookie, so it must be a path of this host and nothing else: not `//elsewhere`, no whole URL, no `;`.
  var ownPath: String {
    [variable("REQUEST_URI"), variable("SCRIPT_NAME")].lazy.compactMap { $0 }
      .map { String($0.prefix { $0 != "?" && $0 != "#" }) }.first(where: CGIRequest.isPath) ?? "/"
  }

  /// The same, as a page of it writes it: its last part, so that it is right by whatever path the browser came.
  var ownName: String {
    let name = String(ownPath.split(separator: "/", omittingEmptySubsequences: false).last ?? "")
    // What stands before a colon would be a scheme.
    return name.isEmpty || name.contains(":") ? ownPath : name
  }

  static func isPath(_ text: String) -> Bool {
    let others = Array("/-._~%+@!$&'()*,:=".utf8)
    return text.hasPrefix("/") && !text.hasPrefix("//")
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: others.contains(byte)
        }
      }
  }

  /// Reads the body, at most so many bytes of it.
  var bodySource: (Int?) -> ByteSource {
    if let bytes = bodyInMemory { return { _ in ByteSource(bytes) } }
    return { .standardInput(length: $0) }
  }

  func cookies(_ name: String) -> [String] {
    (header("Cookie") ?? "").split(separator: ";").compactMap { pair in
      let parts = pair.drop { $0 == " " }.split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 && parts[0] == name ? String(parts[1]) : nil
    }
  }
}
