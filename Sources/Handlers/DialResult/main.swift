// the forwarded call has ended -> answered or missed.

import Web
import Webhooks

CGIProgram.serve(DialResult.self)
