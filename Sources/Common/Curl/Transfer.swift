// Transfer.swift - one request on its way through libcurl: its handle, its buffers, its callbacks.
//
// "Never twice": when a kept-open connection dies before the first byte of a reply, libcurl by
// itself sends the request again on a fresh one, up to five times, a POST included; it cannot be
// told not to. If the server had read the first POST, an SMS would go out twice. Therefore a body
// is never given to libcurl as a buffer (CURLOPT_POSTFIELDS) but through a read callback that hands
// each byte out once and a seek callback that refuses to rewind:
// - no byte of the body handed out yet: libcurl's retry is harmless (a request without its body is
//   not executed) and welcome, it mends the usual race with an idle connection being closed;
// - any byte handed out: the retry ends with CURLE_SEND_FAIL_REWIND, for us `ambiguous`.
// (A signed request is the exception: libcurl must have its body to sign it, and it may arrive twice.)
// That is also the whole rule for telling `neverSent` from `ambiguous`: facts, not error codes.

import CCurl

final class Transfer {
  let easy: UnsafeMutableRawPointer
  private let completion: (Result<HTTPReply, HTTPFailure>) -> Void
  private var outcome: Result<HTTPReply, HTTPFailure>?
  private let requestBody: [UInt8]
  private let isSigned: Bool
  private let maxReplyBytes: Int
  let destination: Destination
  /// An address was not connected to since it is private.
  private var hasRefused = false
  /// The reply's body was longer than what is kept.
  private var isTooLarge = false
  private var handedOut = 0
  private var replyBody: [UInt8] = []
  private var replyHead = ReplyHead()
  private let headerList: UnsafeMutablePointer<curl_slist>?
  private let errorText: UnsafeMutablePointer<CChar>

  /// nil when libcurl refuses the request (no memory, an option this libcurl does not know).
  init?(
    _ request: HTTPRequest, trustedCertificates: String?,
    completion: @escaping (Result<HTTPReply, HTTPFailure>) -> Void
  ) {
    guard let handle = curl_easy_init() else { return nil }
    easy = handle
    self.completion = completion
    requestBody = request.body ?? []
    isSigned = request.signing != nil
    maxReplyBytes = request.maxReplyBytes
    destination = request.destination
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    // "Expect:" switches off libcurl's wait for "100 Continue" before large bodies. In a signed request libcurl
    // would sign it without sending it.
    let list = appended(
      request.headers, to: curl_slist_append(nil, isSigned ? "Accept: */*" : "Expect:"))
    headerList = list
    guard list != nil, configure(request, trustedCertificates) else { return nil }
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(headerList)
    errorText.deallocate()
  }

