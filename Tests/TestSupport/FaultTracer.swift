// FaultTracer.swift - runs a shipped program under Tests/FaultTracer: killed at a step, with failing calls, on
// another clock, or with all its changes of files recorded.

import LocalTime
import Platform

/// What shall happen to one run of a program.
package struct FaultPlan: Sendable {
  /// SIGKILL just before this effect (1 = the first).
  package var killAt: Int?
  /// File effects fail with this errno.
  package var errno: Int32?
  /// From this file effect on, so many (nil: all later ones), of this name (nil: all).
  package var failFrom = 1
  package var failCount: Int?
  package var failWhat: String?
  /// The wall clock at the start.
  package var clock: Timestamp?
  /// Instead: a file that says what the wall clock is, and may be written while the program runs.
  package var clockFile: String?
  package var record: String?
  package var report: String?

  package init(killAt: Int? = nil) { self.killAt = killAt }

  package init(errno: Int32, from: Int = 1, count: Int? = nil, what: String? = nil) {
    self.errno = errno
    failFrom = from
    failCount = count
    failWhat = what
  }
}

package enum FaultTracer {
  /// Built beside the tests.
  package static let program: String? = Home.executablePath().map { Files.parent(of: $0) + "/fault-tracer" }
    .flatMap { Files.exists($0) ? $0 : nil }

  package static func start(
    _ program: String, _ arguments: [String], plan: FaultPlan, root: String,
    environment: [String: String] = [:], input: [UInt8] = [], scratch: String = ProgramRunner.temporaryFolder
  ) throws -> RunningProgram {
    guard let tracer = FaultTracer.program else { throw SystemError("find", "fault-tracer", code: 2) }
    var words = ["--root", root]
    func add(_ name: String, _ value: String?) { if let value { words += [name, value] } }
    add("--kill-at", plan.killAt.map(String.init))
    if let errno = plan.errno {
      words += ["--fail", String(errno), "--fail-from", String(plan.failFrom)]
      add("--fail-count", plan.failCount.map(String.init))
      add("--fail-what", plan.failWhat)
    }
    add("--clock", plan.clock.map { String($0.milliseconds) })
    add("--clock-file", plan.clockFile)
    add("--record", plan.record)
    add("--report", plan.report)
    return try ProgramRunner.start(
      tracer, words + ["--", program] + arguments, environment: environment, input: input, scratch: scratch)
  }
}
