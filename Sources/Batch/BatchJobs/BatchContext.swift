// BatchContext.swift - what all jobs of one run share.

import Business
import Curl
import Desk
import LocalTime
import Platform
import Queue
import Settings
import Store
import TwilioAPI
import Webhooks

/// What a run did, for its one line.
package struct RunSummary: Hashable, Sendable {
  package var replayed = 0
  /// Webhooks taken from the queue.
  package var queued = 0
  package var recovered = 0
  package var decidedSend = 0
  package var deferred = 0
  package var skipped = 0
  package var accepted = 0
  package var retries = 0
  package var held = 0
  package var dead = 0
  package var reconciled = 0
  package var escalated = 0
  package var reports = 0
  /// Why the monitor was not told of the run, where it should have been.
  package var heartbeatFailure: String?

  /// Before that reason in the line.
  package static let heartbeatMark = "heartbeat failed: "

  package init() {}

  package var line: String {
    var parts = ["decided \(decidedSend + deferred + skipped)"]
    if decidedSend + deferred + skipped > 0 {
      parts[0] += " (send \(decidedSend), defer \(deferred), skip \(skipped))"
    }
    parts.append("sent \(accepted)")
    for (name, count) in [
      ("retry", retries), ("held", held), ("dead", dead), ("reconciled", reconciled), ("replayed", replayed),
      ("from the queue", queued), ("recovered", recovered), ("escalated", escalated), ("reports", reports),
    ] where count > 0 { parts.append("\(name) \(count)") }
    if let heartbeatFailure { parts.append(RunSummary.heartbeatMark + heartbeatFailure) }
    return parts.joined(separator: ", ")
  }
}

/// One run's view of the installation. Not for use from several threads.
package final class BatchContext {
  package let home: Home
  package let store: Store
  package let clock: WallClock
  package let zones: TimeZones
  package let log: Log
  let transport: any HTTPTransport
  let mail: any MailTransport
  package var summary = RunSummary()
  /// Steps that failed in this run.
  private(set) var failures = 0
  /// The database file was replaced or removed: this run must do nothing more.
  private(set) var hasLostDatabase = false

  let links: InboxLinks

  private(set) var settings: SettingsReader
  private(set) var installation: Installation
  private var tenants: [String: Tenant]
  private var settingsIdentity: [Int]?
  private(set) var client: TwilioClient
  /// With `intake: sqs`, once there are credentials.
  private(set) var queue: SQSClient?
  private let environment: Environment

  package init(
    home: Home, store: Store, transport: any HTTPTransport & MailTransport, clock: WallClock,
    zones: TimeZones, log: Log, environment: Environment = .process
  ) throws {
    self.environment = environment
    self.home = home
    self.store = store
    self.clock = clock
    self.zones = zones
    self.log = log
    self.transport = transport
    mail = transport
    links = InboxLinks(home: home)
    settingsIdentity = Files.identity(home.settings)
    settings = try SettingsReader(path: home.settings)
    installation = try settings.installation()
    tenants = Dictionary(try settings.tenants().map { ($0.id, $0) }) { first, _ in first }
    client = TwilioClient(
      transport: transport, apiBase: installation.apiBase, lookupsBase: installation.lookupsBase)
    queue = BatchContext.queue(installation, transport, environment)
  }

  private static func queue(
    _ installation: Installation, _ transport: any HTTPTransport, _ environment: Environment
  ) -> SQSClient? {
    guard case .sqs(let settings) = installation.intake,
      let access = QueueAccess(settings, environment: environment)
    else { return nil }
    return SQSClient(access: access, transport: transport)
  }

  /// Takes over what `opsfabric apply` has written since.
  func reloadSettingsIfChanged() throws {
    let identity = Files.identity(home.settings)
    guard identity != settingsIdentity else { return }
    settings = try SettingsReader(path: home.settings)
    installation = try settings.installation()
    tenants = Dictionary(try settings.tenants().map { ($0.id, $0) }) { first, _ in first }
    client = TwilioClient(
      transport: transport, apiBase: installation.apiBase, lookupsBase: installation.lookupsBase)
    queue = BatchContext.queue(installation, transport, environment)
    settingsIdentity = identity
  }

  /// The settings themselves are lost, and the copy serves.
  func noteSettings(at now: Timestamp) {
    guard settings.isCopy else { return }
    alert(
      AlertCause.settingsDamaged,
      "data/settings.sqlite3 is lost or damaged, its copy serves: run `opsfabric apply`",
      at: now)
  }

  /// Notices go out without a link.
  func noteInboxSecret(at now: Timestamp) {
    guard case .failure(let fault) = links.secret else { return }
    alert("inbox_key", "notices have no link, since \(fault)", at: now)
  }

  func tenant(_ id: String) -> Tenant? { tenants[id] }

  var tenantIDs: [String] { tenants.keys.sorted() }

  var activeTenants: [Tenant] { tenants.values.filter(\.active).sorted { $0.id < $1.id } }

  func intake(at now: Timestamp) -> Intake {
    Intake(store: store, settings: settings, zones: zones, recordedAt: now)
  }

  /// For whom the tenant's account may speak.
  func signer(_ tenant: Tenant) -> Signer {
    tenant.twilio.map { .subaccount($0.accountSid) } ?? .operatorAccount
  }

  func credentials(_ tenant: Tenant) -> TwilioCredentials {
    let account = tenant.twilio ?? installation.account
    return TwilioCredentials(accountSid: account.accountSid, authToken: account.authToken.value)
  }

  var lookup: LookupPolicy { LookupPolicy(isOn: installation.lookup) }

  /// Twilio does not take the account's token, whatever was asked.
  func alertRefusedAccount(_ reason: String, tenant: String? = nil, at now: Timestamp) {
    alert(AlertCause.credentials, tenant: tenant, "Twilio refuses the account: \(reason)", at: now)
  }

  /// - Parameter message: what failed. An alert that cannot be sent makes no further alert.
  func alert(
    _ cause: String, tenant: String? = nil, _ detail: String, about message: OutboxRow? = nil,
    at now: Timestamp
  ) {
    guard message?.kind != .alert else { return }
    do {
      if try store.raiseAlert(cause: cause, tenant: tenant, detail: detail, at: now) {
        log(.error, cause, ["tenant": tenant ?? "-", "detail": detail])
      }
    } catch {
      log(.error, cause, ["tenant": tenant ?? "-", "detail": detail, "database": String(describing: error)])
    }
  }

  /// Runs one step of a job; a failure is logged and costs only this step. With another file in the place of the
  /// database nothing more is begun: what this run knows is not what the installation knows.
  func attempt(_ job: String, _ body: () throws -> Void) {
    hasLostDatabase = hasLostDatabase || !store.isInPlace
    guard !hasLostDatabase else { return }
    do { try body() } catch {
      if case StoreError.replaced = error { hasLostDatabase = true }
      failures += 1
      log(.error, job, ["reason": String(describing: error)])
    }
  }
}
