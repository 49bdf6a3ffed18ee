// the call's final status: the second source.

import Endpoints

CGIProgram.serve(.callStatus)
