// WebHost.swift - the name of a website as settings and requests are compared by.

/// A host with its port, in the one way it is written here.
///
/// In lower case, without the dot that ends a name written in full (RFC 1034, section 3.1), and without the ports that
/// are meant anyway, 443 and 80. Any other port is part of the name.
package struct WebHost: Hashable, Sendable {
  /// Without its port.
  package let name: String
  /// With the port, where it is another than 443 and 80.
  package let text: String

  /// - Parameter written: as in a Host header or in the settings; nonsense stays nonsense and is nobody's.
  package init(_ written: String) {
    var name = Array(written.utf8.prefix(512)).drop { $0 == 32 || $0 == 9 }
    while let last = name.last, last == 32 || last == 9 { name.removeLast() }
    var port: ArraySlice<UInt8> = []
    if let colon = name.lastIndex(of: UInt8(ascii: ":")), name[(colon + 1)...].allSatisfy({ 48...57 ~= $0 }) {
      port = name[(colon + 1)...]
      name = name[..<colon]
    }
    if name.last == UInt8(ascii: ".") { name.removeLast() }
    let lowered = name.map { 65...90 ~= $0 ? $0 + 32 : $0 }
    self.name = String(decoding: lowered, as: UTF8.self)
    let number = String(decoding: port, as: UTF8.self)
    text = ["", "443", "80"].contains(number) ? self.name : "\(self.name):\(number)"
  }
}
