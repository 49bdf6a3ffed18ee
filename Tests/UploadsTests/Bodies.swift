// Bodies.swift - bodies, sources that hand them over in pieces, a sink that remembers, a folder of one test.

import Foundation
import Uploads

let boundaryType = "multipart/form-data; boundary=BB"

/// A field's part, with the delimiter before it.
func field(_ name: String, _ value: String) -> [UInt8] {
  part("form-data; name=\"\(name)\"", Array(value.utf8))
}

func file(_ name: String, _ filename: String, _ content: [UInt8], type: String = "image/jpeg") -> [UInt8] {
  part("form-data; name=\"\(name)\"; filename=\"\(filename)\"\r\nContent-Type: \(type)", content)
}

func part(_ disposition: String, _ content: [UInt8]) -> [UInt8] {
  Array("--BB\r\nContent-Disposition: \(disposition)\r\n\r\n".utf8) + content + [13, 10]
}

let closing = Array("--BB--\r\n".utf8)

extension ByteSource {
  /// In pieces of so many bytes, the last length for all that follow.
  static func pieces(_ bytes: [UInt8], _ lengths: [Int]) -> ByteSource {
    var position = 0
    var index = 0
    return ByteSource(pieces: { limit in
      let length = min(lengths[min(index, lengths.count - 1)], limit, bytes.count - position)
      index += 1
      defer { position += length }
      return Array(bytes[position..<(position + length)])
    })
  }
}

struct Received: Hashable {
  var part: FilePart
  var content: [UInt8] = []
  var end: FilePartEnd?
}

struct RecordingSink: FilePartSink {
  var files: [Received] = []
  var largestPiece = 0

  mutating func begin(_ part: FilePart) { files.append(Received(part: part)) }

  mutating func append(_ bytes: Span<UInt8>) {
    largestPiece = max(largestPiece, bytes.count)
    guard let last = files.indices.last else { return }
    bytes.withUnsafeBufferPointer { files[last].content.append(contentsOf: $0) }
  }

  mutating func end(_ end: FilePartEnd) {
    guard let last = files.indices.last else { return }
    files[last].end = end
  }
}

/// Reads a body with the boundary BB.
func read(
  _ source: ByteSource, limits: MultipartLimits = MultipartLimits()
) throws -> (form: MultipartForm, files: [Received]) {
  var sink = RecordingSink()
  let form = try MultipartReader(contentType: boundaryType, limits: limits).read(source, into: &sink)
  return (form, sink.files)
}

func read(_ body: [UInt8], limits: MultipartLimits = MultipartLimits()) throws -> (
  form: MultipartForm, files: [Received]
) {
  try read(ByteSource(body), limits: limits)
}

extension MultipartForm {
  /// `name=value` in order.
  var lines: [String] { fields.fields.map { "\($0.name)=\($0.value)" } }
}

final class Scratch: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/uploads-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Names in the tenant's folder.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path + "/tenant")) ?? []).sorted()
  }
}

/// Numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
