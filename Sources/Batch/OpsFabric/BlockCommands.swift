// BlockCommands.swift - `opsfabric block` and `opsfabric unblock`.

import Business
import LocalTime
import Platform
import Store

/// The two words both commands take.
private struct BlockTarget {
  let tenant: String
  let number: String

  init(_ arguments: inout Arguments) throws {
    tenant = try arguments.next("the tenant's ID")
    number = try arguments.next("the number")
  }

  /// A tenant that exists, and the number in E.164.
  /// - Parameter isListed: the number may stand on a list already, however long it is.
  func checked(_ world: CommandWorld, isListed: Bool = false) throws -> (tenant: Tenant, phone: String) {
    let tenant = try world.settings().known(self.tenant)
    if isListed, let phone = PhoneNumber(e164: number) { return (tenant, phone.e164) }
    return (tenant, try tenant.number(typed: number).e164)
  }
}

struct BlockCommand: Command {
  static let name = "block"
  static let usage = "opsfabric block TENANT NUMBER"
  static let summary = "puts a number on a tenant's block list"
  private let target: BlockTarget

  init(_ arguments: inout Arguments) throws { target = try BlockTarget(&arguments) }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let (tenant, phone) = try target.checked(world)
    let store = try world.store()
    let now = world.clock.now()
    try store.write {
      // By hand means for good: `block_days` is for what the spam rule finds.
      try store.block(tenant: tenant.id, phone: phone, reason: .manual, at: now, until: nil)
      try store.logEvent(.numberBlocked, tenant: tenant.id, detail: "manual", at: now)
    }
    printToStandardOutput("\(phone) is blocked for \(tenant.id)")
    return .done
  }
}

struct UnblockCommand: Command {
  static let name = "unblock"
  static let usage = "opsfabric unblock TENANT NUMBER"
  static let summary = "takes a number off a tenant's block list"
  private let target: BlockTarget

  init(_ arguments: inout Arguments) throws { target = try BlockTarget(&arguments) }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let (tenant, phone) = try target.checked(world, isListed: true)
    let store = try world.store()
    let wasBlocked = try store.write {
      let wasBlocked = try store.unblock(tenant: tenant.id, phone: phone, at: world.clock.now())
      if wasBlocked {
        try store.logEvent(.numberUnblocked, tenant: tenant.id, detail: "manual", at: world.clock.now())
      }
      return wasBlocked
    }
    guard wasBlocked else { throw CommandError("\(phone) is not on the block list of \(tenant.id)") }
    printToStandardOutput("\(phone) is no longer blocked for \(tenant.id)")
    return .done
  }
}
