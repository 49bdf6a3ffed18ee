// MemoryTests.swift - five photos of 8 MiB in a process of their own: how far does its memory grow?

import Foundation
import Platform
import Testing
import Uploads

/// The highest resident size of this process so far, in KiB.
private func peak() throws -> Int {
  let status = String(decoding: try Files.read("/proc/self/status"), as: UTF8.self)
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
  return Int(line.filter(\.isNumber)) ?? 0
}

/// Five JPEG files of exactly 8 MiB each, made while they are read.
private func fivePhotos() -> ByteSource {
  let size = 8 << 20
  var pieces: [[UInt8]] = []
  let head = [0xFF, 0xD8] + segment(0xE1, exif(orientation: 6)) + JPEG.frame + JPEG.scan
  let noise = (0..<65_536).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 7) & 0xFE }
  var round = 0
  var left = 0
  return ByteSource(pieces: { limit in
    if pieces.isEmpty {
      if left > 0 {
        pieces.append(Array(noise.prefix(left)))
        left -= pieces[0].count
        if left == 0 { pieces.append([13, 10]) }
      } else if round < 5 {
        round += 1
        pieces.append(file("photo", "\(round).jpg", head).dropLast(2))
        left = size - head.count
      } else if round == 5 {
        round += 1
        pieces.append(closing)
      } else {
        return []
      }
    }
    let piece = Array(pieces[0].prefix(limit))
    if piece.count == pieces[0].count { pieces.removeFirst() } else { pieces[0].removeFirst(piece.count) }
    return piece
  })
}

@Suite struct MemoryTests {
  @Test func `five photos of 8 MiB pass through less than 4 MiB of memory`() async {
    await #expect(processExitsWith: .success) {
      let scratch = try Scratch()
      let before = try peak()
      var photos = PhotoStore(uploads: scratch.path, tenant: "tenant")
      let form = try MultipartReader(contentType: boundaryType).read(fivePhotos(), into: &photos)
      #expect(form == MultipartForm())
      #expect(photos.stored.count == 5)
      #expect(photos.stored.allSatisfy { $0.size > 8_388_000 })
      let growth = try peak() - before
      #expect(growth < 4096, "\(growth) KiB")
    }
  }
}
