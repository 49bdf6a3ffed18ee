// fallback address and debugger events -> operator alert.

import Web

CGIProgram.serve(.twilioError)
