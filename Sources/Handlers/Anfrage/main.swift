// The caller's form.

import Web

CGIProgram.serve(program: "anfrage") { request, context in
  WizardEndpoint(context: context).respond(to: request)
}
