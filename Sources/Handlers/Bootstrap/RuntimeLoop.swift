// RuntimeLoop.swift - event after event through one handler, for as long as the service keeps this process.
//
// Nothing of one event may be left for the next: each gets a context, settings and database connection of its
// own; what the process itself holds is the connection to the service and to the queue.

import CGI
import Functions
import Glibc
import LocalTime
import Platform
import Web

struct RuntimeLoop {
  /// Of an event's time, what is kept back for handing over the answer.
  private static let reserveMilliseconds: Int64 = 300

  let api: RuntimeAPI
  let handler: Handler
  /// What every event's context is made of.
  let context: EndpointContext
  /// Called after each answer, while the caller waits no more.
  let afterwards: () -> Void

  /// Serves until the service is gone.
  func run() -> RuntimeUnavailable {
    while true {
      do throws(RuntimeUnavailable) {
        try serve(try api.next())
      } catch { return error }
      afterwards()
    }
  }

  private func serve(_ invocation: Invocation) throws(RuntimeUnavailable) {
    if let traceID = invocation.traceID {
      setenv("_X_AMZN_TRACE_ID", traceID, 1)
    } else {
      unsetenv("_X_AMZN_TRACE_ID")
    }
    let request: CGIRequest
    do throws(RequestError) {
      request = try FunctionEvent.request(invocation.event)
    } catch {
      context.log(.warning, "refused", ["status": String(error.status), "reason": error.reason])
      return try api.fail(
        invocation.id, RuntimeFault(type: "Runtime.MalformedEvent", message: error.reason))
    }
    var context = context
    if let deadline = invocation.deadline {
      let left = deadline.milliseconds(since: context.clock.now()) - RuntimeLoop.reserveMilliseconds
      context.limit(toMilliseconds: Int(max(0, min(left, 3_600_000))))
    }
    let answer = FunctionAnswer.json(handler(request, context))
    if let fault = try api.answer(invocation.id, answer) {
      context.log(.error, "answer", ["reason": fault.message])
      try api.fail(invocation.id, fault)
    }
  }
}
