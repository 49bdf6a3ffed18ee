// JPEGFormat.swift - JPEG (ITU T.81) without its metadata.
//
// Kept: the segments that decoding needs, JFIF (APP0, without its preview), ICC profiles (APP2), Adobe's colour
// transform (APP14). Dropped: every other APPn (Exif and XMP, IPTC, MPF, makers' own ones: GoPro keeps positions
// in APP6), comments, and everything behind the end of the image (previews and films with metadata of their own).
// Where Exif said how the camera was held, a new Exif of that one value takes its place.
//
// Files come out of order from programs that cut and join them: bytes between segments, a marker that lost its 0xFF,
// a restart where there is no scan. Browsers show these, since libjpeg looks for the next marker (`next_marker` and
// `read_markers` of jdmarker.c). So does this, and leaves out what lay between.

struct JPEGFormat: SegmentedFormat {
  private enum Expected {
    case start
    /// The byte behind a 0xFF where a segment should begin.
    case marker
    /// The byte behind a 0xFF in the data of a scan.
    case scanned
    case length(code: UInt8)
    /// The first bytes of an APPn: who wrote it.
    case owner(code: UInt8, length: Int)
    case exif
  }

  static let firstStep = FilterStep.gather(2)

  /// Bytes that may lie between segments, in all: a segment that lost its marker leaves up to 64 KiB behind.
  private static let junkLimit = 256 << 10

  private var expected = Expected.start
  private var hasFrame = false
  private var hasScan = false
  /// The first Exif decides, whatever it says, as in browsers.
  private var hasExif = false
  private var junk = 0

  mutating func skipped(_ count: Int) { junk += count }

  mutating func next(_ header: [UInt8], to output: FilterOutput) throws(PhotoFault) -> FilterStep {
    switch expected {
    case .start:
      guard header == [0xFF, 0xD8] else { throw .brokenImage }
      try output(header.span)
      return seek()
    case .marker: return try marker(header[0], output)
    case .scanned: return try scanned(header[0], output)
    case .length(let code): return try segment(code, Int(header[0]) << 8 | Int(header[1]), output)
    case .owner(let code, let length):
      guard let kept = JPEGFormat.kept(code, header) else { return drop(length - header.count) }
      // An ICC profile is as long as it is; the others end with what is known of them.
      let rest = code == 0xE2 ? length - header.count : 0
      try output(JPEGFormat.head(code, kept.count + rest).span)
      try output(kept.span)
      return rest > 0 ? copy(rest) : drop(length - header.count)
    case .exif:
      if header.starts(with: ExifOrientation.owner) {
        hasExif = true
        if let orientation = ExifOrientation(segment: header), orientation.isTurned {
          try output(orientation.segment.span)
        }
      }
      return seek()
    }
  }

  private mutating func scanned(_ code: UInt8, _ output: FilterOutput) throws(PhotoFault) -> FilterStep {
    switch code {
    case 0xFF: return .gather(1)  // Filling.
    case 0xC0...0xCF, 0xD8...0xFE: return try marker(code, output)
    default:  // A 0xFF of the picture itself, a restart, or damage that decoders step over.
      try output(JPEGFormat.bytes(0xFF, code).span)
      return .scan
    }
  }

  private mutating func marker(_ code: UInt8, _ output: FilterOutput) throws(PhotoFault) -> FilterStep {
    guard junk <= JPEGFormat.junkLimit else { return try end(output) }
    switch code {
    case 0xFF:  // Filling.
      junk += 1
      return .gather(1)
    case 0xD8, 0xD9:  // The end, or another image behind one that has none.
      return try end(output)
    case 0xC0...0xCF, 0xDA...0xFE:
      expected = .length(code: code)
      return .gather(2)
    default:  // No segment begins like this.
      junk += 2
      return seek()
    }
  }

  private mutating func end(_ output: FilterOutput) throws(PhotoFault) -> FilterStep {
    guard hasScan else { throw .brokenImage }
    try output(JPEGFormat.bytes(0xFF, 0xD9).span)
    return .dropRest
  }

  /// - Parameter length: as written, with its own two bytes.
  private mutating func segment(
    _ code: UInt8, _ length: Int, _ output: FilterOutput
  ) throws(PhotoFault) -> FilterStep {
    // libjpeg takes a length that cannot be for an empty segment.
    let length = max(length - 2, 0)
    switch code {
    case 0xE1 where length > 0 && !hasExif && !hasScan:
      expected = .exif
      return .gather(length)
    case 0xE0 where length >= 14, 0xE2 where length >= 14, 0xEE where length >= 12:
      expected = .owner(code: code, length: length)
      return .gather(code == 0xEE ? 12 : 14)
    case 0xDA:
      guard hasFrame else { throw .brokenImage }
      hasScan = true
      expected = .scanned
      try output(JPEGFormat.head(code, length).span)
      return length > 0 ? .copy(length, then: .scan) : .scan
    // Of these, DHT and DAC share the frames' range; C8 is nobody's.
    case 0xC0...0xC7, 0xC9...0xCF, 0xDB, 0xDD:
      guard length > 0 else {
        guard hasScan else { throw .brokenImage }
        return seek()
      }
      if code < 0xD0, code != 0xC4, code != 0xCC { hasFrame = true }
      try output(JPEGFormat.head(code, length).span)
      return copy(length)
    default: return drop(length)
    }
  }

  private mutating func seek() -> FilterStep {
    expected = .marker
    return .seek
  }

  private mutating func copy(_ count: Int) -> FilterStep {
    expected = .marker
    return .copy(count, then: .seek)
  }

  private mutating func drop(_ count: Int) -> FilterStep {
    expected = .marker
    return count > 0 ? .drop(count, then: .seek) : .seek
  }

  /// What is kept of an APPn's beginning; nil when all of it goes.
  private static func kept(_ code: UInt8, _ beginning: [UInt8]) -> [UInt8]? {
    switch code {
    case 0xE0: beginning.starts(with: "JFIF\0".utf8) ? beginning.prefix(12) + [0, 0] : nil
    case 0xE2: beginning.starts(with: "ICC_PROFILE\0".utf8) ? beginning : nil
    default: beginning.starts(with: "Adobe".utf8) ? beginning : nil
    }
  }

  private static func head(_ code: UInt8, _ length: Int) -> [UInt8] {
    [0xFF, code, UInt8(truncatingIfNeeded: (length + 2) >> 8), UInt8(truncatingIfNeeded: length + 2)]
  }

  private static func bytes(_ first: UInt8, _ second: UInt8) -> [UInt8] { [first, second] }

  func finish() throws(PhotoFault) -> [FilePatch] {
    guard hasScan else { throw .brokenImage }
    return []
  }
}
