// BigEndianReader.swift - numbers out of ISO boxes; running off their end is a broken image.

/// Up to eight bytes as a number; nil when it does not fit.
func bigEndian(_ bytes: ArraySlice<UInt8>) -> Int? {
  guard bytes.count < 8 || bytes.count == 8 && bytes[bytes.startIndex] < 0x80 else { return nil }
  return bytes.reduce(0) { $0 << 8 | Int($1) }
}

/// Where an item's bytes stand.
struct ItemLocation {
  struct Extent {
    let offset: Int
    let length: Int
  }

  let item: Int
  /// 0: positions in the file; 1: in the `idat` box; 2: in another item.
  let method: Int
  let extents: [Extent]
}

struct BigEndianReader {
  /// Pieces of items in one file: a picture of 200 megapixels has a few hundred.
  private static let extentLimit = 16_384

  private let content: [UInt8]
  /// How many bytes were read.
  private(set) var position = 0

  init(_ content: [UInt8]) { self.content = content }

  mutating func bytes(_ count: Int) throws(PhotoFault) -> [UInt8] {
    guard count >= 0, count <= content.count - position else { throw .brokenImage }
    defer { position += count }
    return Array(content[position..<(position + count)])
  }

  mutating func skip(_ count: Int) throws(PhotoFault) { _ = try bytes(count) }

  /// A number of 0 to 8 bytes.
  mutating func number(_ count: Int) throws(PhotoFault) -> Int {
    guard let number = bigEndian(try bytes(count)[...]) else { throw .brokenImage }
    return number
  }

  mutating func text(_ count: Int) throws(PhotoFault) -> String {
    String(decoding: try bytes(count), as: UTF8.self)
  }

  /// The content of an `iloc` box, versions 0 to 2.
  mutating func itemLocations() throws(PhotoFault) -> [ItemLocation] {
    let version = try number(1)
    guard version <= 2 else { throw .brokenImage }
    try skip(3)
    let sizes = try number(2)
    let (offsetSize, lengthSize, baseSize) = (sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15)
    let indexSize = version == 0 ? 0 : sizes & 15
    guard [offsetSize, lengthSize, baseSize, indexSize].allSatisfy([0, 4, 8].contains) else {
      throw .brokenImage
    }
    var locations: [ItemLocation] = []
    var left = BigEndianReader.extentLimit
    for _ in 0..<(try number(version < 2 ? 2 : 4)) {
      let item = try number(version < 2 ? 2 : 4)
      let method = version == 0 ? 0 : try number(2) & 15
      try skip(2)
      let base = try number(baseSize)
      var extents: [ItemLocation.Extent] = []
      let count = try number(2)
      // Extents without sizes take no bytes here: their number must not be believed.
      left -= count
      guard left >= 0 else { throw .brokenImage }
      for _ in 0..<count {
        try skip(indexSize)
        let (offset, isTooFar) = base.addingReportingOverflow(try number(offsetSize))
        let length = try number(lengthSize)
        guard !isTooFar else { throw .brokenImage }
        extents.append(ItemLocation.Extent(offset: offset, length: length))
      }
      locations.append(ItemLocation(item: item, method: method, extents: extents))
    }
    return locations
  }
}
