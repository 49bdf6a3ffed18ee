// Photos.swift - photos built by hand, with places in every corner that can hold one; and a store for them.

import Platform

@testable import Uploads

/// Stands wherever metadata stand; must be nowhere afterwards.
let place = Array("47.3769N 8.5417E".utf8)

func bigEndian16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
func bigEndian32(_ value: Int) -> [UInt8] { bigEndian16(value >> 16) + bigEndian16(value) }
func littleEndian32(_ value: Int) -> [UInt8] { bigEndian32(value).reversed() }

extension [UInt8] {
  var holdsPlace: Bool { indices.contains { self[$0...].starts(with: place) } }
}

/// Exif with the orientation as the second entry, and a place behind it.
func exif(orientation: UInt8?, isLittle: Bool = false) -> [UInt8] {
  func order(_ bytes: [UInt8]) -> [UInt8] { isLittle ? bytes.reversed() : bytes }
  var entries = [
    order(bigEndian16(0x010F)) + order(bigEndian16(2)) + order(bigEndian32(16)) + order(bigEndian32(60))
  ]
  if let orientation {
    entries.append(
      order(bigEndian16(0x0112)) + order(bigEndian16(3)) + order(bigEndian32(1)) + order([0, orientation]) + [
        0, 0,
      ])
  }
  let head = Array((isLittle ? "II" : "MM").utf8) + order(bigEndian16(42)) + order(bigEndian32(8))
  return Array("Exif\0\0".utf8) + head + order(bigEndian16(entries.count)) + entries.flatMap { $0 }
    + bigEndian32(0)
    + place
}

// MARK: JPEG

func segment(_ code: UInt8, _ content: [UInt8]) -> [UInt8] {
  [0xFF, code] + bigEndian16(content.count + 2) + content
}

enum JPEG {
  static let jfif = segment(0xE0, Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0])
  static let profile = segment(0xE2, Array("ICC_PROFILE\0".utf8) + [1, 1] + [UInt8](repeating: 9, count: 50))
  static let adobe = segment(0xEE, Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 1])
  static let tables =
    segment(0xDB, [UInt8](repeating: 1, count: 65)) + segment(0xC4, [UInt8](repeating: 2, count: 30))
  static let frame = segment(0xC0, [8, 0, 16, 0, 16, 1, 1, 0x11, 0])
  static let scan =
    segment(0xDA, [1, 1, 0, 0, 63, 0]) + [1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4, 0xFF, 0, 0xFF, 0, 5]
  static let secondScan = segment(0xC4, [3, 3, 3]) + segment(0xDA, [1, 1, 0, 0, 63, 0]) + [7, 8]
  static let end: [UInt8] = [0xFF, 0xD9]

  static let metadata =
    segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + place) + segment(0xED, place)
    + segment(0xE2, Array("MPF\0".utf8) + place) + segment(0xFE, place) + segment(0xE6, place)
    + segment(0xEF, place)
    + segment(0xE0, Array("JFXX\0".utf8) + place) + segment(0xEE, place) + segment(0xE2, []) + [0xFF]
    + segment(0xFE, [])

  static func with(_ exif: [UInt8]) -> [UInt8] {
    [0xFF, 0xD8] + jfif + segment(0xE1, exif) + metadata + profile + adobe + tables + frame + scan
      + segment(0xFE, place) + secondScan + end + place
  }

  /// What should be left of it.
  static func clean(_ orientation: [UInt8]) -> [UInt8] {
    [0xFF, 0xD8] + jfif + orientation + profile + adobe + tables + frame + scan + secondScan + end
  }
}

// MARK: PNG, WebP

func pngChunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
  PNGChunk(type: type, content: content[...]).bytes
}

func pngHeader(width: Int, height: Int) -> [UInt8] {
  PhotoKind.pngSignature + pngChunk("IHDR", bigEndian32(width) + bigEndian32(height) + [8, 6, 0, 0, 0])
}

func webPChunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
  Array(type.utf8) + littleEndian32(content.count) + content + (content.count % 2 == 1 ? [0] : [])
}

