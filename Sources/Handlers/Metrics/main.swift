// OpenMetrics text, for a monitor that has the secret.

import Web

CGIProgram.serve(program: "metrics") { request, context in
  MetricsEndpoint(context: context).respond(to: request)
}
