// fallback address and debugger events -> operator alert.

import Web
import Webhooks

CGIProgram.serve(TwilioError.self)
