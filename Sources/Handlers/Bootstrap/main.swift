// bootstrap - all handlers behind a function service's runtime API; `_HANDLER` says which one this process is.

import Curl
import Glibc
import Platform
import Web

beginProcess()
exit(BootstrapProgram.run(Array(CommandLine.arguments.dropFirst()), environment: .process).rawValue)
