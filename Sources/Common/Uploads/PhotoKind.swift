// PhotoKind.swift - which kinds of photo are taken, recognised by their bytes alone.
//
// Only containers are looked at, pixels are never decoded: an image that would unpack to gigabytes is a few
// kilobytes here and stays so. What a browser says of a file's type or name plays no part.

/// A kind that phones make and browsers show.
package enum PhotoKind: String, Hashable, Sendable, CaseIterable {
  case jpeg, png, webp, heic

  /// As many first bytes as a decision can need.
  package static let signatureLength = 64

  /// Nil when these are not the first bytes of such a photo. A shorter file is judged by what there is.
  package init?(firstBytes bytes: [UInt8]) {
    if PhotoKind.isJPEG(bytes) {
      self = .jpeg
    } else if PhotoKind.isPNG(bytes) {
      self = .png
    } else if PhotoKind.isWebP(bytes) {
      self = .webp
    } else if PhotoKind.isHEIC(bytes) {
      self = .heic
    } else {
      return nil
    }
  }

  package var contentType: String { "image/\(rawValue)" }

  /// For a file's name, without the dot.
  package var fileExtension: String { self == .jpeg ? "jpg" : rawValue }

  static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Start of image and half a marker: what browsers ask for. The filter looks for the rest.
  private static func isJPEG(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 4 && bytes.starts(with: [0xFF, 0xD8, 0xFF])
  }

  /// The signature and a header chunk.
  private static func isPNG(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 33 && bytes.starts(with: pngSignature)
      && bytes[8..<16].elementsEqual([0, 0, 0, 13] + "IHDR".utf8)
  }

  private static func isWebP(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 20, bytes.starts(with: "RIFF".utf8), bytes[8..<12].elementsEqual("WEBP".utf8) else {
      return false
    }
    return ["VP8 ", "VP8L", "VP8X"].contains { bytes[12..<16].elementsEqual($0.utf8) }
  }

  /// A file type box with a brand of HEVC images; those of other codings (AVIF) are not taken.
  private static func isHEIC(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 16, bytes[4..<8].elementsEqual("ftyp".utf8) else { return false }
    let size = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
    guard size >= 16, size <= 1024, size % 4 == 0 else { return false }
    let brands = ([8] + Array(stride(from: 16, to: min(size, bytes.count) - 3, by: 4))).map {
      String(decoding: bytes[$0..<($0 + 4)], as: UTF8.self)
    }
    if brands.contains(where: ["heic", "heix", "heim", "heis", "hevc", "hevx"].contains) { return true }
    return ["mif1", "msf1"].contains(brands[0]) && !brands.contains { $0 == "avif" || $0 == "avis" }
  }
}
