// the forwarded call has ended -> answered or missed.

import Web

CGIProgram.serve(.dialResult)
