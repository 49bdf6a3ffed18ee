// BatchContext.swift - what all jobs of one run share.

import Business
import Curl
import Desk
import LocalTime
import Mail
import Platform
import Queue
import Settings
import Store
import TwilioAPI
import Webhooks

/// One run's view of the installation. Not for use from several threads.
package final class BatchContext {
  package let home: Home
  package let store: Store
  package let clock: WallClock
  package let zones: TimeZones
  package let log: Log
  package let transport: any HTTPTransport
  package let mail: any MailTransport
  package let gate = AccountGate()
  package var summary = RunSummary()
  /// Steps that failed in this run.
  private(set) var failures = 0
  /// The database file was replaced or removed: this run must do nothing more.
  private(set) var hasLostDatabase = false
  /// Until the run ends; no request that only waits may last longer.
  package var millisecondsLeft: Int64 = 0
  /// There is time to wait for news at all.
  package var lingers = false
  /// What is under way is being let go of: that is no failure of whoever was asked.
  var isEnding = false

  package private(set) var settings: SettingsReader
  package private(set) var installation: Installation
  private var tenants: [String: Tenant] = [:] {
    didSet { activeTenants = tenants.values.filter(\.active).sorted { $0.id < $1.id } }
  }
  private var settingsIdentity: [Int]?
  package private(set) var client: TwilioClient
  /// With `intake: sqs`, once there are credentials.
  package private(set) var queue: SQSClient?
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
    settingsIdentity = Files.identity(home.settings)
    settings = try SettingsReader(path: home.settings)
    installation = try settings.installation()
    client = TwilioClient(
      transport: transport, apiBase: installation.apiBase, lookupsBase: installation.lookupsBase)
    queue = BatchContext.queue(installation, transport, environment)
    try readTenants()
  }

  private func readTenants() throws {
    tenants = Dictionary(try settings.tenants().map { ($0.id, $0) }) { first, _ in first }
    store.receivers = WebhookReceivers(installation, Array(tenants.values))
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
  /// - Returns: true when there was something.
  @discardableResult
  func reloadSettingsIfChanged() throws -> Bool {
    let identity = Files.identity(home.settings)
    guard identity != settingsIdentity else { return false }
    settings = try SettingsReader(path: home.settings)
    installation = try settings.installation()
    client = TwilioClient(
      transport: transport, apiBase: installation.apiBase, lookupsBase: installation.lookupsBase)
    queue = BatchContext.queue(installation, transport, environment)
    try readTenants()
    settingsIdentity = identity
    return true
  }

  /// The settings themselves are lost, and the copy serves.
  func noteSettings(at now: Timestamp) {
    guard settings.isCopy else { return }
    alert(
      AlertCause.settingsDamaged,
      "data/settings.sqlite3 is lost or damaged, its copy serves: run `opsfabric apply`",
      at: now)
  }

  package func tenant(_ id: String) -> Tenant? { tenants[id] }

  package var tenantIDs: [String] { tenants.keys.sorted() }

  /// By id.
  package private(set) var activeTenants: [Tenant] = []

  package func intake(at now: Timestamp) -> Intake {
    Intake(store: store, settings: settings, zones: zones, recordedAt: now)
  }

  /// For whom the tenant's account may speak.
  func signer(_ tenant: Tenant) -> Signer {
    tenant.twilio.map { .subaccount($0.accountSid) } ?? .operatorAccount
  }

  package func credentials(_ tenant: Tenant) -> TwilioCredentials {
    installation.credentials(tenant.twilio ?? installation.account)
  }

  /// The account that speaks for the tenant.
  package func account(_ tenant: Tenant) -> String { credentials(tenant).accountSid }

  package var lookup: LookupPolicy { LookupPolicy(isOn: installation.lookup) }

  /// - Parameter message: what failed. An alert that cannot be sent makes no further alert.
  package func alert(
    _ cause: String, tenant: String? = nil, _ detail: String, about message: OutboxRow? = nil,
    at now: Timestamp
  ) {
    guard message?.isAboutAlert != true else { return }
    do {
      if try store.raiseAlert(cause: cause, tenant: tenant, detail: detail, at: now) {
        log(.error, cause, ["tenant": tenant ?? "-", "detail": detail])
      }
    } catch {
      log(.error, cause, ["tenant": tenant ?? "-", "detail": detail, "database": String(describing: error)])
    }
  }

  /// Twilio may know of messages that the database does not: nobody is told anything.
  package var isGapOpen = false

  /// With another file in the place of the database nothing more is begun: what this run knows is not what the
  /// installation knows. Every write looks by itself; this is for steps that only read.
  func watchPlace() { hasLostDatabase = hasLostDatabase || !store.isInPlace }

  /// Runs one step of a job; a failure is logged and costs only this step.
  package func attempt(_ job: String, _ body: () throws -> Void) {
    guard !hasLostDatabase else { return }
    do { try body() } catch {
      if case StoreError.replaced = error { hasLostDatabase = true }
      failures += 1
      log(.error, job, ["reason": String(describing: error)])
    }
  }
}

extension Installation {
  /// What asks in an account's name. Only the operator's own account has an API key.
  package func credentials(_ account: TwilioAccount) -> TwilioCredentials {
    if account == self.account, let apiKey {
      return TwilioCredentials(
        accountSid: account.accountSid, apiKey: apiKey.id, secret: apiKey.secret.value)
    }
    return TwilioCredentials(accountSid: account.accountSid, authToken: account.authToken.value)
  }
}
