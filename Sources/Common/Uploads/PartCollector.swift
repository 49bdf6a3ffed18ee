// PartCollector.swift - what becomes of each part: a text field, a file for the sink, or nothing.
//
// The limits of single parts are kept here; a part above one costs only itself.

import CGI

/// The form as it grows, and the part that is arriving.
struct PartCollector {
  private enum Part {
    /// Preamble, a refused part, or an empty file input.
    case skipped
    case field(name: String)
    /// No file name: a file only if bytes come (browsers send such a part when nothing was chosen).
    case unnamedFile(FilePart)
    case file(FilePart)
  }

  private let limits: MultipartLimits
  private var part = Part.skipped
  /// The value of the field, or nothing.
  private var value: [UInt8] = []
  /// Bytes of this part so far.
  private var count = 0
  private var fieldCount = 0
  private var fileCount = 0
  private var fields: [FormFields.Field] = []
  private var problems: [PartProblem] = []

  private let admission: (MultipartForm) -> FileAdmission
  /// nil: no file has come.
  private var admitted: FileAdmission?

  init(_ limits: MultipartLimits, admission: @escaping (MultipartForm) -> FileAdmission) {
    self.limits = limits
    self.admission = admission
  }

  /// A file has come, and nobody wants to read on.
  var isStopped: Bool { admitted == .stop }

  mutating func begin(_ block: [UInt8], _ sink: inout some FilePartSink) {
    count = 0
    value.removeAll(keepingCapacity: true)
    part = .skipped
    do throws(PartHeaders.Refusal) {
      let headers = try PartHeaders(block)
      guard let filename = headers.filename else { return beginField(headers.name) }
      let file = FilePart(name: headers.name, filename: filename, declaredType: headers.declaredType)
      if filename.isEmpty {
        part = .unnamedFile(file)
      } else {
        beginFile(file, &sink)
      }
    } catch {
      report(error.name, error.reason)
    }
  }

  /// A part whose header lines have no end.
  mutating func beginHeaderless() {
    part = .skipped
    report("", .badHeaders)
  }

  private mutating func beginField(_ name: String) {
    guard fieldCount < limits.fields else { return report(name, .tooManyFields(limit: limits.fields)) }
    fieldCount += 1
    part = .field(name: name)
  }

  private mutating func beginFile(_ file: FilePart, _ sink: inout some FilePartSink) {
    guard fileCount < limits.files else {
      part = .skipped
      // The sink hears of it all the same: the sender is to read which file it was.
      sink.begin(file)
      return sink.end(.tooMany(limit: limits.files))
    }
    let isAdmitted = admitted ?? admission(form(nil))
    admitted = isAdmitted
    guard isAdmitted == .take else {
      part = .skipped
      sink.begin(file)
      return sink.end(.refused)
    }
    fileCount += 1
    part = .file(file)
    sink.begin(file)
  }

  mutating func append(_ bytes: Span<UInt8>, _ sink: inout some FilePartSink) {
    guard bytes.count > 0 else { return }
    if case .unnamedFile(let file) = part { beginFile(file, &sink) }
    switch part {
    case .skipped, .unnamedFile: break
    case .field:
      let room = max(limits.fieldBytes - value.count, 0)
      bytes.extracting(..<min(room, bytes.count)).withUnsafeBufferPointer { value.append(contentsOf: $0) }
      count += bytes.count
    case .file:
      count += bytes.count
      if count <= limits.fileBytes {
        sink.append(bytes)
      } else {
        sink.end(.tooLarge(limit: limits.fileBytes))
        part = .skipped
      }
    }
  }

  /// The part is there whole.
  mutating func end(_ sink: inout some FilePartSink) {
    switch part {
    case .skipped, .unnamedFile: break
    case .field(let name): endField(name)
    case .file: sink.end(.complete)
    }
    part = .skipped
  }

  private mutating func endField(_ name: String) {
    let isTooLong = count > limits.fieldBytes
    if isTooLong { dropSplitCharacter() }
    fields.append(FormFields.Field(name: name, value: MendedText(value[...]).text))
    if isTooLong { report(name, .tooLong(limit: limits.fieldBytes)) }
  }

  /// The cut may lie within a character: at most its first three bytes are left then.
  private mutating func dropSplitCharacter() {
    for length in 1...3 where length <= value.count {
      let lead = value[value.count - length]
      let needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : lead >= 0x80 ? 0 : 1
      if needed == 0 { continue }
      if needed > length { value.removeLast(length) }
      return
    }
  }

  /// The body ended within the part.
  mutating func abort(_ fault: MultipartFault, _ sink: inout some FilePartSink) {
    switch part {
    case .skipped, .unnamedFile: break
    case .field(let name): report(name, .incomplete)
    case .file:
      if case .tooLarge(let limit) = fault {
        sink.end(.formTooLarge(limit: limit))
      } else {
        sink.end(.truncated)
      }
    }
    part = .skipped
  }

  private mutating func report(_ name: String, _ reason: PartProblem.Reason) {
    guard problems.count < MultipartForm.problemLimit else { return }
    problems.append(PartProblem(name: name, reason: reason))
  }

  func form(_ fault: MultipartFault?) -> MultipartForm {
    MultipartForm(fields: FormFields(fields), problems: problems, fault: fault)
  }
}
