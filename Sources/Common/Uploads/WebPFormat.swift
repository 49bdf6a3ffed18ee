// WebPFormat.swift - WebP (RFC 9649) without its metadata.
//
// Kept: the chunks that say how the picture looks. Dropped: EXIF, XMP, every unknown one, and what stands
// behind the RIFF container. Of EXIF stays how the camera was held, in an EXIF of that one value. The flags in VP8X
// are cleared on the way; flags and the container's size are put right when the file is there. A frame of an
// animation keeps its size, so what it should not hold is blanked where it stands.

struct WebPFormat: SegmentedFormat {
  static let firstStep = FilterStep.gather(12)

  private static let keptChunks = ["ICCP", "ANIM", "ALPH", "VP8 ", "VP8L"].map { Array($0.utf8) }
  private static let frameChunks = ["ALPH", "VP8 ", "VP8L"].map { Array($0.utf8) }
  private static let pictures = ["VP8 ", "VP8L"].map { Array($0.utf8) }
  /// Where a VP8X, always the first chunk, has its flags.
  private static let flagsOffset = 20
  private static let exifFlag: UInt8 = 0x08
  private static let xmpFlag: UInt8 = 0x04
  private static let exifLimit = 1 << 20

  private enum Expected {
    case container, chunk, frame, frameChunk, frameRest
    case features(size: Int)
    case exif(size: Int)
  }

  private var expected = Expected.container
  /// What the container says is still to come.
  private var left = 0
  private var leftInFrame = 0
  private var kept = 0
  private var isFirst = true
  private var hasPicture = false
  /// As they are written; nil without VP8X.
  private var flags: UInt8?
  private var saysExif = false
  /// The first EXIF decides.
  private var hasExif = false

  mutating func next(_ header: [UInt8], to output: FilterOutput) throws(PhotoFault) -> FilterStep {
    switch expected {
    case .container:
      guard header.starts(with: "RIFF".utf8), header[8...].elementsEqual("WEBP".utf8) else {
        throw .brokenImage
      }
      left = WebPFormat.number(header[4..<8]) - 4
      try output(header.span)
      kept = 4
      return nextChunk()
    case .features(let size):
      var features = header
      saysExif = features[0] & WebPFormat.exifFlag != 0
      features[0] &= ~(WebPFormat.exifFlag | WebPFormat.xmpFlag)
      flags = features[0]
      try output(features.span)
      expected = .chunk
      return size > 10 ? .blank(size - 10, then: .gather(8)) : .gather(8)
    case .exif(let size):
      try exif(header.prefix(size), output)
      return nextChunk()
    case .frame:
      try output(header.span)
      return .gather(nextInFrame())
    case .frameRest:
      try output([UInt8](repeating: 0, count: header.count).span)
      return nextChunk()
    case .frameChunk: return try frameChunk(header, output)
    case .chunk: return try chunk(header, output)
    }
  }

  private mutating func chunk(_ header: [UInt8], _ output: FilterOutput) throws(PhotoFault) -> FilterStep {
    guard left >= 8 else { return try end() }
    let type = Array(header[..<4])
    let size = WebPFormat.number(header[4...])
    let padded = size + size % 2
    left -= 8
    // Some writers leave the last padding byte out.
    guard size <= left else { return try end() }
    left -= padded
    defer { isFirst = false }
    if type == Array("VP8X".utf8) {
      guard isFirst, size >= 10 else { throw .brokenImage }
      try output(header.span)
      kept += 8 + padded
      expected = .features(size: padded)
      return .gather(10)
    }
    // Decoders look for EXIF only where VP8X announces it.
    if type == Array("EXIF".utf8), saysExif, !hasExif, (1...WebPFormat.exifLimit).contains(size) {
      expected = .exif(size: size)
      // The last padding byte may be missing.
      return .gather(left >= 0 ? padded : size)
    }
    if type == Array("ANMF".utf8), size >= 16 {
      hasPicture = true
      try output(header.span)
      kept += 8 + padded
      leftInFrame = padded - 16
      expected = .frame
      return .gather(16)
    }
    guard WebPFormat.keptChunks.contains(type) else {
      return padded > 0 ? .drop(padded, then: .gather(8)) : .gather(8)
    }
    if WebPFormat.pictures.contains(type) { hasPicture = true }
    try output(header.span)
    kept += 8 + padded
    return padded > 0 ? .copy(padded, then: .gather(8)) : .gather(8)
  }

  private mutating func frameChunk(
    _ header: [UInt8], _ output: FilterOutput
  ) throws(PhotoFault) -> FilterStep {
    let size = WebPFormat.number(header[4...])
    let padded = min(size + size % 2, leftInFrame)
    leftInFrame -= padded
    let isKept = WebPFormat.frameChunks.contains(Array(header[..<4]))
    try output((isKept ? header : Array("JUNK".utf8) + header[4...]).span)
    let following = nextInFrame()
    guard padded > 0 else { return .gather(following) }
    return isKept ? .copy(padded, then: .gather(following)) : .blank(padded, then: .gather(following))
  }

  /// How many bytes of the frame, or behind it, are to be gathered next.
  private mutating func nextInFrame() -> Int {
    guard leftInFrame > 0 else {
      expected = .chunk
      return 8
    }
    let count = min(leftInFrame, 8)
    expected = count == 8 ? .frameChunk : .frameRest
    leftInFrame -= count
    return count
  }

  private mutating func exif(_ content: ArraySlice<UInt8>, _ output: FilterOutput) throws(PhotoFault) {
    hasExif = true
    // Some writers put JPEG's "Exif\0\0" before it.
    guard let orientation = ExifOrientation(tiff: content) ?? ExifOrientation(segment: Array(content)),
      orientation.isTurned
    else { return }
    let tiff = orientation.tiff
    try output(("EXIF".utf8 + [UInt8(tiff.count), 0, 0, 0] + tiff).span)
    kept += 8 + tiff.count
    flags? |= WebPFormat.exifFlag
  }

  private mutating func nextChunk() -> FilterStep {
    expected = .chunk
    return .gather(8)
  }

  private func end() throws(PhotoFault) -> FilterStep {
    guard hasPicture else { throw .brokenImage }
    return .dropRest
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  func finish() throws(PhotoFault) -> [FilePatch] {
    guard hasPicture else { throw .brokenImage }
    let size = FilePatch(offset: 4, bytes: (0..<4).map { UInt8(truncatingIfNeeded: kept >> (8 * $0)) })
    guard let flags else { return [size] }
    return [size, FilePatch(offset: WebPFormat.flagsOffset, bytes: [flags])]
  }
}
