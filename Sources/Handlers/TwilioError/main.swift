// fallback address and debugger events -> operator alert.

import Endpoints

CGIProgram.serve(.twilioError)
