// CopyPartsTests.swift - the pure parts of copies: names, what is kept, the manifest, lists of files in XML.

import Crypto
import LocalTime
import Testing

@testable import Copies

struct CopyPartsTests {
  private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }
  private let hash = String(repeating: "0123456789abcdef", count: 4)

  @Test func `a name says when the copy was made, and what it holds`() throws {
    let name = CopyName(madeAt: try time("2026-11-27T03:04:05.678Z"), sha256: hash)
    #expect(name.text == "2026-11-27T03-04-05Z_0123456789abcdef")
    #expect(CopyName(name.text) == name)
    #expect(name.part(0) == "db/\(name.text).sqlite.01" && name.part(11) == "db/\(name.text).sqlite.12")
    #expect(CopyName(part: "\(name.text).sqlite.12") == name)
    #expect(CopyName(manifest: "\(name.text).json") == name)
    for wrong in [
      "", "\(name.text)x", "2026-11-27T03:04:05Z_0123456789abcdef", "2026-13-27T03-04-05Z_0123456789abcdef",
      "2026-11-27T03-04-05Z_0123456789ABCDEF", "latest",
    ] { #expect(CopyName(wrong) == nil, "\(wrong)") }
    for wrong in ["\(name.text).sqlite", "\(name.text).sqlite.01.part", "\(name.text).json"] {
      #expect(CopyName(part: wrong) == nil, "\(wrong)")
    }
    #expect(CopyName(manifest: "\(name.text).json.part") == nil)
  }

  @Test func `the last of each hour, day, week and month is kept, and always the newest`() throws {
    let end = try time("2026-11-27T12:30:00Z")
    // One each half hour, for 400 days.
    let names = (0..<400 * 48).map { CopyName(madeAt: end.adding(minutes: -30 * $0), sha256: hash) }
    let kept = Retention(hours: 24, days: 7, weeks: 5, months: 12).kept(of: names.shuffled())
    #expect(kept.contains(names[0]))
    let times = kept.map(\.madeAt).sorted(by: >)
    #expect(times.prefix(24).enumerated().allSatisfy { $1 == end.adding(hours: -$0) })
    func has(_ text: String) throws { #expect(times.contains(try time(text)), "\(text)") }
    // The last of days, of weeks (they end on Sunday), of months.
    for day in 21...26 { try has("2026-11-\(day)T23:30:00Z") }
    for day in ["11-22", "11-15", "11-08", "11-01"] { try has("2026-\(day)T23:30:00Z") }
    for day in ["10-31", "09-30", "02-28", "01-31"] { try has("2026-\(day)T23:30:00Z") }
    #expect(times.allSatisfy { $0 > end.adding(days: -365) })
    #expect(kept.count < 24 + 7 + 5 + 12)
    #expect(Retention(hours: 1, days: 0, weeks: 0, months: 0).kept(of: names) == [names[0]])
    #expect(Retention(hours: 24, days: 7, weeks: 5, months: 12).kept(of: []) == [])
  }

  private func manifest() throws -> Manifest {
    Manifest(
      name: CopyName(madeAt: try time("2026-11-27T03:04:05Z"), sha256: hash), installation: "abc",
      madeAt: try time("2026-11-27T03:04:05.5Z"), schema: 14, bytes: 30, sha256: hash,
      parts: [.init(bytes: 20, sha256: "a"), .init(bytes: 10, sha256: "b")], rows: ["calls": 3], mark: "1 2",
      files: [
        .init(path: "doerfler/a.jpg", bytes: 5, sha256: hash),
        .init(path: "doerfler/b.mp3", bytes: 6, sha256: hash),
      ])
  }

  @Test func `a manifest that is cut anywhere is none`() throws {
    let manifest = try manifest()
    #expect(Manifest(manifest.json) == manifest)
    #expect(manifest.files.map(\.name) == ["photos/\(hash).jpg", "recordings/\(hash).mp3"])
    for count in 0..<manifest.json.count { #expect(Manifest(Array(manifest.json.prefix(count))) == nil) }
  }

  @Test func `a manifest writes nowhere but below uploads`() throws {
    for path in ["../x", "a/../../b", "/etc/passwd", "a/.b", "a/b/c", "a/b\u{0}", "a", "a/", "é/b"] {
      #expect(!Manifest.isFile(path), "\(path)")
      var manifest = try manifest()
      manifest.files[0].path = path
      #expect(Manifest(manifest.json) == nil, "\(path)")
    }
    var other = try manifest()
    other.bytes = 31
    #expect(Manifest(other.json) == nil)
    other = try manifest()
    other.files[1].sha256 = "../../x"
    #expect(Manifest(other.json) == nil)
  }

  @Test func `lists of files are read whatever prefix a server gives its elements`() {
    let apache = """
      <?xml version="1.0" encoding="utf-8"?><D:multistatus xmlns:D="DAV:" xmlns:ns0="DAV:">
      <D:response xmlns:lp1="DAV:"><D:href>/copies/db/</D:href><D:propstat><D:prop><lp1:resourcetype><D:collection/>
      </lp1:resourcetype><lp1:getcontentlength>4096</lp1:getcontentlength></D:prop></D:propstat></D:response>
      <D:response><D:href>/copies/db/a%2Db.sqlite.01</D:href><D:propstat><D:prop><lp1:resourcetype/>
      <lp1:getcontentlength>17</lp1:getcontentlength></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>
      </D:multistatus>
      """
    #expect(WebDAVCopies.files(Array(apache.utf8)) == ["a-b.sqlite.01": 17])
    for count in 0..<apache.utf8.count {
      let files = WebDAVCopies.files(Array(apache.utf8.prefix(count)))
      #expect(files == [:] || files == ["a-b.sqlite.01": 17])
    }
    #expect(XMLText(Array("<a><b>x &amp; &lt;y&gt;</b></a>".utf8)).texts(of: "b") == ["x & <y>"])
  }

  @Test func `a hash of pieces is the hash of the whole`() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    for size in [1, 3, 63, 64, 65, 127, 128, 1000] {
      var stream = SHA256Stream()
      for start in stride(from: 0, to: bytes.count, by: size) {
        stream.add(bytes[start..<min(bytes.count, start + size)])
      }
      #expect(stream.finish() == sha256(bytes), "\(size)")
    }
    var empty = SHA256Stream()
    #expect(empty.finish() == sha256([]))
  }
}
