// Doctor.swift - examines an installation: what is wrong, and how to mend it.
//
// The checks stand in the order in which an installation comes into being, so that on a half-finished one the first
// fault is the next thing to do. A check whose ground is missing is left out: the fault before it says why. Nothing
// is changed, neither here nor at Twilio. The checks themselves are in the files beside this one, by subject.

import Business
import Configuration
import Curl
import LocalTime
import Mail
import Platform
import Settings
import Store

/// What a doctor works with; tests hand in their own.
package struct Surroundings {
  package var home: Home?
  /// Where the handlers lie, if the operator says so; else `data/handlers.folder` tells.
  package var handlersFolder: String?
  /// Who is asking.
  package var user: UInt32
  package var clock: WallClock
  package var zones: TimeZones
  /// nil: nothing is asked over the network.
  package var transport: (any HTTPTransport & MailTransport)?
  package var libcurl: LibcurlFeatures
  /// Where credentials may stand that are not in the settings.
  package var environment: Environment
  package var freeSpace: (_ folder: String) throws -> FreeSpace = { try Files.freeSpace($0) }
  package var networkFileSystem: (_ folder: String) -> String? = { Files.networkFileSystem($0) }

  package init(
    home: Home?, handlersFolder: String? = nil, user: UInt32, clock: WallClock, zones: TimeZones,
    transport: (any HTTPTransport & MailTransport)?, libcurl: LibcurlFeatures, environment: Environment
  ) {
    self.home = home
    self.handlersFolder = handlersFolder
    self.user = user
    self.clock = clock
    self.zones = zones
    self.transport = transport
    self.libcurl = libcurl
    self.environment = environment
  }
}

/// One examination. Not for use from several threads.
package final class Doctor {
  let scene: Surroundings
  /// Called when a group of checks begins.
  package var announce: (_ subject: String) -> Void = { _ in }

  // What the checks so far have opened.
  var configuration: LoadedConfiguration?
  var settings: SettingsReader?
  var store: Store?
  var tenants: [Tenant] = []
  var installation: Installation?

  package init(_ scene: Surroundings) { self.scene = scene }

  var now: Timestamp { scene.clock.now() }
  var activeTenants: [Tenant] { tenants.filter(\.active) }

  package func examine() -> [Finding] {
    var findings: [Finding] = []
    func look(_ subject: String, _ check: () -> [Finding]) {
      announce(subject)
      findings += check()
    }
    look("home") { checkHome(scene.home) }
    look("libcurl") { checkLibcurl() }
    guard let home = scene.home, findings[0].status == .ok || Files.isFolder(home.path), isOwn(home) else {
      return findings
    }
    look("folders") { checkFolders(home) }
    look("disk") { checkDisk(home) }
    look("configuration") { checkConfiguration(home) }
    look("secrets") { checkSecrets(home) + checkInboxSecret(home) }
    look("settings") { checkSettings(home) }
    look("tenants") { checkTenants() + checkUploads(home) }
    look("time zones") { checkTimeZones() }
    look("database") { checkDatabase(home) }
    look("handlers") { checkHandlers(home) }
    if store == nil, !Files.exists(home.database) { findings.append(neverRan(home)) }
    if let store {
      look("cron") { attempt("cron") { try checkCron(store, home) } }
    }
    if let transport = scene.transport, let installation {
      look("public URL") {
        checkPublicURL(installation, transport, home) + checkExposure(installation, transport, home)
      }
      // What is true of the whole web server has been said.
      if !findings.contains(where: { $0.check == "public-url" && $0.status == .fault }) {
        look("tick") { checkTick(installation, transport, home) }
      }
      look("Twilio") { checkTwilio(installation, transport, home) }
      if settings != nil { look("forms") { checkForms(transport) } }
      look("mail") { checkMail(installation, transport) }
      look("queue") { checkQueue(installation, transport) }
      look("heartbeat") { checkHeartbeat(installation, transport) }
    }
    if let store {
      look("work") { attempt("overdue") { try checkWork(store, home) } }
      look("copies") { attempt("copies") { try checkCopies(store) } }
      look("holidays") { attempt("holidays") { try checkHolidays(store) } }
      look("people") { attempt("people") { try checkPeople(store) } }
      look("forwarding") { attempt("check-call") { try checkForwarding(store) } }
      if let settings { look("ledger") { attempt("ledger") { try checkLedger(store, settings) } } }
      look("reports") { attempt("sums") { try checkSums(home) } }
    }
    return findings
  }

  /// What can be said of a copy that lies beside: the database itself, and its books.
  /// - Parameter beside: a home with nothing but the database.
  package static func examineCopy(_ beside: Home, of home: Home, clock: WallClock, zones: TimeZones)
    -> [Finding]
  {
    let doctor = Doctor(
      Surroundings(
        home: beside, user: 0, clock: clock, zones: zones, transport: nil, libcurl: .loaded,
        environment: Environment([:])))
    var findings = doctor.checkDatabase(beside).filter { $0.check != "journal" }
    guard let store = doctor.store, let settings = try? SettingsReader(path: home.settings) else {
      return findings
    }
    doctor.tenants = (try? settings.tenants()) ?? []
    findings += doctor.attempt("ledger") { try doctor.checkLedger(store, settings) }
    return findings
  }

  /// A database that fails in the middle of a check is a finding of its own.
  private func attempt(_ check: String, _ body: () throws -> [Finding]) -> [Finding] {
    do { return try body() } catch {
      return [.fault(check, "cannot be examined: \(error)", cure: databaseCure)]
    }
  }

  let databaseCure =
    "stop cron, put the last copy back with `opsfabric restore` (docs/operator.md, Restoring)"
}

/// `1 webhook`, `2 webhooks`.
func counted(_ count: Int, _ one: String, _ several: String? = nil) -> String {
  "\(count) \(count == 1 ? one : several ?? one + "s")"
}

/// `45 s`, `12 min`, `3 h`, `5 days`.
func spoken(milliseconds: Int64) -> String {
  let seconds = max(0, milliseconds / 1000)
  switch seconds {
  case ..<120: return "\(seconds) s"
  case ..<7200: return "\(seconds / 60) min"
  case ..<172_800: return "\(seconds / 3600) h"
  default: return "\(seconds / 86_400) days"
  }
}

/// For a shell: quoted where it has to be.
package func shellWord(_ word: String) -> String {
  let isPlain = word.utf8.allSatisfy {
    48...57 ~= $0 || 65...90 ~= $0 || 97...122 ~= $0 || "/._-+=:@,".utf8.contains($0)
  }
  return isPlain && !word.isEmpty
    ? word
    : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
