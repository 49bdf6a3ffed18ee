// For hosts whose cron only calls URLs: one lingering run of the batch program.

import Web

CGIProgram.serve(program: "tick") { request, context in
  TickEndpoint(context: context).respond(to: request)
}
