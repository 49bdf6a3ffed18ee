// PNGFormat.swift - PNG (W3C, third edition) without its metadata.
//
// Kept: the chunks that say how the picture looks. Dropped: eXIf, tEXt, zTXt, iTXt, tIME, and every unknown
// one, and what stands behind the end. Nothing is unpacked.

struct PNGFormat: SegmentedFormat {
  static let firstStep = FilterStep.gather(8)

  private static let keptChunks = [
    "PLTE", "IDAT", "tRNS", "cHRM", "cICP", "gAMA", "iCCP", "mDCV", "cLLI", "sBIT", "sRGB", "bKGD", "hIST",
    "pHYs",
    "acTL", "fcTL", "fdAT",
  ].map { Array($0.utf8) }

  private enum Expected {
    case signature, chunk, imageHeader
  }

  private var expected = Expected.signature
  private var hasHeader = false
  private var hasData = false

  mutating func next(_ header: [UInt8], to output: FilterOutput) throws(PhotoFault) -> FilterStep {
    switch expected {
    case .signature:
      guard header == PhotoKind.pngSignature else { throw .brokenImage }
      try output(header.span)
      expected = .chunk
      return .gather(8)
    case .imageHeader:
      let width = header[..<4].reduce(0) { $0 << 8 | Int($1) }
      let height = header[4..<8].reduce(0) { $0 << 8 | Int($1) }
      guard (1...0x7FFF_FFFF).contains(width), (1...0x7FFF_FFFF).contains(height) else { throw .brokenImage }
      try output(header.span)
      hasHeader = true
      expected = .chunk
      return .gather(8)
    case .chunk: return try chunk(header, output)
    }
  }

  private mutating func chunk(_ header: [UInt8], _ output: FilterOutput) throws(PhotoFault) -> FilterStep {
    let length = header[..<4].reduce(0) { $0 << 8 | Int($1) }
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
      try output(header.span)
      return .copy(length + 4, then: .dropRest)
    }
    // The checksum of four bytes goes with its chunk.
    guard PNGFormat.keptChunks.contains(type) else { return .drop(length + 4, then: .gather(8)) }
    if type == Array("IDAT".utf8) { hasData = true }
    try output(header.span)
    return .copy(length + 4, then: .gather(8))
  }

  func finish() throws(PhotoFault) -> [FilePatch] {
    guard hasData else { throw .brokenImage }
    return []
  }
}
