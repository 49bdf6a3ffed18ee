// OperatorEndpoint.swift - `operator`: all tenants, those with trouble first, and one tenant's calls, messages and alerts.
//
// For the operator alone, by a personal link of his own. It changes nothing but its session.

import Business
import CGI
import Desk
import LocalTime
import Pages
import Platform
import Settings
import Store

package struct OperatorEndpoint {
  let context: EndpointContext

  package init(context: EndpointContext) { self.context = context }

  package func respond(to request: CGIRequest) -> CGIResponse {
    do {
      guard ["GET", "HEAD", "POST"].contains(request.method) else {
        return .methodNotAllowed("GET", "HEAD", "POST")
      }
      let query = (try? FormFields(encoded: request.query.utf8)) ?? FormFields()
      let settings = try SettingsReader(path: context.home.settings)
      let store = try Store.open(context.home, patience: context.patience)
      context.leaveOpen(settings)
      context.leaveOpen(store)
      let now = context.clock.now()
      let signIn = SignIn(
        program: "operator", request: request, settings: settings, store: store, context: context, now: now,
        admits: { $0.tenant == InboxPerson.operatorsTenant })
      if request.method == "GET", let key = query.nonEmpty("k") {
        switch try signIn.open(with: key) {
        case .open(let response): return response
        case .wrong: return notice(.linkExpired)
        case .tooManyGuesses: return notice(.tooManyGuesses)
        }
      }
      guard let (secret, person) = try signIn.session() else { return notice(.notSignedIn) }
      let frame = OperatorFrame(
        person: person.person, action: request.ownName, csrfToken: InboxKey.csrfToken(session: secret))
      guard request.method != "POST" else { return try signOut(request, secret, signIn, frame) }
      let visit = OperatorVisit(
        query: query, frame: frame, store: store, settings: settings, zones: context.zones, now: now)
      return try store.snapshot { try visit.show() }
    } catch {
      context.log(.error, "unavailable", ["reason": String(describing: error)])
      return notice(.unavailable)
    }
  }

  private func signOut(_ request: CGIRequest, _ secret: String, _ signIn: SignIn, _ frame: OperatorFrame)
    throws -> CGIResponse
  {
    guard let fields = try? FormFields(encoded: try request.body(limit: 4 << 10)),
      fields[InboxNames.action] == InboxAction.signOut.rawValue,
      InboxKey.isCSRFToken(fields[InboxNames.csrf] ?? "", session: secret)
    else { return notice(.notFound, frame) }
    return PageResponse.html(operatorNoticePage(.signedOut), headers: [try signIn.end(secret)])
  }

  private func notice(_ notice: InboxNotice, _ frame: OperatorFrame? = nil) -> CGIResponse {
    PageResponse.html(operatorNoticePage(notice, listLink: frame?.action), status: notice.status)
  }
}

/// One request of the operator.
private struct OperatorVisit {
  /// How far back calls are drawn and listed.
  static let days = 30

  let query: FormFields
  let frame: OperatorFrame
  let store: Store
  let settings: SettingsReader
  let zones: TimeZones
  let now: Timestamp

  private var pageNumber: Int { query[InboxNames.page].flatMap { Int($0) } ?? 1 }

  func show() throws -> CGIResponse {
    guard let id = query[OperatorNames.tenant] else { return try list() }
    let known = try settings.tenant(id: id)
    // What was removed is shown as long as anything is left of it.
    guard !id.isEmpty, try known != nil || store.firstActivity(tenant: id) != nil else {
      return PageResponse.html(
        operatorNoticePage(.notFound, listLink: frame.action), status: InboxNotice.notFound.status)
    }
    return try page(of: id, known)
  }

  private func list() throws -> CGIResponse {
    let tenants = try settings.tenants()
    let troubles = try store.troubles(of: tenants.filter(\.active).map(\.id), at: now)
    let paging = InboxPaging(total: troubles.count)
    let number = min(max(1, pageNumber), paging.count)
    var zones = KnownZones(zones: zones)
    let shown = try troubles.dropFirst((number - 1) * paging.size).prefix(paging.size).map { trouble in
      let tenant = tenants.first { $0.id == trouble.tenant }
      return try value(trouble, tenant, zones.zone(tenant))
    }
    return PageResponse.html(
      operatorListPage(
        shown, paging: InboxPaging(number: number, total: troubles.count),
        troubled: troubles.filter(\.hasTrouble).count, lastRun: try lastRun(), notes: try notes(),
        frame: frame))
  }

