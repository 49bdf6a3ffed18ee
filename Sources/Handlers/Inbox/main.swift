// The tenant's people at their tickets.

import Web

CGIProgram.serve(program: "inbox") { request, context in InboxEndpoint(context: context).respond(to: request)
}
