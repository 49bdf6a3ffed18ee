// CurlTransport.swift - requests side by side, by libcurl's multi interface; beside them, on threads, what libcurl
// can only do by waiting.
//
// At most `maxConnections` requests are inside libcurl; the others wait here, in order. So a request's
// time-out starts when it may use a connection, not while it stands in line. Blocking transfers have a limit of
// their own: neither kind waits for the other.

import CCurl
import Glibc

/// Once per process, before any other use of libcurl.
let libcurlIsReady: Bool = {
  opsfabric_ignore_sigpipe()
  return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}()

/// Where something that waits can be run aside.
package protocol BlockingTransport: AnyObject {
  /// Runs it on a thread; `whenOver` is called exactly once, from `poll` or `abandonAll`.
  func submit(_ transfer: some BlockingTransfer, whenOver: @escaping () -> Void)
}

/// The real transport. One thread only. Deallocated with transfers under way, it drops them
/// without calling their completions: call `abandonAll` first.
package final class CurlTransport: HTTPTransport, BlockingTransport {
  /// Sent with every request.
  package static let userAgent = "missed-call-recovery"

  private typealias Completion = (Result<HTTPReply, HTTPFailure>) -> Void

  /// Requests of one kind: those that wait, and how many are inside libcurl.
  private struct Line {
    let limit: Int
    var waiting: [(request: HTTPRequest, completion: Completion)] = []
    var running = 0
  }

  /// Requests to strangers at once: a push finds a place when all webhooks are slow.
  package static let strangersAtOnce = 8

  private let multi: UnsafeMutableRawPointer?
  private let maxThreads: Int
  /// A PEM file to trust instead of the system's certificates.
  package let trustedCertificates: String?
  private let threads: TransferThreads?
  private var known: Line
  private var strangers = Line(limit: CurlTransport.strangersAtOnce)
  private var running: [UnsafeMutableRawPointer: Transfer] = [:]
  private var waitingJobs: [BlockingJob] = []
  private var threadsBegun = 0
  private var runningJobs: [Int: (job: BlockingJob, thread: pthread_t)] = [:]
  /// Completions that are due.
  private var due: [() -> Void] = []

  package init(maxConnections: Int = 16, maxThreads: Int = 4, trustedCertificates: String? = nil) {
    known = Line(limit: max(1, maxConnections))
    self.maxThreads = max(1, maxThreads)
    self.trustedCertificates = trustedCertificates
    multi = libcurlIsReady ? curl_multi_init() : nil
    threads = multi.map { TransferThreads(waking: $0) }
    guard let multi else { return }
    let limit = known.limit + strangers.limit
    for (option, value) in [
      (CURLMOPT_MAX_TOTAL_CONNECTIONS, limit), (CURLMOPT_MAX_HOST_CONNECTIONS, limit),
      (CURLMOPT_MAXCONNECTS, limit), (CURLMOPT_PIPELINING, 0),
    ] {
      _ = opsfabric_curl_multi_set_long(multi, option, value)
    }
  }

  deinit {
    abandonThreads()
    guard let multi else { return }
    for easy in running.keys { curl_multi_remove_handle(multi, easy) }
    running = [:]  // frees the easy handles, which must happen before the multi handle goes
    curl_multi_cleanup(multi)
  }

  package var inFlight: Int {
    known.waiting.count + strangers.waiting.count + running.count + waitingJobs.count + runningJobs.count
      + due.count
  }

  package func submit(
    _ request: HTTPRequest, completion: @escaping (Result<HTTPReply, HTTPFailure>) -> Void
  ) {
    if request.destination == .known {
      known.waiting.append((request, completion))
    } else {
      strangers.waiting.append((request, completion))
    }
    admit()
  }

  /// Runs it on a thread; `whenOver` is called exactly once, from `poll` or `abandonAll`.
  package func submit(_ transfer: some BlockingTransfer, whenOver: @escaping () -> Void) {
    waitingJobs.append(BlockingJob(transfer: transfer, whenOver: whenOver))
    admit()
  }

  /// As the protocol says. With nothing under way it waits the time out, so that a loop around it
  /// does not spin; a signal ends the wait early.
  package func poll(milliseconds: Int) {
    let clock = ContinuousClock()
    let deadline = clock.now + .milliseconds(max(0, milliseconds))
    while true {
      admit()
      drive()
      if complete() {
        // What completions have submitted leaves now, not when the caller has dealt with the answers.
        drive()
        return
      }
      guard let multi, clock.now < deadline else { return }
      // Rounded up: waiting 0 ms for the last fraction of a millisecond would spin.
      let (seconds, attoseconds) = max(deadline - clock.now, .zero).components
      let wait = min(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1, 3_600_000)
      if curl_multi_poll(multi, nil, 0, Int32(wait), nil) != CURLM_OK { return }
    }
  }

  package func abandonAll() {
    let completions = due
    let ended = running
    let neverBegun = known.waiting + strangers.waiting
    let jobs = runningJobs.values.map(\.job) + waitingJobs
    running = [:]
    for line in [\CurlTransport.known, \.strangers] {
      self[keyPath: line].waiting = []
      self[keyPath: line].running = 0
    }
    due = []
    abandonThreads()
    for completion in completions { completion() }
    for (easy, transfer) in ended {
      if let multi { curl_multi_remove_handle(multi, easy) }
      transfer.complete()
    }
    for one in neverBegun { one.completion(.failure(.neverSent("abandoned before it began"))) }
    for job in jobs { job.whenOver() }
  }

  /// Ends what runs on threads, and waits for them: a program that ends must not pull libcurl from under them.
  private func abandonThreads() {
    for (job, _) in runningJobs.values { job.transfer.abandon() }
    for job in waitingJobs { job.transfer.abandon() }
    for (_, thread) in runningJobs.values { pthread_join(thread, nil) }
    _ = threads?.takeDone()
    runningJobs = [:]
    waitingJobs = []
  }

  /// Begins what waits, as much as there are connections and threads for.
  private func admit() {
    admit(\.known)
    admit(\.strangers)
    while runningJobs.count < maxThreads, !waitingJobs.isEmpty {
      let job = waitingJobs.removeFirst()
      threadsBegun += 1
      if let thread = threads?.start(job.transfer, number: threadsBegun) {
        runningJobs[threadsBegun] = (job, thread)
      } else {
        job.transfer.abandon()
        due.append(job.whenOver)
      }
    }
  }

  private func admit(_ line: ReferenceWritableKeyPath<CurlTransport, Line>) {
    while self[keyPath: line].running < self[keyPath: line].limit, !self[keyPath: line].waiting.isEmpty {
      let (request, completion) = self[keyPath: line].waiting.removeFirst()
      if let multi,
        let transfer = Transfer(request, trustedCertificates: trustedCertificates, completion: completion),
        curl_multi_add_handle(multi, transfer.easy) == CURLM_OK
      {
        running[transfer.easy] = transfer
        self[keyPath: line].running += 1
      } else {
        due.append { completion(.failure(.neverSent("libcurl refused the request"))) }
      }
    }
  }

  /// Lets libcurl work, and collects what is finished.
  private func drive() {
    guard let multi else { return }
    for number in threads?.takeDone() ?? [] {
      guard let (job, thread) = runningJobs.removeValue(forKey: number) else { continue }
      pthread_join(thread, nil)
      due.append(job.whenOver)
    }
    var active: Int32 = 0
    guard curl_multi_perform(multi, &active) == CURLM_OK else { return }
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      // The message dies with remove_handle: read it first.
      let code = opsfabric_curl_message_result(message)
      guard let transfer = running.removeValue(forKey: easy) else { continue }
      if transfer.destination == .known { known.running -= 1 } else { strangers.running -= 1 }
      transfer.end(code)
      due.append(transfer.complete)
      curl_multi_remove_handle(multi, easy)
    }
  }

  /// Calls the completions that are due; false when there were none. Whatever a completion does
  /// (submit, abandonAll), each is called once: the list is emptied before.
  private func complete() -> Bool {
    let completions = due
    due = []
    guard !completions.isEmpty else { return false }
    admit()  // freed connections work on while the completions run
    for completion in completions { completion() }
    return true
  }
}
