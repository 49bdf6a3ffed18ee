// StandInTransport.swift - the Twilio stand-in behind HTTPTransport, in this process and on the test's clock.
//
// Waiting costs no time: a poll moves the clock. Faults behave as libcurl reports them: a lost answer and a
// hang are ambiguous, an unreachable host has never been sent to.

import Curl
import LocalTime
import Mail
import Platform
import StandIn

package final class StandInTransport: HTTPTransport, MailTransport, BlockingTransport {
  private struct Pending {
    let request: HTTPRequest
    let completion: (Result<HTTPReply, HTTPFailure>) -> Void
  }

  private let standIn: StandIn
  private let clock: TestClock
  private var pending: [Pending] = []
  private var pendingMail: [(mail: MailTransfer, completion: (MailOutcome) -> Void)] = []
  /// What the mail server says to each mail.
  package var mailAnswer: (MailTransfer) -> MailOutcome = { _ in .accepted(reply: "250 ok") }
  /// Every mail that was handed over, accepted or not.
  public private(set) var mails: [MailTransfer] = []
  /// Amazon SQS, below `QueueStandIn.service`.
  package var queue: QueueStandIn?
  /// The host is down: nothing leaves.
  package var isUnreachable = false
  /// Other web servers, such as our own: nil where it is not for them. Asked before Twilio is.
  package var otherSites: (HTTPRequest) -> Result<HTTPReply, HTTPFailure>? = { _ in nil }
  /// How long an answer takes.
  package var latencyMilliseconds = 100
  /// The most requests that were under way at once.
  public private(set) var mostInFlight = 0
  /// Called before each poll; a test can kill, insert or change things in the middle of a run.
  package var onPoll: () -> Void = {}

  package init(standIn: StandIn, clock: TestClock) {
    self.standIn = standIn
    self.clock = clock
  }

  /// What waits does so on real threads.
  private lazy var threads: CurlTransport = {
    hasThreads = true
    return CurlTransport(maxConnections: 1)
  }()
  private var hasThreads = false

  package var inFlight: Int { pending.count + pendingMail.count + (hasThreads ? threads.inFlight : 0) }

  package func submit(_ transfer: some BlockingTransfer, whenOver: @escaping () -> Void) {
    threads.submit(transfer, whenOver: whenOver)
  }

  package func submit(_ mail: MailTransfer, completion: @escaping (MailOutcome) -> Void) {
    pendingMail.append((mail, completion))
  }

  package func submit(_ request: HTTPRequest, completion: @escaping (Result<HTTPReply, HTTPFailure>) -> Void)
  {
    pending.append(Pending(request: request, completion: completion))
    mostInFlight = max(mostInFlight, pending.count)
  }

  package func poll(milliseconds: Int) {
    onPoll()
    if hasThreads, threads.inFlight > 0 {
      threads.poll(milliseconds: 10)
      // Time goes on while a thread is at work, but as slowly as it does.
      guard pending.count + pendingMail.count > 0 else {
        clock.advance(milliseconds: min(10, milliseconds))
        return
      }
    }
    guard inFlight > 0 else {
      clock.advance(milliseconds: milliseconds)
      return
    }
    // All that were under way answer after the same while.
    let batch = pending
    pending = []
    clock.advance(milliseconds: latencyMilliseconds)
    let mailBatch = pendingMail
    pendingMail = []
    for item in batch { item.completion(answer(item.request)) }
    for item in mailBatch {
      if !item.mail.isProbe { mails.append(item.mail) }
      item.completion(mailAnswer(item.mail))
    }
  }

  package func abandonAll() {
    let batch = pending
    pending = []
    for item in batch { item.completion(.failure(.ambiguous("abandoned"))) }
    let mailBatch = pendingMail
    pendingMail = []
    for item in mailBatch { item.completion(.unknown("abandoned")) }
    if hasThreads { threads.abandonAll() }
  }

  private func answer(_ request: HTTPRequest) -> Result<HTTPReply, HTTPFailure> {
    if let queue, request.url.hasPrefix(QueueStandIn.service) { return queue.answer(request, at: clock.now) }
    if let reply = otherSites(request) { return reply }
    if isUnreachable { return .failure(.neverSent("could not connect")) }
    let (path, query) = StandInTransport.split(request.url)
    var headers: [String: String] = [:]
    for header in request.headers { headers[header.name.lowercased()] = header.value }
    if let user = request.username {
      headers["authorization"] = "Basic " + base64Text("\(user):\(request.password ?? "")")
    }
    let reply = standIn.handle(
      .init(method: request.method, path: path, query: query, headers: headers, body: request.body ?? []))
    clock.advance(milliseconds: min(reply.delayMilliseconds, request.timeoutMilliseconds))
    if reply.isLost || reply.delayMilliseconds >= request.timeoutMilliseconds {
      return .failure(.ambiguous("the answer never came"))
    }
    guard reply.body.count <= request.maxReplyBytes else {
      return .failure(.tooLarge("the reply is too large"))
    }
    var replyHeaders: [String: String] = [:]
    for (name, value) in reply.headers { replyHeaders[name.lowercased()] = value }
    return .success(HTTPReply(status: reply.status, headers: replyHeaders, body: reply.body))
  }

  private static func split(_ url: String) -> (path: String, query: String) {
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    let rest = parts.count > 3 ? "/" + parts[3] : "/"
    let halves = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    return (String(halves[0]), halves.count > 1 ? String(halves[1]) : "")
  }
}
