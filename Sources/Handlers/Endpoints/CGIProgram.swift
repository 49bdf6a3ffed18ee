// CGIProgram.swift - what every handler's main does: one process, one request.

import CGI
import Glibc
import Intake
import Platform
import SQLite

public enum CGIProgram {
  /// Serves the request of this process with a webhook's endpoint.
  public static func serve(_ kind: WebhookKind) -> Never {
    serve(program: kind.rawValue) { request, context in
      WebhookEndpoint(kind, context: context).respond(to: request)
    }
  }

  /// Serves the request of this process, and ends it.
  public static func serve(program: String, _ respond: (CGIRequest, EndpointContext) -> CGIResponse) -> Never
  {
    umask(0o077)
    signal(SIGPIPE, SIG_IGN)
    Database.useOneThread()
    let log = Log.standardError(program: program)
    let response: CGIResponse
    let open = OpenObjects()
    if let home = Home.find() {
      var context = EndpointContext(home: home, log: log)
      context.leaveOpen = { open.objects.append($0) }
      let request = CGIRequest.process()
      response = respond(request, context)
      request.drainStandardInput()
    } else {
      log(
        .error, "no-home",
        [
          "reason":
            "set OPSFABRIC_HOME, or write the folder's path into \(Home.pointerName) beside this program"
        ])
      response = .plain(503, "the service is not set up")
    }
    writeAll(response.cgiHead, response.body, to: STDOUT_FILENO)
    // All that was promised is committed; files and locks go with the process.
    withExtendedLifetime(open) { _exit(0) }
  }
}

/// What the kernel will close. Of one thread only.
private final class OpenObjects: @unchecked Sendable {
  var objects: [AnyObject] = []
}
