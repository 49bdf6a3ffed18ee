// an incoming message -> ticket and confirmation.

import Web
import Webhooks

CGIProgram.serve(SMS.self)
