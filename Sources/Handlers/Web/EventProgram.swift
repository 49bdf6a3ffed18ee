// EventProgram.swift - a handler started by hand or by a function service: `--event` reads one event from standard
// input and writes one answer to standard output.
//
// A CGI server hands parts of the query to a program as arguments (RFC 3875, section 4.4): `?--event` must never
// turn a visitor's body into a trusted event. So arguments count only where no CGI request is.

import CGI
import Functions
import Glibc
import Platform

enum EventProgram {
  /// The arguments of a program that no web server started; nil where one did, or where there are none.
  /// The environment is looked at first: a CGI request is not to pay for the arguments.
  static var arguments: [String]? {
    guard getenv("REQUEST_METHOD") == nil, getenv("GATEWAY_INTERFACE") == nil else { return nil }
    let arguments = CommandLine.arguments.dropFirst()
    return arguments.isEmpty ? nil : Array(arguments)
  }

  /// Exits 0 when an answer was written, whatever its status; 1 when it could not be; 2 for wrong arguments.
  static func run(_ arguments: [String], program: String, _ respond: (CGIRequest) -> CGIResponse) -> Never {
    switch arguments {
    case ["--event"]:
      let answer = FunctionAnswer.json(response(respond, Log.standardError(program: program)))
      do { try Files.write(answer + [10], to: STDOUT_FILENO, name: "standard output") } catch {
        Log.standardError(program: program)(.error, "answer", ["reason": String(describing: error)])
        _exit(ExitCode.failed.rawValue)
      }
      _exit(ExitCode.done.rawValue)
    case ["--help"], ["-h"]:
      printToStandardOutput(help(program))
      _exit(ExitCode.done.rawValue)
    default:
      printToStandardError(help(program))
      _exit(ExitCode.usage.rawValue)
    }
  }

  private static func response(_ respond: (CGIRequest) -> CGIResponse, _ log: Log) -> CGIResponse {
    do {
      let event = try Files.read(
        descriptor: STDIN_FILENO, name: "standard input", limit: FunctionEvent.limit)
      return respond(try FunctionEvent.request(event))
    } catch let error as RequestError {
      log(.warning, "refused", ["status": String(error.status), "reason": error.reason])
      return .plain(error.status, error.reason)
    } catch {
      log(.warning, "refused", ["status": "413", "reason": String(describing: error)])
      return .plain(413, "the event cannot be read, or is larger than \(FunctionEvent.limit) bytes")
    }
  }

  private static func help(_ program: String) -> String {
    """
    usage: \(program)            one CGI request (RFC 3875), started by a web server
           \(program) --event    one function event (JSON, payload format 2.0) from standard input, one answer
                         to standard output; exit code 0 when there is an answer, 1 when it could not be written
    The home is OPSFABRIC_HOME, else what the file \(Home.pointerName) beside this program names, else
    $HOME/opsfabric. In a CGI request (REQUEST_METHOD or GATEWAY_INTERFACE is set) arguments mean nothing.
    """
  }
}
