// an incoming message -> ticket and confirmation.

import Web

CGIProgram.serve(.sms)
