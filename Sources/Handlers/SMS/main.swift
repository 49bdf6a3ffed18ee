// an incoming message -> ticket and confirmation.

import Endpoints

CGIProgram.serve(.sms)
