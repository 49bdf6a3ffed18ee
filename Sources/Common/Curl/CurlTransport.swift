// CurlTransport.swift - requests and mails side by side, by libcurl's multi interface.
//
// At most `maxConnections` requests are inside libcurl; the others wait here, in order. So a request's
// time-out starts when it may use a connection, not while it stands in line. Mails have a limit of their own:
// neither kind waits for the other, and mail servers bear fewer connections from one client.

import CCurl

/// Once per process, before any other use of libcurl.
private let libcurlIsReady: Bool = {
  opsfabric_ignore_sigpipe()
  return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}()

/// The real transport. One thread only. Deallocated with transfers under way, it drops them
/// without calling their completions: call `abandonAll` first.
package final class CurlTransport: HTTPTransport, MailTransport {
  /// Sent with every request.
  package static let userAgent = "missed-call-recovery"

  private let multi: UnsafeMutableRawPointer?
  private let maxConnections: Int
  private let maxMailConnections: Int
  private let trustedCertificates: String?
  private var waitingRequests: [WaitingJob] = []
  private var waitingMails: [WaitingJob] = []
  private var running: [UnsafeMutableRawPointer: any CurlJob] = [:]
  /// Mails connected by libcurl that go on by themselves.
  private var talking: [UnsafeMutableRawPointer: MailDelivery] = [:]
  /// Finished, completion not called yet.
  private var finished: [any CurlJob] = []
  private var refused: [WaitingJob] = []

  /// - Parameter trustedCertificates: a PEM file to trust instead of the system's certificates.
  package init(maxConnections: Int = 16, maxMailConnections: Int = 4, trustedCertificates: String? = nil) {
    self.maxConnections = max(1, maxConnections)
    self.maxMailConnections = max(1, maxMailConnections)
    self.trustedCertificates = trustedCertificates
    multi = libcurlIsReady ? curl_multi_init() : nil
    guard let multi else { return }
    let limit = self.maxConnections + self.maxMailConnections
    for (option, value) in [
      (CURLMOPT_MAX_TOTAL_CONNECTIONS, limit), (CURLMOPT_MAX_HOST_CONNECTIONS, limit),
      (CURLMOPT_MAXCONNECTS, limit), (CURLMOPT_PIPELINING, 0),
    ] {
      _ = opsfabric_curl_multi_set_long(multi, option, value)
    }
  }

  deinit {
    guard let multi else { return }
    for easy in Array(running.keys) + Array(talking.keys) { curl_multi_remove_handle(multi, easy) }
    running = [:]  // frees the easy handles, which must happen before the multi handle goes
    talking = [:]
    finished = []
    curl_multi_cleanup(multi)
  }

  package var inFlight: Int {
    waitingRequests.count + waitingMails.count + running.count + talking.count + finished.count
      + refused.count
  }

  package func submit(
    _ request: HTTPRequest, completion: @escaping (Result<HTTPReply, HTTPFailure>) -> Void
  ) {
    let trusted = trustedCertificates
    waitingRequests.append(
      WaitingJob(
        begin: { Transfer(request, trustedCertificates: trusted, completion: completion) },
        neverBegan: { completion(.failure(.neverSent($0))) }))
    admit()
  }

  package func submit(_ mail: MailTransfer, completion: @escaping (MailOutcome) -> Void) {
    let trusted = trustedCertificates
    let refusal = mail.refusal
    waitingMails.append(
      WaitingJob(
        begin: {
          refusal == nil ? MailDelivery(mail, trustedCertificates: trusted, completion: completion) : nil
        },
        neverBegan: { completion(refusal ?? .temporary(code: nil, $0)) }))
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
      // libcurl wakes up for its own time-outs, for those of mails we do.
      let next = talking.values.map(\.deadline).min().map { min($0, deadline) } ?? deadline
      // Rounded up: waiting 0 ms for the last fraction of a millisecond would spin.
      let (seconds, attoseconds) = max(next - clock.now, .zero).components
      let wait = min(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1, 3_600_000)
      var descriptors = talking.values.compactMap(\.waits)
      let count = UInt32(descriptors.count)
      if curl_multi_poll(multi, &descriptors, count, Int32(wait), nil) != CURLM_OK { return }
    }
  }

  package func abandonAll() {
    let ended = Array(running.values) + Array(talking.values)
    let notStarted = waitingRequests + waitingMails + refused
    let done = finished
    running = [:]
    talking = [:]
    waitingRequests = []
    waitingMails = []
    refused = []
    finished = []
    for job in done { job.complete() }
    for job in ended {
      if let multi { curl_multi_remove_handle(multi, job.easy) }
      job.abandon()
    }
    for one in notStarted { one.neverBegan("abandoned before it began") }
  }

  /// Moves what waits into libcurl, as much as there are connections for.
  private func admit() {
    let mails = talking.count + running.values.count { $0 is MailDelivery }
    let requests = running.count + talking.count - mails
    begin(&waitingRequests, atMost: maxConnections - requests)
    begin(&waitingMails, atMost: maxMailConnections - mails)
  }

  private func begin(_ waiting: inout [WaitingJob], atMost limit: Int) {
    var begun = 0
    var taken = 0
    for one in waiting {
      guard begun < limit else { break }
      taken += 1
      guard let multi, let job = one.begin(), curl_multi_add_handle(multi, job.easy) == CURLM_OK else {
        refused.append(one)
        continue
      }
      begun += 1
      running[job.easy] = job
    }
    waiting.removeFirst(taken)
  }

  /// Lets libcurl and the mails work, and collects what is finished.
  private func drive() {
    guard let multi else { return }
    var active: Int32 = 0
    guard curl_multi_perform(multi, &active) == CURLM_OK else { return }
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      // The message dies with remove_handle: read it first.
      let code = opsfabric_curl_message_result(message)
      guard let job = running.removeValue(forKey: easy) else { continue }
      if !job.isOver(code), let mail = job as? MailDelivery {
        talking[easy] = mail
      } else {
        finished.append(job)
        curl_multi_remove_handle(multi, easy)
      }
    }
    for (easy, mail) in talking where mail.advance() {
      talking[easy] = nil
      finished.append(mail)
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
    for job in due { job.complete() }
    for one in neverBegun { one.neverBegan("libcurl refused the request") }
    return true
  }
}
