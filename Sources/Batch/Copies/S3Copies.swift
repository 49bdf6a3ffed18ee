// S3Copies.swift - copies in a bucket, by libcurl's request signing, in path style, with the SHA-256 of what is sent.

import Crypto
import Curl

struct S3Copies: CopyStore {
  private let access: CopyAccess
  /// Of the bucket, with a slash at its end.
  private let base: String
  private let prefix: String
  private let endpoint: String
  private let signing: AWSSigning

  init(bucket: String, prefix: String, access: CopyAccess) throws(CopyError) {
    guard let endpoint = access.backup.endpoint, let region = access.backup.region,
      let key = access.backup.keyID, let secret = access.backup.secret
    else {
      throw .local("for s3:// write endpoint, region, key_id and secret in backup of config/opsfabric.json5")
    }
    self.access = access
    self.endpoint = endpoint
    base = "\(endpoint)/\(bucket)"
    self.prefix = prefix
    signing = AWSSigning(
      service: "s3", region: region, accessKeyID: key, secretAccessKey: secret.value)
  }

  private func request(_ method: String, _ address: String, _ sha256: String) -> StreamedRequest {
    var request = StreamedRequest(method: method, url: base + address)
    // libcurl before 8 sends none by itself, and signs a body as if it were empty.
    request.headers = [("x-amz-content-sha256", sha256)]
    request.signing = signing
    return request
  }

  private func request(_ method: String, _ name: String) -> StreamedRequest {
    request(method, "/\(prefix)\(name)", CopySource([]).sha256)
  }

  private func answer(_ request: StreamedRequest) throws(CopyError) -> HTTPReply {
    try access.perform(request, trusting: endpoint)
  }

  func put(_ source: CopySource, as name: String) throws(CopyError) {
    var put = request("PUT", "/\(prefix)\(name)", source.sha256)
    put.body = source.body
    let reply = try answer(put)
    guard 200..<300 ~= reply.status else { throw access.failure(reply, "PUT \(name)") }
  }

  func get(_ name: String, limit: Int) throws(CopyError) -> [UInt8]? {
    var get = request("GET", name)
    get.maxReplyBytes = limit
    let reply = try answer(get)
    if isMissing(reply) { return nil }
    guard reply.status == 200 else { throw access.failure(reply, "GET \(name)") }
    return reply.body
  }

  func fetch(_ name: String, addingTo path: String) throws(CopyError) -> Bool {
    var get = request("GET", name)
    get.answerFile = path
    let reply = try answer(get)
    if isMissing(reply) { return false }
    guard reply.status == 200 else { throw access.failure(reply, "GET \(name)") }
    return true
  }

  /// A bucket that is not there is a fault, and not the end of its copies.
  private func isMissing(_ reply: HTTPReply) -> Bool {
    reply.status == 404 && XMLText(reply.body).texts(of: "Code").first != "NoSuchBucket"
  }

  func size(_ name: String) throws(CopyError) -> Int? {
    let reply = try answer(request("HEAD", name))
    if reply.status == 404 { return nil }
    guard reply.status == 200 else { throw access.failure(reply, "HEAD \(name)") }
    return reply.headers["content-length"].flatMap { Int($0) }
  }

  func list(_ folder: String) throws(CopyError) -> [String: Int] {
    var files: [String: Int] = [:]
    let start = "\(prefix)\(folder)/"
    var token: String?
    while true {
      // In the order of their names, and each with its sign: libcurl before 8 signs them as they stand.
      let continuation = token.map { "continuation-token=\(S3Copies.escaped($0))&" } ?? ""
      let query = "?\(continuation)list-type=2&max-keys=1000&prefix=\(S3Copies.escaped(start))"
      var get = request("GET", query, CopySource([]).sha256)
      get.maxReplyBytes = 16 << 20
      let reply = try answer(get)
      guard reply.status == 200 else { throw access.failure(reply, "list \(folder)/") }
      let answer = XMLText(reply.body)
      for item in answer.elements("Contents") {
        guard let key = item.texts(of: "Key").first, key.hasPrefix(start),
          let size = item.texts(of: "Size").first.flatMap({ Int($0) })
        else { continue }
        files[String(key.dropFirst(start.count))] = size
      }
      guard answer.texts(of: "IsTruncated").first == "true",
        let next = answer.texts(of: "NextContinuationToken").first, next != token
      else { return files }
      token = next
    }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      if 48...57 ~= byte || 65...90 ~= byte || 97...122 ~= byte || "-._~".utf8.contains(byte) {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        result += "%" + hexadecimal([byte]).uppercased()
      }
    }
    return result
  }

  func delete(_ name: String) throws(CopyError) {
    let reply = try answer(request("DELETE", name))
    guard 200..<300 ~= reply.status || isMissing(reply) else {
      throw access.failure(reply, "DELETE \(name)")
    }
  }
}
