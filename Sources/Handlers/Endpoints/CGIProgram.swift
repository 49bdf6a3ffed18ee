// CGIProgram.swift - what every handler's main does: one process, one request.

import CGI
import Glibc
import Intake
import Platform

public enum CGIProgram {
  /// Serves the request of this process with a webhook's endpoint.
  public static func serve(_ kind: WebhookKind) {
    serve(program: kind.rawValue) { request, context in
      WebhookEndpoint(kind, context: context).respond(to: request)
    }
  }

  /// Serves the request of this process.
  public static func serve(program: String, _ respond: (CGIRequest, EndpointContext) -> CGIResponse) {
    umask(0o077)
    signal(SIGPIPE, SIG_IGN)
    let log = Log.standardError(program: program)
    let response: CGIResponse
    if let home = Home.find() {
      response = respond(.process(), EndpointContext(home: home, log: log))
    } else {
      log(
        .error, "no-home",
        ["reason": "set OPSFABRIC_HOME, or write the folder's path into \(Home.pointerName) beside this program"])
      response = .plain(503, "the service is not set up")
    }
    writeAll(response.cgiBytes, to: STDOUT_FILENO)
  }
}
