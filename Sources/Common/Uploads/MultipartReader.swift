// MultipartReader.swift - multipart/form-data (RFC 7578, RFC 2046) read as a stream.
//
// Memory is one buffer of 64 KiB, the text fields (within their limits), and what the sink keeps. A line end
// is CRLF and nothing else, as every browser sends it. A body that ends early, or grows too large, keeps all
// parts that were whole by then.

/// Reads one body.
package struct MultipartReader {
  private let limits: MultipartLimits
  /// CRLF, two hyphens, the boundary.
  private let delimiter: [UInt8]

  private static let bufferBytes = 64 << 10
  /// Blanks that may stand between a boundary and its line's end.
  private static let paddingLimit = 128
  private static let emptyLine: [UInt8] = [13, 10, 13, 10]

  /// - Parameter contentType: the request's header, parameters included.
  package init(contentType: String, limits: MultipartLimits = MultipartLimits()) throws(MultipartFault) {
    self.limits = limits
    delimiter = Array("\r\n--".utf8) + (try multipartBoundary(contentType))
  }

  /// Reads to the end of the body, or to its limit. Files go to the sink while they arrive.
  /// - Parameter admission: asked once, with what stands before the first file.
  package func read(
    _ source: ByteSource, into sink: inout some FilePartSink,
    admission: @escaping (MultipartForm) -> FileAdmission = { _ in .take }
  ) -> MultipartForm {
    let capacity = max(MultipartReader.bufferBytes, limits.headerBytes + 4 * MultipartReader.paddingLimit)
    var window = BodyWindow(source, capacity: capacity, limit: limits.totalBytes)
    var parts = PartCollector(limits, admission: admission)
    var count = 0
    while true {
      switch body(&window, &parts, &sink) {
      case .ended:
        parts.abort(window.fault, &sink)
        return parts.form(count == 0 && window.fault == .truncated ? .noParts : window.fault)
      case .refused: return parts.form(.filesRefused)
      case .closing:
        parts.end(&sink)
        window.drain()
        return parts.form(nil)
      case .part: parts.end(&sink)
      }
      count += 1
      guard count <= limits.parts else { return parts.form(.tooManyParts(limit: limits.parts)) }
      guard headers(&window, &parts, &sink) else { return parts.form(window.fault) }
    }
  }

  // MARK: bodies

  private enum Delimiter {
    /// Another part follows.
    case part
    case closing
    /// There was none.
    case ended
    /// It was not looked for: nobody wants the file.
    case refused
  }

  /// Hands on the bytes up to the next delimiter. The window stands on the CRLF before the body: that may
  /// belong to the delimiter, when the body is empty.
  private func body(
    _ window: inout BodyWindow, _ parts: inout PartCollector, _ sink: inout some FilePartSink
  ) -> Delimiter {
    var leading = 2
    while true {
      guard !parts.isStopped else { return .refused }
      let hit = window.find(delimiter)
      // Without one, its beginning may still be the window's end.
      let limit = hit ?? window.end - delimiter.count + 1
      if limit >= window.start + max(leading, 1) {
        parts.append(window.buffer.span.extracting((window.start + leading)..<limit), &sink)
        leading = 0
        window.move(to: limit)
      }
      guard hit != nil else {
        guard window.fill() else { return .ended }
        continue
      }
      switch tail(window) {
      case .part(let lineEnd):
        window.move(to: lineEnd)
        return .part
      case .closing: return .closing
      case .unknown: guard window.fill() else { return .ended }
      case .data:
        // A line that only begins like the boundary.
        parts.append(window.buffer.span.extracting((window.start + leading)..<(window.start + 2)), &sink)
        leading = 0
        window.move(to: window.start + 2)
      }
    }
  }

  private enum Tail {
    /// The position of its line end.
    case part(Int)
    case closing
    case data
    /// More bytes are needed.
    case unknown
  }

  /// What follows the delimiter at the window's start.
  private func tail(_ window: BodyWindow) -> Tail {
    let first = window.start + delimiter.count
    guard first < window.end else { return .unknown }
    let hyphen = UInt8(ascii: "-")
    if window.buffer[first] == hyphen {
      guard first + 1 < window.end else { return .unknown }
      return window.buffer[first + 1] == hyphen ? .closing : .data
    }
    var index = first
    while index < window.end, HeaderParameters.isBlank(window.buffer[index]) { index += 1 }
    guard index - first <= MultipartReader.paddingLimit else { return .data }
    guard index < window.end else { return .unknown }
    guard window.buffer[index] == 13 else { return .data }
    guard index + 1 < window.end else { return .unknown }
    return window.buffer[index + 1] == 10 ? .part(index) : .data
  }

  // MARK: headers

  /// Reads the header lines and begins the part; false when the body ends within them. The window stands on
  /// the delimiter's line end, and afterwards on the one before the body.
  private func headers(
    _ window: inout BodyWindow, _ parts: inout PartCollector, _ sink: inout some FilePartSink
  ) -> Bool {
    while true {
      let next = window.find(delimiter) ?? Int.max
      if let end = window.find(MultipartReader.emptyLine), end < next,
        end - window.start <= limits.headerBytes
      {
        parts.begin(Array(window.buffer[min(window.start + 2, end)..<end]), &sink)
        window.move(to: end + 2)
        return true
      }
      if next < Int.max || window.available > limits.headerBytes + 4 {
        parts.beginHeaderless()
        return true
      }
      guard window.fill() else { return false }
    }
  }
}
