// BootstrapProgram.swift - what main does: set up, serve, and say why it ended.

import Curl
import Platform
import Web

enum BootstrapProgram {
  private static let help = """
    usage: bootstrap
    Serves events of AWS Lambda's custom runtime API (2018-06-01) until the service is gone, then exits with 1.
    Started by the service, which sets:
      AWS_LAMBDA_RUNTIME_API  host and port of the runtime API
      _HANDLER                which handler this is: \(HandlerTable.names.joined(separator: ", "))
    The home is OPSFABRIC_HOME, else what the file \(Home.pointerName) beside this program names. With
    `intake: sqs` in the settings, webhooks go to that queue; its credentials are those of the settings, else
    AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. See docs/functions.md.
    """

  static func run(_ arguments: [String], environment: Environment) -> ExitCode {
    if arguments == ["--help"] || arguments == ["-h"] {
      printToStandardOutput(help)
      return .done
    }
    guard arguments.isEmpty, let address = environment["AWS_LAMBDA_RUNTIME_API"], !address.isEmpty else {
      printToStandardError(help)
      return .usage
    }
    let log = Log.standardError(program: "bootstrap")
    let api = RuntimeAPI(address: address, transport: CurlTransport(maxConnections: 2))
    do throws(RuntimeFault) {
      let setup = try Setup(environment: environment, executable: Home.executablePath())
      log(.error, "runtime-api", ["reason": serve(api, setup, environment).description])
    } catch {
      log(.error, "init", ["type": error.type, "reason": error.message])
      do { try api.failInit(error) } catch { log(.error, "runtime-api", ["reason": error.description]) }
    }
    return .failed
  }

  private static func serve(_ api: RuntimeAPI, _ setup: Setup, _ environment: Environment)
    -> RuntimeUnavailable
  {
    var context = setup.context
    let outlet = QueueOutlet(home: context.home, environment: environment, log: context.log)
    context.spool = outlet.spool
    context.queue = { outlet.deliver($0, to: $1, withinMilliseconds: $2) }
    return RuntimeLoop(
      api: api, handler: setup.handler, context: context, afterwards: { outlet.forwardKept() }
    ).run()
  }
}
