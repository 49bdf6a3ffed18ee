// PhotoStore.swift - takes the photos of a form while they arrive, and keeps those that are photos.
//
// A photo is written below `<uploads>/<tenant>/` under a name nobody can guess, without its metadata, never
// whole in memory. One that fails, for whatever reason, leaves nothing on disk and costs only itself. Files
// whose name ends in `temporarySuffix` are the rest of a program that was killed: the purge may remove them.

import Platform

/// The sink for a form's file parts.
package struct PhotoStore: FilePartSink {
  /// Of a photo that is still being written.
  package static let temporarySuffix = ".part"

  /// One for each file that was sent, in order.
  package private(set) var outcomes: [PhotoOutcome] = []

  private let uploads: String
  private let tenant: String
  private let random: RandomSource
  private let limit: Int
  private let calls: PhotoFileCalls
  private var arrival: Arrival?

  /// The photo that is arriving.
  private struct Arrival {
    let part: FilePart
    /// Its first bytes, until they tell what it is.
    var head: [UInt8] = []
    var received = 0
    var writer: Writer?
    var fault: PhotoFault?
  }

  private struct Writer {
    let kind: PhotoKind
    let name: String
    let file: PhotoFile
    var filter: any MetadataFilter
  }

  /// - Parameters:
  ///   - uploads: the folder for all tenants, outside the web root.
  ///   - tenant: the name of the tenant's folder in it.
  ///   - limit: bytes of one photo as sent.
  package init(uploads: String, tenant: String, random: RandomSource = .system, limit: Int = 8 << 20) {
    self.init(uploads: uploads, tenant: tenant, random: random, limit: limit, calls: PhotoFileCalls())
  }

  init(uploads: String, tenant: String, random: RandomSource, limit: Int, calls: PhotoFileCalls) {
    self.uploads = uploads
    self.tenant = tenant
    self.random = random
    self.limit = limit
    self.calls = calls
  }

  /// The photos that are on disk.
  package var stored: [StoredPhoto] { outcomes.compactMap { try? $0.result.get() } }

  /// Takes the stored photos away again: the ticket they were for could not be recorded.
  /// - Parameter files: below `uploads/`; they stay, since a ticket has them.
  package func removeAll(but files: [String] = []) {
    let kept = files.map { "\(uploads)/\($0)" }
    for photo in stored where !kept.contains(photo.path) { try? Files.remove(photo.path) }
  }

  /// The photos that are none of these files below `uploads/`, byte for byte.
  package func unknown(among files: [String]) -> [StoredPhoto] {
    stored.filter { photo in
      !files.contains { file in
        let path = "\(uploads)/\(file)"
        guard path != photo.path, Files.size(path) == photo.size else { return false }
        return (try? Files.areEqual(path, photo.path)) == true
      }
    }
  }

  // MARK: the sink

  package mutating func begin(_ part: FilePart) { arrival = Arrival(part: part) }

  package mutating func append(_ bytes: Span<UInt8>) {
    guard var arrival, arrival.fault == nil else { return }
    // The only holder: what it collects is then changed in place.
    self.arrival = nil
    arrival.received += bytes.count
    do throws(PhotoFault) {
      guard arrival.received <= limit else { throw .tooLarge(limit: limit) }
      try take(bytes, &arrival)
    } catch {
      arrival.fault = error
      arrival.writer = nil
    }
    self.arrival = arrival
  }

  package mutating func end(_ end: FilePartEnd) {
    guard var arrival else { return }
    self.arrival = nil
    do throws(PhotoFault) {
      if let fault = arrival.fault { throw fault }
      switch end {
      case .complete: break
      case .truncated: throw .incomplete
      case .tooLarge(let limit): throw .tooLarge(limit: limit)
      case .formTooLarge(let limit): throw .formTooLarge(limit: limit)
      case .tooMany(let limit): throw .tooMany(limit: limit)
      case .refused: throw .refused
      }
      outcomes.append(PhotoOutcome(part: arrival.part, result: .success(try finish(&arrival))))
    } catch {
      outcomes.append(PhotoOutcome(part: arrival.part, result: .failure(error)))
    }
  }

  // MARK: writing

  private func take(_ bytes: Span<UInt8>, _ arrival: inout Arrival) throws(PhotoFault) {
    guard arrival.writer == nil else { return try write(bytes, &arrival) }
    let taken = min(PhotoKind.signatureLength - arrival.head.count, bytes.count)
    bytes.extracting(..<taken).withUnsafeBufferPointer { arrival.head.append(contentsOf: $0) }
    guard arrival.head.count == PhotoKind.signatureLength else { return }
    try open(&arrival)
    try write(bytes.extracting(taken...), &arrival)
  }

  private func open(_ arrival: inout Arrival) throws(PhotoFault) {
    guard let kind = PhotoKind(firstBytes: arrival.head) else { throw .notAnImage }
    // The name comes from the settings; a slip there must not lead out of the folder.
    guard !tenant.isEmpty, !tenant.hasPrefix("."),
      tenant.utf8.allSatisfy({ $0 != UInt8(ascii: "/") && $0 != 0 })
    else { throw .cannotStore(SystemError("use", tenant, code: 22)) }
    let name = "\(random.token(bytes: 16)).\(kind.fileExtension)"
    let file = try PhotoFile(name, in: "\(uploads)/\(tenant)", calls: calls)
    arrival.writer = Writer(kind: kind, name: name, file: file, filter: kind.filter)
    let head = arrival.head
    try write(head.span, &arrival)
  }

  private func write(_ bytes: Span<UInt8>, _ arrival: inout Arrival) throws(PhotoFault) {
    guard let file = arrival.writer?.file else { return }
    try arrival.writer?.filter.filter(bytes) { kept throws(PhotoFault) in try file.write(kept) }
  }

  private func finish(_ arrival: inout Arrival) throws(PhotoFault) -> StoredPhoto {
    guard arrival.received > 0 else { throw .empty }
    if arrival.writer == nil { try open(&arrival) }
    guard var writer = arrival.writer else { throw .notAnImage }
    let patches = try writer.filter.finish()
    try writer.file.flush()
    for patch in patches { try writer.file.replace(at: patch.offset, patch.bytes) }
    if writer.kind == .heic { try HEICMetadata(writer.file).blank() }
    try writer.file.commit()
    return StoredPhoto(name: writer.name, path: writer.file.path, kind: writer.kind, size: writer.file.size)
  }
}
