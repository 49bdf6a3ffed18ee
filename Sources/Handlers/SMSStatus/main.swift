// a delivery report.

import Endpoints

CGIProgram.serve(.smsStatus)
