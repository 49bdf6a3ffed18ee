// a key pressed by a caller who cannot get an SMS.

import Endpoints

CGIProgram.serve(.menu)
