// The caller's form.

import Endpoints

CGIProgram.serve(program: "anfrage") { request, context in
  WizardEndpoint(context: context).respond(to: request)
}
