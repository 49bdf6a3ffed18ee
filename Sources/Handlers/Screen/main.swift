// asks whoever picked up to press a key.

import Web

CGIProgram.serve(.screen)
