// InboxImport.swift - an address book that is sent to the desk: read up to its limit, then the contacts it says.

import Business
import CGI
import Desk
import Pages
import Uploads

/// The first file of a form, in memory up to the reader's limit.
struct ContactFile: FilePartSink {
  private(set) var bytes: [UInt8] = []
  /// nil: no file came.
  private(set) var end: FilePartEnd?
  private var count = 0

  mutating func begin(_ part: FilePart) { count += 1 }
  mutating func append(_ bytes: Span<UInt8>) {
    if count == 1 { bytes.withUnsafeBufferPointer { self.bytes.append(contentsOf: $0) } }
  }
  mutating func end(_ end: FilePartEnd) { if count == 1 { self.end = end } }
}

extension InboxVisit {
  private static let fileBytes = InboxNames.contactFileMebibytes << 20
  private static let tooLarge = ContactFileFault.tooLarge(mebibytes: InboxNames.contactFileMebibytes)
  /// What stands around the file.
  private static let wordsBytes = 16 << 10

  /// A form with a file; the desk has one.
  func importContacts() throws -> CGIResponse {
    var limits = MultipartLimits()
    limits.fileBytes = InboxVisit.fileBytes
    limits.totalBytes = InboxVisit.fileBytes + InboxVisit.wordsBytes
    limits.files = 1
    guard
      let reader = try? MultipartReader(contentType: request.variable("CONTENT_TYPE") ?? "", limits: limits)
    else { return CGIResponse.plain(400, "the form cannot be read") }
    let length = request.variable("CONTENT_LENGTH").flatMap { Int($0) }
    if let length, length > limits.totalBytes { return try notImported(InboxVisit.tooLarge) }
    var file = ContactFile()
    // A token that is wrong costs no reading; one that stands behind the file is looked at then.
    let form = reader.read(source(length), into: &file) { words in
      words.fields[InboxNames.csrf].map { InboxKey.isCSRFToken($0, session: secret) } ?? true ? .take : .stop
    }
    if let fault = form.fault, fault != .filesRefused {
      if case .tooLarge = fault { return try notImported(InboxVisit.tooLarge) }
      return try notImported(.cutOff)
    }
    guard form.fields[InboxNames.action] == InboxAction.import.rawValue else { return notice(.notFound) }
    return try importContacts(
      file, isOurs: InboxKey.isCSRFToken(form.fields[InboxNames.csrf] ?? "", session: secret))
  }

  /// - Parameter isOurs: the form's token is this session's.
  func importContacts(_ file: ContactFile, isOurs: Bool) throws -> CGIResponse {
    guard isOurs else { return try contacts(banner: .expiredForm, status: 403) }
    switch file.end {
    case nil: return try notImported(.missing)
    case .complete: break
    case .tooLarge, .formTooLarge: return try notImported(InboxVisit.tooLarge)
    case .truncated, .tooMany, .refused: return try notImported(.cutOff)
    }
    guard !file.bytes.isEmpty else { return try notImported(.empty) }
    guard InboxVisit.lines(of: file.bytes) <= InboxNames.contactFileLines else {
      return try notImported(.tooManyLines(limit: InboxNames.contactFileLines))
    }
    guard let book = ReadContact.all(in: file.bytes) else { return try notImported(.unreadable) }
    guard !book.isEmpty else { return try notImported(.empty) }
    let result = try intake.take(book, by: person, tenant: tenant)
    return try contacts(banner: result.numbers > 0 ? .saved(.import) : nil, imported: result)
  }

  /// Line ends of every kind; what is read of a line takes more memory than the line.
  private static func lines(of file: [UInt8]) -> Int {
    var (count, wasReturn) = (0, false)
    for byte in file {
      if 10...13 ~= byte, !(byte == 10 && wasReturn) { count += 1 }
      wasReturn = byte == 13
    }
    return count
  }

  private func notImported(_ fault: ContactFileFault) throws -> CGIResponse {
    try contacts(banner: .notImported(fault), status: fault == InboxVisit.tooLarge ? 413 : 422)
  }
}
