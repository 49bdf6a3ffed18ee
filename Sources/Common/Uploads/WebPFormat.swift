// WebPFormat.swift - WebP (RFC 9649) without its metadata.
//
// Kept: the chunks that say how the picture looks. Dropped: EXIF, XMP, every unknown one, and what stands
// behind the RIFF container; the flags in VP8X are cleared on the way, the container's size is put right
// when the file is there.

struct WebPFormat: SegmentedFormat {
  static let firstStep = FilterStep.gather(12)

  private static let keptChunks = ["ICCP", "ANIM", "ANMF", "ALPH", "VP8 ", "VP8L"].map { Array($0.utf8) }
  private static let pictures = ["ANMF", "VP8 ", "VP8L"].map { Array($0.utf8) }

  private enum Expected {
    case container, chunk
    case features(size: Int)
  }

  private var expected = Expected.container
  /// What the container says is still to come.
  private var left = 0
  private var kept = 0
  private var isFirst = true
  private var hasPicture = false

  mutating func next(_ header: [UInt8], to output: FilterOutput) throws(PhotoFault) -> FilterStep {
    switch expected {
    case .container:
      guard header.starts(with: "RIFF".utf8), header[8...].elementsEqual("WEBP".utf8) else {
        throw .brokenImage
      }
      left = WebPFormat.number(header[4..<8]) - 4
      try output(header.span)
      kept = 4
      expected = .chunk
      return .gather(8)
    case .features(let size):
      var features = header
      features[0] &= ~0x0C  // Exif and XMP.
      try output(features.span)
      expected = .chunk
      return size > 10 ? .copy(size - 10, then: .gather(8)) : .gather(8)
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
    guard WebPFormat.keptChunks.contains(type) else {
      return padded > 0 ? .drop(padded, then: .gather(8)) : .gather(8)
    }
    if WebPFormat.pictures.contains(type) { hasPicture = true }
    try output(header.span)
    kept += 8 + padded
    return padded > 0 ? .copy(padded, then: .gather(8)) : .gather(8)
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
    return [FilePatch(offset: 4, bytes: (0..<4).map { UInt8(truncatingIfNeeded: kept >> (8 * $0)) })]
  }
}
