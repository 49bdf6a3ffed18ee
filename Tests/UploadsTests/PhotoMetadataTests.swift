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

  @Test(
    arguments: [
      [0, 0], [0] + segment(0xE1, exif(orientation: 6)).dropFirst(), [0xFF, 0xD0], [0xFF, 0x01],
      [0x41, 0xFF, 0, 0x42], [0xFF, 0x7F], [0xFF, 0xFF, 0xFF], [0xFF, 0xFE, 0, 0], [0xFF, 0xE5, 0, 1],
      segment(0xDC, place), segment(0xC8, place), segment(0xF3, place), place,
      segment(0xE0, Array("JFIF\0".utf8) + [1]), segment(0xEE, Array("Adobe".utf8)),
    ] as [[UInt8]]) func `what lies between the segments of a JPEG is left out, and the picture kept`(
      _ junk: [UInt8]
    ) throws
  {
    let (start, rest) = ([0xFF, 0xD8] + JPEG.jfif, JPEG.profile + JPEG.frame + JPEG.scan)
    let end = JPEG.secondScan + JPEG.end
    let tables = segment(0xC4, [9])
    for pieces in [1, 7, 1 << 20] {
      let sent = start + junk + rest + segment(0xC4, [9]) + junk + end
      #expect(try stored(sent, in: scratch, pieces: pieces) == start + rest + tables + end)
    }
    let first = try stored([0xFF, 0xD8, 0xFF, 0xFE, 0, 2] + junk + rest + end, in: scratch)
    #expect(first == [0xFF, 0xD8] + rest + end)
  }

  @Test func `more than a lost segment between segments is no JPEG, and behind its picture the end of it`()
    throws
  {
    let rest = JPEG.frame + JPEG.scan
    for junk in [[UInt8](repeating: 65, count: 1 << 20), [UInt8](repeating: 0xFF, count: 1 << 20)] {
      let sent = [0xFF, 0xD8] + JPEG.jfif + junk
      #expect(store(sent + rest + JPEG.end, in: scratch, pieces: 4096) == .failure(.brokenImage))
      let whole = [0xFF, 0xD8] + rest + segment(0xDD, [0, 0]) + JPEG.end
      let late = [0xFF, 0xD8] + rest + segment(0xDD, [0, 0]) + junk + JPEG.secondScan + JPEG.end
      #expect(try stored(late, in: scratch, pieces: 4096) == whole)
    }
    let little = [0xFF, 0xD8] + JPEG.jfif + [UInt8](repeating: 65, count: 65_000) + rest + JPEG.end
    #expect(try stored(little, in: scratch) == [0xFF, 0xD8] + JPEG.jfif + rest + JPEG.end)
  }

  @Test func `of several Exif segments the first decides, whatever it says`() throws {
    let last = segment(0xE1, exif(orientation: 6))
    for first in [
      exif(orientation: nil), exif(orientation: 1), exif(orientation: 9), Array("Exif\0\0?".utf8),
    ] {
      let sent = [0xFF, 0xD8] + segment(0xE1, first) + last + JPEG.frame + JPEG.scan + last + JPEG.end
      #expect(try stored(sent, in: scratch) == [0xFF, 0xD8] + JPEG.frame + JPEG.scan + JPEG.end)
    }
    let xmp = segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + place)
    let sent = [0xFF, 0xD8] + xmp + segment(0xE1, exif(orientation: 3)) + last + JPEG.frame + JPEG.scan
    #expect(try stored(sent, in: scratch) == [0xFF, 0xD8] + turned(3) + JPEG.frame + JPEG.scan)
  }

  @Test func `an image behind an image without an end is left out`() throws {
    let image = [0xFF, 0xD8] + JPEG.frame + JPEG.scan
    let sent = image + [0xFF, 0xD8] + segment(0xE1, exif(orientation: 6)) + JPEG.frame + JPEG.scan + place
    #expect(try stored(sent, in: scratch) == image + JPEG.end)
  }

  @Test func `JFIF and Adobe's transform end with what is known of them`() throws {
    let sent =
      [0xFF, 0xD8] + segment(0xE0, Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 9, 9] + place)
      + segment(0xEE, JPEG.adobe[4...] + place) + JPEG.frame + JPEG.scan
    #expect(try stored(sent, in: scratch) == [0xFF, 0xD8] + JPEG.jfif + JPEG.adobe + JPEG.frame + JPEG.scan)
  }

  // MARK: PNG

  private func pngExif(_ orientation: UInt8?) -> [UInt8] {
    pngChunk("eXIf", Array(exif(orientation: orientation).dropFirst(6)))
  }

  @Test(arguments: [1, 7, 1 << 20]) func `a PNG keeps how it is turned in an eXIf of that one value`(
    _ pieces: Int
  ) throws {
    let (header, data) = (pngHeader(width: 4, height: 4), pngChunk("IDAT", [1]) + pngChunk("IEND", []))
    for value in UInt8(1)...8 {
      let bytes = try stored(header + pngExif(value) + pngExif(6) + data, in: scratch, pieces: pieces)
      let kept = value > 1 ? pngChunk("eXIf", try turned(value).suffix(26)) : []
      #expect(bytes == header + kept + data)
    }
  }

  @Test func `an eXIf that lies is dropped, and one behind the picture`() throws {
    let (header, data) = (pngHeader(width: 4, height: 4), pngChunk("IDAT", [1]) + pngChunk("IEND", []))
    var damaged = pngExif(6)
    damaged[20] ^= 1
    // A directory of 65,535 entries, and one that begins in itself.
    let huge = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 600)
    let loop: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 0, 0, 0, 0, 0]
    let far: [UInt8] = [0x49, 0x49, 42, 0, 0xFF, 0xFF, 0xFF, 0xFF]
    for content in [[], huge, loop, far, place, Array(exif(orientation: 6))] {
      #expect(try stored(header + pngChunk("eXIf", content) + data, in: scratch) == header + data)
      #expect(
        try stored(header + pngChunk("eXIf", content) + pngExif(6) + data, in: scratch) == header + data)
    }
    #expect(try stored(header + damaged + data, in: scratch) == header + data)
    let intact = pngChunk("eXIf", try turned(6).suffix(26))
    #expect(try stored(header + damaged + pngExif(6) + data, in: scratch) == header + intact + data)
    let late = header + pngChunk("IDAT", [1]) + pngExif(6) + pngChunk("IEND", [])
    #expect(try stored(late, in: scratch) == header + data)
    let large = pngChunk("eXIf", [UInt8](repeating: 0, count: 2 << 20))
    #expect(try stored(header + large + data, in: scratch) == header + data)
    let cut = header + [0x7F, 0xFF, 0xFF, 0xFF] + Array("eXIf".utf8) + place + data
    #expect(store(cut, in: scratch) == .failure(.brokenImage))
  }

  @Test func `a PNG's chunk that is longer than it can be is dropped, and its end says nothing`() throws {
    #expect(PNGChunk(type: "IEND", content: []).bytes.suffix(4) == [0xAE, 0x42, 0x60, 0x82])
    let header = pngHeader(width: 4, height: 4)
    let long = ["gAMA", "pHYs", "sRGB", "acTL"].flatMap { pngChunk($0, place + place) }
    let sent = header + long + pngChunk("IDAT", [1]) + pngChunk("IEND", place)
    #expect(try stored(sent, in: scratch) == header + pngChunk("IDAT", [1]) + pngChunk("IEND", []))
  }

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

  @Test(arguments: [1, 7, 1 << 20]) func `a WebP keeps how it is turned, where it says that it has Exif`(
    _ pieces: Int
  ) throws {
    let picture = webPChunk("VP8 ", [UInt8](repeating: 5, count: 33))
    func features(_ flags: UInt8) -> [UInt8] { webPChunk("VP8X", [flags] + [UInt8](repeating: 0, count: 9)) }
    func sent(_ flags: UInt8, _ exif: [UInt8]) -> [UInt8] { webP(features(flags) + picture + exif) }
    func chunk(_ value: UInt8, from start: Int = 6) -> [UInt8] {
      webPChunk("EXIF", Array(exif(orientation: value, isLittle: true).dropFirst(start)))
    }
    let kept = webP(features(0x18) + picture + webPChunk("EXIF", try turned(6).suffix(26)))
    for start in [0, 6] {
      let bytes = try stored(sent(0x1C, chunk(6, from: start) + chunk(3)), in: scratch, pieces: pieces)
      #expect(bytes == kept)
    }
    let plain = webP(features(0x10) + picture)
    #expect(try stored(sent(0x10, chunk(6)), in: scratch, pieces: pieces) == plain)
    #expect(try stored(sent(0x18, chunk(1) + chunk(6)), in: scratch, pieces: pieces) == plain)
    #expect(
      try stored(webP(picture + chunk(6)), in: scratch, pieces: pieces) == webP(picture))
  }

  @Test(arguments: [1, 7, 1 << 20]) func `what a frame of a WebP should not hold is blanked in it`(
    _ pieces: Int
  ) throws {
    let features = webPChunk("VP8X", [2] + [UInt8](repeating: 0, count: 9))
    let head = [UInt8](repeating: 7, count: 16)
    let picture = webPChunk("ALPH", [1, 2, 3]) + webPChunk("VP8 ", [UInt8](repeating: 5, count: 33))
    func blank(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
    func photo(_ more: [UInt8]) -> [UInt8] {
      webP(features + webPChunk("ANMF", head + picture + more) + webPChunk("ANMF", head + picture))
    }
    let note = webPChunk("note", place)
    let clean = Array("JUNK".utf8) + note[4..<8] + blank(note.count - 8)
    for (more, kept) in [(note, clean), (note + [1, 2, 3, 4], clean + blank(4))] {
      #expect(try stored(photo(more), in: scratch, pieces: pieces) == photo(kept))
    }
    // Longer than the frame.
    let long = Array("note".utf8) + littleEndian32(1 << 20) + place + [1]
    let bytes = try #require(try stored(photo(long), in: scratch, pieces: pieces))
    #expect(bytes == photo(Array("JUNK".utf8) + littleEndian32(1 << 20) + blank(place.count + 1)))
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

  @Test func `a HEIC keeps the properties it is shown by; titles, times and loose bytes are blanked`() throws
  {
    let kept =
      box("ispe", bigEndian32(0) + bigEndian32(4) + bigEndian32(4)) + box("irot", [1])
      + box("colr", Array("prof".utf8) + [1, 2, 3])
    let others = ["udes", "uuid", "crtt", "mdft", "free", "skip", "\0\0\0\0"].map { box($0, place) }
    let sent = HEIC.photo(
      properties: kept + others.flatMap { $0 } + box("colr", Array("note".utf8) + place)
        + box("irot", [2] + place), unnamed: place)
    let bytes = try #require(try stored(sent, in: scratch))
    #expect(!bytes.holdsPlace)
    #expect(bytes.count == sent.count)
    #expect(bytes.contains(kept + box("free", [UInt8](repeating: 0, count: place.count))))
    #expect(bytes.contains(box("irot", [2] + [UInt8](repeating: 0, count: place.count))))
    #expect(bytes.contains(HEIC.picture))
  }

  @Test func `a HEIC's number of pieces is not believed`() {
    // Pieces without sizes take no bytes where they are listed: two thousand million fit into the limit of `meta`.
    let items = (0..<30_000).flatMap { bigEndian16($0) + bigEndian16(0) + bigEndian16(0xFFFF) }
    let meta = box(
      "meta",
      bigEndian32(0) + box("iinf", bigEndian32(0) + bigEndian16(0))
        + box("iloc", bigEndian32(0) + bigEndian16(0) + bigEndian16(30_000) + items))
    #expect(
      store(HEIC.fileType + meta + box("mdat", place), in: scratch) == .failure(.brokenImage))
  }

  @Test func `a HEIC that does not say where its places are is refused`() {
    for content in [
      HEIC.photo(exifLength: 0), HEIC.photo(exifLength: 1 << 20), HEIC.photo(method: 2),
      HEIC.photo(times: 100),
      HEIC.fileType + box("mdat", place),
      HEIC.fileType + box("meta", bigEndian32(0)) + box("mdat", place), HEIC.fileType + HEIC.picture,
      HEIC.photo() + HEIC.photo(),
      // A film or a sequence, without a still picture.
      box("ftyp", Array("hevc".utf8) + bigEndian32(0) + Array("msf1hevc".utf8))
        + box("moov", box("mvhd", place))
        + box("mdat", place),
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
