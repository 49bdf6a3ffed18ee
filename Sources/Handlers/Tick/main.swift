// For hosts whose cron only calls URLs: one lingering run of the batch program.

import Endpoints

CGIProgram.serve(program: "tick") { request, context in
  TickEndpoint(context: context).respond(to: request)
}
