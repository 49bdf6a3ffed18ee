// the call's final status: the second source.

import Web
import Webhooks

CGIProgram.serve(CallStatus.self)
