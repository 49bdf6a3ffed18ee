// a delivery report.

import Web

CGIProgram.serve(.smsStatus)
