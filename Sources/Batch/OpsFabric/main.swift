// opsfabric - the program cron starts, and the operator's commands.

import Glibc
import Platform

beginProcess()
exit(OperatorCommands.run(Array(CommandLine.arguments.dropFirst()), environment: .process).rawValue)
