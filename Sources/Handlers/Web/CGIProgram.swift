// CGIProgram.swift - what the handlers' program does: one process, one request.

import CGI
import Glibc
import Platform
import SQLite
import Store

package enum CGIProgram {
  /// Serves the request of this process as the handler by whose name it was started, and ends it.
  package static func serve() -> Never {
    let names = ProgramName.candidates
    for name in names {
      if let handler = HandlerTable[name] { serve(program: name, handler) }
    }
    ProgramName.refuse(names.first ?? "")
  }

  private static func serve(program: String, _ respond: Handler) -> Never {
    beginProcess()
    Database.useOneThread()
    let open = OpenObjects()
    func answer(_ request: CGIRequest) -> CGIResponse {
      CGIProgram.response(to: request, program: program, open, respond)
    }
    if let arguments = EventProgram.arguments {
      EventProgram.run(arguments, program: program, answer)
    }
    let request = CGIRequest.process()
    let response = answer(request)
    request.drainStandardInput()
    writeAll(response.cgiHead, response.body, to: STDOUT_FILENO)
    // All that was promised is committed and said: nobody waits for what comes now.
    // A web server that has read the end asks the program to end, too: lighttpd at once, by SIGTERM.
    signal(SIGTERM, SIG_IGN)
    close(STDOUT_FILENO)
    for object in open.objects { (object as? Store)?.shortenLog() }
    // Files and locks go with the process.
    withExtendedLifetime(open) { _exit(0) }
  }

  private static func response(
    to request: CGIRequest, program: String, _ open: OpenObjects,
    _ respond: Handler
  ) -> CGIResponse {
    let log = Log.standardError(program: program)
    guard let home = Home.find() else {
      log(.error, "no-home", ["reason": Home.advice])
      return .plain(503, "the service is not set up")
    }
    var context = EndpointContext(home: home, log: log)
    context.leaveOpen = { open.objects.append($0) }
    if request.bodyInMemory == nil {
      let turn = BodyTurn(home: home, address: request.variable("REMOTE_ADDR") ?? "")
      context.bodyTurn = turn
      StandardInput.process.mayWait = { turn.take(.words) }
    }
    return respond(request, context)
  }
}

/// What the kernel will close. Of one thread only.
private final class OpenObjects: @unchecked Sendable {
  var objects: [AnyObject] = []
}
