// the forwarded call has ended -> answered or missed.

import Endpoints

CGIProgram.serve(.dialResult)
