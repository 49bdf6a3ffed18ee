// StreamedExchange.swift - one request whose body or answer is a file, made by waiting for it on the thread that asks.
//
// Nothing of the file is ever whole in memory. Such requests say the same thing however often they arrive (a file is
// put, got or removed), so libcurl may begin again with a body. What stalls is given up, as is what is not wanted any
// more.

import CCurl
import Glibc

package struct StreamedRequest {
  package enum Body {
    case none
    case bytes([UInt8])
    /// A part of a file.
    case file(String, offset: Int, count: Int)
  }

  package var method: String
  package var url: String
  package var headers: [(name: String, value: String)] = []
  package var body = Body.none
  /// The answer's body is added to this file, where the status is 200; else it is kept as of any other request.
  package var answerFile: String?
  package var maxReplyBytes = 8 << 20
  package var username: String?
  package var password: String?
  package var signing: AWSSigning?
  package var destination = Destination.stranger
  package var connectTimeoutMilliseconds = 10_000
  /// Fewer than some bytes a second for so long is a connection that stands still.
  package var stallSeconds = 60
  /// In either direction; 0: as fast as it goes.
  package var bytesPerSecond = 0
  package var isAbandoned: () -> Bool = { false }

  package init(method: String, url: String) {
    self.method = method
    self.url = url
  }
}

