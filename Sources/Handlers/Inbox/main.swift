// The tenant's people at their tickets.

import Endpoints

CGIProgram.serve(program: "inbox") { request, context in InboxEndpoint(context: context).respond(to: request)
}
