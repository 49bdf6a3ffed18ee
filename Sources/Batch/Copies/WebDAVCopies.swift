// WebDAVCopies.swift - copies on a WebDAV server: put under another name, then moved to their own.

import Curl

struct WebDAVCopies: CopyStore {
  let url: String
  let access: CopyAccess

  private static let partSuffix = ".part"

  private func request(_ method: String, _ name: String) -> StreamedRequest {
    var request = StreamedRequest(method: method, url: name.isEmpty ? url + "/" : "\(url)/\(name)")
    request.username = access.backup.username
    request.password = access.backup.password?.value
    return request
  }

  private func answer(_ request: StreamedRequest) throws(CopyError) -> HTTPReply {
    try access.perform(request, trusting: url)
  }

  func put(_ source: CopySource, as name: String) throws(CopyError) {
    let part = name + WebDAVCopies.partSuffix
    var put = request("PUT", part)
    put.body = source.body
    var reply = try answer(put)
    if [403, 404, 409].contains(reply.status), try makeFolders(of: name) { reply = try answer(put) }
    guard 200..<300 ~= reply.status else { throw access.failure(reply, "PUT \(part)") }
    var move = request("MOVE", part)
    move.headers = [("Destination", "\(url)/\(name)"), ("Overwrite", "T")]
    reply = try answer(move)
    guard 200..<300 ~= reply.status else { throw access.failure(reply, "MOVE \(part)") }
  }

  /// The copies' own folder, and the one in it; not what lies above.
  /// - Returns: true when one was made.
  private func makeFolders(of name: String) throws(CopyError) -> Bool {
    var isMade = false
    let folder = name.split(separator: "/").dropLast().joined(separator: "/")
    for path in folder.isEmpty ? [""] : ["", folder + "/"] {
      let reply = try answer(request("MKCOL", path))
      isMade = isMade || reply.status == 201
    }
    return isMade
  }

  func get(_ name: String, limit: Int) throws(CopyError) -> [UInt8]? {
    var get = request("GET", name)
    get.maxReplyBytes = limit
    let reply = try answer(get)
    if reply.status == 404 { return nil }
    guard reply.status == 200 else { throw access.failure(reply, "GET \(name)") }
    return reply.body
  }

  func fetch(_ name: String, addingTo path: String) throws(CopyError) -> Bool {
    var get = request("GET", name)
    get.answerFile = path
    let reply = try answer(get)
    if reply.status == 404 { return false }
    guard reply.status == 200 else { throw access.failure(reply, "GET \(name)") }
    return true
  }

  func size(_ name: String) throws(CopyError) -> Int? {
    let reply = try answer(request("HEAD", name))
    if reply.status == 404 { return nil }
    guard reply.status == 200 else { throw access.failure(reply, "HEAD \(name)") }
    // Some servers leave it out, of an empty file or always.
    if let length = reply.headers["content-length"].flatMap({ Int($0) }) { return length }
    return try find(name, depth: 0).first?.value
  }

  func list(_ folder: String) throws(CopyError) -> [String: Int] {
    try find(folder + "/", depth: 1)
  }

  private func find(_ name: String, depth: Int) throws(CopyError) -> [String: Int] {
    var find = request("PROPFIND", name)
    find.headers = [("Depth", String(depth)), ("Content-Type", "application/xml")]
    find.maxReplyBytes = 64 << 20
    find.body = .bytes(
      Array(
        #"<?xml version="1.0"?><propfind xmlns="DAV:"><prop><getcontentlength/><resourcetype/></prop></propfind>"#
          .utf8))
    let reply = try answer(find)
    if reply.status == 404 { return [:] }
    guard reply.status == 207 else { throw access.failure(reply, "PROPFIND \(name)") }
    return WebDAVCopies.files(reply.body)
  }

  /// Those of a multistatus, by the last word of their addresses. Folders are told by their type: some servers give them
  /// a length too.
  static func files(_ xml: [UInt8]) -> [String: Int] {
    var files: [String: Int] = [:]
    for response in XMLText(xml).elements("response") where !response.has("collection") {
      guard let address = response.texts(of: "href").first,
        let size = response.texts(of: "getcontentlength").lazy.compactMap({ Int($0) }).first,
        let name = address.split(separator: "/").last
      else { continue }
      files[unescaped(name)] = size
    }
    return files
  }

  private static func unescaped(_ name: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(name.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  func delete(_ name: String) throws(CopyError) {
    let reply = try answer(request("DELETE", name))
    guard 200..<300 ~= reply.status || reply.status == 404 else {
      throw access.failure(reply, "DELETE \(name)")
    }
  }
}
