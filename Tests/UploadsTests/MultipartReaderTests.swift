// MultipartReaderTests.swift - what a body says, whatever the reads are; limits; hostile parts.

import Testing
import Uploads

@Suite struct MultipartReaderTests {
  /// Line ends, near-boundaries and hyphens in a file, so that every split falls into something.
  static let tricky = Array("\r\n--B\r\n-\r\n--BBx\r\n\r\n--BB-\r\r\n--BB\rx\r\n--BB \r-".utf8)
  static let body =
    field("name", "Zoë") + file("photo", "a.jpg", tricky) + field("name", "") + file("photo", "", [])
    + part("form-data; name=none", []) + closing

  private func expectWhole(_ source: ByteSource) throws {
    let (form, files) = try read(source)
    #expect(form.lines == ["name=Zoë", "name=", "none="])
    #expect(form.problems == [])
    #expect(form.fault == nil)
    #expect(files.map(\.content) == [MultipartReaderTests.tricky])
    #expect(files.map(\.end) == [.complete])
    #expect(files.map(\.part.filename) == ["a.jpg"])
  }

  @Test func `a body is read the same wherever a read ends`() throws {
    for split in 1..<MultipartReaderTests.body.count {
      try expectWhole(.pieces(MultipartReaderTests.body, [split, 1 << 20]))
    }
  }

  @Test(arguments: [1, 2, 3, 7, 64]) func `a body is read the same in small pieces`(_ length: Int) throws {
    try expectWhole(.pieces(MultipartReaderTests.body, [length]))
  }

  @Test func `what stands before the first and after the last boundary is left out`() throws {
    let body =
      Array("a preamble\r\n--B\r\n".utf8) + MultipartReaderTests.body + Array("--BB\r\nepilogue".utf8)
    try expectWhole(ByteSource(body))
  }

  @Test func `the last line end may be missing, blanks may follow a boundary`() throws {
    let body = Array("--BB \t \r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--BB--".utf8)
    let (form, _) = try read(body)
    #expect(form.lines == ["a=1"])
    #expect(form.fault == nil)
  }

  @Test func `a part whose headers run into the next boundary costs only itself`() throws {
    let body =
      field("a", "1") + Array("--BB\r\n--BB\r\nContent-Disposition: form-data; name=x\r\n".utf8)
      + field("b", "2") + closing
    let (form, _) = try read(body)
    #expect(form.lines == ["a=1", "b=2"])
    #expect(form.problems.map(\.reason) == [.badHeaders, .badHeaders])
  }

  @Test func `an empty body part without its empty line is an empty field`() throws {
    let body =
      Array("--BB\r\nContent-Disposition: form-data; name=x\r\n".utf8) + [13, 10] + field("b", "2") + closing
    let (form, _) = try read(body)
    #expect(form.lines == ["x=", "b=2"])
  }

  @Test func `truncated anywhere, what was complete stays`() throws {
    let body = MultipartReaderTests.body
    // Positions by which the boundary behind each field has been read whole.
    let wholes = [
      field("name", "Zoë").count + 6,
      (field("name", "Zoë") + file("photo", "a.jpg", MultipartReaderTests.tricky) + field("name", "")).count
        + 6,
    ]
    for length in 0..<(body.count - 4) {
      let (form, files) = try read(.pieces(Array(body[..<length]), [length > 50 ? 50 : 1, 1 << 20]))
      #expect(form.fault == (length < 6 ? .noParts : .truncated))
      let expected = ["name=Zoë", "name="].prefix(wholes.count { length >= $0 })
      #expect(form.lines.starts(with: expected))
      #expect(files.allSatisfy { $0.end == .complete || $0.end == .truncated })
      #expect(files.allSatisfy { $0.end == .truncated || $0.content == MultipartReaderTests.tricky })
    }
  }

  @Test func `a body without its boundary is empty`() throws {
    for body in [[], Array("name=Anna".utf8), Array("--B\r\n".utf8), [UInt8](repeating: 13, count: 200_000)] {
      let (form, files) = try read(body)
      #expect(form == MultipartForm(fault: .noParts))
      #expect(files == [])
    }
  }

  @Test func `a line feed alone is no line end`() throws {
    let body = Array("--BB\nContent-Disposition: form-data; name=a\n\n1\n--BB--\n".utf8)
    #expect(try read(body).form == MultipartForm(fault: .noParts))
  }

