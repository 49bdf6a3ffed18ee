// PhotoMetadataTests.swift - places are gone, the picture is not: JPEG, PNG, WebP, HEIC.

import Platform
import Testing

@testable import Uploads

@Suite struct PhotoMetadataTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func turned(_ value: UInt8) throws -> [UInt8] {
    try #require(ExifOrientation(segment: exif(orientation: value))).segment
  }

  // MARK: JPEG

  @Test func `a JPEG keeps its picture, its profile and how it is turned, and no place`() throws {
    let bytes = try stored(JPEG.with(exif(orientation: 6)), in: scratch)
    #expect(bytes == JPEG.clean(try turned(6)))
  }

  @Test func `the written orientation reads back`() throws {
    for value in UInt8(1)...8 {
      let segment = try turned(value)
      #expect(segment.count == 36)
      #expect(ExifOrientation(segment: Array(segment[4...]))?.value == value)
    }
  }

  @Test func `an orientation is understood in both byte orders`() throws {
    #expect(ExifOrientation(segment: exif(orientation: 8, isLittle: true))?.value == 8)
    #expect(ExifOrientation(segment: exif(orientation: 8))?.value == 8)
  }

  @Test(arguments: [nil, 0, 1, 9, 255] as [UInt8?])
  func `without a turn, or with a senseless one, no Exif is left`(_ value: UInt8?) throws {
    #expect(try stored(JPEG.with(exif(orientation: value)), in: scratch) == JPEG.clean([]))
  }

  @Test func `Exif cut anywhere is dropped and does no harm`() throws {
    let whole = exif(orientation: 6)
    let kept = JPEG.clean(try turned(6))
    for length in 0...whole.count {
      let bytes = try #require(try stored(JPEG.with(Array(whole[..<length])), in: scratch))
      #expect(bytes == JPEG.clean([]) || bytes == kept)
    }
  }

  @Test(arguments: [1, 2, 3, 5, 17, 64, 65, 100]) func `borders of reads change nothing`(_ pieces: Int) throws
  {
    let bytes = try stored(JPEG.with(exif(orientation: 3)), in: scratch, pieces: pieces)
    #expect(bytes == JPEG.clean(try turned(3)))
  }

  @Test func `a JPEG cut before its picture is broken, later it is kept, nothing is left of the broken`()
    throws
  {
    let clean = JPEG.clean([])
    let start = try #require(clean.indices.first { clean[$0...].starts(with: [0xFF, 0xDA]) })
    for length in 4..<clean.count {
      let result = store(Array(clean[..<length]), in: scratch)
      if length < start + 4 {
        #expect(result == .failure(.brokenImage))
      } else {
        #expect((try? result?.get()) != nil)
      }
    }
    #expect(scratch.names.count == clean.count - start - 4)
  }

  @Test(
    arguments: [
      [0xFF, 0xE0, 0, 1], [0xFF, 0xDB, 0, 0], [0xFF, 0xFE, 0, 4, 1, 2, 3], [0xFF, 0xE0, 0, 2, 0xFF, 0xD9],
      [0xFF, 0xFE, 0, 2, 0xFF, 0xD8], [0xFF, 0xFE, 0, 2, 0xFF, 0xDA, 0, 2], [0xFF, 0xE0, 0, 2, 0xFF, 0x01],
    ] as [[UInt8]]) func `a JPEG whose segments are broken is refused`(_ segments: [UInt8])
  {
    let content = [0xFF, 0xD8] + segments + [UInt8](repeating: 0, count: 100)
    #expect(store(content, in: scratch) == .failure(.brokenImage))
    #expect(scratch.names == [])
  }

  // MARK: PNG

  @Test(arguments: [1, 7, 1 << 20]) func `a PNG keeps its picture, and no text, Exif or unknown chunk`(
    _ pieces: Int
  ) throws {
    let header = pngHeader(width: 4, height: 4)
    let kept =
      pngChunk("gAMA", [0, 0, 1, 1]) + pngChunk("IDAT", [1, 2, 3]) + pngChunk("IDAT", [])
      + pngChunk("IEND", [])
    let dropped = ["eXIf", "tEXt", "zTXt", "iTXt", "tIME", "prVt", "IDOT"].flatMap { pngChunk($0, place) }
    let sent = header + dropped + kept.dropLast(12) + dropped + kept.suffix(12) + place
    #expect(try stored(sent, in: scratch, pieces: pieces) == header + kept)
  }

  @Test func `a PNG that would unpack to four gigapixels is some bytes like any other`() throws {
    let bomb =
      pngHeader(width: 65_535, height: 65_535) + pngChunk("IDAT", [UInt8](repeating: 0, count: 5000))
      + pngChunk("IEND", [])
    #expect(try stored(bomb, in: scratch) == bomb)
  }

  @Test func `a PNG without size, picture or sense is refused`() {
    let header = pngHeader(width: 4, height: 4)
    let rest = [UInt8](repeating: 0, count: 60)
    for content in [
      header, header + pngChunk("IEND", []), header + header,
      pngHeader(width: 0, height: 4) + pngChunk("IDAT", rest),
      header + rest, header + [0xFF, 0xFF, 0xFF, 0xFF] + Array("IDAT".utf8) + rest,
    ] {
      #expect(store(content, in: scratch) == .failure(.brokenImage))
    }
    #expect(scratch.names == [])
  }

  // MARK: WebP

  @Test(arguments: [1, 7, 1 << 20]) func `a WebP keeps its picture, its flags and size put right`(
    _ pieces: Int
  ) throws {
    let picture = webPChunk("ICCP", [1, 2, 3]) + webPChunk("VP8 ", [UInt8](repeating: 5, count: 33))
    func features(_ flags: UInt8) -> [UInt8] { webPChunk("VP8X", [flags] + [UInt8](repeating: 0, count: 9)) }
    let sent = webP(
      features(0x3C) + picture + webPChunk("EXIF", place + [1]) + webPChunk("XMP ", place)
        + webPChunk("x", []))
    #expect(try stored(sent + place, in: scratch, pieces: pieces) == webP(features(0x30) + picture))
  }

  @Test func `a WebP without a picture, or with sizes beyond its own, is refused`() {
    let rest = [UInt8](repeating: 0, count: 60)
    for content in [
      webP(webPChunk("VP8X", rest)), webP(webPChunk("VP8X", [1])) + rest,
      Array("RIFF".utf8) + littleEndian32(20) + Array("WEBP".utf8) + webPChunk("VP8 ", rest),
      Array("RIFF".utf8) + littleEndian32(0) + Array("WEBP".utf8) + webPChunk("VP8 ", rest),
    ] {
      #expect(store(content, in: scratch) == .failure(.brokenImage))
    }
    #expect(scratch.names == [])
  }

  // MARK: HEIC

  @Test func `a HEIC's places are blanked where they stand, its picture stays`() throws {
    let sent = HEIC.photo(extra: box("mpvd", place) + place)
    let bytes = try #require(try stored(sent, in: scratch))
    #expect(sent.holdsPlace && !bytes.holdsPlace)
    #expect(bytes.count == sent.count - place.count)
    let start = HEIC.photo().count - HEIC.picture.count - 36
    #expect(bytes[start..<(start + 40)].elementsEqual(HEIC.picture))
  }

  @Test func `a HEIC that does not say where its places are is refused`() {
    for content in [
      HEIC.photo(exifLength: 0), HEIC.photo(exifLength: 1 << 20), HEIC.photo(method: 2),
      HEIC.photo(times: 100),
      HEIC.fileType + box("mdat", place),
      HEIC.fileType + box("meta", bigEndian32(0)) + box("mdat", place), HEIC.fileType + HEIC.picture,
      HEIC.photo() + HEIC.photo(),
    ] {
      #expect(store(content + [UInt8](repeating: 0, count: 64), in: scratch) == .failure(.brokenImage))
    }
    #expect(scratch.names == [])
  }

  // MARK: mutations

  @Test func `mutated photos are kept or refused, and never crash`() throws {
    var random = SeededGenerator(7)
    let whole = [
      JPEG.with(exif(orientation: 6)), HEIC.photo(extra: box("mpvd", place)),
      pngHeader(width: 4, height: 4) + pngChunk("tEXt", place) + pngChunk("IDAT", place)
        + pngChunk("IEND", []),
      webP(
        webPChunk("VP8X", [8] + [UInt8](repeating: 0, count: 9)) + webPChunk("VP8 ", place)
          + webPChunk("EXIF", place)),
    ]
    let calls = PhotoFileCalls(sync: { _ in 0 })
    var kept = 0
    for round in 0..<4000 {
      var photo = whole[round % whole.count]
      for _ in 0...Int.random(in: 0...3, using: &random) {
        let position = Int.random(in: 0..<photo.count, using: &random)
        photo[position] =
          [0, 1, 0xFF, 0x80, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
      }
      let result = store(photo, in: scratch, pieces: Int.random(in: 1...300, using: &random), calls: calls)
      if let photo = try? result?.get() {
        kept += 1
        try Files.remove(photo.path)
      }
    }
    #expect(kept > 500)
    #expect(scratch.names == [])
  }
}
