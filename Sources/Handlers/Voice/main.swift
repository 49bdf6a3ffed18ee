// incoming call -> TwiML that forwards it.

import Endpoints

CGIProgram.serve(.voice)
