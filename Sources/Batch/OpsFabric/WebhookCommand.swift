// WebhookCommand.swift - `opsfabric webhook`: the other programs that are told of what happens to a tenant.

import Business
import Curl
import JSON
import LocalTime
import Operations
import Platform
import Runner
import Store

struct WebhookCommand: Command {
  static let name = "webhook"
  static let usage = "opsfabric webhook test|list|resume TENANT [--json]"
  static let summary = "the other programs that are told of what happens"
  static let details = """
    test    sends one event of type "test" to each of them, now, and says what they answered
    list    who is told of what, what waits, and what was answered last; --json: one JSON object per line
    resume  switches on what was switched off by its answer 410; what waits is sent at once
    Those of the operator's file, which are told of every tenant, are among them.
    """

  private enum Action { case test, list, resume }
  private let action: Action
  private let tenant: String
  private let isJSON: Bool

  private typealias Receiver = (receiver: WebhookReceiver, owner: String?)

  init(_ arguments: inout Arguments) throws {
    isJSON = arguments.flag("--json")
    switch try arguments.next("test, list or resume") {
    case "test": action = .test
    case "list": action = .list
    case "resume": action = .resume
    case let other: throw UsageError("'\(short(other))' cannot be done with webhooks")
    }
    tenant = try arguments.next("the tenant's ID")
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let settings = try world.settings()
    _ = try settings.known(tenant)
    let store = try world.store()
    let receivers = store.receivers.all(tenant: tenant)
    guard !receivers.isEmpty else {
      throw CommandError(
        "nobody is told of what happens to \(tenant): write webhooks in config/tenants/\(tenant).json5")
    }
    let now = world.clock.now()
    switch action {
    case .test: return try test(receivers, try settings.installation(), at: now)
    case .list: try list(receivers, store)
    case .resume: try resume(receivers, store, at: now)
    }
    return .done
  }

  private func test(_ receivers: [Receiver], _ installation: Installation, at now: Timestamp) throws
    -> ExitCode
  {
    let transport = CurlTransport()
    var isWell = true
    for (receiver, _) in receivers {
      let id = "evt_test_\(RandomSource.system.token(bytes: 8))"
      let fault = TryWebhooks.send(
        to: receiver, tenant: tenant, installation: installation, id: id, by: transport, at: now)
      isWell = isWell && fault == nil
      let word = fault == nil ? "ok" : "FAILED"
      let text = "\(receiver.shownURL): \(fault ?? "it took the event")"
      if isJSON {
        print([
          "url": .string(receiver.url), "ok": .bool(fault == nil),
          "error": fault.map { .string($0) } ?? .null,
        ])
      } else {
        printToStandardOutput("\(word)  \(text)")
      }
    }
    return isWell ? .done : .failed
  }

  private func list(_ receivers: [Receiver], _ store: Store) throws {
    var table = TextTable(header: ["url", "of", "state", "waiting", "last taken", "last error", "told of"])
    for (receiver, owner) in receivers {
      let figures = try store.webhookFigures(to: receiver.url, tenant: tenant)
      let isOff = try store.isOpen(receiver.offCause, tenant: owner)
      let told = receiver.on.count == WebhookEvent.allCases.count ? ["all"] : receiver.on.map(\.rawValue)
      if isJSON {
        print([
          "url": .string(receiver.url), "owner": .string(owner ?? "operator"),
          "state": .string(isOff ? "off" : "on"), "waiting": .number(String(figures.waiting)),
          "delivered_at": figures.deliveredAt.map { .string($0.iso8601) } ?? .null,
          "error": figures.error.map { .string($0) } ?? .null,
          "on": .array(receiver.on.map { .string($0.rawValue) }), "thin": .bool(receiver.isThin),
        ])
        continue
      }
      table.add([
        receiver.shownURL, owner ?? "operator", isOff ? "off" : "on", String(figures.waiting),
        figures.deliveredAt?.iso8601 ?? "", figures.error ?? "", told.joined(separator: " "),
      ])
    }
    if !isJSON { printToStandardOutput(table.text) }
  }

  private func resume(_ receivers: [Receiver], _ store: Store, at now: Timestamp) throws {
    for (receiver, owner) in receivers {
      let (wasOff, waiting) = try store.write {
        let open = try store.openConditions().first { $0.cause == receiver.offCause && $0.tenant == owner }
        if let open { try store.solve(open, at: now) }
        return (open != nil, try store.resumeWebhooks(to: receiver.url, tenant: tenant, at: now))
      }
      printToStandardOutput(
        "\(receiver.shownURL): \(wasOff ? "switched on" : "was on"), \(waiting) waiting are sent at once")
    }
  }

  private func print(_ members: [String: JSONDocument]) {
    let row = JSONDocument.object(members)
    printToStandardOutput(String(decoding: row.bytes, as: UTF8.self))
  }
}
