// MetadataFilter.swift - a photo's bytes pass through here on their way to the disk; what could tell where
// it was taken stays behind.
//
// JPEG, PNG and WebP are rows of small headers with lengths, so one machine serves all three: it gathers a
// header, asks the format what to do with the bytes that follow, and does it across the borders of reads.
// All three keep by list: what is not known to be needed for showing the picture is dropped.

import Glibc

/// Takes the bytes that are to be kept.
typealias FilterOutput = (Span<UInt8>) throws(PhotoFault) -> Void

/// Bytes to be put in place of others once the whole file is there.
struct FilePatch: Hashable {
  let offset: Int
  let bytes: [UInt8]
}

protocol MetadataFilter {
  mutating func filter(_ bytes: Span<UInt8>, to output: FilterOutput) throws(PhotoFault)
  /// The file has ended. Throws when no picture had begun by then; one that is cut short is still shown.
  mutating func finish() throws(PhotoFault) -> [FilePatch]
}

/// What to do with the bytes that come next.
enum FilterStep {
  /// Collect so many (at least one), then ask again.
  case gather(Int)
  /// Hand on so many, then…
  case copy(Int, then: Next)
  /// Leave out so many, then…
  case drop(Int, then: Next)
  /// Hand on so many zeros in their place, then…
  case blank(Int, then: Next)
  /// Hand on everything before the next 0xFF, leave that out, then ask about the byte behind it.
  case scan
  /// Leave out everything before the next 0xFF and that one too, then ask about the byte behind it.
  case seek
  case dropRest

  enum Next {
    case gather(Int)
    case scan
    case seek
    case dropRest
  }

  init(_ next: Next) {
    switch next {
    case .gather(let count): self = .gather(count)
    case .scan: self = .scan
    case .seek: self = .seek
    case .dropRest: self = .dropRest
    }
  }
}

/// A container format: knows its headers, never sees what lies between them.
protocol SegmentedFormat {
  static var firstStep: FilterStep { get }
  /// Called with the bytes gathered; whatever of them is to be kept goes to the output here.
  mutating func next(_ header: [UInt8], to output: FilterOutput) throws(PhotoFault) -> FilterStep
  /// Told how many bytes a `seek` has left out.
  mutating func skipped(_ count: Int)
  func finish() throws(PhotoFault) -> [FilePatch]
}

extension SegmentedFormat {
  mutating func skipped(_ count: Int) {}
}

struct SegmentFilter<Format: SegmentedFormat>: MetadataFilter {
  private var format: Format
  private var step = Format.firstStep
  private var header: [UInt8] = []

  init(_ format: Format) { self.format = format }

  mutating func filter(_ bytes: Span<UInt8>, to output: FilterOutput) throws(PhotoFault) {
    var position = 0
    while position < bytes.count {
      let left = bytes.count - position
      switch step {
      case .gather(let count):
        let taken = min(count - header.count, left)
        bytes.extracting(position..<(position + taken)).withUnsafeBufferPointer {
          header.append(contentsOf: $0)
        }
        position += taken
        guard header.count >= count else { return }
        step = try format.next(header, to: output)
        header.removeAll(keepingCapacity: true)
      case .copy(let count, let next):
        let taken = min(count, left)
        try output(bytes.extracting(position..<(position + taken)))
        position += taken
        step = taken == count ? FilterStep(next) : .copy(count - taken, then: next)
      case .drop(let count, let next):
        let taken = min(count, left)
        position += taken
        step = taken == count ? FilterStep(next) : .drop(count - taken, then: next)
      case .blank(let count, let next):
        let taken = min(count, left)
        try output([UInt8](repeating: 0, count: taken).span)
        position += taken
        step = taken == count ? FilterStep(next) : .blank(count - taken, then: next)
      case .scan:
        let length = bytes.extracting(position...).lengthBeforeFF
        try output(bytes.extracting(position..<(position + length)))
        position += length
        guard position < bytes.count else { return }
        position += 1
        step = .gather(1)
      case .seek:
        let length = bytes.extracting(position...).lengthBeforeFF
        format.skipped(length)
        position += length
        guard position < bytes.count else { return }
        position += 1
        step = .gather(1)
      case .dropRest: return
      }
    }
  }

  mutating func finish() throws(PhotoFault) -> [FilePatch] { try format.finish() }
}

/// Lets everything through (HEIC, whose metadata are blanked afterwards).
struct CopyFilter: MetadataFilter {
  mutating func filter(_ bytes: Span<UInt8>, to output: FilterOutput) throws(PhotoFault) { try output(bytes) }
  mutating func finish() throws(PhotoFault) -> [FilePatch] { [] }
}

extension Span<UInt8> {
  fileprivate var lengthBeforeFF: Int {
    withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, let hit = memchr(base, 0xFF, bytes.count) else {
        return bytes.count
      }
      return UnsafeRawPointer(hit) - base
    }
  }
}

extension PhotoKind {
  var filter: any MetadataFilter {
    switch self {
    case .jpeg: SegmentFilter(JPEGFormat())
    case .png: SegmentFilter(PNGFormat())
    case .webp: SegmentFilter(WebPFormat())
    case .heic: CopyFilter()
    }
  }
}
