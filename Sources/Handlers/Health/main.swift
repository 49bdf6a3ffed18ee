// 200 or 503 and JSON, for a monitor.

import Web

CGIProgram.serve(program: "health") { request, context in
  HealthEndpoint(context: context).respond(to: request)
}
