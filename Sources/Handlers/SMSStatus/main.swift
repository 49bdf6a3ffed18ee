// a delivery report.

import Web
import Webhooks

CGIProgram.serve(SMSStatus.self)
