// CurlTransport.swift - requests side by side on kept-open connections, by libcurl's multi interface.
//
// At most `maxConnections` transfers are inside libcurl; the others wait here, in order. So a
// request's time-out starts when it may use a connection, not while it stands in line.

import CCurl

/// Once per process, before any other use of libcurl.
private let libcurlIsReady: Bool = {
  opsfabric_ignore_sigpipe()
  return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}()

/// The real transport. One thread only. Deallocated with transfers under way, it drops them
/// without calling their completions: call `abandonAll` first.
public final class CurlTransport: HTTPTransport {
  /// Sent with every request.
  public static let userAgent = "missed-call-recovery"

  private struct Waiting {
    let request: HTTPRequest
    let completion: (Result<HTTPReply, HTTPFailure>) -> Void
  }

  private let multi: UnsafeMutableRawPointer?
  private let maxConnections: Int
  private var waiting: [Waiting] = []
  private var running: [UnsafeMutableRawPointer: Transfer] = [:]
  /// Finished, completion not called yet.
  private var finished: [(Transfer, Result<HTTPReply, HTTPFailure>)] = []
  private var refused: [Waiting] = []

  public init(maxConnections: Int = 16) {
    self.maxConnections = max(1, maxConnections)
    multi = libcurlIsReady ? curl_multi_init() : nil
    guard let multi else { return }
    let limit = self.maxConnections
    for (option, value) in [
      (CURLMOPT_MAX_TOTAL_CONNECTIONS, limit), (CURLMOPT_MAX_HOST_CONNECTIONS, limit),
      (CURLMOPT_MAXCONNECTS, limit), (CURLMOPT_PIPELINING, 0),
    ] {
      _ = opsfabric_curl_multi_set_long(multi, option, value)
    }
  }

  deinit {
    guard let multi else { return }
    for easy in running.keys { curl_multi_remove_handle(multi, easy) }
    running = [:]  // frees the easy handles, which must happen before the multi handle goes
    finished = []
    curl_multi_cleanup(multi)
  }

  public var inFlight: Int { waiting.count + running.count + finished.count + refused.count }

  public func submit(
    _ request: HTTPRequest, completion: @escaping (Result<HTTPReply, HTTPFailure>) -> Void
  ) {
    waiting.append(Waiting(request: request, completion: completion))
    admit()
  }

  /// As the protocol says. With nothing under way it waits the time out, so that a loop around it
  /// does not spin; a signal ends the wait early.
  public func poll(milliseconds: Int) {
    let clock = ContinuousClock()
    let deadline = clock.now + .milliseconds(max(0, milliseconds))
    while true {
      admit()
      drive()
      if complete() { return }
      let left = deadline - clock.now
      guard let multi, left > .zero else { return }
      // Rounded up: waiting 0 ms for the last fraction of a millisecond would spin.
      let (seconds, attoseconds) = left.components
      let wait = min(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1, 3_600_000)
      if curl_multi_poll(multi, nil, 0, Int32(wait), nil) != CURLM_OK { return }
    }
  }

  public func abandonAll() {
    let transfers = running
    let notStarted = waiting + refused
    let done = finished
    running = [:]
    waiting = []
    refused = []
    finished = []
    for (transfer, result) in done { transfer.completion(result) }
    for (easy, transfer) in transfers {
      if let multi { curl_multi_remove_handle(multi, easy) }
      transfer.completion(.failure(transfer.failure("abandoned")))
    }
    for one in notStarted { one.completion(.failure(.neverSent("abandoned before it began"))) }
  }

  /// Moves requests that wait into libcurl, as many as there are connections for.
  private func admit() {
    var admitted = 0
    for one in waiting {
      guard running.count < maxConnections else { break }
      admitted += 1
      guard let multi, let transfer = Transfer(one.request, completion: one.completion),
        curl_multi_add_handle(multi, transfer.easy) == CURLM_OK
      else {
        refused.append(one)
        continue
      }
      running[transfer.easy] = transfer
    }
    waiting.removeFirst(admitted)
  }

  /// Lets libcurl work, and collects what it has finished.
  private func drive() {
    guard let multi else { return }
    var active: Int32 = 0
    guard curl_multi_perform(multi, &active) == CURLM_OK else { return }
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      // The message dies with remove_handle: read it first.
      let code = opsfabric_curl_message_result(message)
      guard let transfer = running.removeValue(forKey: easy) else { continue }
      finished.append((transfer, transfer.result(code)))
      curl_multi_remove_handle(multi, easy)
    }
  }

  /// Calls the completions that are due; false when there were none. Whatever a completion does
  /// (submit, abandonAll), each is called once: the lists are emptied before.
  private func complete() -> Bool {
    let due = finished
    let neverBegun = refused
    finished = []
    refused = []
    guard !due.isEmpty || !neverBegun.isEmpty else { return false }
    admit()  // freed connections work on while the completions run
    for (transfer, result) in due { transfer.completion(result) }
    for one in neverBegun { one.completion(.failure(.neverSent("libcurl refused the request"))) }
    return true
  }
}
