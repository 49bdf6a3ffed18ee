// CopyStore.swift - what a place for copies must be able to do, whichever it is.

import Business
import Crypto
import Curl
import Glibc
import Platform

/// Why a copy was not made, or not had. Each is one line that says what to do.
package enum CopyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There was no answer, or a server's own trouble.
  case unreachable(String)
  /// The keys are not good for it.
  case refused(String)
  case full(String)
  /// What lies there is not what was written.
  case damaged(String)
  /// The folder is another installation's.
  case foreign(String)
  /// Something of this machine.
  case local(String)
  /// The run has ended; the next one goes on.
  case interrupted

  package var description: String {
    switch self {
    case .unreachable(let reason): "the place of the copies cannot be reached: \(reason)"
    case .refused(let reason):
      "the place of the copies refuses: \(reason); look at the keys in backup of config/opsfabric.json5, and at what they may do"
    case .full(let reason):
      "the place of the copies is full: \(reason); make room there, or keep fewer copies"
    case .damaged(let reason): reason
    case .foreign(let reason): reason
    case .local(let reason): reason
    case .interrupted: "interrupted"
    }
  }
}

/// Bytes, or a part of a file, with their SHA-256 in hexadecimal digits.
package struct CopySource {
  package var body: StreamedRequest.Body
  package var count: Int
  package var sha256: String

  package init(_ bytes: [UInt8]) {
    body = .bytes(bytes)
    count = bytes.count
    sha256 = hexadecimal(Crypto.sha256(bytes))
  }

  package init(file: String, offset: Int = 0, count: Int, sha256: String) {
    body = .file(file, offset: offset, count: count)
    self.count = count
    self.sha256 = sha256
  }
}

/// A place for copies. Names are `FOLDER/NAME` or `NAME`, of the characters that `CopyName` makes. All of it waits.
package protocol CopyStore {
  /// Under its name there is the whole of it, or nothing, whatever happens meanwhile.
  func put(_ source: CopySource, as name: String) throws(CopyError)
  /// nil where there is none.
  func get(_ name: String, limit: Int) throws(CopyError) -> [UInt8]?
  /// Adds what lies there to the end of a file; false where there is none.
  func fetch(_ name: String, addingTo path: String) throws(CopyError) -> Bool
  /// nil where there is none.
  func size(_ name: String) throws(CopyError) -> Int?
  /// The names in a folder, with their sizes; empty where there is none.
  func list(_ folder: String) throws(CopyError) -> [String: Int]
  /// One that is gone already is fine.
  func delete(_ name: String) throws(CopyError)
}

/// How a place is spoken to.
package struct CopyAccess {
  package var backup: Installation.Backup
  package var isTrusted: (_ url: String) -> Bool
  /// A connection that stands still for so long is given up.
  package var stallSeconds = 60
  package var isAbandoned: () -> Bool = { false }

  package init(_ backup: Installation.Backup, isTrusted: @escaping (_ url: String) -> Bool) {
    self.backup = backup
    self.isTrusted = isTrusted
  }

  package init(_ installation: Installation) {
    self.init(installation.backup, isTrusted: installation.trusts)
  }

  /// - Parameter home: copies do not lie within what they are of.
  package func store(of home: Home) throws(CopyError) -> any CopyStore {
    switch backup.place {
    case nil: throw .local("no place for copies is set: write backup.to in config/opsfabric.json5")
    case .folder(let path)?:
      guard !(path + "/").hasPrefix(home.path + "/") else {
        throw .local("\(path) lies in the home itself: name a folder on another disk")
      }
      return FolderCopies(path: path, isAbandoned: isAbandoned)
    case .webDAV(let url)?: return WebDAVCopies(url: url, access: self)
    case .s3(let bucket, let prefix)?: return try S3Copies(bucket: bucket, prefix: prefix, access: self)
    }
  }

  /// A request as this place gets it; its outcome in the words of copies.
  func perform(_ request: StreamedRequest, trusting url: String) throws(CopyError) -> HTTPReply {
    var request = request
    request.destination = isTrusted(url) ? .trusted : .stranger
    request.stallSeconds = stallSeconds
    request.bytesPerSecond = backup.bandwidth * 1024
    request.isAbandoned = isAbandoned
    if isAbandoned() { throw .interrupted }
    switch StreamedExchange.perform(request) {
    case .success(let reply): return reply
    case .failure(let failure):
      if isAbandoned() { throw .interrupted }
      throw .unreachable(failure.reason)
    }
  }

  /// Whatever is no success.
  func failure(_ reply: HTTPReply, _ what: String) -> CopyError {
    let words = CopyAccess.code(in: reply.body).map { " \($0)" } ?? ""
    let text = "\(what): HTTP \(reply.status)\(words)"
    switch reply.status {
    case 401, 403, 405:
      return CopyAccess.code(in: reply.body).map { $0.lowercased().contains("quota") } ?? false
        ? .full(text) : .refused(text)
    case 413, 507: return .full(text)
    default:
      return CopyAccess.code(in: reply.body).map { $0.lowercased().contains("quota") } ?? false
        ? .full(text) : .unreachable(text)
    }
  }

  /// S3's word for what is wrong.
  private static func code(in body: [UInt8]) -> String? {
    guard let text = XMLText(body).texts(of: "Code").first, text.utf8.count < 60,
      text.utf8.allSatisfy({ 65...90 ~= $0 || 97...122 ~= $0 || 48...57 ~= $0 })
    else { return nil }
    return text
  }
}
