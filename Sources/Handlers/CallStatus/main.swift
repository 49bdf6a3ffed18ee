// the call's final status: the second source.

import Web

CGIProgram.serve(.callStatus)
