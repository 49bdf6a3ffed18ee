// Setup.swift - what must be right before the first event: the handler's name, a home, settings that can be read.

import Business
import Curl
import Platform
import Settings
import Web

struct Setup {
  let handler: Handler
  let context: EndpointContext

  /// - Throws: RuntimeFault, for the service's `init/error`.
  init(environment: Environment, executable: String?) throws(RuntimeFault) {
    let name = environment["_HANDLER"] ?? ""
    guard let handler = HandlerTable[name] else {
      throw RuntimeFault(
        type: "Runtime.NoSuchHandler",
        message: "the function's handler is \"\(name)\"; it must be one of "
          + HandlerTable.names.joined(separator: ", "))
    }
    guard let home = Home.find(environment: environment, executable: executable) else {
      throw RuntimeFault(type: "Runtime.NoHome", message: Home.advice)
    }
    do { _ = try SettingsReader(path: home.settings) } catch {
      throw RuntimeFault(type: "Runtime.NoSettings", message: String(describing: error))
    }
    self.handler = handler
    context = EndpointContext(
      home: home, zones: Setup.zones(environment, executable), log: .standardError(program: name))
  }

  /// A package for a function service brings its zone files along: its system may have none.
  private static func zones(_ environment: Environment, _ executable: String?) -> TimeZones {
    guard environment["TZDIR"] == nil, let executable else { return TimeZones(environment: environment) }
    let packed = Files.parent(of: executable) + "/zoneinfo"
    return Files.exists(packed)
      ? TimeZones(environment: Environment(["TZDIR": packed])) : TimeZones(environment: environment)
  }
}