  @Test func `reading that fails keeps what was there`() throws {
    struct Broken: Error {}
    var isFirst = true
    let source = ByteSource(pieces: { _ in
      guard isFirst else { throw Broken() }
      isFirst = false
      return field("a", "1") + file("p", "x.jpg", [1])
    })
    let (form, files) = try read(source)
    #expect(form.lines == ["a=1"])
    #expect(form.fault == .unreadable)
    #expect(files.map(\.end) == [.truncated])
  }

  // MARK: limits

  @Test func `a field above its limit is cut between characters and reported`() throws {
    var limits = MultipartLimits()
    limits.fieldBytes = 10
    let body = field("a", "123456789é") + field("b", "1234567890") + field("c", "123456789€€") + closing
    let (form, _) = try read(.pieces(body, [1]), limits: limits)
    #expect(form.lines == ["a=123456789", "b=1234567890", "c=123456789"])
    #expect(form.problems(of: "a") == [.tooLong(limit: 10)])
    #expect(form.problems(of: "b") == [])
    #expect(form.problems(of: "c") == [.tooLong(limit: 10)])
  }

  @Test func `ten megabytes of text are one field too long, and the rest stands`() throws {
    let body = field("a", String(repeating: "x", count: 10 << 20)) + field("b", "2") + closing
    let (form, _) = try read(body)
    #expect(form.fields["a"]?.utf8.count == 16 << 10)
    #expect(form.fields["b"] == "2")
    #expect(form.problems == [PartProblem(name: "a", reason: .tooLong(limit: 16 << 10))])
  }

  @Test func `a file above its limit ends there, the next is taken`() throws {
    var limits = MultipartLimits()
    limits.fileBytes = 1000
    let exact = [UInt8](repeating: 7, count: 1000)
    let body = file("p", "1", exact) + file("p", "2", exact + [7]) + file("p", "3", [1]) + closing
    let (form, files) = try read(.pieces(body, [100]), limits: limits)
    #expect(form.fault == nil)
    #expect(files.map(\.end) == [.complete, .tooLarge(limit: 1000), .complete])
    #expect(files[0].content == exact)
    #expect(files[1].content.count <= 1000)
  }

  @Test func `files and fields beyond their number are reported`() throws {
    var limits = MultipartLimits()
    (limits.files, limits.fields) = (2, 1)
    let body = (1...4).flatMap { file("p", "\($0)", [1]) } + field("a", "1") + field("b", "2") + closing
    let (form, files) = try read(body, limits: limits)
    #expect(files.map(\.part.filename) == ["1", "2", "3", "4"])
    #expect(files.map(\.end) == [.complete, .complete, .tooMany(limit: 2), .tooMany(limit: 2)])
    #expect(files.map(\.content) == [[1], [1], [], []])
    #expect(form.lines == ["a=1"])
    #expect(form.problems.map(\.reason) == [.tooManyFields(limit: 1)])
  }

  @Test func `a body above the limit for all keeps what was complete`() throws {
    var limits = MultipartLimits()
    let whole =
      field("a", "1") + file("p", "1", [1]) + file("p", "2", [UInt8](repeating: 1, count: 500)) + closing
    limits.totalBytes = whole.count
    #expect(try read(whole, limits: limits).form.fault == nil)
    limits.totalBytes = whole.count - 200
    let (form, files) = try read(.pieces(whole, [90]), limits: limits)
    #expect(form.lines == ["a=1"])
    #expect(form.fault == .tooLarge(limit: whole.count - 200))
    #expect(files.map(\.end) == [.complete, .formTooLarge(limit: whole.count - 200)])
  }

  @Test func `a body of very many parts is given up`() throws {
    let body = (0..<1000).flatMap { _ in Array("--BB\r\n\r\n".utf8) } + closing
    let (form, _) = try read(body)
    #expect(form.fault == .tooManyParts(limit: 200))
    #expect(form.problems.count == MultipartForm.problemLimit)
  }

  @Test func `a sink sees at most 64 KiB at a time`() throws {
    var sink = RecordingSink()
    let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let reader = try MultipartReader(contentType: boundaryType)
    let form = reader.read(ByteSource(file("p", "x", content) + closing), into: &sink)
    #expect(form.fault == nil)
    #expect(sink.files.map(\.content) == [content])
    #expect(sink.largestPiece <= 64 << 10)
  }

