// JPEGFormat.swift - JPEG (ITU T.81) without its metadata.
//
// Kept: the segments that decoding needs, JFIF (APP0), ICC profiles (APP2), Adobe's colour transform (APP14).
// Dropped: every other APPn (Exif and XMP, IPTC, MPF, makers' own ones: GoPro keeps positions in APP6),
// comments, and everything behind the end of the image (previews and films with metadata of their own).
// Where Exif said how the camera was held, a new Exif of that one value takes its place.

struct JPEGFormat: SegmentedFormat {
  private enum Expected {
    case start
    /// 0xFF.
    case prefix
    /// The byte behind 0xFF.
    case code
    case length(code: UInt8)
    /// The first bytes of an APPn: who wrote it.
    case owner(code: UInt8, length: Int)
    case exif
  }

  static let firstStep = FilterStep.gather(2)

  private var expected = Expected.start
  private var hasFrame = false
  private var isInScan = false
  private var hasOrientation = false

  mutating func next(_ header: [UInt8], to output: FilterOutput) throws(PhotoFault) -> FilterStep {
    switch expected {
    case .start:
      guard header == [0xFF, 0xD8] else { throw .brokenImage }
      try output(header.span)
      return expectMarker()
    case .prefix:
      expected = .code
      if header[0] == 0xFF { return .gather(1) }
      // Behind a segment between two scans: decoders look for the next marker, and so does `scan`.
      guard isInScan else { throw .brokenImage }
      try output(header.span)
      return .scan
    case .code: return try marker(header[0], output)
    case .length(let code): return try segment(code, Int(header[0]) << 8 | Int(header[1]), output)
    case .owner(let code, let length):
      expected = .prefix
      guard JPEGFormat.isKept(code, header) else { return drop(length - header.count) }
      try output(JPEGFormat.head(code, length).span)
      try output(header.span)
      return copy(length - header.count)
    case .exif:
      if !hasOrientation, let orientation = ExifOrientation(segment: header), orientation.isTurned {
        hasOrientation = true
        try output(orientation.segment.span)
      }
      return expectMarker()
    }
  }

  private mutating func marker(_ code: UInt8, _ output: FilterOutput) throws(PhotoFault) -> FilterStep {
    switch code {
    case 0xFF:  // Filling.
      return .gather(1)
    case 0xD9:
      guard isInScan else { throw .brokenImage }
      try output(JPEGFormat.bytes(0xFF, 0xD9).span)
      return .dropRest
    case 0xC0...0xCF, 0xDA...0xFE:
      expected = .length(code: code)
      return .gather(2)
    default:  // A 0xFF of the picture itself, a restart, or damage that decoders step over.
      guard isInScan else { throw .brokenImage }
      try output(JPEGFormat.bytes(0xFF, code).span)
      return .scan
    }
  }

  /// - Parameter length: as written, with its own two bytes.
  private mutating func segment(
    _ code: UInt8, _ length: Int, _ output: FilterOutput
  ) throws(PhotoFault) -> FilterStep {
    guard length >= 2 else {
      guard isInScan else { throw .brokenImage }
      expected = .code
      return .scan
    }
    let length = length - 2
    expected = .prefix
    switch code {
    case 0xE1 where length > 0 && !hasOrientation:
      expected = .exif
      return .gather(length)
    case 0xE0 where length >= 5, 0xE2 where length >= 12, 0xEE where length >= 5:
      expected = .owner(code: code, length: length)
      return .gather(code == 0xE2 ? 12 : 5)
    case 0xE0...0xFE: return drop(length)
    case 0xDA:
      guard hasFrame else { throw .brokenImage }
      isInScan = true
      expected = .code
      try output(JPEGFormat.head(code, length).span)
      return length > 0 ? .copy(length, then: .scan) : .scan
    default:
      // DHT, DAC and JPG share the frames' range.
      if (0xC0...0xCF).contains(code), ![0xC4, 0xC8, 0xCC].contains(code) { hasFrame = true }
      try output(JPEGFormat.head(code, length).span)
      return copy(length)
    }
  }

  private mutating func expectMarker() -> FilterStep {
    expected = .prefix
    return .gather(1)
  }

  private func copy(_ count: Int) -> FilterStep { count > 0 ? .copy(count, then: .gather(1)) : .gather(1) }

  private func drop(_ count: Int) -> FilterStep { count > 0 ? .drop(count, then: .gather(1)) : .gather(1) }

  private static func isKept(_ code: UInt8, _ owner: [UInt8]) -> Bool {
    switch code {
    case 0xE0: owner == Array("JFIF\0".utf8)
    case 0xE2: owner == Array("ICC_PROFILE\0".utf8)
    default: owner == Array("Adobe".utf8)
    }
  }

  private static func head(_ code: UInt8, _ length: Int) -> [UInt8] {
    [0xFF, code, UInt8(truncatingIfNeeded: (length + 2) >> 8), UInt8(truncatingIfNeeded: length + 2)]
  }

  private static func bytes(_ first: UInt8, _ second: UInt8) -> [UInt8] { [first, second] }

  func finish() throws(PhotoFault) -> [FilePatch] {
    guard isInScan else { throw .brokenImage }
    return []
  }
}
