// ExifOrientation.swift - how the camera was held: the one thing of Exif that is kept.

/// The orientation tag (0x0112) of Exif's first directory.
struct ExifOrientation: Hashable {
  /// 1 (upright) to 8.
  let value: UInt8

  /// Whether leaving it out would show the photo wrongly.
  var isTurned: Bool { value > 1 }

  /// - Parameter segment: the content of an APP1 segment, of any kind.
  init?(segment: [UInt8]) {
    let tiff = segment.dropFirst(6)
    guard segment.starts(with: Array("Exif\0\0".utf8)), tiff.count >= 8 else { return nil }
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
      guard let tag = number(entry, 2) else { return nil }
      guard tag == 0x0112 else { continue }
      guard number(entry + 2, 2) == 3, let value = number(entry + 8, 2), (1...8).contains(value) else {
        return nil
      }
      self.value = UInt8(value)
      return
    }
    return nil
  }

  /// A whole APP1 segment that says this and nothing else.
  var segment: [UInt8] {
    [0xFF, 0xE1, 0, 34] + Array("Exif\0\0".utf8) + [0x4D, 0x4D, 0, 42, 0, 0, 0, 8]
      + [0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0]
  }
}
