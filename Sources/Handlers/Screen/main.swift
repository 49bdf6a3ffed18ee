// asks whoever picked up to press a key.

import Endpoints

CGIProgram.serve(.screen)
