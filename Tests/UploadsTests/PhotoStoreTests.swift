// PhotoStoreTests.swift - what is taken for a photo, where it goes, and that failures leave nothing.

import Glibc
import Platform
import Testing

@testable import Uploads

@Suite struct PhotoStoreTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  static let photo = JPEG.clean([])

  // MARK: kinds

  @Test func `photos are known by their first bytes`() {
    func kind(_ bytes: [UInt8]) -> PhotoKind? {
      PhotoKind(firstBytes: Array(bytes.prefix(PhotoKind.signatureLength)))
    }
    func heic(_ brands: String) -> PhotoKind? {
      kind(box("ftyp", Array(brands.prefix(4).utf8) + bigEndian32(0) + Array(brands.dropFirst(4).utf8)))
    }
    #expect(kind(PhotoStoreTests.photo) == .jpeg)
    #expect(kind(pngHeader(width: 1, height: 1)) == .png)
    #expect(kind(webP(webPChunk("VP8L", [1, 2]))) == .webp)
    #expect(heic("heicmif1") == .heic)
    #expect(heic("mif1heic") == .heic)
    #expect(heic("mif1") == .heic)
    #expect(heic("avifmif1") == nil)
    #expect(heic("mif1avif") == nil)
    #expect(heic("isommp42") == nil)
    for text in [
      "", "\u{FF}", "GIF89a", "<svg xmlns=", "%PDF-1.7", "BM", "PK\u{3}\u{4}", "<html>", "RIFF    WAVE",
    ] {
      #expect(kind(Array(text.utf8) + [UInt8](repeating: 0, count: 64)) == nil)
    }
    for photo in [
      PhotoStoreTests.photo, pngHeader(width: 1, height: 1), webP(webPChunk("VP8L", [1, 2])), HEIC.fileType,
    ] {
      for length in 0..<4 { #expect(kind(Array(photo[..<length])) == nil) }
    }
    #expect(PhotoKind.allCases.map(\.contentType) == ["image/jpeg", "image/png", "image/webp", "image/heic"])
    #expect(PhotoKind.allCases.map(\.fileExtension) == ["jpg", "png", "webp", "heic"])
  }

  // MARK: storing

  @Test func `a photo is stored for its owner alone, under a name nobody can guess`() throws {
    let photo = try #require(try store(PhotoStoreTests.photo, in: scratch)?.get())
    #expect(photo.kind == .jpeg)
    #expect(photo.name.count == 36 && photo.name.hasSuffix(".jpg"))
    #expect(photo.path == "\(scratch.path)/tenant/\(photo.name)")
    #expect(Files.mode(photo.path) == 0o600)
    #expect(Files.mode(scratch.path + "/tenant") == 0o700)
    #expect(scratch.names == [photo.name])
  }

  @Test func `a lying type is no photo, whatever it calls itself`() throws {
    let script = Array("<script>alert(1)</script>".utf8) + [UInt8](repeating: 32, count: 100)
    var photos = PhotoStore(uploads: scratch.path, tenant: "tenant")
    let body =
      file("p", "a.jpg", script) + file("p", "b.txt", PhotoStoreTests.photo, type: "text/plain")
      + file("p", "c.jpg", [1]) + file("p", "d.jpg", []) + closing
    let form = try MultipartReader(contentType: boundaryType).read(ByteSource(body), into: &photos)
    #expect(form.fault == nil)
    #expect(photos.outcomes.map(\.part.filename) == ["a.jpg", "b.txt", "c.jpg", "d.jpg"])
    let faults: [PhotoFault?] = photos.outcomes.map {
      if case .failure(let fault) = $0.result { fault } else { nil }
    }
    #expect(faults == [.notAnImage, nil, .notAnImage, .empty])
    #expect(scratch.names == photos.stored.map(\.name))
    photos.removeAll()
    #expect(scratch.names == [])
  }

  @Test func `a photo that is too large, cut short or given up leaves nothing`() {
    let long = PhotoStoreTests.photo + [UInt8](repeating: 0, count: 1000)
    #expect(store(long, in: scratch, pieces: 100, limit: 1000) == .failure(.tooLarge(limit: 1000)))
    #expect(store(long, in: scratch, end: .truncated) == .failure(.incomplete))
    #expect(store(long, in: scratch, end: .tooLarge(limit: 5)) == .failure(.tooLarge(limit: 5)))
    #expect(scratch.names == [])
  }

  @Test func `a store that is dropped in the middle leaves nothing`() {
    do {
      var photos = PhotoStore(uploads: scratch.path, tenant: "tenant")
      photos.begin(FilePart(name: "", filename: "", declaredType: ""))
      photos.append(PhotoStoreTests.photo.span)
      #expect(scratch.names.count == 1)
      #expect(scratch.names.allSatisfy { $0.hasSuffix(PhotoStore.temporarySuffix) })
    }
    #expect(scratch.names == [])
  }

  // MARK: failures

  private func storing(_ calls: PhotoFileCalls) -> Int32? {
    let content = [0xFF, 0xD8] + JPEG.jfif + JPEG.frame + JPEG.scan + [UInt8](repeating: 1, count: 200_000)
    guard case .failure(.cannotStore(let error))? = store(content, in: scratch, pieces: 5000, calls: calls)
    else {
      return nil
    }
    return error.code
  }

  @Test func `a full disk, a failed sync and a failed rename cost the photo and leave nothing`() {
    let full = PhotoFileCalls(write: { _, _, _ in
      errno = ENOSPC
      return -1
    })
    #expect(storing(full) == ENOSPC)
    #expect(storing(PhotoFileCalls(write: { _, _, _ in 0 })) == ENOSPC)
    let sync = PhotoFileCalls(sync: { _ in
      errno = EIO
      return -1
    })
    #expect(storing(sync) == EIO)
    let rename = PhotoFileCalls(rename: { _, _ in
      errno = EACCES
      return -1
    })
    #expect(storing(rename) == EACCES)
    #expect(scratch.names == [])
  }

  @Test func `short writes lose nothing`() throws {
    let calls = PhotoFileCalls(write: { Glibc.write($0, $1, min($2, 7)) })
    let photo = try #require(try store(PhotoStoreTests.photo, in: scratch, calls: calls)?.get())
    #expect(try Files.read(photo.path) == PhotoStoreTests.photo)
  }

  @Test(arguments: ["", ".", "..", "a/b", "../x", "a\0b"])
  func `a tenant's name never leads out of the folder`(_ tenant: String) {
    #expect(
      store(PhotoStoreTests.photo, in: scratch, tenant: tenant)
        == .failure(
          .cannotStore(SystemError("use", tenant, code: EINVAL))))
  }

  @Test func `a folder that cannot be made costs the photo`() throws {
    try Files.writeAtomically([], to: scratch.path + "/tenant")
    guard case .failure(.cannotStore(let error))? = store(PhotoStoreTests.photo, in: scratch) else {
      Issue.record("stored")
      return
    }
    #expect(error.code == ENOTDIR)
  }
}
