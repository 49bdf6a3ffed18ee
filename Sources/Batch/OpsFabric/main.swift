// opsfabric - the program cron starts, and the operator's commands.

import Glibc
import Platform

umask(0o077)
signal(SIGPIPE, SIG_IGN)
exit(OperatorCommands.run(Array(CommandLine.arguments.dropFirst()), environment: .process).rawValue)
