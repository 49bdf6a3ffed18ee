// PNGFormat.swift - PNG (W3C, third edition) without its metadata.
//
// Kept: the chunks that say how the picture looks, as long as they are no longer than the standard makes them.
// Dropped: tEXt, zTXt, iTXt, tIME, every unknown one, and what stands behind the end. Of eXIf stays how the
// camera was held, in an eXIf of that one value. Nothing is unpacked.

struct PNGFormat: SegmentedFormat {
  static let firstStep = FilterStep.gather(8)

  /// With the most bytes that each can hold.
  private static let keptChunks: [(type: [UInt8], longest: Int)] = [
    ("PLTE", 768), ("IDAT", .max), ("tRNS", 256), ("cHRM", 32), ("cICP", 4), ("gAMA", 4), ("iCCP", .max),
    ("mDCV", 24), ("cLLI", 8), ("sBIT", 4), ("sRGB", 1), ("bKGD", 6), ("hIST", 512), ("pHYs", 9),
    ("acTL", 8), ("fcTL", 26), ("fdAT", .max),
  ].map { (Array($0.0.utf8), $0.1) }
  /// Honest Exif holds a preview and a maker's notes at most.
  private static let exifLimit = 1 << 20

  private enum Expected {
    case signature, chunk, imageHeader, exif
  }

  private var expected = Expected.signature
  private var hasHeader = false
  private var hasData = false
  /// The first whole eXIf decides, as in browsers.
  private var hasExif = false

  mutating func next(_ header: [UInt8], to output: FilterOutput) throws(PhotoFault) -> FilterStep {
    switch expected {
    case .signature:
      guard header == PhotoKind.pngSignature else { throw .brokenImage }
      try output(header.span)
    case .imageHeader:
      let width = PNGFormat.number(header[..<4])
      let height = PNGFormat.number(header[4..<8])
      guard (1...0x7FFF_FFFF).contains(width), (1...0x7FFF_FFFF).contains(height) else { throw .brokenImage }
      try output(header.span)
      hasHeader = true
    case .exif: try exif(header, output)
    case .chunk: return try chunk(header, output)
    }
    expected = .chunk
    return .gather(8)
  }

  private mutating func chunk(_ header: [UInt8], _ output: FilterOutput) throws(PhotoFault) -> FilterStep {
    let length = PNGFormat.number(header[..<4])
    let type = Array(header[4...])
    let isSound = length <= 0x7FFF_FFFF && type.allSatisfy { (65...90).contains($0 & 0xDF) }
    guard isSound else {
      // Damage behind the picture's beginning: what there is can be shown.
      guard hasData else { throw .brokenImage }
      return .dropRest
    }
    if type == Array("IHDR".utf8) {
      guard !hasHeader, length == 13 else { throw .brokenImage }
      try output(header.span)
      expected = .imageHeader
      return .gather(17)
    }
    guard hasHeader else { throw .brokenImage }
    if type == Array("IEND".utf8) {
      guard hasData else { throw .brokenImage }
      try output(PNGChunk(type: "IEND", content: []).bytes.span)
      return .dropRest
    }
    // The checksum of four bytes goes with its chunk.
    if type == Array("eXIf".utf8), !hasExif, !hasData, length <= PNGFormat.exifLimit {
      expected = .exif
      return .gather(length + 4)
    }
    guard let kept = PNGFormat.keptChunks.first(where: { $0.type == type }), length <= kept.longest else {
      return .drop(length + 4, then: .gather(8))
    }
    if type == Array("IDAT".utf8) { hasData = true }
    try output(header.span)
    return .copy(length + 4, then: .gather(8))
  }

  /// - Parameter content: of the chunk, and its checksum. Decoders pass over a chunk whose checksum is wrong.
  private mutating func exif(_ content: [UInt8], _ output: FilterOutput) throws(PhotoFault) {
    let chunk = PNGChunk(type: "eXIf", content: content.dropLast(4))
    guard PNGFormat.number(content.suffix(4)) == Int(chunk.checksum) else { return }
    hasExif = true
    guard let orientation = ExifOrientation(tiff: content.dropLast(4)), orientation.isTurned else { return }
    try output(PNGChunk(type: "eXIf", content: orientation.tiff[...]).bytes.span)
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

  func finish() throws(PhotoFault) -> [FilePatch] {
    guard hasData else { throw .brokenImage }
    return []
  }
}
