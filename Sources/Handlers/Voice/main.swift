// incoming call -> TwiML that forwards it.

import Web
import Webhooks

CGIProgram.serve(Voice.self)
