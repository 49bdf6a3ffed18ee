// ReplayCommand.swift - `opsfabric replay`: other settings tried on the past, without sending anything.

import Books
import Business
import Configuration
import JSON
import LocalTime
import Platform
import Store

struct ReplayCommand: Command {
  static let name = "replay"
  static let usage = "opsfabric replay --from DATE --to DATE [--config DIR] [--tenant ID] [--json]"
  static let summary = "what other settings would have done with a past period; sends nothing"
  static let details = """
    --from DATE, --to DATE  days of each tenant's own calendar, both included
    --config DIR            a folder with opsfabric.json5 and tenants/, as in config/ (default: the home's own)
    --tenant ID             only this tenant
    --json                  one object per tenant: then, now, held, cost, unit
    Prints, per tenant, how many missed calls had each outcome then and would have it with those settings, and
    what the SMS would have cost.
    """
  private let from: CivilDate
  private let to: CivilDate
  private let config: String?
  private let tenant: String?
  private let isJSON: Bool

  init(_ arguments: inout Arguments) throws {
    func date(_ option: String) throws -> CivilDate {
      guard let text = try arguments.option(option) else { throw UsageError("\(option) is missing") }
      guard let date = CivilDate(iso8601: text) else {
        throw UsageError("\(option) \(text): write it like 2026-02-10")
      }
      return date
    }
    from = try date("--from")
    to = try date("--to")
    guard from <= to else { throw UsageError("--from lies after --to") }
    config = try arguments.option("--config")
    tenant = try arguments.option("--tenant")
    isJSON = arguments.flag("--json")
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let folder = try config ?? world.home().config
    let (loaded, faults) = ConfigurationLoader(folder: folder) { world.zones.zone($0) != nil }.load()
    guard let loaded else {
      for fault in faults { printToStandardError("\(fault.severity.rawValue): \(fault)") }
      throw CommandError("the configuration in \(folder) has errors", exitCode: .usage)
    }
    let store = try world.store()
    let chosen = loaded.tenants.filter { tenant == nil ? $0.active : $0.id == tenant }
    guard !chosen.isEmpty else {
      throw tenant.map { unknownTenant($0, among: loaded.tenants.map(\.id)) }
        ?? CommandError("no tenant in \(folder) is active", exitCode: .usage)
    }
    for tenant in chosen {
      let zone = world.zones.zone(tenant.timezone) ?? .utc
      let (start, end) = (zone.startOfDay(from), zone.startOfDay(to.adding(days: 1)))
      let result = try Replay(
        store: store, zones: world.zones, tenant: tenant, tenants: loaded.tenants,
        alertNumbers: loaded.installation.alertNumbers
      ).run(from: start, until: end)
      if isJSON {
        try printJSON(json(tenant, result, store: store, start, end))
      } else {
        printToStandardOutput(try text(tenant, result, store: store, start, end))
      }
    }
    return .done
  }

  private func text(
    _ tenant: Tenant, _ result: ReplayResult, store: Store, _ start: Timestamp, _ end: Timestamp
  ) throws -> String {
    var table = TextTable(header: ["reason", "then", "with these settings"])
    let codes = Reason.allCases.map(\.code)
    let others = Set(result.then.keys).subtracting(codes).sorted()
    for code in codes + others where result.then[code] != nil || result.now[code] != nil {
      table.add([code, String(result.then[code] ?? 0), String(result.now[code] ?? 0)])
    }
    let total = result.then.values.reduce(0, +)
    table.add(["total", String(total), String(result.now.values.reduce(0, +))])
    var lines = ["\(tenant.id): \(tenant.name)", table.text, "held over quiet hours first: \(result.held)"]
    let known = try store.segmentPrice(tenant: tenant.id, from: start, until: end)
    let (price, unit) = known ?? Self.listPrice
    let source =
      known == nil ? "by Twilio's list price for Switzerland" : "at the period's own price per segment"
    lines.append("cost of the SMS: \(amount(price * Double(result.segments))) \(unit), \(source)")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Of an SMS to Switzerland.
  private static let listPrice = (0.0769, "USD")

  private func json(
    _ tenant: Tenant, _ result: ReplayResult, store: Store, _ start: Timestamp, _ end: Timestamp
  ) throws -> JSONDocument {
    let (price, unit) = try store.segmentPrice(tenant: tenant.id, from: start, until: end) ?? Self.listPrice
    return .object([
      "tenant": .string(tenant.id), "from": .string(from.iso8601), "to": .string(to.iso8601),
      "then": .object(result.then.mapValues { .whole($0) }),
      "now": .object(result.now.mapValues { .whole($0) }),
      "held": .whole(result.held), "cost": .string(amount(price * Double(result.segments))),
      "unit": .string(unit),
    ])
  }

  /// Two decimals, rounded half up.
  private func amount(_ value: Double) -> String {
    let cents = Int((value * 100).rounded())
    return "\(cents / 100).\(padded(cents % 100))"
  }
}