  // MARK: mutations

  @Test func `twenty thousand mutated bodies never crash, and every file ends`() throws {
    var random = SeededGenerator(3)
    let pieces: [[UInt8]] = [
      [13, 10], Array("--BB".utf8), Array("--BB--".utf8), [0], [0xFF], Array("\"".utf8),
      Array("; filename=\"x".utf8),
      Array("Content-Disposition: form-data; name=".utf8), [13], Array("\r\n\r\n".utf8), Array("%0".utf8),
    ]
    var limits = MultipartLimits()
    (limits.fieldBytes, limits.headerBytes, limits.fileBytes, limits.parts) = (30, 120, 60, 20)
    for _ in 0..<20_000 {
      var body = MultipartReaderTests.body
      for _ in 0...Int.random(in: 0...5, using: &random) {
        let position = Int.random(in: 0..<max(body.count, 1), using: &random)
        switch Int.random(in: 0...4, using: &random) {
        case 0 where position < body.count: body[position] = UInt8.random(in: 0...255, using: &random)
        case 1: body = Array(body[..<min(position, body.count)])
        case 2: body.removeSubrange(position..<min(position + 9, body.count))
        case 3: body += body[position...].prefix(40)
        default:
          body.insert(
            contentsOf: pieces[Int.random(in: 0..<pieces.count, using: &random)],
            at: min(position, body.count))
        }
      }
      let (form, files) = try read(.pieces(body, [Int.random(in: 1...200, using: &random)]), limits: limits)
      guard files.allSatisfy({ $0.end != nil && $0.content.count <= 60 }),
        form.fields.fields.allSatisfy({ $0.value.unicodeScalars.count <= 30 })
      else {
        Issue.record("\(body)")
        return
      }
    }
  }

  /// Reads with a decision at the first file; what the decision was asked with, and how much was read.
  private func decide(_ body: [UInt8], _ admission: FileAdmission) throws -> (
    asked: [[String]], read: Int, form: MultipartForm, files: [Received]
  ) {
    var asked: [[String]] = []
    var count = 0
    let source = ByteSource(pieces: { limit in
      let piece = body[count...].prefix(min(limit, 100))
      count += piece.count
      return Array(piece)
    })
    var sink = RecordingSink()
    let form = try MultipartReader(contentType: boundaryType).read(
      source, into: &sink,
      admission: { form in
        asked.append(form.lines)
        return admission
      })
    return (asked, count, form, sink.files)
  }

  private static let twoFiles =
    field("a", "1") + file("photo", "", []) + file("photo", "a.jpg", [UInt8](repeating: 7, count: 5000))
    + file("photo", "b.jpg", [UInt8](repeating: 8, count: 5000)) + field("b", "2") + closing

  @Test func `at the first file, and not before, it is asked once what becomes of the files`() throws {
    let taken = try decide(Self.twoFiles, .take)
    #expect(taken.asked == [["a=1"]])
    #expect(taken.form.lines == ["a=1", "b=2"] && taken.form.fault == nil)
    #expect(taken.files.map(\.end) == [.complete, .complete])
    #expect(try decide(field("a", "1") + file("photo", "", []) + closing, .stop).asked == [])
  }

  @Test func `where files are refused, reading ends at the first`() throws {
    let stopped = try decide(Self.twoFiles, .stop)
    #expect(stopped.asked == [["a=1"]])
    #expect(stopped.form.lines == ["a=1"] && stopped.form.fault == .filesRefused)
    #expect(stopped.files == [Received(part: stopped.files[0].part, content: [], end: .refused)])
    #expect(stopped.read < 600)
    // A part without a file's name is a file when bytes come.
    let unnamed = field("a", "1") + file("photo", "", [UInt8](repeating: 7, count: 5000)) + closing
    #expect(try decide(unnamed, .stop).read < 600)
  }

  @Test func `where files are passed over, the fields behind them are read`() throws {
    let skipped = try decide(Self.twoFiles, .skip)
    #expect(skipped.asked == [["a=1"]])
    #expect(skipped.form.lines == ["a=1", "b=2"] && skipped.form.fault == nil)
    #expect(skipped.files.map(\.end) == [.refused, .refused] && skipped.files.allSatisfy(\.content.isEmpty))
  }
}
