// QueueOutlet.swift - verified webhooks on their way to the queue, and those the queue did not take at first.
//
// What the queue does not take is kept in the spool: in the home where it can be written, else in the temporary
// folder. A function's temporary folder goes with its instance, so what lies there is sent as soon as the queue
// works again, after an answer, while the caller waits no more.

import Business
import Curl
import Glibc
import Platform
import Queue
import Settings
import Spool
import Web
import Webhooks

/// Of one thread only, like the program.
final class QueueOutlet: @unchecked Sendable {
  private static let forwardedAtOnce = 10
  private static let forwardMilliseconds = 2000

  /// Where this program keeps what the queue does not take.
  let spool: Spool
  private let home: Home
  private let environment: Environment
  private let log: Log
  private let transport = CurlTransport(maxConnections: 1)
  private var mayHaveKept = true

  init(home: Home, environment: Environment, log: Log) {
    self.home = home
    self.environment = environment
    self.log = log
    spool = QueueOutlet.spool(home, environment)
  }

  /// A folder in a place that everybody may write to must be ours alone.
  private static func spool(_ home: Home, _ environment: Environment) -> Spool {
    if (try? Files.makeFolder(home.spool)) != nil, access(home.spool, W_OK) == 0 { return Spool(home: home) }
    let root = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    let folder = "\(root)/opsfabric-spool-\(geteuid())"
    return Spool(folder: isOurs(folder) ? folder : "\(folder)-\(RandomSource.system.token(bytes: 8))")
  }

  private static func isOurs(_ folder: String) -> Bool {
    guard (try? Files.makeFolder(folder)) != nil else { return false }
    var status = stat()
    return lstat(folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      && status.st_uid == geteuid() && status.st_mode & 0o077 == 0
  }

  /// As `EndpointContext.queue`.
  func deliver(_ kept: KeptWebhook, to settings: Installation.SQS, withinMilliseconds limit: Int) -> String? {
    let fault = send(kept, to: settings, withinMilliseconds: limit)
    if fault != nil { mayHaveKept = true }
    return fault
  }

  private func send(_ kept: KeptWebhook, to settings: Installation.SQS, withinMilliseconds limit: Int)
    -> String?
  {
    guard let access = QueueAccess(settings, environment: environment) else { return QueueAccess.missing }
    guard limit > 0 else { return "no time is left" }
    let client = SQSClient(access: access, transport: transport)
    let result = transport.wait(for: client.sending(kept, sequence: kept.sequence, withinMilliseconds: limit))
    switch SQSClient.outcome(of: result) {
    case .success: return nil
    case .failure(let failure): return failure.description
    }
  }

  /// Sends what was kept; stops at the first that the queue still does not take. A runner that shares the spool may
  /// do the same: a webhook recorded twice changes nothing.
  func forwardKept() {
    guard mayHaveKept, let settings = queueSettings() else { return }
    for path in spool.waiting().prefix(QueueOutlet.forwardedAtOnce) {
      // What cannot be read is left to the runner, or to whoever looks.
      guard let kept = try? spool.read(path) else { continue }
      if let fault = deliver(kept, to: settings, withinMilliseconds: QueueOutlet.forwardMilliseconds) {
        log(.warning, "queue", ["reason": fault])
        return
      }
      do { try spool.remove(path) } catch { log(.error, "spool", ["reason": String(describing: error)]) }
      log(.info, "forwarded")
    }
    mayHaveKept = !spool.waiting().isEmpty
  }

  private func queueSettings() -> Installation.SQS? {
    guard let installation = try? SettingsReader(path: home.settings).installation(),
      case .sqs(let settings) = installation.intake
    else { return nil }
    return settings
  }
}
