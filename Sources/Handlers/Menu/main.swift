// a key pressed by a caller who cannot get an SMS.

import Web

CGIProgram.serve(.menu)
