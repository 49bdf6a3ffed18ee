// What a person's calendar asks for: open requests, own duty, vacation.

import Web

CGIProgram.serve(program: "calendar") { request, context in
  CalendarEndpoint(context: context).respond(to: request)
}