  private func configure(_ request: HTTPRequest, _ trustedCertificates: String?) -> Bool {
    var options = Options(easy: easy)
    options.set(CURLOPT_URL, request.url)
    options.set(CURLOPT_USERAGENT, CurlTransport.userAgent)
    options.set(CURLOPT_HTTPHEADER, headerList)
    options.set(CURLOPT_ERRORBUFFER, errorText)
    options.set(CURLOPT_NOSIGNAL, 1)
    options.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    options.set(CURLOPT_FOLLOWLOCATION, 0)
    options.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
    // Bits instead of CURLOPT_PROTOCOLS_STR, which hosts with an older libcurl lack.
    options.set(CURLOPT_PROTOCOLS, Int(CURLPROTO_HTTP | CURLPROTO_HTTPS))
    options.set(CURLOPT_SSL_VERIFYPEER, 1)
    options.set(CURLOPT_SSL_VERIFYHOST, 2)
    if let trustedCertificates { options.set(CURLOPT_CAINFO, trustedCertificates) }
    options.set(CURLOPT_TCP_KEEPALIVE, 1)
    // Web servers drop idle connections after 5 s and more; a request on one that is just being dropped is
    // ambiguous and has to be looked up. Be earlier: a new handshake costs less.
    options.set(CURLOPT_MAXAGE_CONN, 4)
    options.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, request.connectTimeoutMilliseconds))
    let isUnlimited = request.timeoutMilliseconds == HTTPRequest.noTimeout
    options.set(CURLOPT_TIMEOUT_MS, isUnlimited ? 0 : max(1, request.timeoutMilliseconds))
    if !request.usesProxy { options.set(CURLOPT_PROXY, "") }
    if let username = request.username {
      options.set(CURLOPT_HTTPAUTH, 1)  // CURLAUTH_BASIC, a cast macro Swift does not import
      options.set(CURLOPT_USERNAME, username)
      options.set(CURLOPT_PASSWORD, request.password ?? "")
    }
    if let signing = request.signing {
      options.set(CURLOPT_AWS_SIGV4, "aws:amz:\(signing.region):\(signing.service)")
      options.set(CURLOPT_USERNAME, signing.accessKeyID)
      options.set(CURLOPT_PASSWORD, signing.secretAccessKey)
    }
    configureMethod(request, &options)
    configureCallbacks(&options)
    if request.destination != .known { keepApart(&options) }
    return options.accepted
  }

  /// A connection of its own, which each address of the host is judged for.
  private func keepApart(_ options: inout Options) {
    options.set(CURLOPT_FRESH_CONNECT, 1)
    options.set(CURLOPT_FORBID_REUSE, 1)
    // Through a proxy nobody would see what is connected to.
    options.set(CURLOPT_PROXY, "")
    guard destination == .stranger else { return }
    options.set(CURLOPT_PROTOCOLS, Int(CURLPROTO_HTTPS))
    options.set(CURLOPT_OPENSOCKETDATA, Unmanaged.passUnretained(self).toOpaque())
    options.set(socket: { context, _, address in
      guard let context, let address else { return opsfabric_curl_no_socket() }
      return Transfer.of(context).open(address)
    })
  }

  private func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
    guard PublicAddress.isPublic(address) else {
      hasRefused = true
      return opsfabric_curl_no_socket()
    }
    return opsfabric_curl_open(address)
  }

  private func configureMethod(_ request: HTTPRequest, _ options: inout Options) {
    switch (request.method, request.body) {
    case ("GET", nil): options.set(CURLOPT_HTTPGET, 1)
    case ("HEAD", nil): options.set(CURLOPT_NOBODY, 1)
    default:
      options.set(CURLOPT_POST, 1)
      options.set(offset: CURLOPT_POSTFIELDSIZE_LARGE, requestBody.count)
      if request.method != "POST" { options.set(CURLOPT_CUSTOMREQUEST, request.method) }
      // libcurl signs a body only where it has the whole of it.
      if isSigned { options.copy(body: requestBody) }
      // Without a body there is nothing to withhold from a second attempt. On a fresh connection
      // libcurl makes none.
      if requestBody.isEmpty { options.set(CURLOPT_FRESH_CONNECT, 1) }
    }
  }

  private func configureCallbacks(_ options: inout Options) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    if !isSigned { handOutBody(context, &options) }
    options.set(CURLOPT_WRITEDATA, context)
    options.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      return Transfer.of(context).take(body: .init(start: bytes, count: size * count))
    }
    options.set(CURLOPT_HEADERDATA, context)
    options.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      return Transfer.of(context).take(header: .init(start: bytes, count: size * count))
    }
  }

  private func handOutBody(_ context: UnsafeMutableRawPointer, _ options: inout Options) {
    options.set(CURLOPT_READDATA, context)
    options.set(CURLOPT_READFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return Int(CURL_READFUNC_ABORT) }
      return Transfer.of(context).handOut(to: bytes, capacity: size * count)
    }
    options.set(CURLOPT_SEEKDATA, context)
    options.refuseSeeks()
  }

  private static func of(_ context: UnsafeMutableRawPointer) -> Transfer {
    Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
  }

  private func handOut(to bytes: UnsafeMutablePointer<CChar>, capacity: Int) -> Int {
    let count = min(capacity, requestBody.count - handedOut)
    guard count > 0 else { return 0 }
    let target = UnsafeMutableRawBufferPointer(start: bytes, count: count)
    target.copyBytes(from: requestBody[handedOut..<handedOut + count])
    handedOut += count
    return count
  }

  private func take(body bytes: UnsafeBufferPointer<CChar>) -> Int {
    guard replyBody.count + bytes.count <= maxReplyBytes else {
      isTooLarge = true
      return 0
    }
    replyBody.append(contentsOf: UnsafeRawBufferPointer(bytes))
    return bytes.count
  }

  private func take(header bytes: UnsafeBufferPointer<CChar>) -> Int {
    replyHead.take(bytes)
    return bytes.count
  }

  /// Could the other side have acted on the request?
  private var hasLeft: Bool {
    guard requestBody.isEmpty || isSigned else { return handedOut > 0 }
    return long(CURLINFO_REQUEST_SIZE) > 0
  }

  private func long(_ info: CURLINFO) -> Int {
    var value = 0
    return opsfabric_curl_get_long(easy, info, &value) == CURLE_OK ? value : 0
  }

  /// libcurl is done with it.
  func end(_ code: CURLcode) { outcome = result(code) }

  /// What became of a transfer that libcurl reports as done.
  private func result(_ code: CURLcode) -> Result<HTTPReply, HTTPFailure> {
    let status = long(CURLINFO_RESPONSE_CODE)
    if code == CURLE_OK || isTooLarge && destination != .known, status >= 200 {
      return .success(HTTPReply(status: status, headers: replyHead.headers, body: replyBody))
    }
    if hasRefused, code == CURLE_COULDNT_CONNECT { return .failure(.neverSent(HTTPFailure.privateAddress)) }
    if isTooLarge { return .failure(.tooLarge("the reply is larger than \(maxReplyBytes) bytes")) }
    let detail = errorText[0] != 0 ? String(cString: errorText) : String(cString: curl_easy_strerror(code))
    return .failure(failure("\(detail) (curl \(code.rawValue))"))
  }

  /// The kind of failure that is true now, when the transfer ends without a reply.
  private func failure(_ reason: String) -> HTTPFailure {
    hasLeft ? .ambiguous(reason) : .neverSent(reason)
  }

  /// Calls the completion: with the outcome, or with what is true of a transfer that ends now.
  func complete() { completion(outcome ?? .failure(failure("abandoned"))) }
}
