// ExifOrientation.swift - how the camera was held: the one thing of Exif that is kept.

/// The orientation tag (0x0112) of Exif's first directory.
struct ExifOrientation: Hashable {
  /// Begins an APP1 segment that holds Exif; a byte of filling follows, whose value nobody asks.
  static let owner = Array("Exif\0".utf8)

  /// 1 (upright) to 8.
  let value: UInt8

  /// Whether leaving it out would show the photo wrongly.
  var isTurned: Bool { value > 1 }

  /// - Parameter segment: the content of an APP1 segment, of any kind.
  init?(segment: [UInt8]) {
    guard segment.starts(with: ExifOrientation.owner) else { return nil }
    self.init(tiff: segment.dropFirst(ExifOrientation.owner.count + 1))
  }

  /// - Parameter tiff: a TIFF header and what follows it. The first entry that makes sense counts, as in browsers; one
  ///   of another type or count than EXIF 2.32, section 4.6.4 asks makes none.
  init?(tiff: ArraySlice<UInt8>) {
    let isLittle = tiff.starts(with: [0x49, 0x49, 42, 0])
    guard isLittle || tiff.starts(with: [0x4D, 0x4D, 0, 42]) else { return nil }
    func number(_ offset: Int, _ length: Int) -> Int? {
      guard offset >= 0, offset + length <= tiff.count else { return nil }
      let bytes = tiff[(tiff.startIndex + offset)..<(tiff.startIndex + offset + length)]
      return isLittle
        ? bytes.reversed().reduce(0) { $0 << 8 | Int($1) } : bytes.reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(4, 4), let count = number(directory, 2) else { return nil }
    for index in 0..<count {
      let entry = directory + 2 + 12 * index
      guard let tag = number(entry, 2), let value = number(entry + 8, 2) else { return nil }
      let isSound = number(entry + 2, 2) == 3 && number(entry + 4, 4) == 1 && (1...8).contains(value)
      guard tag == 0x0112, isSound else { continue }
      self.value = UInt8(value)
      return
    }
    return nil
  }

  /// TIFF that says this and nothing else: the content of PNG's eXIf and of WebP's EXIF.
  var tiff: [UInt8] {
    [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0]
  }

  /// The same as a whole APP1 segment.
  var segment: [UInt8] { [0xFF, 0xE1, 0, 34] + ExifOrientation.owner + [0] + tiff }
}
