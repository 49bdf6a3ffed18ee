// twilio-standin - Twilio, played: the REST API as a CGI program, its webhooks as commands.
//
// Under a web server (GATEWAY_INTERFACE is set) it answers one request of the API and ends. Otherwise it
// is a command; without arguments it lists what it can do. State: the folder in STANDIN_DIR, else the one
// named in a file `standin.dir` beside the program.

import Glibc
import Platform

if Environment.process["GATEWAY_INTERFACE"] != nil {
  answerAsCGI()
} else {
  exit(runCommand(Array(CommandLine.arguments.dropFirst())).rawValue)
}