package final class StreamedExchange {
  private static let slowestBytesPerSecond = 16
  private static let longestRefusal = 64 << 10

  private let easy: UnsafeMutableRawPointer
  private let request: StreamedRequest
  private var source: Int32 = -1
  private var handedOut = 0
  private var sink: Int32 = -1
  private var replyBody: [UInt8] = []
  private var replyHead = ReplyHead()
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private let errorText: UnsafeMutablePointer<CChar>
  private var isTooLarge = false
  private var hasRefused = false
  /// The answer could not be written to its file.
  private var diskError: Int32 = 0

  /// Waits for the answer.
  package static func perform(_ request: StreamedRequest) -> Result<HTTPReply, HTTPFailure> {
    guard libcurlIsReady, let exchange = StreamedExchange(request) else {
      return .failure(.neverSent("libcurl refused the request"))
    }
    return exchange.perform()
  }

  private init?(_ request: StreamedRequest) {
    guard let handle = curl_easy_init() else { return nil }
    easy = handle
    self.request = request
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(headerList)
    errorText.deallocate()
    if source >= 0 { close(source) }
    if sink >= 0 { close(sink) }
  }

  private func perform() -> Result<HTTPReply, HTTPFailure> {
    if case .file(let path, _, _) = request.body {
      source = open(path, O_RDONLY | O_CLOEXEC)
      guard source >= 0 else { return .failure(.neverSent("\(path) cannot be read")) }
    }
    if let path = request.answerFile {
      sink = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      guard sink >= 0 else { return .failure(.neverSent("\(path) cannot be written")) }
    }
    guard addHeaders(), configure() else { return .failure(.neverSent("libcurl refused the request")) }
    let code = curl_easy_perform(easy)
    var status = 0
    _ = opsfabric_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    if code == CURLE_OK, status >= 200 {
      return .success(HTTPReply(status: status, headers: replyHead.headers, body: replyBody))
    }
    // Some servers say no to a body before they have read it, and close: that is an answer.
    if code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR, status >= 400 {
      return .success(HTTPReply(status: status, headers: replyHead.headers, body: replyBody))
    }
    if hasRefused, code == CURLE_COULDNT_CONNECT { return .failure(.neverSent(HTTPFailure.privateAddress)) }
    if isTooLarge {
      return .failure(.tooLarge("the reply is larger than \(request.maxReplyBytes) bytes"))
    }
    if diskError != 0 {
      return .failure(.ambiguous("cannot write to the disk: \(String(cString: strerror(diskError)))"))
    }
    let detail = errorText[0] != 0 ? String(cString: errorText) : String(cString: curl_easy_strerror(code))
    return .failure(.ambiguous("\(detail) (curl \(code.rawValue))"))
  }

  private func addHeaders() -> Bool {
    guard !request.headers.isEmpty else { return true }
    headerList = appended(request.headers, to: nil)
    return headerList != nil
  }

  private var bodyCount: Int {
    switch request.body {
    case .none: 0
    case .bytes(let bytes): bytes.count
    case .file(_, _, let count): count
    }
  }

  private func configure() -> Bool {
    var options = Options(easy: easy)
    options.set(CURLOPT_URL, request.url)
    options.set(CURLOPT_USERAGENT, CurlTransport.userAgent)
    if let headerList { options.set(CURLOPT_HTTPHEADER, headerList) }
    options.set(CURLOPT_ERRORBUFFER, errorText)
    options.set(CURLOPT_NOSIGNAL, 1)
    options.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    options.set(CURLOPT_FOLLOWLOCATION, 0)
    options.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
    options.set(CURLOPT_SSL_VERIFYPEER, 1)
    options.set(CURLOPT_SSL_VERIFYHOST, 2)
    options.set(CURLOPT_TCP_KEEPALIVE, 1)
    options.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, request.connectTimeoutMilliseconds))
    options.set(CURLOPT_LOW_SPEED_LIMIT, StreamedExchange.slowestBytesPerSecond)
    options.set(CURLOPT_LOW_SPEED_TIME, max(1, request.stallSeconds))
    if request.bytesPerSecond > 0 {
      options.set(offset: CURLOPT_MAX_SEND_SPEED_LARGE, request.bytesPerSecond)
      options.set(offset: CURLOPT_MAX_RECV_SPEED_LARGE, request.bytesPerSecond)
    }
    if let username = request.username {
      options.set(CURLOPT_HTTPAUTH, 1)  // CURLAUTH_BASIC
      options.set(CURLOPT_USERNAME, username)
      options.set(CURLOPT_PASSWORD, request.password ?? "")
    }
    if let signing = request.signing {
      options.set(CURLOPT_AWS_SIGV4, "aws:amz:\(signing.region):\(signing.service)")
      options.set(CURLOPT_USERNAME, signing.accessKeyID)
      options.set(CURLOPT_PASSWORD, signing.secretAccessKey)
    }
    configureMethod(&options)
    configureCallbacks(&options)
    configureDestination(&options)
    return options.accepted
  }

  private func configureMethod(_ options: inout Options) {
    if case .none = request.body {
      switch request.method {
      case "GET": options.set(CURLOPT_HTTPGET, 1)
      case "HEAD": options.set(CURLOPT_NOBODY, 1)
      default:
        options.set(CURLOPT_HTTPGET, 1)
        options.set(CURLOPT_CUSTOMREQUEST, request.method)
      }
    } else {
      options.set(CURLOPT_UPLOAD, 1)
      options.set(offset: CURLOPT_INFILESIZE_LARGE, bodyCount)
      if request.method != "PUT" { options.set(CURLOPT_CUSTOMREQUEST, request.method) }
    }
  }

  private func configureCallbacks(_ options: inout Options) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    options.set(CURLOPT_READDATA, context)
    options.set(CURLOPT_READFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return Int(CURL_READFUNC_ABORT) }
      return StreamedExchange.of(context).handOut(to: bytes, capacity: size * count)
    }
    options.set(CURLOPT_SEEKDATA, context)
    options.set(seek: { context, offset, origin in
      guard let context, origin == SEEK_SET, offset >= 0 else { return CURL_SEEKFUNC_FAIL }
      StreamedExchange.of(context).handedOut = Int(offset)
      return CURL_SEEKFUNC_OK
    })
    options.set(CURLOPT_WRITEDATA, context)
    options.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      return StreamedExchange.of(context).take(body: .init(start: bytes, count: size * count))
    }
    options.set(CURLOPT_HEADERDATA, context)
    options.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      return StreamedExchange.of(context).take(header: .init(start: bytes, count: size * count))
    }
    options.set(CURLOPT_XFERINFODATA, context)
    options.set(progress: { context, _, _, _, _ in
      guard let context else { return 0 }
      return StreamedExchange.of(context).request.isAbandoned() ? 1 : 0
    })
  }

  private func configureDestination(_ options: inout Options) {
    guard request.destination == .stranger else {
      options.set(CURLOPT_PROTOCOLS, Int(CURLPROTO_HTTP | CURLPROTO_HTTPS))
      return
    }
    options.set(CURLOPT_PROTOCOLS, Int(CURLPROTO_HTTPS))
    // Through a proxy nobody would see what is connected to.
    options.set(CURLOPT_PROXY, "")
    options.set(CURLOPT_OPENSOCKETDATA, Unmanaged.passUnretained(self).toOpaque())
    options.set(socket: { context, _, address in
      guard let context, let address else { return opsfabric_curl_no_socket() }
      guard PublicAddress.isPublic(address) else {
        StreamedExchange.of(context).hasRefused = true
        return opsfabric_curl_no_socket()
      }
      return opsfabric_curl_open(address)
    })
  }

  private static func of(_ context: UnsafeMutableRawPointer) -> StreamedExchange {
    Unmanaged<StreamedExchange>.fromOpaque(context).takeUnretainedValue()
  }

  private func handOut(to bytes: UnsafeMutablePointer<CChar>, capacity: Int) -> Int {
    let count = min(capacity, bodyCount - handedOut)
    guard count > 0 else { return 0 }
    switch request.body {
    case .none: return 0
    case .bytes(let body):
      let target = UnsafeMutableRawBufferPointer(start: bytes, count: count)
      target.copyBytes(from: body[handedOut..<handedOut + count])
      handedOut += count
      return count
    case .file(_, let offset, _):
      let got = pread(source, bytes, count, off_t(offset + handedOut))
      // A file that was cut meanwhile must not be filled up with nothing.
      guard got > 0 else { return Int(CURL_READFUNC_ABORT) }
      handedOut += got
      return got
    }
  }

  private func take(body bytes: UnsafeBufferPointer<CChar>) -> Int {
    if sink >= 0, replyHead.status == 200 {
      var written = 0
      while written < bytes.count {
        let count = write(sink, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else {
          diskError = errno
          return 0
        }
        written += count
      }
      return bytes.count
    }
    guard replyBody.count + bytes.count <= request.maxReplyBytes else {
      // Of a refusal the beginning is enough.
      guard replyHead.status < 300 else {
        let room = max(0, StreamedExchange.longestRefusal - replyBody.count)
        replyBody.append(
          contentsOf: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes).prefix(room)))
        return bytes.count
      }
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
}
