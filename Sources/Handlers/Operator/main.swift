// The operator at all tenants.

import Web

CGIProgram.serve(program: "operator") { request, context in
  OperatorEndpoint(context: context).respond(to: request)
}
