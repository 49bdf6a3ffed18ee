// incoming call -> TwiML that forwards it.

import Web

CGIProgram.serve(.voice)
