// bootstrap - all handlers behind a function service's runtime API; `_HANDLER` says which one this process is.

import Endpoints
import Glibc
import HTTP
import Platform

beginProcess()
exit(BootstrapProgram.run(Array(CommandLine.arguments.dropFirst()), environment: .process).rawValue)