func webP(_ chunks: [UInt8]) -> [UInt8] {
  Array("RIFF".utf8) + littleEndian32(chunks.count + 4) + Array("WEBP".utf8) + chunks
}

// MARK: HEIC

func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
  bigEndian32(content.count + 8) + Array(type.utf8) + content
}

enum HEIC {
  static let picture = [UInt8](repeating: 0xAB, count: 40)
  static let fileType = box("ftyp", Array("heic".utf8) + bigEndian32(0) + Array("mif1heic".utf8))

  private static func entry(_ item: Int, _ type: String) -> [UInt8] {
    box("infe", [2, 0, 0, 0] + bigEndian16(item) + [0, 0] + Array(type.utf8) + [0])
  }

  /// A picture (item 1), Exif (2), and XMP (3, in `idat`).
  static func meta(
    offset: Int, exifOffset: Int, exifLength: Int, method: Int = 0, times: Int = 1, properties: [UInt8] = []
  ) -> [UInt8] {
    let items = box(
      "iinf", bigEndian32(0) + bigEndian16(3) + entry(1, "hvc1") + entry(2, "Exif") + entry(3, "mime"))
    func location(_ item: Int, _ method: Int, _ offset: Int, _ length: Int, times: Int = 1) -> [UInt8] {
      bigEndian16(item) + bigEndian16(method) + [0, 0] + bigEndian16(times)
        + (0..<times).flatMap { _ in bigEndian32(offset) + bigEndian32(length) }
    }
    let locations = box(
      "iloc",
      [1, 0, 0, 0, 0x44, 0] + bigEndian16(3) + location(1, 0, offset, picture.count)
        + location(2, method, exifOffset, exifLength, times: times) + location(3, 1, 0, place.count))
    return box(
      "meta",
      bigEndian32(0) + box("hdlr", [UInt8](repeating: 0, count: 20)) + items + locations + box("idat", place)
        + box("uuid", place) + (properties.isEmpty ? [] : box("iprp", box("ipco", properties))))
  }

  /// The Exif item follows the picture in `mdat`; it can be said to stand there many times.
  /// - Parameter unnamed: stands behind both.
  static func photo(
    extra: [UInt8] = [], exifLength: Int? = nil, method: Int = 0, times: Int = 1, properties: [UInt8] = [],
    unnamed: [UInt8] = []
  ) -> [UInt8] {
    let exif = bigEndian32(0) + place + place
    let start =
      fileType.count
      + meta(offset: 0, exifOffset: 0, exifLength: 0, times: times, properties: properties).count + 8
    return fileType
      + meta(
        offset: start, exifOffset: start + picture.count, exifLength: exifLength ?? exif.count,
        method: method,
        times: times, properties: properties
      )
      + box("mdat", picture + exif + unnamed) + extra
  }
}

// MARK: the store

/// What the store makes of one file, sent in pieces of that length.
func store(
  _ content: [UInt8], in scratch: Scratch, pieces: Int = 1 << 20, end: FilePartEnd = .complete,
  limit: Int = 8 << 20, calls: PhotoFileCalls = PhotoFileCalls(), tenant: String = "tenant"
) -> Result<StoredPhoto, PhotoFault>? {
  var store = PhotoStore(uploads: scratch.path, tenant: tenant, random: .system, limit: limit, calls: calls)
  store.begin(FilePart(name: "photo", filename: "a.txt", declaredType: "text/html"))
  var position = 0
  while position < content.count {
    let next = min(position + pieces, content.count)
    store.append(content.span.extracting(position..<next))
    position = next
  }
  store.end(end)
  return store.outcomes.first?.result
}

/// The bytes on disk after that.
func stored(_ content: [UInt8], in scratch: Scratch, pieces: Int = 1 << 20) throws -> [UInt8]? {
  guard let photo = try store(content, in: scratch, pieces: pieces)?.get() else { return nil }
  let bytes = try Files.read(photo.path)
  return bytes.count == photo.size ? bytes : nil
}
