// EndpointContext.swift - the world a handler lives in, handed in so that tests can have their own.

import Platform

public struct EndpointContext: Sendable {
  public var home: Home
  public var clock: WallClock
  public var random: RandomSource
  public var zones: TimeZones
  /// Makes the log of a handler.
  public var log: Log
  /// How long each of the two locks, the writers' queue and SQLite's own, may be waited for, in milliseconds:
  /// a caller is on the line, and `voice` has promised an answer within 2 s whatever breaks.
  public var patience = 800
  /// Takes what need not be closed: a process that ends after its answer leaves that to the kernel, and the
  /// caller does not wait for it.
  public var leaveOpen: @Sendable (AnyObject) -> Void = { _ in }

  public init(
    home: Home, clock: WallClock = .system, random: RandomSource = .system, zones: TimeZones = TimeZones(),
    log: Log
  ) {
    self.home = home
    self.clock = clock
    self.random = random
    self.zones = zones
    self.log = log
  }
}