  private func page(of id: String, _ tenant: Tenant?) throws -> CGIResponse {
    let trouble = try store.troubles(of: [id], at: now).first { $0.tenant == id } ?? Trouble(tenant: id)
    var zones = KnownZones(zones: zones)
    let zone = zones.zone(tenant)
    func moment(_ time: Timestamp) -> String { momentText(time, now: now, zone: zone, language: .en) }
    func written(_ number: String) -> String {
      PhoneNumber(e164: number)?.written(in: tenant?.country ?? "CH") ?? number
    }
    let calls = try store.recentCalls(
      tenant: id, since: now.adding(days: -OperatorVisit.days), page: pageNumber)
    let list = calls.rows.map { call in
      let isWithheld = PhoneNumber.isWithheld(call.caller) && call.caller != Forgotten.number
      let what: OperatorCall.Kind =
        switch call.outcome {
        case .answered: .answered
        case .inProgress: .running
        case .missed:
          call.reason == "held" ? .held : .missed(InboxCallNote(call.decision, reason: call.reason))
        }
      return OperatorCall(
        id: call.id, at: moment(call.startedAt), caller: isWithheld ? nil : written(call.caller), what: what)
    }
    let stuck = try store.stuckMessages(tenant: id, at: now).map {
      OperatorMessage(
        id: $0.id, at: moment($0.at), kind: $0.kind, channel: $0.channel, to: written($0.recipient),
        isDead: $0.isDead,
        reason: [$0.errorCode.map(String.init), $0.error].compactMap { $0 }.joined(
          separator: " "))
    }
    return PageResponse.html(
      operatorTenantPage(
        try value(trouble, tenant, zone), calls: list,
        paging: InboxPaging(number: calls.number, total: calls.total), messages: stuck,
        alerts: try alerts(of: id, moment), frame: frame))
  }

  /// Open ones, and what happened or ended within as many days as what was given up is shown.
  private func alerts(of tenant: String?, _ moment: (Timestamp) -> String) throws -> [OperatorAlert] {
    try store.shownAlerts(of: tenant, since: now.adding(days: -Trouble.deadDays)).map {
      OperatorAlert(
        cause: $0.alert.cause, detail: $0.alert.detail, since: moment($0.since),
        solved: AlertCause.nature(of: $0.alert.cause) == .event ? nil : $0.alert.solvedAt.map(moment),
        isOpen: $0.alert.solvedAt == nil)
    }
  }

  /// What is open and no tenant's: the whole installation has it.
  private func notes() throws -> [String] {
    let held = try store.heldMessages(dueBefore: now.adding(seconds: -Trouble.heldSeconds)).filter {
      $0.tenant.isEmpty
    }
    return try alerts(of: nil) { $0.iso8601 }.filter(\.isOpen).map {
      "\($0.cause), since \($0.since): \($0.detail)"
    }
      + held.map { "mail to the operator held since \($0.since.iso8601): \($0.count), \($0.error)" }
  }

  /// In words; nil: never.
  private func lastRun() throws -> String? {
    try store.lastRun().map { run in
      let seconds = max(0, now.milliseconds(since: run.beatAt) / 1000)
      return seconds < 120
        ? "\(seconds) s ago" : seconds < 7200 ? "\(seconds / 60) min ago" : "at \(run.beatAt.iso8601)"
    }
  }

  private func value(_ trouble: Trouble, _ tenant: Tenant?, _ zone: TimeZoneRules) throws -> OperatorTenant {
    let today = zone.day(of: now)
    let days = (1...OperatorVisit.days).map { today.adding(days: $0 - OperatorVisit.days) }
    return OperatorTenant(
      id: trouble.tenant, name: tenant?.name, isActive: tenant?.active ?? false, isSilent: trouble.isSilent,
      held: trouble.held, dead: trouble.dead, overdue: trouble.overdue, alerts: trouble.alerts,
      lateSeconds: trouble.isLate ? trouble.lateness.map { $0 / 1000 } : nil, hasTrouble: trouble.hasTrouble,
      openRequests: trouble.openTickets,
      costs: trouble.costs.sorted { $0.key < $1.key }.map {
        "\($0.key) \(Money.text(($0.value + 5000) / 10_000))"
      },
      days: days.map(\.iso8601),
      missed: try store.missedCalls(
        tenant: trouble.tenant, from: days.map(zone.startOfDay),
        until: zone.startOfDay(today.adding(days: 1))))
  }
}

/// Two hundred tenants live in a handful of zones.
private struct KnownZones {
  let zones: TimeZones
  private var known: [String: TimeZoneRules] = [:]

  init(zones: TimeZones) { self.zones = zones }

  /// UTC for a tenant that is not configured any more.
  mutating func zone(_ tenant: Tenant?) -> TimeZoneRules {
    guard let name = tenant?.timezone else { return .utc }
    if let zone = known[name] { return zone }
    let zone = zones.zone(name) ?? .utc
    known[name] = zone
    return zone
  }
}
